"""What can be worked out from figures that were shown."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.scoring.disclosure import Sum, exposed


def mean(*reviewers: str, item: str = "x", weight: float = 1.0) -> dict[tuple[str, str], float]:
    return {(r, item): weight / len(reviewers) for r in reviewers}


def total(*parts: tuple[float, Sum]) -> dict[tuple[str, object], float]:
    """A composite of figures with their weights."""
    whole: dict[tuple[str, object], float] = {}
    for weight, part in parts:
        for answer, value in part.items():
            whole[answer] = whole.get(answer, 0.0) + weight * value
    return whole


def pairs(found: frozenset[frozenset[str]]) -> set[str]:
    return {"".join(sorted(p)) for p in found}


def test_one_mean_of_three_gives_nobody_away() -> None:
    assert not exposed([mean("a", "b", "c")])


def test_nothing_shown_gives_nothing_away() -> None:
    assert not exposed([])
    assert not exposed([{}, {("a", "x"): 0.0}])


def test_a_mean_of_two_is_a_pair_and_of_one_a_person() -> None:
    assert pairs(exposed([mean("a", "b")]).pairs) == {"ab"}
    assert exposed([mean("a")]).alone == {"a"}


def test_three_peers_beside_all_five_others_give_the_two_reports_as_a_pair() -> None:
    found = exposed([mean("p", "q", "r"), mean("p", "q", "r", "s", "t")])
    assert (found.alone, pairs(found.pairs)) == (frozenset(), {"st"})


def test_a_late_answer_gives_itself_away() -> None:
    assert exposed([mean(*"abcd"), mean(*"abcde")]).alone == {"e"}


def test_a_department_with_and_without_the_new_one_gives_the_new_one_away() -> None:
    assert exposed([mean(*"abcdef"), mean(*"abcde")]).alone == {"f"}


def test_a_composite_that_weights_a_hidden_pair_gives_it_back_beside_the_merged_group() -> None:
    merged = mean(*"pqrst")
    composite = total((0.7, mean(*"pqr")), (0.3, mean(*"st")))
    assert pairs(exposed([merged, composite]).pairs) == {"st"}
    assert not exposed([merged])


def test_cannot_say_makes_a_pair_on_one_item_that_the_dimension_gives_back() -> None:
    first, second = mean(*"abc", item="x"), mean("a", "b", item="y")
    dimension = total((0.5, first), (0.5, second))
    assert not exposed([first])
    assert pairs(exposed([first, dimension]).pairs) == {"ab"}


def test_an_answer_of_ones_own_makes_a_pair_of_three() -> None:
    assert pairs(exposed([mean(*"abc")], known={"a"}).pairs) == {"bc"}
    assert not exposed([mean(*"abcd")], known={"a"})


def test_a_sum_over_several_answers_of_one_reviewer_is_about_that_reviewer() -> None:
    both = [total((1, mean(*"abc", item="x")), (1, mean(*"abc", item="y")))]
    without = [total((1, mean("a", "b", item="x")), (1, mean("a", "b", item="y")))]
    third = set(exposed([both[0], total((2 / 3, without[0]))]).alone)
    assert third == {"c"}


def test_the_scale_of_a_figure_does_not_matter() -> None:
    tiny, huge = mean(*"abcd", weight=1e-6), mean(*"abcde", weight=1e6)
    assert exposed([tiny, huge]).alone == {"e"}


figures = st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=5)


@settings(deadline=None, max_examples=60)
@given(figures)
def test_who_is_not_exposed_could_have_answered_otherwise(groups: list[frozenset[str]]) -> None:
    """For everybody who is said to be safe there are other answers that give the same figures."""
    found = exposed([mean(*g) for g in groups])
    people = sorted(set().union(*groups))
    matrix = np.array([[1 / len(g) if p in g else 0.0 for p in people] for g in groups])
    _, sizes, directions = np.linalg.svd(matrix)
    rank = int((sizes > 1e-9).sum())
    free = directions[rank:]
    for n, person in enumerate(people):
        moves = bool(free.size) and float(np.abs(free[:, n]).max()) > 1e-7
        assert (person in found.alone) == (not moves)
    for a, b in combinations(range(len(people)), 2):
        if found.alone & {people[a], people[b]}:
            continue
        both = free[:, [a, b]] if free.size else np.zeros((0, 2))
        independent = len(both) > 0 and np.linalg.matrix_rank(both, tol=1e-7) == 2
        assert (frozenset({people[a], people[b]}) in found.pairs) == (not independent)


rows = st.tuples(st.sampled_from("xyz"), st.frozensets(st.sampled_from("abcde"), min_size=1), st.sampled_from([1, 3]))
several = st.lists(st.lists(rows, min_size=1, max_size=2), min_size=1, max_size=7)
"""Figures, each a sum of one or two means of a few people on one item."""


def tied(free: np.ndarray, columns: list[int]) -> bool:
    """Whether answers cannot be changed freely, each by itself, without changing a figure."""
    return not free.size or int(np.linalg.matrix_rank(free[:, columns], tol=1e-7)) < len(columns)


@settings(deadline=None, max_examples=150)
@given(several, st.sampled_from(["", "a"]))
def test_items_looked_at_apart_tell_what_all_equations_at_once_tell(
    made: list[list[tuple[str, frozenset[str], int]]], known: str
) -> None:
    shown = [total(*((weight, mean(*who, item=item)) for item, who, weight in figure)) for figure in made]
    found = exposed(shown, known=set(known))
    answers = sorted({a for row in shown for a in row if a[0] not in known}, key=repr)
    matrix = np.array([[row.get(a, 0.0) for a in answers] for row in shown])
    sizes, directions = np.linalg.svd(matrix)[1:] if answers else (np.zeros(0), np.zeros((0, 0)))
    free = directions[int((sizes > 1e-9).sum()) :]
    columns = {p: [n for n, (who, _) in enumerate(answers) if who == p] for p in sorted({a[0] for a in answers})}
    alone = {p for p, of in columns.items() if tied(free, of)}
    others = combinations(sorted(columns.keys() - alone), 2)
    assert found.alone == alone
    assert found.pairs == {frozenset(p) for p in others if tied(free, columns[p[0]] + columns[p[1]])}


@pytest.mark.parametrize("people", [12, 24])
def test_all_figures_of_a_card_with_groups_over_the_threshold_give_nobody_away(people: int) -> None:
    names = [f"r{n:02}" for n in range(people)]
    peers, reports = names[: people // 2], names[people // 2 :]
    shown: list[Sum] = []
    for item in ("x", "y", "z"):
        by_peers, by_reports = mean(*peers, item=item), mean(*reports, item=item)
        shown += [by_peers, by_reports, total((0.6, by_peers), (0.4, by_reports))]
    shown.append(total(*((1 / 9, s) for s in shown)))
    assert not exposed(shown)

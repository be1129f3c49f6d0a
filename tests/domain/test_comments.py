"""Which comments may be read, under whose name, by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appraisal.cycle import Cycle
from appraisal.scheme import Disclosure, Relation, Source
from appraisal.scoring.comments import Written, readable
from tests.domain.cast import cycle

MERGED = (Source.PEER, Source.REPORT)


def of(source: Source, n: int, item: str = "well") -> list[Written]:
    return [Written(item, source, f"{source.value} {i}", f"{source.value[0]}{i}") for i in range(n)]


def disclosing(peers: Disclosure, reports: Disclosure) -> Cycle:
    here = cycle()
    how = {**here.scheme.disclosure, Relation.PEER: peers, Relation.REPORT: reports}
    return replace(here, scheme=here.scheme.model_copy(update={"disclosure": how}))


@pytest.mark.parametrize("threshold", [3, 4, 5])
def test_comments_have_a_threshold_of_their_own(threshold: int) -> None:
    here = replace(cycle(), threshold=3, comment_threshold=threshold)
    few, enough = readable(here, of(Source.PEER, threshold - 1)), readable(here, of(Source.PEER, threshold))
    assert (few.shown, few.hidden) == ((), {("well", Source.PEER)})
    assert (len(enough.shown), enough.hidden) == (threshold, frozenset())


def test_comments_of_groups_that_count_together_stand_together_and_unsigned() -> None:
    found = readable(cycle(), [*of(Source.PEER, 1), *of(Source.REPORT, 2), *of(Source.MANAGER, 1)], merged=MERGED)
    assert [(w.source, w.author_id) for w in found.shown] == [(Source.OTHERS, None)] * 3 + [(Source.MANAGER, "m0")]
    assert not found.hidden


def test_groups_that_are_too_few_together_stay_hidden_under_their_common_name() -> None:
    found = readable(cycle(), [*of(Source.PEER, 1), *of(Source.REPORT, 1)], merged=MERGED)
    assert (found.shown, found.hidden) == ((), {("well", Source.OTHERS)})


def test_it_takes_one_more_where_who_decides_is_among_them() -> None:
    hidden = readable(cycle(), of(Source.PEER, 3), insiders={Source.PEER})
    assert not hidden.shown
    assert len(readable(cycle(), of(Source.PEER, 4), insiders={Source.PEER}).shown) == 4
    assert not readable(cycle(), of(Source.PEER, 3), merged=MERGED, insiders={Source.PEER}).shown


def test_only_the_manager_reads_who_wrote_in_a_group_named_to_the_manager() -> None:
    here = disclosing(Disclosure.NAMED_TO_MANAGER, Disclosure.ANONYMOUS)
    assert {w.author_id for w in readable(here, of(Source.PEER, 3)).shown} == {None}
    assert {w.author_id for w in readable(here, of(Source.PEER, 3), by_manager=True).shown} == {"p0", "p1", "p2"}


def test_no_name_stands_among_others_where_one_of_the_groups_is_anonymous() -> None:
    """Else whoever is not signed would be known to be of the other group."""
    both = [*of(Source.PEER, 2), *of(Source.REPORT, 1)]
    for how in (Disclosure.ANONYMOUS, Disclosure.NAMED_TO_MANAGER):
        found = readable(disclosing(Disclosure.NAMED_TO_MANAGER, how), both, merged=MERGED, by_manager=True)
        assert len(found.shown) == 3
        assert any(w.author_id for w in found.shown) is (how is Disclosure.NAMED_TO_MANAGER)

"""Who reviews whom: what holds for every company, checked on random ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from time import perf_counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.assignment import Assignment, PlannedReview, assign_peers, notices, plan_reviews
from appraisal.cycle import Selection, Warning
from appraisal.people import Directory, Person
from appraisal.scheme import Relation

from .cast import cycle, person, rating, scheme


@st.composite
def companies(draw: st.DrawFn, most: int = 24) -> list[Person]:
    """People with random departments, job families and managers, loops of managers included."""
    size = draw(st.integers(0, most))
    small = st.integers(0, max(0, size - 1))
    return [
        person(
            f"p{n:02}",
            department=draw(st.sampled_from(["", "ops", "sales", "it"])),
            job_family=draw(st.sampled_from(["", "agent", "engineer"])),
            manager_id=draw(st.none() | small.map(lambda m: f"id-p{m:02}")),
        )
        for n in range(size)
    ]


def is_forbidden(reviewer: Person, reviewee: Person) -> bool:
    return reviewer.id == reviewee.id or reviewer.manager_id == reviewee.id or reviewee.manager_id == reviewer.id


def most_pairs(people: list[Person], need: dict[str, int], room: dict[str, int]) -> int:
    """The largest number of pairs that needs and rooms allow: a plain maximum flow, one unit at a time."""
    given: set[tuple[str, str]] = set()
    allowed = {(r.id, e.id) for r in people for e in people if not is_forbidden(r, e)}

    def serve(reviewee: str, seen: set[str]) -> bool:
        for reviewer in room:
            if reviewer in seen or (reviewer, reviewee) not in allowed - given:
                continue
            seen.add(reviewer)
            theirs = [e for r, e in given if r == reviewer]
            if len(theirs) < room[reviewer]:
                given.add((reviewer, reviewee))
                return True
            for other in theirs:
                if serve(other, seen):
                    given.remove((reviewer, other))
                    given.add((reviewer, reviewee))
                    return True
        return False

    for reviewee, count in need.items():
        for _ in range(count):
            if not serve(reviewee, set()):
                break
    return len(given)


def loads(assignment: Assignment) -> Counter[str]:
    return Counter(reviewer for reviewer, _ in assignment.pairs)


@given(companies(), st.integers(0, 4), st.integers(), st.integers(0, 6))
def test_no_pair_is_forbidden_or_doubled_and_nobody_is_over_the_cap(
    people: list[Person], wanted: int, seed: int, cap: int
) -> None:
    done = assign_peers(people, wanted=wanted, seed=seed, cap=cap)
    by_id = {p.id: p for p in people}
    received = Counter(reviewee for _, reviewee in done.pairs)
    assert len(set(done.pairs)) == len(done.pairs)
    assert not [pair for pair in done.pairs if is_forbidden(by_id[pair[0]], by_id[pair[1]])]
    assert max(loads(done).values(), default=0) <= cap
    assert max(received.values(), default=0) <= wanted
    assert set(done.short) == {p.id for p in people if received[p.id] < wanted}


@settings(max_examples=60)
@given(companies(most=12), st.integers(1, 4), st.integers(0, 9), st.data())
def test_nobody_is_short_and_no_load_is_high_where_a_solution_exists(
    people: list[Person], wanted: int, seed: int, data: st.DataObject
) -> None:
    existing = {p.id: data.draw(st.integers(0, 3)) for p in people}
    done = assign_peers(people, wanted=wanted, seed=seed, existing=existing)
    need = {p.id: min(wanted, sum(not is_forbidden(r, p) for r in people)) for p in people}
    total = sum(need.values()) + sum(existing.values())
    fair = min(6, -(-total // max(1, len(people))) + 1)

    def most(limit: int) -> int:
        return most_pairs(people, need, {p.id: max(0, limit - existing[p.id]) for p in people})

    assert len(done.pairs) == most(6)
    if most(fair) == sum(need.values()):
        load = loads(done)
        assert all(load[p.id] + existing[p.id] <= max(fair, existing[p.id]) for p in people)


@given(companies(), st.integers(0, 4), st.integers(), st.randoms())
def test_the_same_people_and_seed_give_the_same_pairs_whatever_their_ids_and_order(
    people: list[Person], wanted: int, seed: int, shuffler: Random
) -> None:
    first = assign_peers(people, wanted=wanted, seed=seed)
    renamed = {p.id: f"{shuffler.random()}-{p.id}" for p in people}
    others = [replace(p, id=renamed[p.id], manager_id=renamed.get(p.manager_id or "")) for p in people]
    shuffler.shuffle(others)
    second = assign_peers(others, wanted=wanted, seed=seed)
    assert {(renamed[r], renamed[e]) for r, e in first.pairs} == set(second.pairs)
    assert {renamed[e] for e in first.short} == set(second.short)


@given(st.integers(1, 4), st.integers(0, 12), st.integers(0, 99))
def test_nobody_reviews_each_other_where_the_department_is_large_enough(wanted: int, more: int, seed: int) -> None:
    size = 2 * wanted + 3 + more
    people = [person(f"p{n:02}", department="ops", manager_id="id-p00" if 0 < n < 3 else None) for n in range(size)]
    pairs = set(assign_peers(people, wanted=wanted, seed=seed).pairs)
    assert len(pairs) == size * wanted
    assert not {(r, e) for r, e in pairs if (e, r) in pairs}


def test_a_department_comes_before_a_job_family_and_that_before_the_rest() -> None:
    ops = [person(f"ops{n}", department="ops", job_family="agent") for n in range(3)]
    sales = [person(f"sales{n}", department="sales", job_family="agent") for n in range(8)]
    it = [person(f"it{n}", department="it", job_family="engineer") for n in range(8)]
    pairs = assign_peers([*ops, *sales, *it], wanted=3, seed=5).pairs
    by_id = {p.id: p.department for p in [*ops, *sales, *it]}
    for someone in ops:
        assert sorted(by_id[r] for r, e in pairs if e == someone.id) == ["ops", "ops", "sales"]
    for someone in it:
        assert {by_id[r] for r, e in pairs if e == someone.id} == {"it"}


def test_people_without_a_department_are_not_a_department() -> None:
    strangers = [person(f"x{n}", job_family=f"only {n % 3}") for n in range(9)]
    by_id = {p.id: p for p in strangers}
    pairs = assign_peers(strangers, wanted=2, seed=1).pairs
    assert all(by_id[r].job_family == by_id[e].job_family for r, e in pairs)


def test_a_shortage_is_shared() -> None:
    people = [person(f"p{n}", department="ops") for n in range(6)]
    busy = {p.id: 6 for p in people[3:]}
    done = assign_peers(people, wanted=4, seed=1, cap=3, existing=busy)
    received = Counter(e for _, e in done.pairs)
    assert len(done.pairs) == 9
    assert max(received.values()) - min(received.values()) <= 1


def test_another_seed_gives_other_pairs() -> None:
    people = [person(f"p{n:02}", department="ops") for n in range(20)]
    assert assign_peers(people, wanted=3, seed=1).pairs != assign_peers(people, wanted=3, seed=2).pairs


def test_a_company_of_24000_is_assigned_in_seconds() -> None:
    people = [
        person(f"p{n:05}", department=f"d{n % 700}", job_family=f"f{n % 9}", manager_id=f"id-p{n // 8:05}")
        for n in range(24_000)
    ]
    existing = Counter(p.manager_id or "" for p in people)
    start = perf_counter()
    done = assign_peers(people, wanted=4, seed=3, existing=existing)
    assert perf_counter() - start < 30
    assert len(done.pairs) == 96_000
    assert not done.short


BOSS = person("Boss", department="ops")
TEAM = [person(f"Agent {n}", department="ops", manager_id=BOSS.id) for n in range(5)]
OPS = Directory([BOSS, *TEAM])


def relations_of(reviews: list[PlannedReview], who: Person) -> Counter[Relation]:
    return Counter(r.relation for r in reviews if r.reviewee_id == who.id)


def test_everyone_is_reviewed_by_self_manager_reports_and_peers() -> None:
    reviews = plan_reviews(cycle(), [BOSS, *TEAM], OPS)
    assert relations_of(reviews, BOSS) == {Relation.SELF: 1, Relation.REPORT: 5}
    for agent in TEAM:
        assert relations_of(reviews, agent) == {Relation.SELF: 1, Relation.MANAGER: 1, Relation.PEER: 3}


def test_only_the_relations_of_the_cycle_are_asked() -> None:
    reviews = plan_reviews(cycle(relations=(Relation.MANAGER,)), [BOSS, *TEAM], OPS)
    assert {r.relation for r in reviews} == {Relation.MANAGER}
    assert len(reviews) == 5


def test_a_manager_and_reports_outside_the_cycle_are_asked_but_not_reviewed() -> None:
    lead = replace(TEAM[0], id="id-lead", email="lead@example.com")
    reports = [replace(p, manager_id=lead.id) for p in TEAM]
    reviews = plan_reviews(cycle(), [lead], Directory([BOSS, lead, *reports]))
    assert relations_of(reviews, lead) == {Relation.SELF: 1, Relation.MANAGER: 1, Relation.REPORT: 5}
    assert {r.reviewee_id for r in reviews} == {lead.id}


def test_those_who_left_neither_review_nor_are_reviewed() -> None:
    gone = replace(BOSS, active=False)
    left = replace(TEAM[0], active=False)
    everyone = [gone, left, *TEAM[1:]]
    reviews = plan_reviews(cycle(), everyone, Directory(everyone))
    assert not {gone.id, left.id} & {i for r in reviews for i in (r.reviewer_id, r.reviewee_id)}


@given(companies(), st.integers(0, 4))
def test_nobody_is_asked_twice_about_the_same_person(people: list[Person], wanted: int) -> None:
    reviews = plan_reviews(cycle(peers_wanted=wanted), people, Directory(people))
    pairs = [(r.reviewee_id, r.reviewer_id) for r in reviews]
    assert len(set(pairs)) == len(pairs)
    assert all((r.reviewee_id == r.reviewer_id) == (r.relation is Relation.SELF) for r in reviews)


def noticed(directory: Directory, **fields: Any) -> dict[Warning, tuple[str, ...]]:
    round_ = cycle(**fields)
    people = list(directory)
    selection = Selection(departments=("ops", "legal"))
    reviews = plan_reviews(round_, people, directory)
    return {n.warning: n.names for n in notices(round_, people, directory, reviews, selection)}


def test_warnings_name_whom_they_concern() -> None:
    unseen = replace(TEAM[4], slack_id=None)
    lead = replace(TEAM[0], name="Lead")
    helper = person("Helper", department="ops", manager_id=lead.id)
    found = noticed(Directory([BOSS, lead, *TEAM[1:4], unseen, helper]))
    assert found == {
        Warning.NO_MANAGER: ("Boss",),
        Warning.FEW_PEERS: ("Boss",),
        Warning.FEW_REPORTS: ("Lead",),
        Warning.NOT_IN_SLACK: ("Agent 4",),
        Warning.EMPTY_DEPARTMENT: ("legal",),
    }


def test_a_small_group_is_no_warning_where_it_is_named() -> None:
    named = scheme(
        (1, [rating("skill")]),
        disclosure={"self": "named", "manager": "named", "peer": "named", "report": "named"},
    )
    assert Warning.FEW_PEERS not in noticed(OPS, scheme=named, peers_wanted=1)
    assert Warning.FEW_PEERS in noticed(OPS, peers_wanted=1)
    assert Warning.FEW_PEERS not in noticed(OPS, peers_wanted=0)

"""Peers: everyone gets the same number of reviewers, and nobody writes much more than others."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from random import Random

from appraisal.people import Person

CAP = 6  # reviews of one reviewer, beside the own one
LOOK_AROUND = 64  # people asked for a swap before a mutual pair is left alone


class Nearness(IntEnum):
    """How much of each other's work two people see, nearest first."""

    DEPARTMENT = 0
    FAMILY = 1
    COMPANY = 2


@dataclass(frozen=True)
class Assignment:
    """`pairs` are (reviewer id, reviewee id); `short` are those for whom too few reviewers were found."""

    pairs: tuple[tuple[str, str], ...]
    short: tuple[str, ...]


def assign_peers(
    people: Sequence[Person],
    *,
    wanted: int,
    seed: int,
    cap: int = CAP,
    existing: Mapping[str, int] | None = None,
) -> Assignment:
    """Give each of `people` `wanted` peer reviewers among `people`: department first, then job family, then others.

    Nobody reviews themselves, their manager or their direct report. `existing` are reviews that a reviewer has
    anyway; with them no reviewer gets more than `cap`, nor more than ceil(average) + 1 where that is enough for
    all. Two people review each other only where the department leaves no other way. The same people (by e-mail;
    ids do not matter) and seed give the same pairs. Does not look whether people are active.
    """
    board = _Board(people, wanted=wanted, seed=seed, existing=existing or {})
    limit = min(cap, board.fair_limit())
    while board.fill(limit) and limit < cap:
        limit += 1
    board.untangle()
    return board.assignment()


class _Ring:
    """People in a circle. Those who can take no more are skipped in nearly constant time."""

    def __init__(self, members: Sequence[int]) -> None:
        self._members = members
        self._place = {member: place for place, member in enumerate(members)}
        self._next = list(range(len(members) + 1))  # place -> the first open place from there on

    def after(self, member: int) -> Iterator[int]:
        """The open others, from the one after `member` once around."""
        start = self._place[member]
        yield from self._between(start + 1, len(self._members))
        yield from self._between(0, start)

    def close(self, member: int) -> None:
        place = self._place[member]
        self._next[place] = place + 1

    def _between(self, start: int, end: int) -> Iterator[int]:
        place = self._open_from(start)
        while place < end:
            yield self._members[place]
            place = self._open_from(place + 1)

    def _open_from(self, place: int) -> int:
        root = place
        while self._next[root] != root:
            root = self._next[root]
        while self._next[place] != root:
            self._next[place], place = root, self._next[place]
        return root


class _Board:
    """The state of one assignment. People are numbers here: places in the order of their e-mail."""

    def __init__(self, people: Sequence[Person], *, wanted: int, seed: int, existing: Mapping[str, int]) -> None:
        self.people = sorted(people, key=_order)
        numbers = {p.id: n for n, p in enumerate(self.people)}
        self.manager = [numbers.get(p.manager_id or "", -1) for p in self.people]
        self.load = [existing.get(p.id, 0) for p in self.people]
        self.reviewers: list[dict[int, None]] = [{} for _ in self.people]  # ordered sets
        self.reviewees: list[dict[int, None]] = [{} for _ in self.people]
        self.wanted = wanted
        self.need = [min(wanted, eligible) for eligible in self._eligible()]
        self.limit = 0
        self.order = list(range(len(self.people)))
        Random(seed).shuffle(self.order)
        self.rings: list[dict[str, _Ring]] = []

    def fair_limit(self) -> int:
        """ceil(average load) + 1, as if everybody got what there can be."""
        total = sum(self.load) + sum(self.need)
        return -(-total // max(1, len(self.people))) + 1

    def fill(self, limit: int) -> bool:
        """Assign as much as `limit` reviews a reviewer allow. Returns whether somebody is still short."""
        self.limit = limit
        self.rings = [self._rings_of(nearness) for nearness in Nearness]
        for nearness in Nearness:
            for mutual in (False, True):
                self._go_round(nearness, mutual=mutual)
        self._make_room()
        return any(self.need)

    def untangle(self) -> None:
        """Swap reviewers so that two people do not review each other. Loads and nearness stay as they are."""
        self.limit = sys.maxsize  # full circles: a swap changes no load
        self.rings = [self._rings_of(nearness) for nearness in Nearness]
        for reviewee in self.order:
            for reviewer in list(self.reviewers[reviewee]):
                if reviewee in self.reviewers[reviewer]:
                    self._swap_away(reviewer, reviewee)

    def assignment(self) -> Assignment:
        ids = [p.id for p in self.people]
        pairs = [(ids[r], ids[e]) for e in range(len(ids)) for r in sorted(self.reviewers[e])]
        short = [ids[e] for e in range(len(ids)) if len(self.reviewers[e]) < self.wanted]
        return Assignment(tuple(pairs), tuple(short))

    def _eligible(self) -> list[int]:
        """How many could review each person at all."""
        counts = [len(self.people) - 1 for _ in self.people]
        pairs = {(min(e, m), max(e, m)) for e, m in enumerate(self.manager) if m >= 0 and m != e}
        for pair in pairs:
            for person in pair:
                counts[person] -= 1
        return counts

    def _circle(self, person: int, nearness: Nearness) -> str:
        """The name of the circle a person is in; empty where there is none."""
        if nearness is Nearness.COMPANY:
            return "all"
        who = self.people[person]
        return who.department if nearness is Nearness.DEPARTMENT else who.job_family

    def _rings_of(self, nearness: Nearness) -> dict[str, _Ring]:
        members: dict[str, list[int]] = {}
        for person in self.order:
            members.setdefault(self._circle(person, nearness), []).append(person)
        rings = {name: _Ring(circle) for name, circle in members.items() if name}
        for name, ring in rings.items():
            for person in members[name]:
                if self.load[person] >= self.limit:
                    ring.close(person)
        return rings

    def _nearness(self, one: int, other: int) -> Nearness:
        for nearness in (Nearness.DEPARTMENT, Nearness.FAMILY):
            circle = self._circle(one, nearness)
            if circle and circle == self._circle(other, nearness):
                return nearness
        return Nearness.COMPANY

    def _may(self, reviewer: int, reviewee: int) -> bool:
        """Whether the pair is allowed and new."""
        return (
            reviewer != reviewee
            and self.manager[reviewee] != reviewer
            and self.manager[reviewer] != reviewee
            and reviewer not in self.reviewers[reviewee]
        )

    def _go_round(self, nearness: Nearness, *, mutual: bool) -> None:
        """One reviewer for each who needs one, then the second, and so on, so that a shortage is shared."""
        for _ in range(self.wanted):
            for reviewee in self.order:
                if self.need[reviewee]:
                    self._take_next(reviewee, nearness, mutual=mutual)

    def _take_next(self, reviewee: int, nearness: Nearness, *, mutual: bool) -> None:
        ring = self.rings[nearness].get(self._circle(reviewee, nearness))
        for reviewer in ring.after(reviewee) if ring else ():
            if self._may(reviewer, reviewee) and (mutual or reviewee not in self.reviewers[reviewer]):
                self._add(reviewer, reviewee)
                return

    def _add(self, reviewer: int, reviewee: int) -> None:
        self.reviewers[reviewee][reviewer] = None
        self.reviewees[reviewer][reviewee] = None
        self.need[reviewee] -= 1
        self.load[reviewer] += 1
        if self.load[reviewer] == self.limit:
            for nearness in Nearness:
                if ring := self.rings[nearness].get(self._circle(reviewer, nearness)):
                    ring.close(reviewer)

    def _remove(self, reviewer: int, reviewee: int) -> None:
        del self.reviewers[reviewee][reviewer]
        del self.reviewees[reviewer][reviewee]
        self.need[reviewee] += 1
        self.load[reviewer] -= 1

    def _make_room(self) -> None:
        """Move reviewers on until nobody more can be served: augmenting paths (Berge 1957).

        Reviewers that a search in vain has seen cannot be reached from any later one and stay out of it, so all
        searches in vain together look at each person once.
        """
        hopeful = dict.fromkeys(self.order)
        room = sum(max(0, self.limit - load) for load in self.load)
        for reviewee in self.order:
            while self.need[reviewee] and room:
                seen = self._augment(reviewee, hopeful)
                if seen is None:
                    room -= 1
                    continue
                for reviewer in seen:
                    del hopeful[reviewer]
                break

    def _augment(self, start: int, hopeful: dict[int, None]) -> list[int] | None:
        """Serve `start` along the shortest path of moves. Returns None, or the reviewers seen in vain."""
        unseen = dict(hopeful)
        wanted_by: dict[int, int] = {}  # reviewer -> the reviewee who would get them
        freed_by: dict[int, int] = {start: -1}  # reviewee -> the reviewer they would give up
        queue = [start]
        for reviewee in queue:
            for reviewer in list(unseen):
                if not self._may(reviewer, reviewee):
                    continue
                del unseen[reviewer]
                wanted_by[reviewer] = reviewee
                if self.load[reviewer] < self.limit:
                    self._move_along(reviewer, wanted_by, freed_by)
                    return None
                for other in self.reviewees[reviewer]:
                    if other not in freed_by:
                        freed_by[other] = reviewer
                        queue.append(other)
        return list(wanted_by)

    def _move_along(self, reviewer: int, wanted_by: Mapping[int, int], freed_by: Mapping[int, int]) -> None:
        while reviewer >= 0:
            reviewee = wanted_by[reviewer]
            given_up = freed_by[reviewee]
            if given_up >= 0:
                self._remove(given_up, reviewee)
            self._add(reviewer, reviewee)
            reviewer = given_up

    def _swap_away(self, reviewer: int, reviewee: int) -> None:
        """Let `reviewer` change places with somebody else's reviewer who stands as near."""
        before = self._nearness(reviewer, reviewee)
        ring = self.rings[before].get(self._circle(reviewee, before))
        for other in islice(ring.after(reviewee), LOOK_AROUND) if ring else ():
            if not self._fits(other, reviewee) or self._nearness(other, reviewee) > before:
                continue
            for theirs in list(self.reviewees[other]):
                if self._fits(reviewer, theirs) and self._nearness(reviewer, theirs) <= self._nearness(other, theirs):
                    self._remove(reviewer, reviewee)
                    self._remove(other, theirs)
                    self._add(other, reviewee)
                    self._add(reviewer, theirs)
                    return

    def _fits(self, reviewer: int, reviewee: int) -> bool:
        """Whether the pair is allowed, new and not mutual."""
        return self._may(reviewer, reviewee) and reviewee not in self.reviewers[reviewer]


def _order(person: Person) -> tuple[str, ...]:
    """An order that repeats; ids are random."""
    return (person.email, person.name, person.employee_number or "", person.slack_id or "", person.department)

"""What the reviews of a cycle add up to: counts, and the answers aggregated by the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from appraisal.cycle import Cycle
from appraisal.review import UNDONE, TaskState
from appraisal.scheme import NumberItem, RatedItem, Relation, Scheme, Source
from appraisal.scoring.card import ItemStats
from appraisal.scoring.comments import Written
from storage.engine import Tx
from storage.tables import answers, participants, people, severities, tasks

AT_ONCE = 5000  # rows
# A returned review counts with its last submitted answers until it is submitted again.
COUNTS = tasks.c.state.in_((TaskState.SUBMITTED, TaskState.REOPENED))
_NOT_VOID = tasks.c.state != TaskState.VOID


@dataclass(frozen=True, slots=True)
class ReviewSum:
    """All that one review says on scales: `n` answers, and their sum in steps of each one's scale, exact.

    `department`: the reviewee's at launch.
    """

    task_id: str
    reviewee_id: str
    reviewer_id: str
    source: Source
    department: str
    n: int
    steps: int

    @property
    def value(self) -> float:
        """The mean rating, 0 to 100."""
        return 100 * self.steps / _STEPS / self.n

    def without(self, answers: Sequence[Thin]) -> ReviewSum:
        return (
            self
            if not answers
            else replace(self, n=self.n - len(answers), steps=self.steps - sum(a.steps for a in answers))
        )


@dataclass(frozen=True, slots=True)
class Thin:
    """One answer to an item about a person that few of some group answered; `steps` as in ReviewSum."""

    task_id: str
    reviewee_id: str
    source: Source
    item: str
    steps: int


async def reviewers(tx: Tx, cycle_id: str) -> set[str]:
    """Everybody who was asked for a review."""
    return set(await tx.scalars(sa.select(tasks.c.reviewer_id).where(tasks.c.cycle_id == cycle_id).distinct()))


async def counts(tx: Tx, cycle_id: str) -> dict[tuple[Relation, TaskState], int]:
    """Reviews of a cycle by relation and state; combinations without any are left out."""
    kinds = (tasks.c.relation, tasks.c.state)
    rows = await tx.execute(sa.select(*kinds, sa.func.count()).where(tasks.c.cycle_id == cycle_id).group_by(*kinds))
    return {(relation, state): n for relation, state, n in rows}


async def waiting(tx: Tx, cycle_id: str, limit: int) -> list[tuple[str, int]]:
    """(reviewer id, reviews still to write), most first."""
    n = sa.func.count()
    rows = await tx.execute(
        sa.select(people.c.id, n)
        .join(tasks, tasks.c.reviewer_id == people.c.id)
        .where(tasks.c.cycle_id == cycle_id, tasks.c.state.in_(UNDONE))
        .group_by(people.c.id, people.c.email, people.c.name)
        .order_by(n.desc(), people.c.email, people.c.name, people.c.id)
        .limit(limit)
    )
    return [(person_id, count) for person_id, count in rows]


async def unfinished(tx: Tx, cycle_id: str) -> list[tuple[str, str]]:
    """(id, time zone) of the active people with reviews still to write, by id."""
    rows = await tx.execute(
        sa.select(people.c.id, people.c.time_zone)
        .join(tasks, tasks.c.reviewer_id == people.c.id)
        .where(tasks.c.cycle_id == cycle_id, tasks.c.state.in_(UNDONE), people.c.active)
        .group_by(people.c.id, people.c.time_zone)
        .order_by(people.c.id)
    )
    return [(person_id, time_zone) for person_id, time_zone in rows]


async def by_department(tx: Tx, cycle_id: str) -> list[tuple[str, int, int]]:
    """(department of the reviewee at launch, reviews submitted, reviews asked), by name."""
    done = sa.func.count().filter(tasks.c.state == TaskState.SUBMITTED)
    same = (participants.c.cycle_id == tasks.c.cycle_id, participants.c.person_id == tasks.c.reviewee_id)
    rows = await tx.execute(
        sa.select(participants.c.department, done, sa.func.count())
        .join(tasks, sa.and_(*same))
        .where(tasks.c.cycle_id == cycle_id, _NOT_VOID)
        .group_by(participants.c.department)
        .order_by(participants.c.department)
    )
    return [(department, submitted, asked) for department, submitted, asked in rows]


async def group_sizes(tx: Tx, cycle_id: str, reviewee_id: str) -> dict[Relation, int]:
    """How many reviewers of each relation are asked about a person."""
    return await _by_relation(tx, cycle_id, reviewee_id, _NOT_VOID)


async def asked(tx: Tx, cycle_id: str, reviewee_ids: Collection[str]) -> dict[str, set[Relation]]:
    """In which relations somebody was asked, by reviewee; whether or not an answer came."""
    of_whom = tasks.c.reviewee_id.in_(reviewee_ids)
    rows = await tx.execute(
        sa.select(tasks.c.reviewee_id, tasks.c.relation).where(tasks.c.cycle_id == cycle_id, of_whom).distinct()
    )
    found: dict[str, set[Relation]] = {}
    for person_id, relation in rows:
        found.setdefault(person_id, set()).add(relation)
    return found


async def renewed(tx: Tx, cycle_id: str, reviewee_id: str, since: datetime) -> dict[Relation, int]:
    """Reviews about a person that were submitted at or after `since`, by relation."""
    again = sa.and_(tasks.c.state == TaskState.SUBMITTED, tasks.c.submitted_at >= since)
    return await _by_relation(tx, cycle_id, reviewee_id, again)


async def item_stats(tx: Tx, cycle_id: str, reviewee_ids: Collection[str]) -> list[ItemStats]:
    """Number of answers, their mean and variance by reviewee, item and relation; "can't say" is left out.

    With the mean leniency of those who answered, where it was estimated. Sums of points are exact, so that both
    databases give the same mean to the last bit. Groups of every size: who shows them applies the threshold.
    """
    group = (tasks.c.reviewee_id, answers.c.item, _RELATION)
    number = answers.c.number
    theirs = sa.and_(
        severities.c.cycle_id == tasks.c.cycle_id,
        severities.c.reviewer_id == tasks.c.reviewer_id,
        tasks.c.relation != Relation.SELF,  # how one rates others says nothing about how one rates oneself
    )
    rows = await tx.execute(
        sa.select(*group, sa.func.count(), sa.func.sum(number), sa.func.sum(number * number), _SHIFT)
        .outerjoin(severities, theirs)  # before the answers: once a review, not once an answer
        .join(answers, answers.c.task_id == tasks.c.id)
        .where(tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id.in_(reviewee_ids), COUNTS)
        .where(number.is_not(None), ~answers.c.cant_say)
        .group_by(*group)
        .order_by(*group)
    )
    return [_stats(*row) for row in rows]


_RELATION = sa.type_coerce(tasks.c.relation, sa.String)  # of half a million rows: as words they take a second
_SOURCES = {source.value: source for source in Source}

_SHIFT = sa.func.sum(sa.func.coalesce(severities.c.points, 0.0))  # whole points: exact in any order of the rows


def _stats(person: str, item: str, relation: str, n: int, total: float, squares: float, shift: float) -> ItemStats:
    mean = float(total) / n
    variance = max(0.0, (float(squares) - float(total) ** 2 / n) / (n - 1)) if n > 1 else None
    return ItemStats(person, item, _SOURCES[relation], n, mean, variance, float(shift) / n)


async def review_sums(tx: Tx, cycle: Cycle) -> list[ReviewSum]:
    """The ratings of each review of a cycle that counts, by reviewee, reviewer and relation.

    A review without an answer on a scale is left out.
    """
    whose = (tasks.c.id, tasks.c.reviewee_id, tasks.c.reviewer_id, _RELATION, sa.func.max(participants.c.department))
    member = sa.and_(participants.c.cycle_id == tasks.c.cycle_id, participants.c.person_id == tasks.c.reviewee_id)
    points = _points(cycle.scheme)
    rows = await tx.stream(  # of a hundred thousand rows: some at a time in memory
        sa.select(*whose, sa.func.count(points), sa.func.sum(points))
        .join(participants, member)
        .join(answers, answers.c.task_id == tasks.c.id)
        .where(tasks.c.cycle_id == cycle.id, COUNTS, answers.c.number.is_not(None), ~answers.c.cant_say)
        .group_by(tasks.c.id)  # as the answers lie: nothing has to be sorted
        .having(sa.func.count(points) > 0)
    )
    once: dict[str, str] = {}  # the same few ids come again and again: each is kept in memory once
    same = once.setdefault
    sums = [
        ReviewSum(task_id, same(p, p), same(r, r), _SOURCES[relation], same(d, d), n, round(steps))
        async for some in rows.partitions(AT_ONCE)
        for task_id, p, r, relation, d, n, steps in some
    ]
    return sorted(sums, key=lambda s: (s.reviewee_id, s.reviewer_id, s.source))


async def thin(
    tx: Tx, cycle: Cycle, reviewee_ids: Collection[str], relations: Collection[Relation], fewest: int
) -> list[Thin]:
    """The answers on a scale in these relations about these people, to every item that some of a relation, but fewer
    than `fewest` of it, answered."""
    of_whom = tasks.c.reviewee_id.in_(reviewee_ids)
    rated = sa.and_(tasks.c.cycle_id == cycle.id, of_whom, tasks.c.relation.in_(relations), COUNTS)
    given = sa.and_(answers.c.number.is_not(None), ~answers.c.cant_say)
    group = (tasks.c.reviewee_id, answers.c.item)
    each = (
        sa.select(*group, tasks.c.relation)
        .join(answers, answers.c.task_id == tasks.c.id)
        .where(rated, given)
        .group_by(*group, tasks.c.relation)
        .having(sa.func.count() < fewest)
        .subquery()
    )
    few = sa.select(each.c.reviewee_id, each.c.item).distinct().subquery()
    points = _points(cycle.scheme)
    member = sa.and_(participants.c.cycle_id == tasks.c.cycle_id, participants.c.person_id == tasks.c.reviewee_id)
    rows = await tx.execute(
        sa.select(tasks.c.id, tasks.c.reviewee_id, _RELATION, answers.c.item, points)
        .select_from(few)
        .join(tasks, tasks.c.reviewee_id == few.c.reviewee_id)
        .join(answers, sa.and_(answers.c.task_id == tasks.c.id, answers.c.item == few.c.item))
        .join(participants, member)
        .where(rated, given, points.is_not(None))
    )
    return [Thin(task_id, person, _SOURCES[of], item, round(steps)) for task_id, person, of, item, steps in rows]


_STEPS = 2520  # into which every scale of 2 to 11 points can be cut, so that sums are exact


def _points(scheme: Scheme) -> sa.ColumnElement[float]:
    """An answer in steps of its scale, which a form of its own may have changed; NULL where nothing is rated."""
    scales: dict[tuple[int, int], dict[str, list[str]]] = {}
    for variant, form in scheme.forms().items():
        for item in (i for i in form.items() if isinstance(i, RatedItem)):
            scale = item.anchors[0].point, item.anchors[-1].point
            scales.setdefault(scale, {}).setdefault(variant, []).append(item.key)

    def rated(variant: str, items: list[str]) -> sa.ColumnElement[bool]:
        asked = answers.c.item.in_(items)
        return sa.and_(asked, participants.c.variant == variant) if scheme.variants else asked

    if len(scales) == 1 and not scheme.variants and not any(isinstance(i, NumberItem) for i in scheme.items()):
        ((low, high),) = scales  # every number is a rating on that scale
        return (answers.c.number - low) * (_STEPS // (high - low))
    whens = [
        (sa.or_(*(rated(*form) for form in forms.items())), (answers.c.number - low) * (_STEPS // (high - low)))
        for (low, high), forms in scales.items()
    ]
    return sa.case(*whens)


async def sizes(tx: Tx, cycle_id: str, reviewee_ids: Collection[str]) -> dict[str, dict[Source, int]]:
    """How many reviews of each group count, by reviewee; groups without any are left out."""
    group = (tasks.c.reviewee_id, tasks.c.relation)
    rows = await tx.execute(
        sa.select(*group, sa.func.count())
        .where(tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id.in_(reviewee_ids), COUNTS)
        .group_by(*group)
        .order_by(*group)
    )
    found: dict[str, dict[Source, int]] = {}
    for person_id, relation, n in rows:
        found.setdefault(person_id, {})[Source(relation)] = n
    return found


async def written(
    tx: Tx, cycle_id: str, reviewee_ids: Collection[str], *, numbers: Collection[str] = ()
) -> dict[str, list[Written]]:
    """The answers that are read and not counted, with their authors, by reviewee: texts, keys of choices, numbers.

    `numbers`: the items that ask for a number. Sorted by item, relation and answer, which says nothing about who
    wrote when.
    """
    of_whom = tasks.c.reviewee_id.in_(reviewee_ids)
    answer = answers.c
    has_text = sa.and_(answer.text.is_not(None), sa.func.trim(answer.text) != "")
    has_number = sa.and_(answer.item.in_(numbers), answer.number.is_not(None), ~answer.cant_say)
    rows = await tx.execute(
        sa.select(tasks.c.reviewee_id, answer.item, tasks.c.relation, answer.text, answer.number, tasks.c.reviewer_id)
        .join(answers, answer.task_id == tasks.c.id)
        .where(tasks.c.cycle_id == cycle_id, of_whom, COUNTS, sa.or_(has_text, has_number))
        .order_by(tasks.c.reviewee_id, answer.item, tasks.c.relation, answer.text, answer.number)
    )
    found: dict[str, list[Written]] = {}
    for person_id, item, relation, text, number, author_id in rows:
        found.setdefault(person_id, []).append(Written(item, Source(relation), text or repr(float(number)), author_id))
    return found


async def _by_relation(
    tx: Tx, cycle_id: str, reviewee_id: str, condition: sa.ColumnElement[bool]
) -> dict[Relation, int]:
    rows = await tx.execute(
        sa.select(tasks.c.relation, sa.func.count())
        .where(tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id == reviewee_id, condition)
        .group_by(tasks.c.relation)
    )
    return {row[0]: row[1] for row in rows}

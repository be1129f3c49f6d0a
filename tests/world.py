"""A small company to test with: a named cast, a clock that stands still, and the steps that tests begin from.

Cast: Hana (HR, reports to Rosa) · Rosa (head, no manager) · Max (manager in Support, reports to Rosa) with the
reports Ann, Bo, Cai and Dee · Tom (Support, reports to Rosa, no reports) · Lin (Logistics, reports to Max,
has left).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from appraisal.approval import CauseNamed
from appraisal.cycle import Selection
from appraisal.intake.tables import Import, ImportKind, ImportState
from appraisal.messages import Message
from appraisal.people import Person
from appraisal.review import Answer, Figure, Sheet, TaskState, TodoList
from appraisal.scheme import ChoiceItem, MetricItem, NumberItem, RatingItem, Relation
from services import actions, approvals, closing, cycles, people, reviews
from services.actions import Proposal
from services.cycles import StartRequest
from services.deps import Deps
from storage import imports, metrics, outbox
from storage import people as people_store
from storage.engine import Database

MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
DUE = date(2026, 10, 16)


def person(key: str, *, manager: str | None = None, department: str = "Support", locale: str = "en") -> Person:
    return Person(
        id=key,
        name=key.capitalize(),
        email=f"{key}@example.com",
        slack_id=f"U{key.upper()}",
        employee_number=f"E-{key}",
        department=department,
        job_family="Agent",
        manager_id=manager,
        time_zone="Europe/London",
        locale=locale,
    )


Q3 = (date(2026, 7, 1), date(2026, 9, 30))


async def add_figures(deps: Deps, name: str, *figures: Figure, as_of: date | None = None, source: str = "") -> None:
    """Figures of the third quarter, as if a file of that name had been imported now."""
    now = deps.now()
    file = Import(name, ImportKind.METRICS, f"{name}.csv", "f00d", b"", None, now, *Q3)
    file = replace(file, state=ImportState.APPLIED, applied_at=now, source=source or name, as_of=as_of)
    async with deps.begin() as tx:
        await imports.add(tx, file)
        await metrics.save(tx, [replace(f, import_id=name, row=n) for n, f in enumerate(figures, 2)])


CAST = [
    person("rosa", department="Head office"),
    person("hana", manager="rosa", department="People"),
    person("max", manager="rosa"),
    person("tom", manager="rosa"),
    person("ann", manager="max"),
    person("bo", manager="max", locale="zh"),
    person("cai", manager="max", locale="zh"),
    person("dee", manager="max"),
    replace(person("lin", manager="max", department="Logistics"), active=False),
]


@dataclass
class World:
    """`deps` on a real database; `now` is moved by tests."""

    database: Database
    now: datetime = MONDAY
    deps: Deps = field(init=False)

    def __post_init__(self) -> None:
        numbers = itertools.count(1)
        self.deps = Deps(
            self.database,
            now=lambda: self.now,
            hr_admins=frozenset({"UHANA"}),
            new_id=lambda: f"id{next(numbers):05d}",
            new_seed=lambda: 7,
        )

    async def settle(self) -> World:
        """The cast moves in."""
        async with self.deps.begin() as tx:
            await people_store.save(tx, CAST)
        return self

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    async def who(self, key: str) -> Person:
        found = await people.identify(self.deps, f"U{key.upper()}")
        assert found is not None
        return found

    def request(self, **changes: object) -> StartRequest:
        usual = StartRequest(
            name="Q3",
            scheme="operations",
            period_start=date(2026, 7, 1),
            period_end=date(2026, 9, 30),
            selection=Selection(departments=("Support",)),
            relations=tuple(Relation),
            peers_wanted=4,
            threshold=3,
            due_on=DUE,
        )
        return replace(usual, **changes)  # type: ignore[arg-type]

    async def launched(self, **changes: object) -> str:
        """The id of a cycle that collects reviews in Support: Max, Tom, Ann, Bo, Cai, Dee."""
        preview = await cycles.draft_cycle(self.deps, await self.who("hana"), self.request(**changes))
        await cycles.launch_cycle(self.deps, await self.who("hana"), preview.cycle.id)
        return preview.cycle.id

    async def todo(self, key: str) -> TodoList:
        (found,) = await reviews.todo_lists(self.deps, await self.who(key))
        return found

    async def task(self, reviewer: str, reviewee: str) -> str:
        todo = await self.todo(reviewer)
        return next(t.task.id for t in todo.todos if t.reviewee.id == reviewee)

    async def write(
        self, reviewer: str, reviewee: str, *, point: int = 4, text: str = "Ran the Friday handover."
    ) -> Sheet:
        """Fill in a whole review at once and send it."""
        who, task_id = await self.who(reviewer), await self.task(reviewer, reviewee)
        sheet = await reviews.open_review(self.deps, who, task_id)
        filled: dict[str, Answer] = {}
        for item in (item for page in sheet.pages for item in page.items):
            if isinstance(item, RatingItem | MetricItem):
                filled[item.key] = Answer(item.key, number=float(point))
            elif isinstance(item, ChoiceItem):
                filled[item.key] = Answer(item.key, text=item.options[0].key)
            elif isinstance(item, NumberItem):
                filled[item.key] = Answer(item.key, number=item.low + 1.5)
            else:
                filled[item.key] = Answer(item.key, text=f"{text} ({reviewer} on {reviewee})")
        await reviews.turn_page(self.deps, who, task_id, filled, to=len(sheet.pages), view=f"V{reviewer}")
        return await reviews.submit_review(self.deps, who, task_id)

    async def everyone_writes(self, *, but: tuple[tuple[str, str], ...] = ()) -> None:
        for key in ("rosa", "max", "tom", "ann", "bo", "cai", "dee"):
            for todo in (await self.todo(key)).todos:
                if (key, todo.reviewee.id) not in but and todo.task.state is not TaskState.SUBMITTED:
                    await self.write(key, todo.reviewee.id, point=3 + (len(key) + len(todo.reviewee.id)) % 3)

    async def collected(self, **changes: object) -> str:
        """A cycle whose reviews are in and scored."""
        cycle_id = await self.launched(**changes)
        await self.everyone_writes()
        await closing.close_cycle(self.deps, await self.who("hana"), cycle_id)
        return cycle_id

    async def propose(self, manager: str, report: str, cycle_id: str, *, once: str = "V1", replaces: str = "") -> bool:
        proposal = Proposal(
            what="Lead the weekly incident review",
            why="To practise deciding under time pressure",
            measure="Six reviews led by December",
            due_on=date(2026, 12, 18),
            replaces=replaces,
        )
        return await actions.propose_action(
            self.deps, await self.who(manager), cycle_id, report, proposal, once=f"{manager}:{report}:{once}"
        )

    async def name_causes(self, manager: str, report: str, cycle_id: str) -> None:
        """Say of each missed target that it was something else."""
        who = await self.who(manager)
        card = await approvals.card_for(self.deps, who, cycle_id, report)
        named = {m.metric: CauseNamed("", "The new scanners came in late September") for m in card.unexplained}
        await approvals.name_causes(self.deps, who, cycle_id, report, named)

    async def approved(self, manager: str, report: str, cycle_id: str) -> None:
        await self.propose(manager, report, cycle_id)
        await self.name_causes(manager, report, cycle_id)
        await approvals.approve(self.deps, await self.who(manager), cycle_id, report)

    async def outgoing(self, kind: str | None = None) -> list[tuple[str, Message]]:
        """(recipient, message) of what waits in the outbox, and empties it."""
        found: list[tuple[str, Message]] = []
        while True:
            async with self.deps.begin() as tx:
                claimed = await outbox.claim(
                    tx, owner="test", limit=100, lease_seconds=60, now=self.now, wall=datetime.now(UTC)
                )
                for out in claimed:
                    found.append((out.recipient, out.message))
                    sent = await outbox.mark_sent(
                        tx, out.id, owner="test", attempts=out.attempts, channel="D", ts="1", now=self.now
                    )
                    assert sent
            if not claimed:
                return [(r, m) for r, m in found if kind in (None, m.kind)]

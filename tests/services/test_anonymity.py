"""Nobody's answer follows from all that anybody was ever shown, whatever happened in between.

Each answer is a power of two of its own, so that a mean and its n tell by their binary digits whose answers are in it:
what is behind a figure is read from the figure itself, and not from what the code says of it.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appraisal.approval import Comments
from appraisal.cycle import Selection
from appraisal.errors import AppraisalError
from appraisal.review import Answer
from appraisal.scheme import ChoiceItem, Disclosure, NumberItem, RatingItem, Relation, Source, TextItem
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.disclosure import Exposed, Sum, exposed
from services import approvals, closing, results, reviews, schemes
from services.explaining import why
from services.people import save_people
from services.readers import check_reader
from services.settling import settle_returns
from storage import cycles, people, tables
from storage.engine import Database
from tests.world import World, person

TEXTS = {i.key for form in schemes.builtin() for i in form.items() if isinstance(i, TextItem)}
HIDDEN = (Source.PEER, Source.REPORT, Source.OTHERS)
REVIEWERS = ("ann", "bo", "cai", "dee", "tom", "pia", "quin", "ron")
Row = frozenset[tuple[str, int]]
"""(reviewer, which submission of theirs) behind one figure."""


@dataclass
class Witness:
    """All that one reader was ever shown about Max, item by item."""

    rows: dict[str, set[Row]] = field(default_factory=lambda: defaultdict(set))

    def exposes(self, *, versioned: bool, known: str) -> Exposed:
        """`versioned`: as if everybody who sent again had changed every answer; else as if nobody had."""
        shown: list[Sum] = [
            {(who, (item, version if versioned else 0)): 1.0 for who, version in row}
            for item, rows in self.rows.items()
            for row in rows
        ]
        return exposed(shown, known={known})


@dataclass
class Story:
    """A cycle as far as it is about Max, whom four reports and four colleagues review; `seen` by reader."""

    world: World
    cycle_id: str = ""
    seen: dict[str, Witness] = field(default_factory=lambda: defaultdict(Witness))
    submissions: list[str] = field(default_factory=list)  # who, in order: the binary digit of each
    numbers: count[int] = field(default_factory=count)

    async def write(self, who: str, cant_say: bool) -> None:
        """Send a review whose every rating is a power of two; or one that cannot say at the first rating."""
        try:
            task_id = await self.world.task(who, "max")
            sheet = await reviews.open_review(self.world.deps, await self.world.who(who), task_id)
        except (AppraisalError, StopIteration, RuntimeError, ValueError):
            return  # nobody asked them, or not any more
        number, filled = next(self.numbers), dict[str, Answer]()
        self.submissions.append(who)
        for item in (i for page in sheet.pages for i in page.items):
            match item:
                case ChoiceItem():
                    filled[item.key] = Answer(item.key, text=item.options[0].key)
                case TextItem():
                    filled[item.key] = Answer(item.key) if cant_say else Answer(item.key, text=f"by {number}")
                case NumberItem():
                    filled[item.key] = Answer(item.key, number=item.low)
                case _:
                    filled[item.key] = Answer(item.key, number=4.0)
        ratings = [i.key for page in sheet.pages for i in page.items if isinstance(i, RatingItem)]
        if cant_say:
            filled[ratings[0]] = Answer(ratings[0], cant_say=True)
        me = await self.world.who(who)
        await reviews.turn_page(self.world.deps, me, task_id, filled, to=len(sheet.pages), view=f"V{number}")
        async with self.world.deps.begin() as tx:
            drafts = tables.drafts.c
            mine = (drafts.task_id == task_id, drafts.item.in_(ratings), drafts.number.is_not(None))
            await tx.execute(sa.update(tables.drafts).where(*mine).values(number=float(2**number)))
        await reviews.submit_review(self.world.deps, me, task_id)

    async def moves(self, *, leaves: str | None, manager: str) -> None:
        """Somebody leaves, and Max gets another manager."""
        async with self.world.deps.begin() as tx:
            before = await people.all_people(tx)
            changed = [replace(before["max"], manager_id=manager)]
            changed += [replace(before[leaves], active=False)] if leaves else []
            await save_people(tx, self.world.deps, changed, before, self.world.now)

    def look(self, reader: str, card: ScoreCard, comments: Comments | None) -> None:
        witness = self.seen[reader]
        for item in card.items():
            for part in item.parts:
                if part.source in HIDDEN and part.mean is not None:
                    witness.rows[item.item].add(self._behind(round(part.mean * part.n), part.n))
            counted = [p.share * p.score for p in item.parts if p.share and p.score is not None]
            assert item.score is None or item.score == pytest.approx(sum(counted))  # nothing else is in it
        for dimension in card.dimensions:
            counted = [i.share * i.score for i in dimension.items if i.share and i.score is not None]
            assert dimension.score is None or dimension.score == pytest.approx(sum(counted))
        written: dict[tuple[str, Source], set[tuple[str, int]]] = defaultdict(set)
        for comment in comments.comments if comments else ():
            if comment.source in HIDDEN and comment.author is None and comment.text.startswith("by "):
                number = int(comment.text.removeprefix("by "))
                written[comment.item, comment.source].add((self.submissions[number], number))
        for (item, _), row in written.items():
            witness.rows[item].add(frozenset(row))

    def _behind(self, total: int, n: int) -> Row:
        row = frozenset((who, k) for k, who in enumerate(self.submissions) if total >> k & 1)
        assert len(row) == n
        return row

    async def everybody_looks(self, approver: str) -> None:
        deps, hana = self.world.deps, await self.world.who("hana")
        card = await approvals.card_for(deps, await self.world.who(approver), self.cycle_id, "max")
        self.look(approver, card.score, card.comments)
        explained = (await why(deps, await self.world.who(approver), self.cycle_id, "max")).explanation
        shown = {(i.item, p.source) for i in card.score.items() for p in i.parts if p.score is not None}
        assert {(i.item, p.source) for i in explained.items() for p in i.parts if p.score is not None} <= shown
        async with deps.read() as tx:
            cycle = await cycles.get(tx, self.cycle_id)
            assert cycle is not None
            try:
                await check_reader(tx, cycle, "max", hana)
            except AppraisalError:
                return
        self.look("hana", card.score, None)


CANT_SAY = st.sampled_from([False, False, False, False, True])
GROUPS = st.sampled_from([None, Relation.PEER, Relation.REPORT])
ROUND = st.fixed_dictionaries(
    {
        "group": GROUPS,
        "answers": st.dictionaries(st.sampled_from(REVIEWERS), CANT_SAY, max_size=9),
        "leaves": st.sampled_from([None, None, "cai", "quin"]),
        "approver": st.sampled_from(["rosa", "rosa", "ann", "tom"]),
    }
)
WORLD = st.fixed_dictionaries(
    {
        "first": st.dictionaries(st.sampled_from(REVIEWERS), CANT_SAY, min_size=4),
        "rounds": st.lists(ROUND, max_size=3),
        "threshold": st.sampled_from([3, 3, 4]),
        "comments": st.sampled_from([3, 4]),
        "peers": st.sampled_from([Disclosure.ANONYMOUS, Disclosure.ANONYMOUS, Disclosure.NAMED_TO_MANAGER]),
    }
)


def told(template: Path, what: dict[str, Any]) -> Story:
    """The whole story on a database of its own."""

    async def tell(url: str) -> Story:
        database = Database.open(url)
        try:
            return await _told(await World(database).settle(), what)
        finally:
            await database.dispose()

    with TemporaryDirectory() as folder:
        return asyncio.run(tell(f"sqlite:///{shutil.copy(template, folder)}"))


async def _told(world: World, given: dict[str, Any]) -> Story:
    """What happens, from the start to the release."""
    story, deps = Story(world), world.deps
    async with deps.begin() as tx:
        await people.save(tx, [person(name, manager="rosa") for name in ("pia", "quin", "ron")])
    story.cycle_id = await world.launched(
        selection=Selection(people=("max", "tom", "pia", "quin", "ron")),
        threshold=given["threshold"],
        comment_threshold=given["comments"],
    )
    async with deps.begin() as tx:
        cycle = await cycles.get(tx, story.cycle_id)
        assert cycle is not None
        how = {**cycle.scheme.disclosure, Relation.PEER: given["peers"]}
        scheme = cycle.scheme.model_copy(update={"disclosure": how})
        await tx.execute(sa.update(tables.cycles).where(tables.cycles.c.id == cycle.id).values(scheme=scheme))
    await world.write("rosa", "max")
    await world.write("max", "max")
    for who, cant_say in given["first"].items():
        await story.write(who, cant_say)
    await closing.close_cycle(deps, await world.who("hana"), story.cycle_id)
    approver = "rosa"
    await story.everybody_looks(approver)
    for each in given["rounds"]:
        world.advance(hours=1)
        await story.moves(leaves=each["leaves"], manager=each["approver"])
        approver = each["approver"]
        await story.everybody_looks(approver)
        try:
            await approvals.return_reviews(
                deps, await world.who(approver), story.cycle_id, "max", group=each["group"], note=""
            )
        except AppraisalError:
            continue
        world.advance(hours=1)
        for who, cant_say in each["answers"].items():
            world.now += timedelta(seconds=1)
            await story.write(who, cant_say)
        world.advance(days=5)
        await settle_returns(deps)
        await story.everybody_looks(approver)
    await world.approved(approver, "max", story.cycle_id)
    await approvals.release(deps, await world.who(approver), story.cycle_id, "max")
    result = await results.own_result(deps, await world.who("max"), story.cycle_id)
    story.look("max", result.score, result.comments)
    return story


def exposures(story: Story) -> dict[str, Exposed]:
    """Who is given away, by reader."""
    found = {
        (reader, versioned): witness.exposes(versioned=versioned, known=reader)
        for reader, witness in story.seen.items()
        for versioned in (False, True)
    }
    return {reader: exposed for (reader, _), exposed in found.items() if exposed}


@settings(
    deadline=None,
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(WORLD)
def test_nobodys_answer_follows_from_all_that_anybody_was_shown(sqlite_template: Path, what: dict[str, Any]) -> None:
    story = told(sqlite_template, what)
    assert exposures(story) == {}
    for witness in story.seen.values():
        for item, rows in witness.rows.items():
            least = what["comments"] if item in TEXTS else what["threshold"]
            assert all(len(row) >= least for row in rows), item


FULL = dict.fromkeys(REVIEWERS, False)
LATE = {
    "first": dict.fromkeys(("ann", "bo", "cai", "dee"), False),
    "rounds": [{"group": Relation.REPORT, "answers": {"dee": False}, "leaves": None, "approver": "rosa"}],
    "threshold": 3,
    "comments": 3,
    "peers": Disclosure.ANONYMOUS,
}


def test_the_story_shows_something(sqlite_template: Path) -> None:
    """Else there would be nothing to give away."""
    story = told(sqlite_template, {**LATE, "first": FULL})
    assert set(story.seen) == {"rosa", "hana", "max"}
    rows = [row for witness in story.seen.values() for rows in witness.rows.values() for row in rows]
    assert {len(row) for row in rows} == {4}  # four reports, four colleagues
    assert len(set(rows)) == 2  # and nothing new after one of them sent again


def test_who_decides_next_does_not_part_or_join_groups(sqlite_template: Path) -> None:
    """Two reports stay hidden on an item; together with the colleagues they would be what is left over."""
    first = {**FULL, "dee": True, "cai": True}
    moved = {"group": None, "answers": {}, "leaves": None, "approver": "ann"}
    what = {**LATE, "first": first, "rounds": [moved], "threshold": 4, "comments": 4}
    assert exposures(told(sqlite_template, what)) == {}


@pytest.mark.parametrize("answers", [{"tom": False}, {"tom": False, "pia": False, "quin": True}])
def test_peers_whose_names_the_manager_reads_hide_in_their_group_all_the_same(
    answers: dict[str, bool], sqlite_template: Path
) -> None:
    again = {"group": Relation.PEER, "answers": answers, "leaves": None, "approver": "tom"}
    what = {**LATE, "first": FULL, "rounds": [again], "peers": Disclosure.NAMED_TO_MANAGER}
    assert exposures(told(sqlite_template, what)) == {}


def test_a_threshold_of_two_would_give_a_pair_away(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cycles.FEWEST_FOR_A_GROUP", 2)
    what = {**LATE, "first": {"ann": False, "bo": False}, "rounds": [], "threshold": 2, "comments": 2}
    found = exposures(told(sqlite_template, what))
    assert {frozenset({"ann", "bo"})} == set(found["max"].pairs)


def test_taking_in_one_late_answer_would_give_it_away(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert exposures(told(sqlite_template, LATE)) == {}
    monkeypatch.setattr("appraisal.scoring.renewal.Reissue._fits", lambda *_: True)
    assert "dee" in exposures(told(sqlite_template, LATE))["rosa"].alone


def test_an_approver_among_three_would_see_a_pair(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = {"group": None, "answers": {}, "leaves": None, "approver": "ann"}
    what = {**LATE, "first": dict.fromkeys(("ann", "bo", "cai"), False), "rounds": [moved]}
    assert exposures(told(sqlite_template, what)) == {}

    async def nobody(*_: object) -> frozenset[Source]:
        return frozenset()

    monkeypatch.setattr("services.rescoring.insiders", nobody)
    assert frozenset({"bo", "cai"}) in exposures(told(sqlite_template, what))["ann"].pairs

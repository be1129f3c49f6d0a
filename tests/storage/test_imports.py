"""Files, what they changed, how they are read, and the figures of earlier periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appraisal.intake.checks import Earlier
from appraisal.intake.mapping import FileMapping
from appraisal.intake.tables import Apply, Change, Counts, Import, ImportKind, ImportState
from appraisal.people import Person
from appraisal.review import Figure
from storage import imports, metrics, people
from storage.engine import Database
from tests.storage.test_records import LATER, Q3, applied
from tests.storage.world import ANN, BOB, HR, NOW

FILE = Import(
    id="i1",
    kind=ImportKind.METRICS,
    file_name="指标.csv",
    sha256="ab" * 32,
    content=b"\x00\xff\xb4\xf3\r\n",
    actor_id=HR.id,
    created_at=NOW,
    period_start=Q3[0],
    period_end=Q3[1],
    source="指标",
    rank=3,
    as_of=Q3[1],
    mapping=FileMapping(columns={"做到": "actual"}),
)


async def test_a_file_is_kept_byte_for_byte_and_applied_once(peopled: Database) -> None:
    good, whole = Counts(rows=3, applied=2, doubtful=1), Counts(rows=3, applied=3)
    async with peopled.begin() as tx:
        await imports.add(tx, FILE)
        await imports.add(tx, replace(FILE, id="i2", created_at=LATER, actor_id=None))
        assert await imports.get(tx, "i1") == FILE
        assert await imports.mark_applied(tx, "i1", NOW, Apply.GOOD, good)
        assert not await imports.mark_applied(tx, "i1", LATER, Apply.GOOD, good)
        done = replace(FILE, state=ImportState.APPLIED, applied_at=NOW, counts=good)
        assert await imports.get(tx, "i1") == done
        assert await imports.mark_applied(tx, "i1", LATER, Apply.ALL, whole)
        assert not await imports.mark_applied(tx, "i1", LATER, Apply.ALL, whole)
        assert await imports.get(tx, "i1") == replace(done, what=Apply.ALL, counts=whole)


async def test_an_import_is_taken_back_once_and_only_where_it_counts(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await imports.add(tx, FILE)
        assert not await imports.mark_rolled_back(tx, "i1", LATER)
        assert await imports.mark_applied(tx, "i1", NOW, Apply.GOOD, Counts())
        assert await imports.mark_rolled_back(tx, "i1", LATER)
        assert not await imports.mark_rolled_back(tx, "i1", LATER)
        assert not await imports.mark_applied(tx, "i1", LATER, Apply.ALL, Counts())
        file = await imports.get(tx, "i1")
        assert file
        assert (file.state, file.rolled_back_at) == (ImportState.ROLLED_BACK, LATER)


async def test_only_a_file_that_waits_is_read_in_another_way(peopled: Database) -> None:
    other = FileMapping(fractions=True)
    async with peopled.begin() as tx:
        await imports.add(tx, FILE)
        assert await imports.set_mapping(tx, "i1", other)
        assert await imports.get(tx, "i1") == replace(FILE, mapping=other)
        await imports.mark_applied(tx, "i1", NOW, Apply.GOOD, Counts())
        assert not await imports.set_mapping(tx, "i1", FileMapping())


async def test_of_an_old_file_the_name_and_the_hash_stay(peopled: Database) -> None:
    old = Import("i1", ImportKind.PEOPLE, "people.csv", "ab" * 32, b"name\nAnn", HR.id, NOW)
    async with peopled.begin() as tx:
        for n in range(3):
            await imports.add(tx, replace(old, id=f"i{n}"))
        await imports.add(tx, replace(old, id="new", created_at=LATER))
        assert [await imports.forget_content(tx, LATER, limit=2) for _ in range(3)] == [2, 1, 0]
        assert await imports.get(tx, "i1") == replace(old, content=b"")
        assert await imports.get(tx, "new") == replace(old, id="new", created_at=LATER)


async def test_the_last_imports_come_without_their_bytes(peopled: Database) -> None:
    files = [applied(f"i{n}", Q3, applied_at=NOW + timedelta(days=n), content=b"x") for n in range(4)]
    async with peopled.begin() as tx:
        pulled = applied("pulled", Q3, rank=1, applied_at=NOW + timedelta(days=9), content=b"x")
        for file in (*files, pulled, replace(FILE, id="waits")):
            await imports.add(tx, file)
        await imports.mark_rolled_back(tx, "i3", LATER)
        recent = await imports.recent(tx, ImportKind.METRICS, 3)
        assert [(f.id, f.content) for f in recent] == [("pulled", b""), ("i3", b""), ("i2", b"")]
        recent = await imports.recent(tx, ImportKind.METRICS, 3, by_hand=True)
        assert [(f.id, f.content) for f in recent] == [("i3", b""), ("i2", b""), ("i1", b"")]
        last = await imports.last_applied(tx, ImportKind.METRICS)
        assert last == replace(files[2], content=b"")
        assert await imports.last_applied(tx, ImportKind.PEOPLE) is None


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ({}, True),
        ({"source": "crm"}, False),
        ({"sha256": "cd" * 32}, False),
        ({"period_end": date(2024, 9, 29)}, False),
        ({"as_of": None}, False),
        ({"state": ImportState.ROLLED_BACK}, False),
        ({"state": ImportState.PENDING}, False),
    ],
)
async def test_the_same_bytes_of_a_source_are_known_again(
    peopled: Database, changed: dict[str, object], is_same: bool
) -> None:
    before = replace(FILE, state=ImportState.APPLIED, applied_at=NOW)
    async with peopled.begin() as tx:
        await imports.add(tx, replace(before, **changed))  # type: ignore[arg-type]
        found = await imports.same_bytes(tx, replace(FILE, id="new"))
    assert (found.id if found else None) == ("i1" if is_same else None)


async def test_what_an_import_did_to_people_is_kept(peopled: Database) -> None:
    new = Person("new", "New")
    moved = Change(ANN, replace(ANN, department="Elsewhere", hired_on=date(2024, 2, 29)))
    async with peopled.begin() as tx:
        await imports.add(tx, FILE)
        await imports.save_changes(tx, "i1", [new], [moved])
        await imports.save_changes(tx, "i1", [], [])
        assert sorted(await imports.changes(tx, "i1"), key=lambda c: c[1].id) == sorted(
            [(None, new), (ANN, moved.after)], key=lambda c: c[1].id
        )
        assert await imports.changes(tx, "i2") == []


async def test_a_mapping_is_remembered_by_kind_and_source(peopled: Database) -> None:
    first, second = FileMapping(sheet="July"), FileMapping(header_row=3)
    async with peopled.begin() as tx:
        assert await imports.remembered(tx, ImportKind.METRICS, "crm") == FileMapping()
        await imports.remember(tx, ImportKind.METRICS, "crm", first, NOW)
        await imports.remember(tx, ImportKind.METRICS, "crm", second, LATER)
        assert await imports.remembered(tx, ImportKind.METRICS, "crm") == second
        assert await imports.remembered(tx, ImportKind.PEOPLE, "crm") == FileMapping()
        await imports.remember(tx, ImportKind.METRICS, "crm", FileMapping(), LATER)
        assert await imports.remembered(tx, ImportKind.METRICS, "crm") == FileMapping()


async def test_history_is_what_counted_in_earlier_periods_of_the_same_length(peopled: Database) -> None:
    quarter = [(date(2023 + n // 4, n % 4 * 3 + 1, 1), date(2023 + n // 4, n % 4 * 3 + 3, 28)) for n in range(7)]
    year = (date(2023, 1, 1), date(2023, 12, 31))
    said = Figure(ANN.id, "units", 100, 1, "i0", 2)
    async with peopled.begin() as tx:
        for n, period in enumerate((*quarter, year)):
            await imports.add(tx, applied(f"i{n}", period))
            await metrics.save(tx, [replace(said, import_id=f"i{n}", actual=n)])
        await imports.add(tx, applied("better", quarter[0], applied_at=LATER))
        await metrics.save(tx, [replace(said, import_id="better", actual=50)])
        await imports.mark_rolled_back(tx, "i1", LATER)
        found = await metrics.history(tx, *quarter[4])
        assert found == {(ANN.id, "units"): [Earlier(100, 3), Earlier(100, 2), Earlier(100, 50)]}
        assert await metrics.history(tx, *quarter[0]) == {}


async def test_whom_an_import_is_about(peopled: Database) -> None:
    said = Figure(ANN.id, "units", 100, 1, "i1", 2)
    async with peopled.begin() as tx:
        await imports.add(tx, applied("i1", Q3))
        await metrics.save(tx, [said, replace(said, metric="late"), replace(said, person_id=BOB.id)])
        assert await metrics.people_of_import(tx, "i1") == {ANN.id, BOB.id}
        assert await metrics.count_of_import(tx, "i1") == 3


async def test_people_whom_nothing_names_can_be_forgotten(peopled: Database) -> None:
    eve, fay = Person("eve", "Eve"), Person("fay", "Fay", manager_id="eve")
    async with peopled.begin() as tx:
        await people.save(tx, [eve, fay])
        assert await people.referred_to(tx, {ANN.id, HR.id, "eve", "fay"}) == {ANN.id, HR.id}
        await people.delete(tx, ["eve", "fay"])
        assert await people.get(tx, "eve") is None
        assert await people.get(tx, ANN.id) == ANN

"""Files of people and metrics: read, planned, applied in part or whole, remembered, taken back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from appraisal.cycle import Selection, State
from appraisal.errors import Code, WrongState
from appraisal.intake.mapping import FileMapping
from appraisal.intake.tables import (
    Apply,
    Counts,
    ImportKind,
    ImportState,
    MappedBy,
    MetricsPlan,
    PeoplePlan,
    Reason,
)
from appraisal.people import Person
from appraisal.review import Figure
from services import approvals, closing, imports, people, schemes, tidying
from services.imports import DryRun, Period
from services.people import SlackUser
from services.rolling_back import RolledBack, roll_back, to_undo
from storage import audit, cycles, metrics, sources
from storage import people as people_store
from tests.services.test_cycles import refused
from tests.services.test_pulling import declare, source
from tests.world import World

PEOPLE, METRICS = ImportKind.PEOPLE, ImportKind.METRICS
Q3 = Period(date(2026, 7, 1), date(2026, 9, 30))
HEADER = "person,metric,target,actual\n"
ANN_96 = HEADER + "ann@example.com,goal_completion,100,96\n"


async def look(world: World, kind: ImportKind, content: str | bytes, **options: Any) -> DryRun:
    content = content.encode() if isinstance(content, str) else content
    given = {"file_name": "file.csv", "content": content, **options}
    if kind is METRICS:
        given.setdefault("period", Q3)
    return await imports.dry_run(world.deps, await world.who("hana"), kind, **given)


async def apply(world: World, run: DryRun, what: Apply = Apply.GOOD) -> DryRun:
    return await imports.apply_import(world.deps, await world.who("hana"), run.file.id, what=what)


async def take(world: World, kind: ImportKind, content: str, **options: Any) -> DryRun:
    """Look and apply; a minute passes, so that the next import is a later one."""
    run = await apply(world, await look(world, kind, content, **options))
    world.advance(minutes=1)
    return run


async def undo(world: World, run: DryRun) -> RolledBack:
    return await roll_back(world.deps, await world.who("hana"), run.file.id)


async def figures(world: World, period: Period = Q3) -> dict[tuple[str, str], float]:
    async with world.deps.read() as tx:
        return {(f.person_id, f.metric): f.actual for f in await metrics.of_period(tx, period.start, period.end)}


async def known(world: World) -> dict[str, Person]:
    return {p.email.partition("@")[0]: p for p in await people.everyone(world.deps)}


def metrics_plan(run: DryRun) -> MetricsPlan:
    assert isinstance(run.plan, MetricsPlan)
    return run.plan


def people_plan(run: DryRun) -> PeoplePlan:
    assert isinstance(run.plan, PeoplePlan)
    return run.plan


# Applying


async def test_good_rows_about_people_are_taken_and_bad_ones_left(world: World) -> None:
    content = "email,department,manager\nann@example.com,Sales,max@example.com\nbo@example.com,Sales,nobody@x.org\n"
    run = await take(world, PEOPLE, content)
    assert [(p.row, p.reason) for p in run.plan.problems] == [(3, Reason.UNKNOWN_MANAGER)]
    assert [c.fields() for c in people_plan(run).changed] == [("department",)]
    assert run.file.counts == Counts(rows=2, applied=1, errors=1)
    assert {k: p.department for k, p in (await known(world)).items() if k in ("ann", "bo")} == {
        "ann": "Sales",
        "bo": "Support",
    }


async def test_a_file_without_a_usable_row_changes_nothing_and_goes_on_waiting(world: World) -> None:
    run = await take(world, PEOPLE, "email,department\nzoe@example.com,Sales\n")
    assert (run.file.state, run.file.counts) == (ImportState.PENDING, None)
    assert await imports.recent_imports(world.deps, None, PEOPLE) == []


async def test_a_chinese_file_in_gb18030_is_read(world: World) -> None:
    content = "姓名,邮箱,部门,直属上级\n王芳,wang@example.com,客服部,max@example.com\n".encode("gb18030")
    await apply(world, await look(world, PEOPLE, content))
    wang = (await known(world))["wang"]
    assert (wang.name, wang.department, wang.manager_id) == ("王芳", "客服部", "max")


async def test_the_good_rows_of_a_metrics_file_are_kept_and_score_the_results(world: World) -> None:
    cycle_id = await world.launched()
    run = await take(world, METRICS, ANN_96 + "zoe@example.com,goal_completion,1,1\n", period=None)
    assert [(p.row, p.reason) for p in run.plan.problems] == [(3, Reason.UNKNOWN_PERSON)]
    await world.everyone_writes()
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    (metric,) = card.score.metrics
    assert (metric.metric, metric.attainment) == ("goal_completion", 0.96)


async def test_figures_that_come_after_collecting_still_reach_a_score_that_is_not_approved(world: World) -> None:
    cycle_id = await world.collected()
    await world.outgoing()
    before = (await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")).score
    run = await take(world, METRICS, HEADER + "ann@example.com,goal_completion,100,50\n")
    after = (await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")).score
    assert (after.total or 0) < (before.total or 0)
    assert [(to, m.person_id) for to, m in await world.outgoing("approval-card")] == [("max", "ann")]  # type: ignore[union-attr]
    await undo(world, run)
    assert (await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")).score == before
    assert [(to, m.person_id) for to, m in await world.outgoing("approval-card")] == [("max", "ann")]  # type: ignore[union-attr]


async def test_an_import_is_applied_once(world: World) -> None:
    run = await take(world, METRICS, ANN_96)
    await refused(Code.IMPORT_APPLIED, apply(world, run))
    assert run.file.counts == Counts(rows=1, applied=1)


async def test_a_double_click_applies_once_and_is_told_so(world: World) -> None:
    run = await look(world, METRICS, ANN_96)
    done = await asyncio.gather(apply(world, run), apply(world, run), return_exceptions=True)
    (applied,) = [d for d in done if isinstance(d, DryRun)]
    (refusal,) = [d for d in done if isinstance(d, WrongState)]
    assert (applied.file.state, refusal.code) == (ImportState.APPLIED, Code.IMPORT_APPLIED)
    assert len(await imports.recent_imports(world.deps, None, METRICS)) == 1


DOUBTFUL = HEADER + "ann@example.com,goal_completion,95,0.96\nbo@example.com,goal_completion,95,94\n"


async def test_doubtful_rows_may_follow_the_good_ones_in_the_same_import(world: World) -> None:
    run = await take(world, METRICS, DOUBTFUL)
    assert await figures(world) == {("bo", "goal_completion"): 94}
    assert run.file.counts == Counts(rows=2, applied=1, doubtful=1)
    again = await imports.look_again(world.deps, None, run.file.id)
    assert [(p.row, p.reason) for p in again.plan.problems] == [(2, Reason.PERCENT_SCALE)]
    whole = await apply(world, run, Apply.ALL)
    assert whole.file.counts == Counts(rows=2, applied=2)
    assert (whole.file.what, whole.file.applied_at) == (Apply.ALL, run.file.applied_at)
    assert await figures(world) == {("ann", "goal_completion"): 0.96, ("bo", "goal_completion"): 94}
    (only,) = await imports.recent_imports(world.deps, None, METRICS)
    assert (only.id, only.content) == (run.file.id, b"")
    for what in Apply:
        await refused(Code.IMPORT_APPLIED, apply(world, run, what))


async def test_all_at_once(world: World) -> None:
    run = await look(world, METRICS, DOUBTFUL)
    assert (await apply(world, run, Apply.ALL)).file.counts == Counts(rows=2, applied=2)


async def test_a_file_that_was_forgotten_is_asked_for_again(world: World) -> None:
    content = "email,department\nann@example.com,Sales\n"
    waits = await look(world, PEOPLE, content)
    applied = await take(world, PEOPLE, content)
    world.advance(days=91)
    assert await tidying.tidy(world.deps) >= 2
    await refused(Code.NO_SUCH_IMPORT, apply(world, waits))
    await refused(Code.NO_SUCH_IMPORT, imports.look_again(world.deps, None, applied.file.id))
    await refused(Code.IMPORT_APPLIED, apply(world, applied))


async def test_only_hr_imports(world: World) -> None:
    tom = await world.who("tom")
    run = await look(world, PEOPLE, "email,department\nann@example.com,Sales\n")
    for asked in (
        imports.dry_run(world.deps, tom, PEOPLE, file_name="x.csv", content=b"name,email\n"),
        imports.remap(world.deps, tom, run.file.id, FileMapping()),
        imports.look_again(world.deps, tom, run.file.id),
        imports.apply_import(world.deps, tom, run.file.id),
        imports.recent_imports(world.deps, tom, PEOPLE),
        roll_back(world.deps, tom, run.file.id),
    ):
        await refused(Code.NOT_HR, asked)


async def test_metrics_need_to_know_their_period(world: World) -> None:
    await refused(Code.NO_OPEN_CYCLE, look(world, METRICS, ANN_96, period=None))


async def test_figures_are_not_of_a_day_to_come(world: World) -> None:
    tomorrow = world.now.date() + timedelta(days=1)
    await refused(Code.AS_OF_FUTURE, look(world, METRICS, ANN_96, as_of=tomorrow))


async def test_what_was_done_stands_in_the_log(world: World) -> None:
    run = await take(world, METRICS, ANN_96)
    await undo(world, run)
    async with world.deps.read() as tx:
        entries = await audit.recent(tx, 2)
    assert [(e.verb, e.actor_id, e.subject) for e in entries] == [
        ("rollback-metrics", "hana", run.file.id),
        ("import-metrics", "hana", run.file.id),
    ]


# The same again


async def test_the_same_file_again_writes_nothing(world: World) -> None:
    first = await take(world, METRICS, ANN_96, file_name="KPI 2026-10-01.csv")
    again = await take(world, METRICS, ANN_96, file_name="KPI 2026-10-02.csv")
    assert again.repeats
    assert (again.repeats.id, again.file.state) == (first.file.id, ImportState.PENDING)
    assert [f.id for f in await imports.recent_imports(world.deps, None, METRICS)] == [first.file.id]


async def test_other_bytes_with_the_same_figures_change_nothing_either(world: World) -> None:
    await take(world, METRICS, ANN_96)
    again = await take(world, METRICS, ANN_96.replace("96", "96.0"))
    assert (again.repeats, metrics_plan(again).unchanged, again.file.state) == (None, 1, ImportState.PENDING)


async def test_the_same_file_counts_again_once_it_was_taken_back(world: World) -> None:
    await undo(world, await take(world, METRICS, ANN_96))
    assert await figures(world) == {}
    again = await take(world, METRICS, ANN_96)
    assert (again.repeats, again.file.state) == (None, ImportState.APPLIED)
    assert await figures(world) == {("ann", "goal_completion"): 96}


async def test_the_same_file_for_another_period_is_news(world: World) -> None:
    await take(world, METRICS, ANN_96)
    q2 = Period(date(2026, 4, 1), date(2026, 6, 30))
    await take(world, METRICS, ANN_96, period=q2)
    assert await figures(world, q2) == await figures(world)


async def test_an_older_file_is_kept_once_and_a_correction_without_a_day_counts(world: World) -> None:
    today = world.now.date()
    await take(world, METRICS, ANN_96, as_of=today - timedelta(days=1))
    older = [await take(world, METRICS, ANN_96.replace("96", "90"), as_of=today - timedelta(days=3)) for _ in range(2)]
    assert [run.file.state for run in older] == [ImportState.APPLIED, ImportState.PENDING]
    assert await figures(world) == {("ann", "goal_completion"): 96}
    corrected = await take(world, METRICS, ANN_96.replace("96", "97"))
    assert [(old.actual, new.actual) for old, new in metrics_plan(corrected).replaced] == [(96, 97)]
    assert await figures(world) == {("ann", "goal_completion"): 97}


# Mappings

ODD = "who is it,kpi,planned,did\nann@example.com,goal_completion,100,96\n"
MEANT = FileMapping(columns={"who is it": "person", "did": "actual"})


async def test_a_corrected_mapping_is_remembered_for_the_next_file_of_the_source(world: World) -> None:
    run = await look(world, METRICS, ODD, file_name="CRM 2026-09.csv", mapping=MEANT)
    assert (run.mapped_by, run.mapping) == (MappedBy.HR, MEANT)
    waiting = FileMapping(columns={**MEANT.columns, "kpi": ""}, values={"metric": "goal_completion"})
    remapped = await imports.remap(world.deps, None, run.file.id, waiting)
    assert metrics_plan(remapped).figures
    await refused(Code.COLUMN_MISSING, look(world, METRICS, ODD, file_name="CRM 2026-10.csv"))
    await apply(world, run)
    following = await look(world, METRICS, ODD.replace("96", "97"), file_name="CRM 2026-10.csv")
    assert (following.mapped_by, following.mapping) == (MappedBy.MEMORY, waiting)
    assert [f.actual for f in metrics_plan(following).figures] == [97]


async def test_a_remembered_mapping_that_no_longer_fits_is_left_out_and_said(world: World) -> None:
    await apply(world, await look(world, METRICS, ODD, file_name="CRM 1.csv", mapping=MEANT))
    run = await look(world, METRICS, ANN_96.replace("96", "95"), file_name="CRM 2.csv")
    assert (run.mapped_by, run.mapping) == (MappedBy.NOT_MEMORY, FileMapping())
    await apply(world, run)
    assert (await look(world, METRICS, ANN_96, file_name="CRM 3.csv")).mapped_by is MappedBy.NOTHING


async def test_a_file_that_was_applied_is_not_read_in_another_way(world: World) -> None:
    run = await take(world, METRICS, ANN_96)
    await refused(Code.IMPORT_APPLIED, imports.remap(world.deps, None, run.file.id, MEANT))
    await undo(world, run)
    await refused(Code.IMPORT_ROLLED_BACK, imports.remap(world.deps, None, run.file.id, MEANT))


# Sources that disagree


async def test_a_file_by_hand_named_like_a_declared_source_is_another_one(world: World) -> None:
    declare(world, source("crm", precedence=10))
    await take(world, METRICS, ANN_96, source="crm", rank=10)
    by_hand = await take(world, METRICS, ODD.replace("96", "90"), file_name="crm 2026-09.csv", mapping=MEANT)
    assert by_hand.file.source == "crm (file)"
    assert [(c.other.source, c.wins) for c in metrics_plan(by_hand).conflicts] == [("crm", True)]
    async with world.deps.begin() as tx:
        await sources.follow_precedence(tx, world.deps.sources)
    pulled = await take(world, METRICS, ANN_96.replace("96", "97"), source="crm", rank=10)
    assert pulled.mapped_by is MappedBy.NOTHING
    assert await figures(world) == {("ann", "goal_completion"): 90}
    following = await look(world, METRICS, ODD, file_name="crm 2026-10.csv")
    assert (following.mapped_by, following.file.source) == (MappedBy.MEMORY, "crm (file)")


async def test_a_file_by_hand_stays_another_source_where_its_name_is_declared_later(world: World) -> None:
    await take(world, METRICS, ANN_96, file_name="crm.csv")
    declare(world, source("crm", precedence=10))
    pulled = await take(world, METRICS, ANN_96, source="crm", rank=10)
    assert [f.actual for f in metrics_plan(pulled).figures] == [96]
    pulled = await take(world, METRICS, ANN_96.replace("96", "97"), source="crm", rank=10)
    assert [(c.other.actual, c.wins) for c in metrics_plan(pulled).conflicts] == [(96, False)]


async def test_the_source_with_precedence_counts_whatever_came_last(world: World) -> None:
    await take(world, METRICS, ANN_96, source="crm", rank=1)
    run = await take(world, METRICS, ANN_96.replace("96", "90"), source="sheet", rank=2)
    (conflict,) = metrics_plan(run).conflicts
    assert (conflict.other.source, conflict.other.actual, conflict.wins) == ("crm", 96, False)
    assert await figures(world) == {("ann", "goal_completion"): 96}


async def test_what_another_source_said_counts_again_when_an_import_is_taken_back(world: World) -> None:
    await take(world, METRICS, ANN_96, source="sheet", rank=2)
    run = await take(world, METRICS, ANN_96.replace("96", "90"), source="crm", rank=1)
    assert await figures(world) == {("ann", "goal_completion"): 90}
    back = await undo(world, run)
    assert (back.figures, back.file.state) == (1, ImportState.ROLLED_BACK)
    assert await figures(world) == {("ann", "goal_completion"): 96}


async def test_a_figure_far_from_the_persons_history_waits(world: World) -> None:
    for n, actual in enumerate((92, 95, 97, 94)):
        period = Period(date(2025, 1 + 3 * n, 1), date(2025, 3 + 3 * n, 28))
        await take(world, METRICS, ANN_96.replace("96", str(actual)), period=period)
    year = Period(date(2024, 1, 1), date(2024, 12, 31))
    await take(world, METRICS, ANN_96.replace("96", "900"), period=year)
    run = await look(world, METRICS, ANN_96.replace("96", "9.6"))
    assert [(p.reason, p.detail) for p in run.plan.problems] == [(Reason.FAR_OUTLIER, "92 – 97")]


# Forms


async def second_scheme(world: World) -> str:
    """Like the first, but that its target of the first metric, which is called otherwise, too, is half of it."""
    async with world.deps.read() as tx:
        text = await schemes.text_of(tx, "operations")
    text = text.replace("key: operations", "key: halves", 1).replace("target: 100", "target: 50", 1)
    await schemes.save_upload(world.deps, None, text.replace("en: Goal completion", "en: Halves done", 1))
    return "halves"


NO_TARGET = "person,metric,actual\nann@example.com,goal_completion,60\nrosa@example.com,goal_completion,60\n"


async def test_each_persons_target_is_that_of_the_cycle_they_take_part_in(world: World) -> None:
    await world.launched(selection=Selection(people=("ann", "bo")))
    await world.launched(name="B", scheme=await second_scheme(world), selection=Selection(people=("rosa", "cai")))
    run = await look(world, METRICS, NO_TARGET)
    assert {f.person_id: f.target for f in metrics_plan(run).figures} == {"ann": 100, "rosa": 50}
    for name in ("Goal completion", "Halves done"):
        renamed = await look(world, METRICS, NO_TARGET.replace("goal_completion", name))
        assert metrics_plan(renamed).figures == tuple(
            replace(f, import_id=renamed.file.id) for f in metrics_plan(run).figures
        )


async def test_who_is_in_two_cycles_of_a_period_is_measured_as_the_newer_one_under_way_says(world: World) -> None:
    everyone = Selection(everyone=True)
    await world.launched(selection=everyone)
    world.advance(hours=1)
    second = await world.launched(name="B", scheme=await second_scheme(world), selection=everyone)
    run = await look(world, METRICS, NO_TARGET)
    assert {f.person_id: f.target for f in metrics_plan(run).figures} == {"ann": 50, "rosa": 50}
    async with world.deps.begin() as tx:  # the newer one is over
        assert await cycles.move(tx, second, frm=State.COLLECTING, to=State.CLOSED, at=world.now)
    run = await look(world, METRICS, NO_TARGET)
    assert {f.person_id: f.target for f in metrics_plan(run).figures} == {"ann": 100, "rosa": 100}


async def test_without_an_id_the_last_file_by_hand_is_undone_and_with_one_any_import(world: World) -> None:
    await refused(Code.NOTHING_TO_UNDO, to_undo(world.deps, METRICS, None))
    by_hand = await take(world, METRICS, ANN_96)
    pulled = await take(world, METRICS, ANN_96.replace("96", "90"), source="crm", rank=1)
    assert (await to_undo(world.deps, METRICS, None)).id == by_hand.file.id
    assert (await to_undo(world.deps, METRICS, pulled.file.id)).id == pulled.file.id
    await refused(Code.NO_SUCH_IMPORT, to_undo(world.deps, PEOPLE, by_hand.file.id))
    recent = await imports.recent_imports(world.deps, None, METRICS, by_hand=True)
    assert [f.id for f in recent] == [by_hand.file.id]


# People taken back


async def test_people_get_back_what_nobody_changed_since(world: World) -> None:
    await world.launched()
    before = await known(world)
    run = await take(world, PEOPLE, "email,department,manager,country\nann@example.com,Sales,tom@example.com,SG\n")
    assert (await known(world))["ann"].manager_id == "tom"
    async with world.deps.begin() as tx:
        await people_store.save(tx, [replace((await known(world))["ann"], country="CN")])
    back = await undo(world, run)
    assert (await known(world))["ann"] == replace(before["ann"], country="CN")
    assert [(left.person.id, left.field) for left in back.people.left] == [("ann", "country")]
    assert [c.fields() for c in back.people.restored] == [("department", "manager_id")]
    assert any(t.reviewee.id == "ann" for t in (await world.todo("max")).open)


async def test_who_was_added_goes_unless_something_refers_to_them(world: World) -> None:
    run = await take(
        world,
        PEOPLE,
        "name,email,manager\nEve,eve@example.com,max@example.com\nFay,fay@example.com,eve@example.com\n"
        "Gil,gil@example.com,max@example.com\nIda,ida@example.com,gil@example.com\nJo,jo@example.com,\n",
    )
    await take(world, METRICS, HEADER + "ida@example.com,goal_completion,100,96\n")
    await people.sync_from_slack(world.deps, [SlackUser("UJO", "Jo", "jo@example.com")])
    back = await undo(world, run)
    assert sorted(p.name for p in back.people.removed) == ["Eve", "Fay"]
    assert sorted(p.name for p in back.people.deactivated) == ["Gil", "Ida"]
    now = await known(world)
    assert {k: now[k].active for k in ("gil", "ida", "jo")} == {"gil": False, "ida": False, "jo": True}
    assert "eve" not in now


async def test_only_the_last_import_of_people_is_taken_back_and_then_the_one_before(world: World) -> None:
    first = await take(world, PEOPLE, "email,department\nann@example.com,Sales\n", file_name="a.csv")
    second = await take(world, PEOPLE, "email,department\nann@example.com,Service\n", file_name="b.csv")
    error = await refused(Code.IMPORT_NOT_LAST, undo(world, first))
    assert error.values == {"file": "b.csv"}
    await undo(world, second)
    assert (await known(world))["ann"].department == "Sales"
    await undo(world, first)
    assert (await known(world))["ann"].department == "Support"


async def test_taking_back_twice_changes_nothing(world: World) -> None:
    run = await take(world, PEOPLE, "email,department\nann@example.com,Sales\n")
    await undo(world, run)
    await refused(Code.IMPORT_ROLLED_BACK, undo(world, run))
    await refused(Code.IMPORT_ROLLED_BACK, apply(world, run))
    assert (await known(world))["ann"].department == "Support"


@pytest.mark.parametrize("kind", [PEOPLE, METRICS])
async def test_what_was_never_applied_is_not_taken_back(world: World, kind: ImportKind) -> None:
    content = ANN_96 if kind is METRICS else "email,department\nann@example.com,Sales\n"
    await refused(Code.IMPORT_PENDING, undo(world, await look(world, kind, content)))


async def test_a_figure_keeps_its_sheet_row_day_and_file(world: World) -> None:
    run = await take(world, METRICS, ANN_96, as_of=date(2026, 9, 30), file_name="KPI 2026-10-01.csv")
    async with world.deps.read() as tx:
        (figure,) = await metrics.of_period(tx, Q3.start, Q3.end)
    assert figure == Figure(
        person_id="ann",
        metric="goal_completion",
        target=100,
        actual=96,
        import_id=run.file.id,
        row=2,
        as_of=date(2026, 9, 30),
        source="KPI",
        file_name="KPI 2026-10-01.csv",
        imported_at=run.file.applied_at,
    )

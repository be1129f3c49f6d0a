"""A source is run by one bot, imported by itself, remembered; HR hears of what goes wrong, not of what goes well."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from appraisal.cycle import Cycle
from appraisal.errors import Code, NotAllowed, NotFound, WrongState
from appraisal.intake.declarations import SOURCE
from appraisal.intake.mapping import FileMapping
from appraisal.intake.runs import Failure, Fetched, FetchFailed, LastRun, Outcome, Unchanged, is_due
from appraisal.intake.sources import AnySource, Sources
from appraisal.intake.standing import Standing
from appraisal.intake.tables import Apply
from appraisal.review import Figure
from services import claiming, imports, pulling, rolling_back, sources
from services.claiming import Claim
from storage import cycles, metrics
from storage import sources as store
from tests.world import World

GOOD = "person,metric,target,actual\nann@example.com,business_volume,100,95\nbo@example.com,business_volume,100,80\n"
ONE_BAD = GOOD + "nobody@example.com,business_volume,100,95\n"
DOUBTFUL = GOOD + "cai@example.com,customer_satisfaction,90,140\n"


def source(key: str = "crm", **changes: object) -> AnySource:
    name = {"en": "CRM", "zh": "客户系统"}
    return SOURCE.validate_python({"key": key, "name": name, "kind": "folder", "path": "x", "every": "1h", **changes})


def declare(world: World, *declared: AnySource) -> None:
    world.deps = replace(world.deps, sources=Sources(declared or (source(),)))


def file(text: str, etag: str = "") -> Fetched:
    return Fetched(text.encode(), "kpi.csv", etag=etag)


async def claim(world: World) -> Claim:
    (found,) = await claiming.claim_due(world.deps, 4)
    return found


async def pull(world: World, text: str, etag: str = "") -> Outcome:
    return (await pulling.take(world.deps, await claim(world), file(text, etag))).outcome


async def figures(world: World) -> dict[tuple[str, str], float]:
    async with world.deps.read() as tx:
        found = await metrics.of_period(tx, date(2026, 7, 1), date(2026, 9, 30))
    return {(f.person_id, f.metric): f.actual for f in found}


async def test_what_comes_is_imported_and_due_again_after_its_time(world: World) -> None:
    declare(world)
    await world.launched()
    assert await pull(world, GOOD) is Outcome.APPLIED
    assert await figures(world) == {("ann", "business_volume"): 95, ("bo", "business_volume"): 80}
    world.advance(minutes=59)
    assert await claiming.claim_due(world.deps, 4) == []
    world.advance(minutes=1)
    assert (await claim(world)).source.key == "crm"


async def test_the_same_bytes_change_nothing_and_are_not_read_again(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD, etag="v1")
    world.advance(hours=1)
    again = await claim(world)
    assert again.last.etag == "v1"
    ended = await pulling.take(world.deps, again, file(GOOD, etag="v2"))
    assert (ended.outcome, ended.etag, ended.detail.taken[0].rows) == (Outcome.UNCHANGED, "v2", 2)
    world.advance(hours=1)
    ended = await pulling.take(world.deps, await claim(world), Unchanged())
    assert (ended.outcome, ended.etag) == (Outcome.UNCHANGED, "v2")
    assert len(await imports.recent_imports(world.deps, None, imports.ImportKind.METRICS)) == 1


async def test_other_figures_replace_those_before(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD)
    world.advance(hours=1)
    assert await pull(world, GOOD.replace(",95", ",97")) is Outcome.APPLIED
    assert (await figures(world))[("ann", "business_volume")] == 97


async def test_without_a_cycle_that_needs_figures_nothing_is_fetched(world: World) -> None:
    declare(world)
    assert (await claim(world)).periods == ()


async def test_each_period_that_needs_figures_gets_them_also_one_that_opened_since(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD, etag="v1")
    await world.launched(name="H1", period_start=date(2026, 1, 1), period_end=date(2026, 6, 30))
    world.advance(hours=1)
    again = await claim(world)
    assert (again.last, len(again.periods)) == (LastRun(), 2)
    ended = await pulling.take(world.deps, again, file(GOOD))
    assert [t.period_start for t in ended.detail.taken] == [date(2026, 1, 1), date(2026, 7, 1)]
    assert [t.applied for t in ended.detail.taken] == [2, 0]


async def test_a_declaration_that_reads_otherwise_reads_the_same_bytes_again(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD, etag="v1")
    declare(world, source(mapping={"columns": {"actual": "target", "target": "actual"}}))
    world.advance(hours=1)
    assert (await claim(world)).last == LastRun()


async def test_of_several_bots_one_runs_a_source(world: World) -> None:
    declare(world, source(), source("desk"))
    await world.launched()
    claims = await asyncio.gather(*(claiming.claim_due(world.deps, 4) for _ in range(6)))
    assert sorted(c.source.key for found in claims for c in found) == ["crm", "desk"]
    assert await claiming.claim_due(world.deps, 4) == []


async def test_a_run_whose_bot_died_is_taken_up_again_by_one(world: World) -> None:
    declare(world)
    await world.launched()
    dead = await claim(world)
    world.advance(minutes=6)
    assert await claiming.claim_due(world.deps, 4) == []  # it may still be running
    world.advance(minutes=2)
    assert await claiming.claim_due(world.deps, 4, ours={dead.run.id}) == []
    claims = await asyncio.gather(*(claiming.claim_due(world.deps, 4) for _ in range(4)))
    (again,) = [c for found in claims for c in found]
    assert again.run.id == dead.run.id
    await pulling.take(world.deps, again, file(GOOD))
    await pulling.fail(world.deps, dead, FetchFailed(Failure.BROKEN, why="late"))  # the dead one comes back
    async with world.deps.read() as tx:
        history = await store.history(tx, "crm")
    assert history.last
    assert (history.last.outcome, history.failures) == (Outcome.APPLIED, 0)


async def test_a_run_that_was_cut_off_by_a_stop_is_due_at_once(world: World) -> None:
    declare(world)
    await world.launched()
    await pulling.give_back(world.deps, await claim(world))
    assert (await claim(world)).source.key == "crm"


async def test_failures_are_tried_again_with_growing_pauses_and_hr_hears_once_a_day(world: World) -> None:
    declare(world)
    await world.launched()
    await world.outgoing()
    pauses: list[int] = []
    for _ in range(8):
        await pulling.fail(world.deps, await claim(world), FetchFailed(Failure.STATUS, status=500))
        minutes = 0
        while not await due(world):
            world.advance(minutes=1)
            minutes += 1
        pauses.append(minutes)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    told = await world.outgoing("source-failing")
    assert [who for who, _ in told] == ["hana"]
    world.advance(days=1)
    await pulling.fail(world.deps, await claim(world), FetchFailed(Failure.STATUS, status=500))
    assert len(await world.outgoing("source-failing")) == 1


async def due(world: World) -> bool:
    async with world.deps.read() as tx:
        history = await store.history(tx, "crm")
    (pulled,) = world.deps.sources.pulled
    return is_due(pulled, history, world.now)


async def test_bytes_that_are_no_table_are_a_failure_and_nothing_is_written(world: World) -> None:
    declare(world)
    await world.launched()
    mine = await claim(world)
    with pytest.raises(FetchFailed) as failed:
        await pulling.take(world.deps, mine, file("<html>sign in</html>"))
    assert failed.value.failure is Failure.NOT_READ
    await pulling.fail(world.deps, mine, failed.value)
    assert await figures(world) == {}
    status = await sources.metrics_status(world.deps, await world.who("hana"))
    assert status.sources[0].standing is Standing.FAILING


async def test_bad_rows_wait_and_hr_hears_of_a_file_once(world: World) -> None:
    declare(world)
    await world.launched()
    await world.outgoing()
    assert await pull(world, ONE_BAD) is Outcome.APPLIED
    assert len(await figures(world)) == 2
    (told,) = await world.outgoing("rows-left-out")
    assert told[0] == "hana"
    world.advance(hours=1)
    await pull(world, ONE_BAD)
    world.advance(days=1)
    assert (await claim(world)).last == LastRun()  # the rows are looked at again, for people may have been added
    assert await world.outgoing("rows-left-out") == []


async def test_doubtful_rows_wait_until_hr_takes_them(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, DOUBTFUL)
    hana = await world.who("hana")
    (shown,) = (await sources.metrics_status(world.deps, hana)).sources
    assert (shown.rows, shown.left_out) == (3, 1)
    (taken,) = shown.taken
    assert taken.doubtful == 1
    await imports.apply_import(world.deps, hana, taken.import_id, what=Apply.ALL)
    assert (await figures(world))[("cai", "customer_satisfaction")] == 140
    (shown,) = (await sources.metrics_status(world.deps, hana)).sources
    assert shown.left_out == 0


async def test_what_hr_took_back_stays_back_until_the_source_says_something_else(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD)
    (taken,) = await imports.recent_imports(world.deps, None, imports.ImportKind.METRICS)
    await rolling_back.roll_back(world.deps, await world.who("hana"), taken.id)
    world.advance(hours=1)
    assert await pull(world, GOOD) is Outcome.UNCHANGED
    assert await figures(world) == {}


async def undo(world: World) -> None:
    """Take back what was imported last."""
    last = (await imports.recent_imports(world.deps, None, imports.ImportKind.METRICS))[0]
    await rolling_back.roll_back(world.deps, await world.who("hana"), last.id)


async def test_an_undone_file_with_a_bad_row_does_not_come_back_when_its_rows_are_looked_at_again(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, ONE_BAD)
    await undo(world)
    for _ in range(3):
        world.advance(days=1)
        assert await pull(world, ONE_BAD) is Outcome.UNCHANGED
        assert await figures(world) == {}
    (shown,) = (await sources.metrics_status(world.deps, await world.who("hana"))).sources
    assert (shown.undone, shown.rows, shown.left_out) == (True, 0, 0)
    world.advance(hours=1)
    assert await pull(world, ONE_BAD.replace(",95", ",97")) is Outcome.APPLIED


async def test_status_says_undone_at_once(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD)
    (shown,) = (await sources.metrics_status(world.deps, None)).sources
    assert (shown.undone, shown.rows) == (False, 2)
    await undo(world)
    (shown,) = (await sources.metrics_status(world.deps, None)).sources
    assert (shown.undone, shown.rows) == (True, 0)


async def test_an_undone_file_stays_out_for_its_period_when_a_cycle_opens_or_the_declaration_changes(
    world: World,
) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD)
    await undo(world)
    declare(world, source(mapping={"values": {"period": "2026Q3"}}))
    world.advance(hours=1)
    assert await pull(world, GOOD) is Outcome.UNCHANGED
    await world.launched(name="Q4", period_start=date(2026, 10, 1), period_end=date(2026, 12, 31))
    world.advance(hours=1)
    assert await pull(world, GOOD) is Outcome.UNCHANGED
    assert await figures(world) == {}


async def test_a_run_that_was_cut_off_does_not_take_what_hr_undid(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD)
    await undo(world)
    world.advance(hours=1)
    await pulling.give_back(world.deps, await claim(world))
    assert await pull(world, GOOD) is Outcome.UNCHANGED
    assert await figures(world) == {}


async def test_hr_who_asks_for_a_source_gets_also_what_was_undone_even_if_the_bot_stops_in_between(
    world: World,
) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD)
    await undo(world)
    world.advance(hours=1)
    await pulling.give_back(world.deps, await claim(world))  # it waits already when HR asks
    await claiming.ask_now(world.deps, await world.who("hana"), "crm")
    await pulling.give_back(world.deps, await claim(world))
    assert await pull(world, GOOD) is Outcome.APPLIED
    assert len(await figures(world)) == 2
    await undo(world)
    by_command = await claiming.claim_now(world.deps, "crm")
    assert (await pulling.take(world.deps, by_command, file(GOOD))).outcome is Outcome.APPLIED
    assert len(await figures(world)) == 2
    world.advance(hours=1)
    assert await pull(world, GOOD) is Outcome.UNCHANGED  # what was asked once is not asked for ever
    assert len(await figures(world)) == 2


async def test_hr_can_want_a_source_now_and_it_is_fetched_once(world: World) -> None:
    declare(world, source(), source("desk"))
    await world.launched()
    for found in await claiming.claim_due(world.deps, 4):
        await pulling.take(world.deps, found, file(GOOD))
    hana = await world.who("hana")
    world.advance(minutes=1)
    await claiming.ask_now(world.deps, hana, "crm")
    await claiming.ask_now(world.deps, hana, "crm")
    wanted = await claim(world)
    assert (wanted.source.key, wanted.last) == ("crm", LastRun())  # all of it, whatever came before
    await claiming.ask_now(world.deps, hana, "crm")
    await pulling.take(world.deps, wanted, file(GOOD))
    assert await claiming.claim_due(world.deps, 4) == []


async def test_only_hr_can_want_a_source_and_only_one_that_we_fetch(world: World) -> None:
    pushed = SOURCE.validate_python(
        {"key": "desk", "name": {"en": "Desk", "zh": "服务台"}, "kind": "push", "token_env": "T"}
    )
    declare(world, source(), pushed)
    with pytest.raises(NotAllowed):
        await claiming.ask_now(world.deps, await world.who("ann"), "crm")
    for key in ("desk", "unknown"):
        with pytest.raises(NotFound):
            await claiming.ask_now(world.deps, await world.who("hana"), key)


async def test_a_source_that_runs_cannot_be_taken_by_hand(world: World) -> None:
    declare(world)
    await world.launched()
    await claim(world)
    with pytest.raises(WrongState) as busy:
        await claiming.claim_now(world.deps, "crm")
    assert busy.value.code is Code.SOURCE_BUSY


async def test_precedence_of_a_declaration_is_followed_by_what_was_imported(world: World) -> None:
    declare(world, source(precedence=50), source("desk", precedence=60))
    await world.launched()
    for found in await claiming.claim_due(world.deps, 4):
        text = GOOD if found.source.key == "crm" else GOOD.replace(",95", ",70")
        await pulling.take(world.deps, found, file(text))
    assert (await figures(world))[("ann", "business_volume")] == 95
    declare(world, source(precedence=50), source("desk", precedence=40))
    assert await claiming.follow_declarations(world.deps) == 1
    assert (await figures(world))[("ann", "business_volume")] == 70


async def test_a_file_by_hand_that_is_called_like_a_source_keeps_its_rank(world: World) -> None:
    declare(world, source(precedence=50))
    await world.launched()
    await pull(world, GOOD)
    period = imports.Period(date(2026, 7, 1), date(2026, 9, 30))
    by_hand = await imports.dry_run(
        world.deps,
        None,
        imports.ImportKind.METRICS,
        file_name="x.csv",
        source="crm",
        content=GOOD.replace(",95", ",99").encode(),
        period=period,
    )
    await imports.apply_import(world.deps, None, by_hand.file.id)
    declare(world, source(precedence=40))
    assert await claiming.follow_declarations(world.deps) == 1
    world.advance(hours=1)
    await pull(world, GOOD.replace(",95", ",91"))
    assert (await figures(world))[("ann", "business_volume")] == 99


async def test_status_names_who_lacks_which_figure(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD)
    status = await sources.metrics_status(world.deps, await world.who("hana"))
    (cycle,) = status.cycles
    assert (cycle.people, cycle.complete) == (6, 0)
    gaps = {g.metric.key: g.names for g in cycle.gaps}
    assert gaps["business_volume"] == ("Cai", "Dee", "Max", "Tom")
    assert len(gaps["goal_completion"]) == 6
    with pytest.raises(NotAllowed):
        await sources.metrics_status(world.deps, await world.who("ann"))


async def test_old_figures_and_sources_that_did_not_come_are_told_before_scoring(world: World) -> None:
    declare(world, source(fresh_days=3))
    cycle_id = await world.launched()
    await pull(world, GOOD)
    cycle = await get_cycle(world, cycle_id)
    assert not await sources.freshness(world.deps, cycle)
    world.advance(days=4)
    found = await sources.freshness(world.deps, cycle)
    assert [(s.source, s.figures, s.days) for s in found.stale] == [("crm", 2, 4)]
    assert [s.source.key for s in found.late] == ["crm"]
    (shown,) = (await sources.metrics_status(world.deps, None)).sources
    assert shown.standing is Standing.LATE


async def get_cycle(world: World, cycle_id: str) -> Cycle:
    async with world.deps.read() as tx:
        found = await cycles.get(tx, cycle_id)
    assert found
    return found


def test_a_figure_of_a_card_is_stale_by_the_limit_of_its_source(world: World) -> None:
    declare(world, source(fresh_days=3))
    old = Figure("ann", "m", 1, 1, source="crm", imported_at=datetime(2026, 10, 1, tzinfo=UTC))
    assert sources.is_stale(world.deps, old, date(2026, 12, 31))
    assert not sources.is_stale(world.deps, replace(old, source="by hand"), date(2026, 12, 31))


async def test_old_runs_are_forgotten_but_for_the_last_success(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD)
    for _ in range(3):
        world.advance(hours=1)
        await pulling.fail(world.deps, await claim(world), FetchFailed(Failure.STATUS, status=500))
    async with world.deps.begin() as tx:
        assert await store.forget(tx, world.now + timedelta(days=1), limit=100) == 3
    async with world.deps.read() as tx:
        history = await store.history(tx, "crm")
    assert history.success
    assert history.failures == 0


def test_the_default_mapping_means_that_none_is_declared() -> None:
    assert source().mapping == FileMapping()

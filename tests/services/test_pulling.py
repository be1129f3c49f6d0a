"""A source is run by one bot, imported by itself, remembered; HR hears of what goes wrong, not of what goes well."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from appraisal import messages
from appraisal.cycle import Cycle
from appraisal.errors import Code, NotAllowed, NotFound, WrongState
from appraisal.intake.declarations import SOURCE
from appraisal.intake.mapping import FileMapping
from appraisal.intake.runs import Failure, Fetched, FetchFailed, LastRun, Outcome, Unchanged, is_due
from appraisal.intake.sources import AnySource, Sources
from appraisal.intake.standing import Standing
from appraisal.intake.tables import Apply
from appraisal.scheme import Direction
from appraisal.scoring.card import MetricResult
from services import claiming, imports, pulling, rolling_back, schemes, sources
from services.claiming import Claim
from storage import cycles, metrics, scores
from storage import sources as store
from tests.world import World
from views.sources import failure_text
from views.text import Words

GOOD = "person,metric,target,actual\nann@example.com,business_volume,100,95\nbo@example.com,business_volume,100,80\n"
ONE_BAD = GOOD + "nobody@example.com,business_volume,100,95\n"
PUSHED = SOURCE.validate_python(
    {"key": "desk", "name": {"en": "Desk", "zh": "服务台"}, "kind": "push", "token_env": "T"}
)
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


BY_PERIOD = """person,metric,target,actual,period
ann@example.com,business_volume,100,95,2026Q3
ann@example.com,business_volume,100,90,2026 H1
"""


async def test_each_period_that_needs_figures_gets_its_own_also_one_that_opened_since(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, BY_PERIOD, etag="v1")
    await world.launched(name="H1", period_start=date(2026, 1, 1), period_end=date(2026, 6, 30))
    world.advance(hours=1)
    again = await claim(world)
    assert (again.last, len(again.periods)) == (LastRun(), 2)
    ended = await pulling.take(world.deps, again, file(BY_PERIOD))
    assert [t.period_start for t in ended.detail.taken] == [date(2026, 1, 1), date(2026, 7, 1)]
    assert [t.applied for t in ended.detail.taken] == [1, 0]
    assert await figures(world) == {("ann", "business_volume"): 95}


@pytest.mark.parametrize("unsaid", [GOOD, BY_PERIOD.replace(",2026 H1", ",")])
async def test_of_several_periods_each_row_must_say_which_one_it_is_about(world: World, unsaid: str) -> None:
    declare(world)
    await world.launched()
    await world.launched(name="Year", period_start=date(2026, 1, 1), period_end=date(2026, 12, 31))
    mine = await claim(world)
    with pytest.raises(FetchFailed) as failed:
        await pulling.take(world.deps, mine, file(unsaid))
    await pulling.fail(world.deps, mine, failed.value)
    assert failed.value.values["code"] == Code.PERIODS_UNSAID.value
    async with world.deps.read() as tx:
        run = (await store.history(tx, "crm")).last
        assert await metrics.of_period(tx, date(2026, 1, 1), date(2026, 12, 31)) == []
    assert await figures(world) == {}
    assert run
    for locale in ("en", "zh"):
        said = failure_text(run.detail, Words(locale))
        assert "2026-01-01/2026-12-31" in said
        assert "2026-07-01/2026-09-30" in said


async def test_a_declaration_may_say_the_period_of_all_rows(world: World) -> None:
    declare(world, source(mapping={"values": {"period": "2026Q3"}}))
    await world.launched()
    await world.launched(name="Year", period_start=date(2026, 1, 1), period_end=date(2026, 12, 31))
    assert await pull(world, GOOD) is Outcome.APPLIED
    assert len(await figures(world)) == 2
    async with world.deps.read() as tx:
        assert await metrics.of_period(tx, date(2026, 1, 1), date(2026, 12, 31)) == []


async def test_a_cycle_whose_form_has_no_metrics_needs_no_figures(world: World) -> None:
    declare(world)
    await world.launched(name="L", scheme="leadership_360", period_start=date(2026, 1, 1), period_end=date(2026, 6, 30))
    assert (await claim(world)).periods == ()
    await world.launched()
    world.advance(hours=7)
    assert [p.start for p in (await claim(world)).periods] == [date(2026, 7, 1)]


async def test_a_period_that_cannot_be_read_does_not_keep_the_others_from_their_figures(world: World) -> None:
    """A file with a column per metric: of the first period's form it has none."""
    async with world.deps.read() as tx:
        text = await schemes.text_of(tx, "operations")
    for was, now in (("goal_completion", "calls"), ("Goal completion", "Calls"), ("目标达成", "通话量")):
        text = text.replace(was, now)
    await schemes.save_upload(world.deps, None, text.replace("key: operations", "key: calls", 1))
    declare(world)
    await world.launched(name="H1", scheme="calls", period_start=date(2026, 1, 1), period_end=date(2026, 6, 30))
    await world.launched()
    await world.outgoing()
    wide = "person,period,Goal completion\nann@example.com,2026Q3,77\nnobody@example.com,2026Q3,70\n"
    ended = await pulling.take(world.deps, await claim(world), file(wide))
    assert (ended.outcome, ended.detail.failure) == (Outcome.FAILED, Failure.NOT_READ)
    assert [(t.period_start, t.applied) for t in ended.detail.taken] == [(date(2026, 7, 1), 1)]
    assert await figures(world) == {("ann", "goal_completion"): 77}
    assert {type(m).__name__ for _, m in await world.outgoing()} == {"SourceFailing", "RowsLeftOut"}
    found = await sources.left_out(world.deps, "crm", ended.detail.taken[0].import_id)
    assert found
    assert found[1].errors == 1


async def test_a_declaration_that_reads_otherwise_reads_the_same_bytes_again(world: World) -> None:
    declare(world)
    await world.launched()
    await pull(world, GOOD, etag="v1")
    declare(world, source(mapping={"columns": {"actual": "target", "target": "actual"}}))
    world.advance(hours=1)
    assert (await claim(world)).last == LastRun()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"kind": "http", "url": "https://a.example.com/x"}, {"kind": "http", "url": "https://b.example.com/x"}),
        ({"kind": "sql", "url_env": "A", "query": "SELECT 1"}, {"kind": "sql", "url_env": "A", "query": "SELECT 2"}),
        ({"kind": "folder", "path": "a"}, {"kind": "folder", "path": "b"}),
    ],
)
async def test_a_declaration_that_points_elsewhere_is_not_compared_with_what_came_before(
    world: World, before: dict[str, str], after: dict[str, str]
) -> None:
    def declared(said: dict[str, str], english: str = "S", every: str = "1h", fresh_days: int = 10) -> AnySource:
        return SOURCE.validate_python(
            {"key": "s", "name": {"en": english, "zh": "S"}, "every": every, "fresh_days": fresh_days, **said}
        )

    declare(world, declared(before))
    await world.launched()
    await pull(world, GOOD, etag="v1")
    declare(world, declared(before, "Other name", "30m", 20))
    world.advance(hours=1)
    same = await claim(world)
    assert same.last.etag == "v1"
    await pulling.take(world.deps, same, Unchanged())
    declare(world, declared(after))
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
    declare(world, source(), PUSHED)
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
    await world.launched()
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
    declare(world, source(precedence=50))  # only now: the file had the name first
    assert await claiming.follow_declarations(world.deps) == 0
    world.advance(hours=1)
    await pull(world, GOOD)
    declare(world, source(precedence=40))
    assert await claiming.follow_declarations(world.deps) == 1
    assert (await figures(world))[("ann", "business_volume")] == 99


async def test_scores_that_wait_follow_a_changed_precedence(world: World) -> None:
    declare(world, source(precedence=10), source("desk", precedence=20))
    cycle_id = await world.collected()
    only_ann = "person,metric,target,actual\nann@example.com,business_volume,100,40\n"
    for key, text in (("crm", GOOD), ("desk", only_ann)):
        await pulling.take(world.deps, await claiming.claim_now(world.deps, key), file(text))
        world.advance(minutes=1)
    assert await on_card(world, cycle_id) == 95
    await world.outgoing()
    declare(world, source(precedence=30), source("desk", precedence=20))
    await claiming.follow_declarations(world.deps)
    assert await on_card(world, cycle_id) == 40
    card = messages.ApprovalCard(cycle_id=cycle_id, person_id="ann")
    assert [m for _, m in await world.outgoing("approval-card")] == [card]  # Bo's figures are the same
    assert await claiming.follow_declarations(world.deps) == 0
    assert await world.outgoing() == []


async def on_card(world: World, cycle_id: str) -> float:
    async with world.deps.read() as tx:
        card = await scores.get(tx, cycle_id, "ann")
    assert card
    return next(m.actual for m in card.metrics if m.metric == "business_volume")


async def test_a_push_that_breaks_has_failed_and_the_next_one_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(world, PUSHED)
    await world.launched()
    await world.outgoing()
    period = imports.Period(date(2026, 7, 1), date(2026, 9, 30))

    async def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(imports, "apply_import", breaks)
        with pytest.raises(RuntimeError):
            await pulling.receive(world.deps, "desk", file(GOOD), period)
    (shown,) = (await sources.metrics_status(world.deps, None)).sources
    assert shown.standing is Standing.FAILING
    assert shown.history.last
    assert shown.history.last.detail.failure is Failure.BROKEN
    assert len(await world.outgoing("source-failing")) == 1
    world.advance(minutes=1)
    await pulling.receive(world.deps, "desk", file(GOOD), period)
    (shown,) = (await sources.metrics_status(world.deps, None)).sources
    assert shown.standing is Standing.FRESH


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


def on_a_card(came: datetime) -> MetricResult:
    return MetricResult("m", 100, 95, 0.95, 79, 1.2, Direction.HIGHER, "%", source="crm", imported_at=came)


async def test_a_figure_of_a_card_is_stale_by_the_limit_of_its_source(world: World) -> None:
    declare(world, source(fresh_days=3))
    cycle = await get_cycle(world, await world.launched())
    old = on_a_card(world.now - timedelta(days=5))
    by_hand = replace(old, metric="n", source="by hand")
    async with world.deps.read() as tx:
        assert await sources.stale_metrics(tx, world.deps, cycle, [old, by_hand]) == {"m"}


async def test_figures_without_a_day_stay_fresh_while_their_source_gives_the_same_and_nothing_is_written(
    world: World,
) -> None:
    asked = SOURCE.validate_python(
        {
            "key": "crm",
            "name": {"en": "C", "zh": "C"},
            "kind": "sql",
            "url_env": "U",
            "query": "SELECT 1",
            "every": "1d",
        }
    )
    declare(world, asked)
    period = {"period_start": date(2026, 10, 1), "period_end": date(2026, 12, 31)}
    cycle = await get_cycle(world, await world.launched(**period))
    came = world.now
    for n in range(25):  # every other day the same rows come in other bytes
        if n:
            world.advance(days=1)
        ended = await pulling.take(world.deps, await claim(world), file(GOOD + "\n" * (n % 2)))
        assert ended.outcome is (Outcome.UNCHANGED if n else Outcome.APPLIED)
    assert len(await imports.recent_imports(world.deps, None, imports.ImportKind.METRICS)) == 1
    card = on_a_card(came)
    assert not await sources.freshness(world.deps, cycle)
    async with world.deps.read() as tx:
        assert not await sources.stale_metrics(tx, world.deps, cycle, [card])
    (shown,) = (await sources.metrics_status(world.deps, None)).sources
    assert shown.standing is Standing.FRESH
    world.advance(days=11)
    assert [s.days for s in (await sources.freshness(world.deps, cycle)).stale] == [11]
    async with world.deps.read() as tx:
        assert await sources.stale_metrics(tx, world.deps, cycle, [card]) == {"m"}


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

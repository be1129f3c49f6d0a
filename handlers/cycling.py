"""HR and the cycle: start, preview, launch, status, close, release."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from appraisal.cycle import State, last_quarter, workday
from handlers import inputs, payloads
from handlers.asking import Ask, ViewAnswer
from handlers.slow import in_time
from services import approvals, closing, cycles, people, sources
from services.cycles import StartRequest
from services.progress import open_cycles
from views import cycle, scheme
from views.blocks import Block, View
from views.promise import Rules
from views.sources import before_closing, before_launch
from views.start import StartDefaults, start_modal


async def open_start(ask: Ask) -> None:
    form = await cycles.start_form(ask.deps, ask.who)
    start, end = last_quarter(form.today)
    name = ask.w("cycle-default-name", year=str(start.year), quarter=str((start.month + 2) // 3))
    defaults = StartDefaults(
        name=name,
        period_start=start,
        period_end=end,
        due=workday(form.today + timedelta(days=10)),
    )
    await ask.open(start_modal(form.schemes, form.departments, ask.w, defaults=defaults))


async def preview(ask: Ask) -> ViewAnswer:
    request = inputs.start_request(ask.body)
    chosen = await people.ids_of(ask.deps, request.selection.people)
    request = replace(request, selection=replace(request.selection, people=chosen))
    return await in_time(ask, _previewed(ask, request))


async def _previewed(ask: Ask, request: StartRequest) -> View:
    preview = await cycles.draft_cycle(ask.deps, ask.who, request)
    fresh = await sources.freshness(ask.deps, preview.cycle)
    return cycle.preview_modal(preview, ask.w, before_launch(fresh, ask.deps.sources.declared, ask.w))


async def launch(ask: Ask) -> ViewAnswer:
    return await in_time(ask, _launched(ask, payloads.metadata(ask.body)["cycle"]))


async def _launched(ask: Ask, cycle_id: str) -> View:
    return cycle.launched_modal(await cycles.launch_cycle(ask.deps, ask.who, cycle_id), ask.w)


async def show_status(ask: Ask) -> None:
    await ask.whisper(cycle.status(await open_cycles(ask.deps, ask.who), ask.w))


async def open_close(ask: Ask) -> None:
    closable = await closing.closable(ask.deps, ask.who)
    figures: list[Block] = []
    for each in closable:
        if each.cycle.state is State.COLLECTING:  # it is about to be scored
            fresh = await sources.freshness(ask.deps, each.cycle)
            gaps = await sources.gaps(ask.deps, each.cycle)
            figures += before_closing(each.cycle.name, fresh, gaps, ask.deps.sources.declared, ask.w)
    await ask.open(cycle.close_modal(closable, ask.w, figures))


async def close(ask: Ask) -> ViewAnswer:
    return await in_time(ask, _closed(ask, *inputs.seen_cycle(ask.body)))


async def _closed(ask: Ask, cycle_id: str, seen: State) -> View:
    return cycle.closed_modal(await closing.close_cycle(ask.deps, ask.who, cycle_id, seen=seen), ask.w)


async def open_release(ask: Ask) -> None:
    await ask.open(cycle.release_modal(await closing.releasable(ask.deps, ask.who), ask.w))


async def release(ask: Ask) -> ViewAnswer:
    return await in_time(ask, _released(ask, inputs.selected_cycle(ask.body)))


async def _released(ask: Ask, cycle_id: str) -> View:
    count = await approvals.release_cycle(ask.deps, ask.who, cycle_id)
    return cycle.done_modal(ask.w("release-title"), ask.w.md("released-count", n=count), ask.w)


async def show_scheme(ask: Ask) -> None:
    """The form, the weights and who sees what: open to everybody before they answer."""
    found = await cycles.scheme_of(ask.deps, ask.who, payloads.button(ask.body))
    await ask.open(scheme.scheme_modal(found.scheme, ask.w, rules=Rules.of(found)))

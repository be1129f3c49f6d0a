"""HR's figures of a cycle: `/cycle figures`, and buttons for the same."""

from __future__ import annotations

from handlers import inputs, payloads
from handlers.asking import Ask, ViewAnswer
from handlers.slow import in_time, opened
from services import figures
from views import figures as view
from views.blocks import View


async def open_figures(ask: Ask) -> None:
    """Of the cycle a button stands under, else of the only one with scores; of several, HR chooses one."""
    cycle_id = "" if payloads.is_command(ask.body) else payloads.button(ask.body)
    found = [] if cycle_id else await figures.with_figures(ask.deps, ask.who)
    if len(found) > 1:
        await ask.open(view.choose_modal(found, ask.w))
        return
    await opened(ask, _shown(ask, cycle_id or found[0].id))


async def choose(ask: Ask) -> ViewAnswer:
    return await in_time(ask, _shown(ask, inputs.selected_cycle(ask.body)))


async def _shown(ask: Ask, cycle_id: str) -> View:
    return view.figures_modal(await figures.figures(ask.deps, ask.who, cycle_id), ask.w)

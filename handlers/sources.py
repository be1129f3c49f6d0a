"""HR and the sources of figures: how they stand, and fetching one now."""

from __future__ import annotations

from handlers import home, importing, payloads
from handlers.asking import Ask
from services import claiming, sources
from views import sources as pages


async def command(ask: Ask) -> None:
    """`/cycle metrics`, which takes a file, and `/cycle metrics status`."""
    _, _, rest = payloads.command(ask.body)
    answer = {"": importing.open_metrics, "status": show_metrics}.get(rest.lower(), home.show_help)
    await answer(ask)


async def show_metrics(ask: Ask) -> None:
    """How the sources stand and whose figures are missing."""
    await ask.whisper(pages.status(await sources.metrics_status(ask.deps, ask.who), ask.w, ask.now))


async def fetch(ask: Ask) -> None:
    """A source is wanted now, not when it is due."""
    source = await claiming.ask_now(ask.deps, ask.who, payloads.button(ask.body))
    await ask.open(pages.asked_modal(source, ask.w, cycle_command=ask.names.cycle))

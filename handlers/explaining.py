"""Why a score is what it is: from the button on a card, by `/review why`, and for HR of anybody."""

from __future__ import annotations

from handlers import inputs, payloads
from handlers.asking import Ask, ViewAnswer, update
from services import explaining
from services.explaining import Explained
from views import explain
from views.blocks import View


async def show(ask: Ask) -> None:
    await ask.open(_modal(ask, await explaining.why(ask.deps, ask.who, *payloads.button_pair(ask.body))))


async def show_own(ask: Ask) -> None:
    """`/review why`: the newest result of the one who asks."""
    await ask.open(_modal(ask, await explaining.why_own(ask.deps, ask.who)))


async def command(ask: Ask) -> None:
    """`/cycle why @person`; without a person it asks for one."""
    _, _, person = payloads.command(ask.body)
    if not person:
        await choose(ask)
        return
    await ask.open(_modal(ask, await explaining.why_latest(ask.deps, ask.who, person)))


async def choose(ask: Ask) -> None:
    ask.deps.check_hr(ask.who)
    await ask.open(explain.choose_modal(ask.w))


async def chosen(ask: Ask) -> ViewAnswer:
    person = inputs.person_chosen(ask.body)
    return update(_modal(ask, await explaining.why_latest(ask.deps, ask.who, person)))


def _modal(ask: Ask, found: Explained) -> View:
    return explain.explanation_modal(found.explanation, found.cycle.scheme, found.sources, ask.w, ask.now)

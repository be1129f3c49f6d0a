"""Work that may take longer than Slack waits for an answer: shown when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial

from appraisal.errors import AppraisalError
from handlers import payloads
from handlers.asking import Ask, ViewAnswer, update
from handlers.errors import fault_view, refusal_view, suppress_slack
from views import notices
from views.blocks import View

PATIENCE = 2.0  # seconds; Slack waits for 3


async def in_time(ask: Ask, work: Awaitable[View], waiting: View | None = None) -> ViewAnswer:
    """The view that `work` makes; where that takes too long, `waiting`, which changes when it is there."""
    task, done = await _tried(work)
    if done:
        return update(task.result())
    ask.after.append(partial(show_when_done, ask, task, payloads.view_id(ask.body)))
    return update(waiting or notices.working_modal(ask.w))


async def beneath(ask: Ask, work: Awaitable[View], waiting: View | None = None) -> ViewAnswer:
    """The same in the modal beneath the submitted one, which closes."""
    await _into(ask, payloads.view_beneath(ask.body), work, waiting)
    return None


async def in_place(ask: Ask, work: Awaitable[View], waiting: View | None = None) -> None:
    """The same after a click, in the modal that was clicked in."""
    await _into(ask, payloads.view_id(ask.body), work, waiting)


async def opened(ask: Ask, work: Awaitable[View], waiting: View | None = None) -> None:
    """The same after a click, in a modal of its own."""
    task, done = await _tried(work)
    view_id = await ask.open(task.result() if done else waiting or notices.working_modal(ask.w))
    if not done:
        ask.after.append(partial(show_when_done, ask, task, view_id))


async def _into(ask: Ask, view_id: str, work: Awaitable[View], waiting: View | None) -> None:
    task, done = await _tried(work)
    view = task.result() if done else waiting or notices.working_modal(ask.w)
    await ask.client.views_update(view_id=view_id, view=view)
    if not done:
        ask.after.append(partial(show_when_done, ask, task, view_id))


async def show_when_done(ask: Ask, work: Awaitable[View], view_id: str) -> None:
    """Replace a modal by the view that `work` makes, or by what went wrong. It may be closed by now."""
    try:
        view = await work
    except AppraisalError as error:
        view = refusal_view(error, ask.w)
    except Exception:
        with suppress_slack("fault-not-shown"):
            await ask.client.views_update(view_id=view_id, view=fault_view())
        raise
    with suppress_slack("result-not-shown"):
        await ask.client.views_update(view_id=view_id, view=view)


async def _tried(work: Awaitable[View]) -> tuple[asyncio.Future[View], bool]:
    """The work, begun, and whether it was done in time."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    return task, bool(done)

"""Work that may take longer than Slack waits for an answer: shown when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from appraisal.errors import AppraisalError
from handlers import payloads
from handlers.asking import Ask, ViewAnswer, update
from handlers.errors import fault_view, refusal_view
from views import notices
from views.blocks import View

PATIENCE = 2.0  # seconds; Slack waits for 3


async def in_time(ask: Ask, work: Awaitable[View], waiting: View | None = None) -> ViewAnswer:
    """The view that `work` makes; where that takes too long, `waiting`, which changes when it is there."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    if done:
        return update(task.result())
    ask.after.append(lambda: show_when_done(ask, task))
    return update(waiting or notices.working_modal(ask.w))


async def show_when_done(ask: Ask, work: Awaitable[View]) -> None:
    """Replace the page that is open by the view that `work` makes, or by what went wrong."""
    try:
        view = await work
    except AppraisalError as error:
        view = refusal_view(error, ask.w)
    except Exception:
        await ask.client.views_update(view_id=payloads.view_id(ask.body), view=fault_view())
        raise
    await ask.client.views_update(view_id=payloads.view_id(ask.body), view=view)

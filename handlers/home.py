"""App Home and help."""

from __future__ import annotations

from appraisal.errors import Code, WrongState
from handlers.asking import Ask
from services import results
from views import home, notices


async def publish(ask: Ask) -> None:
    view = home.home_view(
        await results.home(ask.deps, ask.who),
        ask.w,
        ask.now,
        review_command=ask.names.review,
        cycle_command=ask.names.cycle,
    )
    await ask.client.views_publish(user_id=ask.who.slack_id or "", view=view)


async def show_help(ask: Ask) -> None:
    await ask.whisper(notices.help_text(ask.is_hr, ask.w, ask.names.review, ask.names.cycle))


async def button_is_gone(ask: Ask) -> None:
    """A button of an earlier version of the product."""
    raise WrongState(Code.BUTTON_GONE)

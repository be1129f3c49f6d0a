"""What a handler is given: who asks, in which language, what came in, and the ways to answer at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from appraisal.people import Person
from handlers import payloads
from services.deps import Deps
from views import notices
from views.blocks import Rendered, View
from views.text import Words

Payload = Mapping[str, Any]
ViewAnswer = dict[str, Any] | None  # what a submission is acked with; None closes the modal
Later = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Names:
    """The slash commands, which are settings because another app may own the usual ones."""

    review: str = "/review"
    cycle: str = "/cycle"


@dataclass(frozen=True)
class Ask:
    """One request of one person. `body` is Slack's payload; only `payloads.py` and `inputs.py` look into it."""

    deps: Deps
    who: Person
    w: Words
    now: datetime
    body: Payload
    client: AsyncWebClient
    names: Names
    after: list[Later] = field(default_factory=list)  # done after the ack

    @property
    def is_hr(self) -> bool:
        return self.deps.is_hr(self.who)

    async def open(self, view: View) -> str:
        """Open a modal, on top of the one clicked in; must be within 3 s of the click. Returns its id."""
        show = self.client.views_push if payloads.surface(self.body) == "modal" else self.client.views_open
        shown: Any = (await show(trigger_id=payloads.trigger_id(self.body), view=view))["view"]
        return str(shown["id"])

    async def whisper(self, message: Rendered) -> None:
        """Answer so that only the one who asked sees it."""
        if url := payloads.response_url(self.body):
            await _post(url, message)
            return
        await self.open(notices.reading_modal(message, self.w))  # from Home there is no conversation to whisper in


async def _post(url: str, message: Rendered) -> None:

    response = await AsyncWebhookClient(url).send(
        text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
    )
    if response.status_code != 200:
        raise RuntimeError(f"Slack refused an answer: {response.status_code} {response.body[:200]}")


def update(view: View) -> ViewAnswer:
    """Show another view in place of the submitted one."""
    return {"response_action": "update", "view": view}


def push(view: View) -> ViewAnswer:
    """Show a view on top, so that what was typed stays beneath."""
    return {"response_action": "push", "view": view}

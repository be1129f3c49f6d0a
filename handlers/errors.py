"""The only place where errors become text: a refusal is answered where the person is looking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from appraisal.errors import AppraisalError
from handlers import payloads
from handlers.asking import Ask, Payload, ViewAnswer, push
from views import ids, notices
from views.blocks import Rendered, View, section
from views.text import Words

log = structlog.get_logger()
FAULT = (
    "Something went wrong on our side. What you wrote is still here; please try again in a minute.\n"
    "我们这边出了点问题。你写的内容还在，请稍等一分钟再试。"
)


def submission_refused(error: AppraisalError, body: Payload, w: Words) -> ViewAnswer:
    """Beside the field at fault where there is one; else on top of the form, so that nothing typed is lost."""
    text = notices.error_text(error, w)
    inputs = payloads.input_blocks(body)
    for block in (error.field, ids.item_block(error.field or ""), ids.column_block(error.field or "")):
        if block in inputs:
            return {"response_action": "errors", "errors": {block: text}}
    if payloads.is_stacked(body) and inputs:  # a fourth view on the stack would be refused
        return {"response_action": "errors", "errors": {inputs[-1]: text}}
    return push(refusal_view(error, w))


def refusal_view(error: AppraisalError, w: Words) -> View:
    return notices.message_modal(w("refused-title"), notices.error_text(error, w), w)


def fault_view() -> View:
    """A fault of ours, said in both languages: the reader's may be what failed."""
    return notices.message_modal("Fullcircle", FAULT, Words("en"))


async def action_refused(error: AppraisalError, ask: Ask) -> None:
    """On top of the modal, in a modal over Home, or whispered beside the message."""
    if payloads.surface(ask.body):
        await ask.open(refusal_view(error, ask.w))
    else:
        await command_refused(error, ask)


async def command_refused(error: AppraisalError, ask: Ask) -> None:
    text = notices.error_text(error, ask.w)
    await ask.whisper(Rendered(text, [section(text)]))


async def unexpected(body: Payload, client: AsyncWebClient) -> BoltResponse:
    """Answer a request that failed by our fault. A form stays as it is."""
    if payloads.is_command(body):
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": FAULT})
    if payloads.is_submission(body):
        inputs = payloads.input_blocks(body)
        answer = {"response_action": "errors", "errors": {inputs[-1]: FAULT}} if inputs else push(fault_view())
        return BoltResponse(status=200, body=answer or {})
    if trigger := payloads.trigger_id(body):
        show = client.views_push if payloads.surface(body) == "modal" else client.views_open
        with suppress_slack("fault-not-shown"):
            await show(trigger_id=trigger, view=fault_view())
    return BoltResponse(status=200)


@contextmanager
def suppress_slack(event: str) -> Iterator[None]:
    """Log what Slack refuses instead of raising it: there is nobody left to tell."""
    try:
        yield
    except SlackApiError as error:
        log.warning(event, error=error.response.get("error"))

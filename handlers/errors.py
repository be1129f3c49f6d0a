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
from views.blocks import Rendered, section
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
    for block in (error.field, ids.item_block(error.field or "")):
        if block in inputs:
            return {"response_action": "errors", "errors": {block: text}}
    if body["view"].get("previous_view_id") and inputs:  # a fourth view on the stack would be refused
        return {"response_action": "errors", "errors": {inputs[-1]: text}}
    return push(notices.message_modal(w("refused-title"), text, w))


async def action_refused(error: AppraisalError, ask: Ask) -> None:
    """On top of the modal, in a modal over Home, or whispered beside the message."""
    text = notices.error_text(error, ask.w)
    if "view" not in ask.body:
        await ask.whisper(_note(text))
        return
    view = notices.message_modal(ask.w("refused-title"), text, ask.w)
    show = ask.client.views_push if payloads.in_modal(ask.body) else ask.client.views_open
    await show(trigger_id=ask.body["trigger_id"], view=view)


async def command_refused(error: AppraisalError, ask: Ask) -> None:
    await ask.whisper(_note(notices.error_text(error, ask.w)))


async def unexpected(body: Payload, client: AsyncWebClient) -> BoltResponse:
    """A fault of ours: said in both languages, for the reader's may be what failed. The form stays as it is."""
    if body.get("type") == "view_submission":
        inputs = payloads.input_blocks(body)
        answer = (
            {"response_action": "errors", "errors": {inputs[-1]: FAULT}}
            if inputs
            else push(notices.message_modal("Fullcircle", FAULT, Words("en")))
        )
        return BoltResponse(status=200, body=answer or {})
    if body.get("trigger_id"):
        view = notices.message_modal("Fullcircle", FAULT, Words("en"))
        show = client.views_push if payloads.in_modal(body) else client.views_open
        with suppress_slack("fault-not-shown"):
            await show(trigger_id=body["trigger_id"], view=view)
    return BoltResponse(status=200)


@contextmanager
def suppress_slack(event: str) -> Iterator[None]:
    """Log what Slack refuses instead of raising it: there is nobody left to tell."""
    try:
        yield
    except SlackApiError as error:
        log.warning(event, error=error.response.get("error"))


def _note(text: str) -> Rendered:
    return Rendered(text, [section(text)])

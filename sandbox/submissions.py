"""What follows when a modal is submitted: the client's checks, then the app's answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

from sandbox.directory import Person
from sandbox.kit.form_checks import complaints
from sandbox.kit.limits import Refusal
from sandbox.modals import View
from sandbox.workspace import Workspace


class Response(StrEnum):
    """Slack's `response_action`, and `close` for an ack without one."""

    CLOSE = "close"
    UPDATE = "update"
    PUSH = "push"
    CLEAR = "clear"
    ERRORS = "errors"


async def submission_answer(
    ws: Workspace, person: Person, view: View, ask: Callable[[], Awaitable[Any]]
) -> dict[str, Any]:
    """Check the form, `ask` the app, and carry out its answer on the stack.

    Raises Refusal (invalid_response for an answer that Slack would not understand) and NoAck.
    """
    errors = complaints(view["blocks"], view["state"]["values"], person.get("locale") or "en-US")
    if errors:
        return _outcome(ws, person, Response.ERRORS, errors)
    answer = await ask()
    if answer is not None and not isinstance(answer, dict):
        raise Refusal("invalid_response", ["[ERROR] the answer to a submission must be an object"])
    action = (answer or {}).get("response_action") or Response.CLOSE
    if action not in list(Response):
        raise Refusal("invalid_response", [f"[ERROR] unknown response_action: {action}"])
    return _carry_out(ws, person, view, Response(action), answer or {})


def _carry_out(ws: Workspace, person: Person, view: View, action: Response, answer: dict[str, Any]) -> dict[str, Any]:
    user = person["id"]
    errors: dict[str, str] = {}
    match action:
        case Response.ERRORS:
            errors = _checked_errors(view, answer.get("errors"))
        case Response.UPDATE:
            if view in ws.views.stack(user):
                ws.views.update(user, view, answer.get("view"))
        case Response.PUSH:
            ws.views.push(user, answer.get("view"))
        case Response.CLEAR:
            ws.views.close(user, all_of_them=True)
        case Response.CLOSE:
            # The app may have opened another modal meanwhile; that one stays.
            if view in ws.views.stack(user):
                ws.views.close(user, all_of_them=False)
    return _outcome(ws, person, action, errors)


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refusal("invalid_response", ["[ERROR] errors must name at least one block"])
    strangers = sorted(set(errors) - inputs)
    if strangers:
        raise Refusal("invalid_response", [f"[ERROR] errors for what is no input block: {strangers}"])
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise Refusal("invalid_response", ["[ERROR] errors must be plain texts"])
    return errors


def _outcome(ws: Workspace, person: Person, action: Response, errors: dict[str, str]) -> dict[str, Any]:
    return {"response_action": action, "errors": errors, "stack": ws.views.stack(person["id"])}

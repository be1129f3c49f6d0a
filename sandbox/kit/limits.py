"""What Slack refuses in whole payloads: messages and views."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.kit.blocks import Surface, check_blocks
from sandbox.kit.elements import IDENT, KIND, plain
from sandbox.kit.shapes import Faults, anything, boolean, shape, string

MAX_VIEW_BYTES = 250_000
MAX_TEXT = 40_000
MAX_UPDATED_TEXT = 4_000
MAX_METADATA = 8_000


@dataclass(eq=False)
class Refusal(Exception):
    """A call that Slack would answer with `ok: false`.

    `more` is merged into the answer (needed, provided …); `status` and `retry_after` are for 429 and faults.
    """

    error: str
    messages: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    retry_after: int | None = None

    def answer(self) -> dict[str, Any]:
        """The JSON that the app receives."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


COMMON = {
    "private_metadata": string(3000, shortest=0),
    "callback_id": string(255, shortest=0),
    "external_id": string(255, shortest=0),
}
MODAL = shape(
    {"type": KIND, "title": plain(24), "blocks": anything},
    {
        **COMMON,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)
HOME = shape({"type": KIND, "blocks": anything}, COMMON)
METADATA = shape({"event_type": IDENT, "event_payload": anything})


def check_view(view: Any, surface: Surface) -> None:
    """Accept a view of the app, or raise Refusal with `invalid_arguments` or `view_too_large`."""
    faults = Faults()
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments", ["[ERROR] must provide an object [json-pointer:/view]"])
    if view.get("type") != surface:
        faults.add("/view/type", f"unsupported type: {view.get('type')}")
    (MODAL if surface is Surface.MODAL else HOME)(view, "/view", faults)
    if "blocks" in view:
        check_blocks(view["blocks"], surface, "/view/blocks", faults)
    if not faults.messages and surface is Surface.MODAL and _lacks_submit(view):
        faults.add("/view", "missing required field: submit")
    if faults.messages:
        raise Refusal("invalid_arguments", faults.messages)
    if len(json.dumps(view, ensure_ascii=False).encode()) > MAX_VIEW_BYTES:
        raise Refusal("view_too_large")


def _lacks_submit(view: dict[str, Any]) -> bool:
    return "submit" not in view and any(block["type"] == "input" for block in view["blocks"])


def check_message(
    text: Any, blocks: Any, metadata: Any = None, *, files: bool = False, longest: int = MAX_TEXT
) -> None:
    """Accept a message of the app, or raise Refusal (no_text, msg_too_long, invalid_blocks, metadata errors)."""
    if not isinstance(text, str | None):
        raise Refusal("invalid_arguments", ["[ERROR] must provide a string [json-pointer:/text]"])
    if not text and not blocks and not files:
        raise Refusal("no_text")
    if text and len(text) > longest:
        raise Refusal("msg_too_long")
    if blocks:
        faults = Faults()
        check_blocks(blocks, Surface.MESSAGE, "/blocks", faults)
        if faults.messages:
            raise Refusal("invalid_blocks", faults.messages)
    if metadata is not None:
        _check_metadata(metadata)


def _check_metadata(metadata: Any) -> None:
    faults = Faults()
    METADATA(metadata, "/metadata", faults)
    if faults.messages or not isinstance(metadata["event_payload"], dict):
        raise Refusal("invalid_metadata_format", faults.messages)
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise Refusal("metadata_too_large")

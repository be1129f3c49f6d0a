"""What people do, carried to the app, and its answers carried out."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from sandbox import payloads
from sandbox.delivery.envelopes import Kind, NoAck
from sandbox.directory import Person
from sandbox.kit.answers import KINDS, Answer, UnknownChoice, Values, initial_values, merge, read
from sandbox.kit.blocks import find
from sandbox.kit.elements import OPTION_LIST, options_of
from sandbox.kit.limits import Refusal, check_message
from sandbox.kit.shapes import Faults, shape
from sandbox.messages import channel_of
from sandbox.modals import View
from sandbox.payloads import Payload
from sandbox.response_urls import post_answer
from sandbox.submissions import submission_answer
from sandbox.workspace import Workspace

ANSWER_KEYS = {kind.key for kind in KINDS.values()}
SUGGESTIONS = shape({}, OPTION_LIST)
PUBLISH_SECONDS = 2.0


class Interactions:
    """Each method returns what the person gets to see, or raises Refusal or NoAck."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws

    async def command(self, person: Person, line: str) -> dict[str, Any]:
        """Run a slash command; returns the messages that the app answered with at once."""
        ws = self._ws
        name, _, text = line.strip().partition(" ")
        if ws.manifest.command(name) is None:
            raise Refusal("unknown_command")
        url = ws.response_urls.new(person["id"])
        payload = payloads.command(person, name, text.strip(), ws.triggers.new(person["id"]), url)
        answer = await self._ask(Kind.COMMAND, "slash_command", payload)
        body = {"text": answer} if isinstance(answer, str) else answer
        if not body or not (body.get("text") or body.get("blocks")):
            return {"messages": []}
        check_message(body.get("text"), body.get("blocks"))
        message = post_answer(ws.messages, person["id"], body)
        return {"messages": [ws.messages.shown(person["id"], message)]}

    async def action(self, person: Person, body: dict[str, Any]) -> bool:
        """Use an element of a message or view; false when Slack would not tell the app of it."""
        user, container = person["id"], body.get("container") or {}
        if container.get("type") == "message":
            return await self._act_in_message(person, container.get("ts"), body)
        view = self._view(user, container)
        block, element, answer = self._element(view["blocks"], view["state"]["values"], body)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return False
        await self._act(person, payloads.in_view(view), payloads.action(block, element, answer, self._now()))
        return True

    async def suggest(self, person: Person, body: dict[str, Any]) -> dict[str, Any]:
        """The options of an external select for a typed `query`: {options} or {option_groups}."""
        user = person["id"]
        if body.get("ts"):
            message = self._ws.messages.get(user, body["ts"])
            blocks, place = message.get("blocks", []), payloads.in_message(message, person, {})
        else:
            view = self._view(user, {"type": "view", **body})
            # As in Slack, a suggestion tells the app nothing of what else is filled in.
            blocks, place = view["blocks"], payloads.in_view({**view, "state": {"values": {}}})
        block, element = self._find(blocks, body)
        payload = {
            **payloads.interaction("block_suggestion", person),
            **place,
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": str(body.get("query") or ""),
        }
        answer = await self._ask(Kind.INTERACTIVE, "block_suggestion", payload)
        faults = Faults()
        SUGGESTIONS(answer, "", faults)
        if faults.messages:
            raise Refusal("invalid_suggestions", faults.messages)
        return {"options": options_of(answer), **answer}

    async def submit(self, person: Person, view_id: Any, given: Any) -> dict[str, Any]:
        """Submit the visible modal; returns response_action, errors and stack."""
        ws, user = self._ws, person["id"]
        stack = ws.views.stack(user)
        if not stack or stack[-1]["id"] != view_id:
            raise Refusal("view_not_found")
        view = stack[-1]
        self._merge(view["blocks"], view["state"]["values"], given)
        payload = {
            **payloads.interaction("view_submission", person),
            "trigger_id": ws.triggers.new(user),
            "view": view,
            "response_urls": [],
        }
        return await submission_answer(ws, person, view, lambda: self._ask_about(payload))

    async def close(self, person: Person, view_id: Any, *, clear: bool) -> None:
        """Close the visible modal, or with `clear` all of them; tells the app if it asked to know."""
        ws, user = self._ws, person["id"]
        stack = list(ws.views.stack(user))
        if not any(view["id"] == view_id for view in stack):
            raise Refusal("view_not_found")
        if not clear and stack[-1]["id"] != view_id:
            raise Refusal("view_not_found")
        clear = clear or stack[-1]["clear_on_close"]
        told = stack[0] if clear else stack[-1]
        ws.views.close(user, all_of_them=clear)
        if not told["notify_on_close"]:
            return
        payload = {
            **payloads.interaction("view_closed", person),
            # As documented, closing carries no input values.
            "view": {**told, "state": {"values": {}}},
            "is_cleared": clear,
        }
        # The modal is gone; nobody is left to see that the app did not listen.
        with suppress(NoAck):
            await self._ask_about(payload)

    async def open_home(self, person: Person) -> View | None:
        """Look at Home: tells the app and waits a little for it to publish."""
        ws, user = self._ws, person["id"]
        if not ws.manifest.home_tab or not ws.subscribed("app_home_opened"):
            return ws.views.home(user)
        seq = ws.feed.seq
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel_of(user),
            "tab": "home",
            "event_ts": self._now(),
        }
        if known := ws.views.home(user):
            event["view"] = known
        ws.delivery.event(event, ws.clock.now())
        if ws.reachable:
            await self._await_home(seq, user)
        return ws.views.home(user)

    def say(self, person: Person, text: str) -> dict[str, Any]:
        """Write to the app; it hears of it only when it has subscribed to message.im."""
        ws = self._ws
        if not ws.manifest.messages_tab or not ws.manifest.can_write_to_app:
            raise Refusal("messages_tab_disabled")
        message = ws.messages.post(person["id"], text, by=person["id"])
        if ws.subscribed("message.im"):
            channel = {"channel": channel_of(person["id"]), "channel_type": "im"}
            ws.delivery.event({**message, **channel, "event_ts": message["ts"]}, ws.clock.now())
        return message

    async def _await_home(self, seq: int, user: str) -> None:
        deadline = time.monotonic() + PUBLISH_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            news = await self._ws.feed.wait(seq, user, left)
            if any(each["type"] == "home" for each in news):
                return
            seq = self._ws.feed.seq

    async def _act_in_message(self, person: Person, ts: Any, body: dict[str, Any]) -> bool:
        ws, user = self._ws, person["id"]
        message = ws.messages.get(user, ts)
        blocks = message.get("blocks", [])
        values = initial_values(blocks, message.get("state"))
        block, element, answer = self._element(blocks, values, body)
        message["state"] = values
        if block["type"] == "input" and not block.get("dispatch_action"):
            return False
        place = payloads.in_message(message, person, values)
        place["response_url"] = ws.response_urls.new(user, message["ts"])
        await self._act(person, place, payloads.action(block, element, answer, self._now()))
        return True

    async def _act(self, person: Person, place: Payload, action: Payload) -> None:
        payload = {
            **payloads.interaction("block_actions", person),
            "trigger_id": self._ws.triggers.new(person["id"]),
            **place,
            "actions": [action],
        }
        await self._ask_about(payload)

    def _view(self, user: str, container: dict[str, Any]) -> View:
        views = self._ws.views
        home = container.get("type") == "home"
        view = views.home(user) if home else views.get(user, container.get("view_id"))
        if view is None:
            raise Refusal("view_not_found")
        return view

    def _find(self, blocks: list[dict[str, Any]], body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        found = find(blocks, str(body.get("block_id")), str(body.get("action_id")))
        if found is None:
            raise Refusal("element_not_found")
        return found

    def _element(
        self, blocks: list[dict[str, Any]], values: Values, body: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any], Answer]:
        """The element a person used and its new value, with `values` brought up to date."""
        block, element = self._find(blocks, body)
        self._merge(blocks, values, body.get("state"))
        given = {key: body[key] for key in ANSWER_KEYS if key in body}
        if element["type"] == "overflow":
            chosen = given.get("selected_option")
            wanted = chosen.get("value") if isinstance(chosen, dict) else chosen
            option = next((each for each in options_of(element) if each["value"] == wanted), None)
            if option is None:
                raise Refusal("unknown_choice")
            return block, element, {"selected_option": option}
        if element["type"] not in KINDS:
            return block, element, {}
        if given:
            answer = self._read(element, given)
            values.setdefault(block["block_id"], {})[element["action_id"]] = answer
        return block, element, values[block["block_id"]][element["action_id"]]

    def _read(self, element: dict[str, Any], given: Answer) -> Answer:
        try:
            return read(element, given, self._ws.files.get)
        except UnknownChoice as unknown:
            raise Refusal("unknown_choice", [str(unknown)]) from None

    def _merge(self, blocks: list[dict[str, Any]], values: Values, given: Any) -> None:
        try:
            merge(blocks, values, given, self._ws.files.get)
        except UnknownChoice as unknown:
            raise Refusal("unknown_choice", [str(unknown)]) from None

    def _now(self) -> str:
        return self._ws.clock.stamp()

    async def _ask_about(self, payload: Payload) -> Any:
        if not self._ws.manifest.interactive:
            raise Refusal("interactivity_disabled")
        return await self._ask(Kind.INTERACTIVE, payload["type"], payload)

    async def _ask(self, kind: Kind, name: str, payload: Payload) -> Any:
        """Deliver, log under `name`, and return the ack's payload. Raises NoAck."""
        started = time.perf_counter()
        error = None
        try:
            return await self._ws.delivery.ask(kind, payload)
        except NoAck as failure:
            error = failure.error
            raise
        finally:
            self._ws.note(name, error, time.perf_counter() - started, [])

"""What people do in the sandbox, as its page does it: for simulated people and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout, FormData, TCPConnector

Json = dict[str, Any]
Fill = Callable[["Question"], Mapping[str, Any] | None]
TIMEOUT = ClientTimeout(total=30)


class Refused(Exception):
    """The sandbox showed the person an error instead of what was wanted."""

    def __init__(self, what: str, error: str, messages: list[str] | None = None) -> None:
        super().__init__(f"{what}: {error}{' – ' + '; '.join(messages) if messages else ''}")
        self.error = error


@dataclass(frozen=True)
class Question:
    """One input of a modal as it is shown. `element` is Block Kit; `options` are those of radios and selects."""

    block_id: str
    action_id: str
    label: str
    element: Json
    live: bool  # the app hears of every change

    @property
    def type(self) -> str:
        return self.element["type"]

    @property
    def options(self) -> list[Json]:
        return self.element.get("options", [])


@dataclass(frozen=True)
class Found:
    """A button and where it stands."""

    container: Json
    block_id: str
    action_id: str
    value: str
    text: str


class SandboxClient:
    """The people's API of one sandbox. Each method acts as one person, given by Slack id."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = ClientSession(timeout=TIMEOUT, connector=TCPConnector(limit=32))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def workspace(self) -> Json:
        return await self._get("workspace")

    async def messages(self, user: str) -> list[Json]:
        """The person's DM with the app, oldest first."""
        return (await self._get("dm", {"as": user}))["messages"]

    async def home(self, user: str, *, opened: bool = True) -> Json | None:
        """The person's Home; `opened` tells the app first and waits for it."""
        return (await self._get("home", {"as": user, **({"open": "1"} if opened else {})}))["view"]

    async def stack(self, user: str) -> list[Json]:
        return (await self._get("views", {"as": user}))["stack"]

    async def log(self) -> list[Json]:
        """The last calls and deliveries: [{method, ok, error, ms}]."""
        answer = await self._get("log")
        return next(v for v in answer.values() if isinstance(v, list))

    async def command(self, user: str, line: str) -> list[Json]:
        """Run a slash command; returns the modals open then."""
        return (await self._post("command", {"as": user, "text": line}))["outcome"]["stack"]

    async def press(self, user: str, button: Found) -> list[Json]:
        """Press a button; returns the modals open then."""
        body = {"as": user, "container": button.container, "block_id": button.block_id, "action_id": button.action_id}
        return (await self._post("action", body))["stack"]

    async def change(self, user: str, view: Json, question: Question, answer: Mapping[str, Any]) -> list[Json]:
        """Choose or type in one input of a modal whose app listens to it."""
        place = {"container": {"type": "view", "view_id": view["id"]}}
        what = {"block_id": question.block_id, "action_id": question.action_id, **answer}
        return (await self._post("action", {"as": user, **place, **what}))["stack"]

    async def submit(self, user: str, view: Json, state: Mapping[str, Any] | None = None) -> list[Json]:
        """Submit the modal on top; returns the modals open then. Raises Refused with the errors beside inputs."""
        answer = await self._post("view/submit", {"as": user, "view_id": view["id"], "state": state or {}})
        if answer["response_action"] == "errors":
            said = [f"{block}: {text}" for block, text in answer["errors"].items()]
            raise Refused("submit", "errors", said)
        return answer["stack"]

    async def close(self, user: str, view: Json) -> None:
        """Close the whole stack with the ✕."""
        await self._post("view/close", {"as": user, "view_id": view["id"], "clear": True})

    async def upload(self, user: str, name: str, content: bytes) -> Json:
        """Give a file; returns the answer for a file input."""
        form = FormData(quote_fields=False)
        form.add_field("file", content, filename=name, content_type="text/csv")
        async with self._session.post(f"{self._url}/_sandbox/upload", params={"as": user}, data=form) as answer:
            found = _checked("upload", await answer.json())
        return {"type": "file_input", "files": [{"id": found["file"]["id"]}]}

    async def advance(self, span: str) -> None:
        """Move the sandbox's clock ("3d", "2h", "30m") and the one it was told of."""
        await self._post("clock", {"advance": span})

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        async with self._session.get(f"{self._url}/_sandbox/{path}", params=params) as answer:
            return _checked(path, await answer.json())

    async def _post(self, path: str, body: Json) -> Json:
        async with self._session.post(f"{self._url}/_sandbox/{path}", json=body) as answer:
            return _checked(path, await answer.json())


def _checked(what: str, answer: Json) -> Json:
    if not answer.get("ok"):
        raise Refused(what, str(answer.get("error")), answer.get("messages"))
    return answer


def questions(view: Json) -> list[Question]:
    """The inputs of a modal in their order."""
    return [
        Question(
            block["block_id"],
            block["element"]["action_id"],
            block["label"]["text"],
            block["element"],
            bool(block.get("dispatch_action")),
        )
        for block in view["blocks"]
        if block["type"] == "input"
    ]


def held(view: Json, question: Question) -> Json:
    """What an input holds now: {"value": …}, {"selected_option": …} and so on."""
    return view["state"]["values"].get(question.block_id, {}).get(question.action_id, {})


def state_of(filled: Mapping[str, tuple[Question, Mapping[str, Any]]]) -> Json:
    """Answers by block id as a submission carries them."""
    return {block: {q.action_id: {"type": q.type, **answer}} for block, (q, answer) in filled.items()}


def buttons(place: Json) -> Iterator[Found]:
    """All buttons of a message, modal or Home, with where they stand."""
    if "ts" in place:
        container: Json = {"type": "message", "ts": place["ts"]}
    elif place["type"] == "home":
        container = {"type": "home"}
    else:
        container = {"type": "view", "view_id": place["id"]}
    for block in place.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button":
                text = element["text"]["text"]
                yield Found(container, block["block_id"], element["action_id"], element.get("value", ""), text)


def texts(place: Json) -> list[str]:
    """All words of a message, modal or Home, a line per block, as somebody reads them from top to bottom."""
    return [line for block in place.get("blocks", []) if (line := " ".join(_words(block)))]


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _words(each)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for key in ("title", "text", "fields", "elements", "rows", "label", "hint"):
            if isinstance(node.get(key), dict | list):
                yield from _words(node[key])

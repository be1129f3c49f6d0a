"""One Bolt listener per kind of request; the tables in `handlers/__init__.py` say which function answers.

Each listener costs time on every request, so there are six or so, however many buttons there are. The ack is sent
after the handler, and so after the commit: nobody is thanked for a review that is lost.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from appraisal.errors import AppraisalError, Code, NotAllowed, NotFound
from appraisal.people import Person
from handlers import ACTIONS, CYCLE_COMMANDS, EVENTS, REVIEW_COMMANDS, VIEWS, Handler, Submission, home, payloads
from handlers.asking import Ask, Later, Names, Payload, ViewAnswer
from handlers.errors import action_refused, command_refused, submission_refused, unexpected
from services import people
from services.deps import Deps
from views.ids import Action, Callback
from views.text import Words

log = structlog.get_logger()
ANY = re.compile(".*")
ACCOUNT_EVENTS = ("team_join", "user_change")
AFTER_ACK = 0.3  # seconds


@dataclass
class InFlight:
    """How many requests are being handled, so that shutdown can wait for them."""

    count: int = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1


@dataclass(frozen=True)
class Dispatch:
    """`wake` tells the delivery loop that there may be something to send. `at_home`: who has Home in view."""

    deps: Deps
    names: Names
    wake: Callable[[], None]
    in_flight: InFlight
    at_home: set[str] = field(default_factory=set)
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    running: set[asyncio.Task[None]] = field(default_factory=set)

    async def ask(self, body: Payload, client: AsyncWebClient) -> Ask:
        who = await self._who(payloads.slack_user(body), client)
        return Ask(self.deps, who, Words(who.locale, who.time_zone), self.deps.now(), body, client, self.names)

    async def _who(self, slack_id: str, client: AsyncWebClient) -> Person:
        """Who acted; somebody we have not met is looked up in Slack. Raises NotFound(UNKNOWN_PERSON), NotAllowed."""
        person = await people.identify(self.deps, slack_id)
        if person is None and slack_id:
            info = await client.users_info(user=slack_id, include_locale=True)
            await people.sync_from_slack(self.deps, [payloads.account(info.get("user") or {})])
            person = await people.identify(self.deps, slack_id)
        if person is None:
            raise NotFound(Code.UNKNOWN_PERSON)
        if not person.active:
            raise NotAllowed(Code.INACTIVE_PERSON)
        return person

    @asynccontextmanager
    async def _one(self, body: Payload) -> AsyncIterator[None]:
        """Count the request, and within one modal take one after the other: they come in the order of typing, each
        as a task of its own, and an older text must not overwrite a newer one."""
        with self.in_flight.one():
            if not (view := payloads.view_id(body)):
                yield
                return
            turn = self.turns.setdefault(view, asyncio.Lock())
            async with turn:
                yield

    async def command(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        name, word, _ = payloads.command(body)
        table = CYCLE_COMMANDS if name == self.names.cycle else REVIEW_COMMANDS
        async with self._one(body):
            await self._answer(table.get(word, home.show_help), body, client, command_refused)
            await ack()

    async def action(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        wanted = payloads.action_id(body)
        handler = ACTIONS[Action(wanted)] if wanted in set(Action) else home.button_is_gone
        async with self._one(body):
            await self._answer(handler, body, client, action_refused)
            await ack()

    async def _answer(
        self,
        handler: Handler,
        body: Payload,
        client: AsyncWebClient,
        refuse: Callable[[AppraisalError, Ask], Awaitable[None]],
    ) -> None:
        try:
            ask = await self.ask(body, client)
        except AppraisalError as error:
            await refuse(error, await self._stranger(body, client))
            return
        try:
            await handler(ask)
        except AppraisalError as error:
            await refuse(error, ask)
            return
        self.wake()
        if payloads.surface(body) == "home":
            await home.publish(ask)
        self._later(ask.after)

    async def _stranger(self, body: Payload, client: AsyncWebClient) -> Ask:
        """A request of somebody who may not ask, so that they can be told so in their language."""
        slack_id = payloads.slack_user(body)
        info = await client.users_info(user=slack_id, include_locale=True)
        account = payloads.account(info.get("user") or {})
        nobody = Person(id="", name=account.name, slack_id=slack_id)
        return Ask(self.deps, nobody, Words(account.locale), self.deps.now(), body, client, self.names)

    async def submission(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        handler = VIEWS[Callback(payloads.callback_id(body))]
        async with self._one(body):
            answer = await self._answer_submission(handler, body, client)
            await (ack(**answer) if answer else ack())
            self.wake()

    async def _answer_submission(self, handler: Submission, body: Payload, client: AsyncWebClient) -> ViewAnswer:
        try:
            ask = await self.ask(body, client)
        except AppraisalError as error:
            return submission_refused(error, body, (await self._stranger(body, client)).w)
        try:
            answer = await handler(ask)
        except AppraisalError as error:
            return submission_refused(error, body, ask.w)
        self._afterwards(ask)
        return answer

    def _afterwards(self, ask: Ask) -> None:
        """Start what a submission leaves for after its ack."""
        work = list(ask.after)
        if ask.who.slack_id in self.at_home:
            work.append(lambda: home.publish(ask))
        self._later(work)

    def _later(self, work: list[Later]) -> None:
        if work:
            task = asyncio.create_task(self._work(work))
            self.running.add(task)  # the loop keeps no reference of its own
            task.add_done_callback(self.running.discard)

    async def _work(self, work: list[Later]) -> None:
        """One after the other, a moment later: Slack shows whichever view comes last, and the ack's must be first."""
        with self.in_flight.one():
            await asyncio.sleep(AFTER_ACK)
            for later in work:
                try:
                    await later()
                except Exception:  # nobody waits for this task: it must not fail in silence
                    log.exception("after-ack-failed")

    async def event(self, body: Payload, client: AsyncWebClient) -> None:
        event = payloads.event(body)
        with self.in_flight.one():
            if event["type"] in ACCOUNT_EVENTS:
                await people.sync_from_slack(self.deps, [payloads.account(event["user"])])
            elif handler := EVENTS.get(event["type"]):
                await self._event_of_person(handler, event, body, client)

    async def _event_of_person(self, handler: Handler, event: Payload, body: Payload, client: AsyncWebClient) -> None:
        if event.get("tab", "home") != "home":
            self.at_home.discard(payloads.slack_user(body))
            return
        self.at_home.add(payloads.slack_user(body))
        try:
            await handler(await self.ask(body, client))
        except AppraisalError as error:
            log.info("event-refused", event_type=event["type"], code=error.code.value)


def register(
    app: AsyncApp, deps: Deps, names: Names, *, wake: Callable[[], None], in_flight: InFlight | None = None
) -> Dispatch:
    """Connect Bolt with the tables."""
    dispatch = Dispatch(deps, names, wake, in_flight or InFlight())

    async def on_command(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await dispatch.command(ack, body, client)

    async def on_action(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await dispatch.action(ack, body, client)

    async def on_view(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await dispatch.submission(ack, body, client)

    async def on_event(body: dict[str, Any], client: AsyncWebClient) -> None:
        await dispatch.event(body, client)

    async def on_error(error: Exception, body: dict[str, Any], client: AsyncWebClient) -> BoltResponse:
        log.error("request-failed", kind=body.get("type", "command"), exc_info=error)
        return await unexpected(body, client)

    app.command(ANY)(on_command)
    app.action(ANY)(on_action)
    app.view(ANY)(on_view)
    for event in (*EVENTS, *ACCOUNT_EVENTS):
        app.event(event)(on_event)
    app.error(on_error)
    return dispatch

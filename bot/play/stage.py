"""Where play happens: the people, what they find in their messages, and what should have been there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.app import Bot
from bot.cast import OTHERS, Cast, Member
from bot.play.people import Actor
from bot.play.story import Story
from bot.sandbox_client import Found, Json, Refused, SandboxClient, buttons, texts
from storage import outbox
from views.ids import Action, Callback

AT_ONCE = 8  # people who act at the same time
ATTEMPTS = 5  # at a button of a card that is being updated meanwhile
PATIENCE = 60.0  # seconds until everything is delivered
STALE = {"element_not_found", "message_not_found"}


@dataclass
class Stage:
    """`cards`: each reviewer's card; `reminders` and `wrote`: how many by Slack id. `problems` is what went wrong."""

    bot: Bot
    client: SandboxClient
    cast: Cast
    actors: Mapping[str, Actor]
    story: Story
    problems: list[str] = field(default_factory=list)
    cards: dict[str, str] = field(default_factory=dict)
    reminders: Counter[str] = field(default_factory=Counter)
    wrote: Counter[str] = field(default_factory=Counter)
    asked: dict[str, set[str]] = field(default_factory=dict)  # review ids
    said: list[tuple[str, str]] = field(default_factory=list)  # (about whom by whom, text), for quotations
    _seen: dict[str, set[str]] = field(default_factory=dict)

    @property
    def hr(self) -> Actor:
        return self.actors[self.cast.hr_slack_id]

    def expect(self, true: bool, otherwise: str) -> None:
        """Note a problem where something is not as it should be."""
        if not true:
            self.problems.append(otherwise)

    def member(self, slack_id: str) -> Member:
        return self.actors[slack_id].who

    def named_in(self, text: str) -> Member | None:
        """Whom a text is about: the member with the longest name in it."""
        found = [m for m in self.cast.members if m.name in text]
        return max(found, key=lambda m: len(m.name), default=None)

    async def settle(self) -> None:
        """Wait until every request is answered and every message sent. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.bot.drain(PATIENCE)
                async with self.bot.deps.read() as tx:
                    if not await outbox.pending_count(tx):
                        return
                await asyncio.sleep(0.05)

    async def arrivals(self) -> dict[str, list[Json]]:
        """What came since the last look, by Slack id, once everything has settled. A whispered refusal is a problem;
        so is anything for a guest."""
        await self.settle()
        watched = [*self.actors, *(o["id"] for o in OTHERS if not o.get("deleted") and not o.get("is_bot"))]
        dms = await asyncio.gather(*(self.client.messages(user) for user in watched))
        new: dict[str, list[Json]] = {}
        for user, messages in zip(watched, dms, strict=True):
            seen = self._seen.setdefault(user, set())
            fresh = [m for m in messages if m["ts"] not in seen]
            seen.update(m["ts"] for m in fresh)
            for whisper in (m for m in fresh if m["ephemeral"]):
                self.expect(False, f"{self._name(user)} was told: {_brief(whisper)}")
            if arrived := [m for m in fresh if not m["ephemeral"]]:
                new[user] = arrived
        return new

    async def expect_arrivals(
        self, what: str, wanted: Mapping[str, int], mark: Collection[Action]
    ) -> dict[str, list[Json]]:
        """What came, checked: exactly `wanted` messages for each, all with a button of `mark` (if any), none else."""
        new = await self.arrivals()
        for user in sorted({*new, *wanted}, key=self._name):
            got = new.get(user, [])
            if len(got) != wanted.get(user, 0):
                came = "; ".join(_brief(m) for m in got) or "nothing"
                self.expect(
                    False, f"{self._name(user)} should get {wanted.get(user, 0)} × {what}, got {len(got)}: {came}"
                )
            for message in got:
                if mark and not any(b.action_id in mark for b in buttons(message)):
                    self.expect(False, f"{self._name(user)}: a message for “{what}” is not one: {_brief(message)}")
        return new

    async def expect_nothing(self, when: str) -> None:
        await self.expect_arrivals(f"message {when}", {}, ())

    async def expect_home(self, users: Iterable[str], action: Action, why: str) -> None:
        """Everybody's Home offers this button."""

        async def look(actor: Actor) -> None:
            home = await self.client.home(actor.who.slack_id)
            self.expect(bool(home and find(home, action)), f"the Home of {actor.who.name} does not show {why}")

        await self.each(users, look)

    async def whispered(self, actor: Actor, line: str) -> Json:
        """Run a command that is answered so that only this person sees it. Raises Refused."""
        return await self.whisper_after(actor, line, lambda: self.client.command(actor.who.slack_id, line))

    async def whisper_after(self, actor: Actor, what: str, act: Callable[[], Awaitable[object]]) -> Json:
        """Do something that is answered in a whisper, and nothing else. Raises Refused."""
        user = actor.who.slack_id
        seen = self._seen.setdefault(user, set())
        await act()
        answers = [m for m in await self.client.messages(user) if m["ephemeral"] and m["ts"] not in seen]
        if len(answers) != 1:
            raise Refused(what, f"{len(answers)} whispers")
        seen.add(answers[0]["ts"])
        return answers[0]

    async def message(self, user: str, ts: str) -> Json:
        """One message as it is now. Raises Refused where it is gone."""
        for message in await self.client.messages(user):
            if message["ts"] == ts:
                return message
        raise Refused("read", "message_not_found")

    async def press(self, user: str, ts: str, action: Action, value: str | None = None) -> list[Json]:
        """Press a button of a message; again where the card changed under the finger. Raises Refused."""
        for attempt in range(ATTEMPTS):
            found = find(await self.message(user, ts), action, value)
            if found is None:
                raise Refused(action.value, "no such button")
            try:
                return await self.client.press(user, found)
            except Refused as error:
                if error.error not in STALE or attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def until(self, what: str, look: Callable[[], Awaitable[Json | None]]) -> Json:
        """Wait for what comes after an answer. Raises Refused when it does not."""
        for _ in range(200):
            if found := await look():
                return found
            await asyncio.sleep(0.05)
        raise Refused(what, "it never came")

    async def each(self, users: Iterable[str], act: Callable[[Actor], Awaitable[None]]) -> None:
        """Let people act, a few at a time; what stops one of them is noted and does not stop the others."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(actor: Actor) -> None:
            async with gate:
                try:
                    await act(actor)
                except (Refused, StopIteration, KeyError, IndexError) as error:
                    self.expect(False, f"{actor.who.name} could not go on: {error!r}")

        await asyncio.gather(*(one(self.actors[user]) for user in users))

    async def answer(self, user: str, view: Json, state: Json | None, *wanted: Callback) -> Json:
        """Submit a modal of HR and wait until the work behind it is done. Raises Refused."""
        stack = await self.client.submit(user, view, state)

        async def done() -> Json | None:
            now = await self.client.stack(user)
            return self.top(now, *wanted) if not now or now[-1]["callback_id"] != Callback.WAITING else None

        if stack and stack[-1]["callback_id"] == Callback.WAITING:
            return await self.until("/".join(wanted), done)
        return self.top(stack, *wanted)

    def top(self, stack: list[Json], *wanted: Callback) -> Json:
        """The modal on top. Raises Refused where it is another than wanted."""
        if not stack:
            raise Refused("/".join(wanted), "no modal is open")
        if stack[-1]["callback_id"] not in wanted:
            raise Refused("/".join(wanted), "another modal is open", texts(stack[-1])[:3])
        return stack[-1]

    def _name(self, user: str) -> str:
        return self.actors[user].who.name if user in self.actors else user


def find(place: Json, action: Action, value: str | None = None) -> Found | None:
    """The button with this action (and value) of a message, modal or Home."""
    return next((b for b in buttons(place) if b.action_id == action and value in (None, b.value)), None)


def _brief(message: dict[str, Any]) -> str:
    return message["text"][:120]

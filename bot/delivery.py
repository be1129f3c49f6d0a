"""The loop that sends what waits in the outbox: at least once, and twice only in a case that cannot be told apart.

One message: 1. it is leased in a transaction of its own; 2. it is worded from today's data; 3. a card that is in
the conversation is updated; 4. from the second attempt on, the conversation is searched for the message's mark,
since the first may have got through; 5. it is posted, with a timeout below the rest of the lease; 6. it is marked
as sent where the lease is still ours. What remains is a process frozen between the last look at its lease and the
socket: after that, a second sender may have posted too.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot import failures
from bot.failures import Undeliverable
from bot.letters import Envelope, write
from bot.posting import Place, Post
from services.deps import Deps
from storage import cards, outbox, people
from storage.outbox import Outgoing

log = structlog.get_logger()

TIMEOUT = 15.0  # seconds for one call to Slack; the session of the client is made with it
LEASE = 120.0  # seconds; long enough for the calls of one message, one after the other
MARGIN = 5.0  # seconds of the lease that must be left after a call has timed out
POLL = 1.0  # seconds; only for what nobody woke us for, as a lease of a dead process
AT_ONCE = 8  # recipients
MOST_ATTEMPTS = 20  # at a message that itself seems at fault; Slack being down is waited out
LONGEST_WAIT = 600.0  # seconds between attempts


class LeaseTooShort(Exception):
    """Another sender might take the message over before Slack answers."""


class Delivery:
    """Sends until stopped. `wake` makes it look at once."""

    def __init__(self, deps: Deps, post: Post, *, wall: Callable[[], datetime]) -> None:
        self._deps = deps
        self._post = post
        self._wall = wall
        self._owner = uuid.uuid4().hex
        self._awake = asyncio.Event()
        self._stopping = False
        self._sending: set[asyncio.Task[None]] = set()
        self._refused: dict[int, int] = {}  # id → attempt that Slack has certainly not stored

    def wake(self) -> None:
        """Something may be due."""
        self._awake.set()

    async def run(self) -> None:
        """Send what is due until `stop` is called; then finish what is in flight and give back the rest."""
        while not self._stopping:
            self._awake.clear()
            if not await self._start_some():
                await self._wait()
        if self._sending:
            await asyncio.wait(self._sending)
        async with self._deps.begin() as tx:
            await outbox.release(tx, self._owner)

    def stop(self) -> None:
        """Claim nothing more. `run` returns when the calls in flight are over, within TIMEOUT or so."""
        self._stopping = True
        self.wake()

    async def drain(self, within: float) -> None:
        """Wait until nothing that is due is unsent. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while self._sending or await self._is_due():
                self.wake()
                await asyncio.sleep(0.01)

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), POLL)
        except TimeoutError:
            return

    async def _start_some(self) -> int:
        try:
            claimed = await self._claim()
        except Exception:  # the database will be back; nothing is lost meanwhile
            log.exception("claim-failed")
            return 0
        for out in claimed:
            task = asyncio.create_task(self._handle(out, time.monotonic()))
            self._sending.add(task)
            task.add_done_callback(self._done)
        return len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self.wake()

    async def _claim(self) -> list[Outgoing]:
        free = AT_ONCE - len(self._sending)
        if free <= 0 or not await self._is_due() or await self._is_paused():
            return []
        async with self._deps.begin() as tx:
            return await outbox.claim(
                tx, owner=self._owner, limit=free, lease_seconds=LEASE, now=self._deps.now(), wall=self._wall()
            )

    async def _is_due(self) -> bool:
        async with self._deps.read() as tx:
            oldest = await outbox.oldest_pending(tx)
        return oldest is not None and oldest <= self._deps.now()

    async def _is_paused(self) -> bool:
        async with self._deps.read() as tx:
            until = await outbox.paused_until(tx)
        return until is not None and until > self._wall()

    async def _handle(self, out: Outgoing, claimed_at: float) -> None:
        def still_ours() -> None:
            if time.monotonic() - claimed_at > LEASE - TIMEOUT - MARGIN:
                raise LeaseTooShort

        try:
            try:
                await self._mark_sent(out, await self._deliver(out, still_ours))
            except Exception as error:  # whatever it is, the other messages must go on
                await self._put_back(out, error)
        except Exception:  # the lease will run out, and somebody will try again
            log.exception("delivery-not-recorded", id=out.id, kind=out.message.kind)

    async def _deliver(self, out: Outgoing, still_ours: Callable[[], None]) -> Place | None:
        """Where the message is now; None where there was nothing to say."""
        async with self._deps.read() as tx:
            person = await people.get(tx, out.recipient)
            card = out.message.card_key()
            place = await cards.get(tx, out.recipient, card) if card else None
        if person is None or not person.active:
            raise Undeliverable("recipient-left")
        if not person.slack_id:
            raise Undeliverable("recipient-not-in-slack")
        rendered = await write(Envelope(self._deps, person, self._deps.now(), place is not None), out.message)
        if rendered is None:
            return None
        if place and await self._post.update(Place(*place), rendered, still_ours=still_ours):
            return Place(*place)
        if self._may_be_there(out) and (found := await self._post.find(person.slack_id, out.metadata_key)):
            return found
        return await self._post.send(person.slack_id, rendered, key=out.metadata_key, still_ours=still_ours)

    def _may_be_there(self, out: Outgoing) -> bool:
        """Whether an earlier attempt may have got through: any but those that Slack refused in this process."""
        return out.attempts > 1 and self._refused.get(out.id) != out.attempts - 1

    async def _mark_sent(self, out: Outgoing, place: Place | None) -> None:
        card = out.message.card_key()
        async with self._deps.begin() as tx:
            ours = await outbox.mark_sent(
                tx,
                out.id,
                owner=self._owner,
                attempts=out.attempts,
                channel=place and place.channel,
                ts=place and place.ts,
                now=self._deps.now(),
            )
            if ours and card and place:
                await cards.save(tx, out.recipient, card, place.channel, place.ts)
        self._refused.pop(out.id, None)
        log.info("sent" if place else "nothing-to-say", id=out.id, kind=out.message.kind, attempts=out.attempts)

    async def _put_back(self, out: Outgoing, error: Exception) -> None:
        reason, about = failures.code(error), {"id": out.id, "kind": out.message.kind, "attempts": out.attempts}
        pause = failures.retry_after(error)
        exhausted = out.attempts >= MOST_ATTEMPTS and not failures.concerns_all(error)
        hopeless = failures.is_permanent(error) or exhausted
        wait = pause if pause is not None else min(LONGEST_WAIT, 2.0 ** min(out.attempts, 10))
        if failures.is_certain(error) and self._may_be_there(out) is False:
            self._refused[out.id] = out.attempts
        async with self._deps.begin() as tx:
            if hopeless:
                await outbox.give_up(tx, out.id, owner=self._owner, attempts=out.attempts, error=reason)
            else:
                later = self._deps.now() + timedelta(seconds=wait)
                if pause is not None:
                    await outbox.pause(tx, self._wall() + timedelta(seconds=pause))
                await outbox.retry(
                    tx, out.id, owner=self._owner, attempts=out.attempts, available_at=later, error=reason
                )
        if hopeless:
            self._refused.pop(out.id, None)
            log.error("gave-up", reason=reason, **about)
        else:
            log.warning("will-retry", reason=reason, retry_in=wait, **about)

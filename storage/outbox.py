"""Messages that wait to be sent: written with the change they tell of, sent after its commit.

A row is pending, then sending (leased by an owner), then sent or failed. A lease that ran out is claimed again
with one attempt more; from the second attempt on the outcome of the first is unknown, and the sender looks for
`metadata_key` in the conversation before it posts. Two clocks: `now` is the product's, which the demo can move,
and says what is due; `wall` is the real one, and says which leases ran out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from appraisal.messages import Message
from storage.engine import Tx
from storage.tables import UNSENT, Delivery, outbox, pauses
from storage.upsert import insert, insert_new

_SLACK = "slack"  # the one row of `pauses`
_CLAIMING = 7_317_001  # number of the advisory lock


@dataclass(frozen=True)
class Outgoing:
    """A claimed message. `attempts` counts this claim too; with `owner` it proves that the claim is still ours."""

    id: int
    recipient: str
    message: Message
    attempts: int
    metadata_key: str
    priority: int
    created_at: datetime
    channel: str | None = None
    ts: str | None = None


_OUTGOING = [outbox.c[name] for name in Outgoing.__dataclass_fields__]
_UNSENT = outbox.c.state.in_(UNSENT)


async def add(
    tx: Tx,
    *,
    recipient: str,
    message: Message,
    now: datetime,
    available_at: datetime | None = None,
    key: str | None = None,
    priority: int = 1,
) -> bool:
    """Queue a message to a person (id), from `available_at` on; lower priorities go first.

    False where a message with this `key` was queued before. A card that still waits for the same recipient is not
    queued twice: it is worded when it is sent, and says everything then.
    """
    due = available_at or now
    if key is not None and await tx.scalar(sa.select(outbox.c.id).where(outbox.c.dedupe_key == key)):
        return False
    card = message.card_key()
    if card is not None and await _joins_waiting_card(tx, recipient, card, due=due, key=key, priority=priority):
        return True
    row = _new(recipient, message, now=now, priority=priority)
    return await insert_new(tx, outbox, {**row, "available_at": due, "dedupe_key": key})


async def add_cards(tx: Tx, cards: Iterable[tuple[str, Message]], *, now: datetime, priority: int = 1) -> None:
    """Queue many (recipient, card) at once, but for those that wait already: they say everything when sent."""
    waiting = (
        sa.select(outbox.c.recipient, outbox.c.card_key)
        .where(_UNSENT, outbox.c.state == Delivery.PENDING, outbox.c.attempts == 0, outbox.c.card_key.is_not(None))
        .with_for_update(skip_locked=True)
    )
    there = {(row.recipient, row.card_key) for row in await tx.execute(waiting)}
    new = {(who, card.card_key()): card for who, card in cards}
    rows = [_new(who, card, now=now, priority=priority) for (who, key), card in new.items() if (who, key) not in there]
    if rows:
        await tx.execute(sa.insert(outbox), rows)


async def add_many(tx: Tx, letters: Iterable[tuple[str, Message]], *, now: datetime, priority: int = 1) -> None:
    """Queue many (recipient, message) at once, each for itself: they are no cards, and the caller sends none twice."""
    if rows := [_new(who, message, now=now, priority=priority) for who, message in letters]:
        await tx.execute(sa.insert(outbox), rows)


def _new(recipient: str, message: Message, *, now: datetime, priority: int) -> dict[str, Any]:
    return {
        "recipient": recipient,
        "message": message,
        "card_key": message.card_key(),
        "dedupe_key": None,
        "priority": priority,
        "state": Delivery.PENDING,
        "available_at": now,
        "attempts": 0,
        "metadata_key": uuid4().hex,
        "created_at": now,
    }


async def _joins_waiting_card(
    tx: Tx, recipient: str, card: str, *, due: datetime, key: str | None, priority: int
) -> bool:
    # Never attempted, because an earlier attempt may have been worded already. A row that a sender is just
    # claiming is skipped, not awaited: it may be worded before our commit, so the card is queued once more.
    waiting = (
        sa.select(outbox.c.id, outbox.c.available_at, outbox.c.priority, outbox.c.dedupe_key)
        .where(outbox.c.recipient == recipient, outbox.c.card_key == card)
        .where(_UNSENT, outbox.c.state == Delivery.PENDING, outbox.c.attempts == 0)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await tx.execute(waiting)).one_or_none()
    if row is None or (key is not None and row.dedupe_key is not None):
        return False
    await tx.execute(
        sa.update(outbox)
        .where(outbox.c.id == row.id)
        .values(
            available_at=min(row.available_at, due),
            priority=min(row.priority, priority),
            dedupe_key=row.dedupe_key or key,
        )
    )
    return True


async def claim(
    tx: Tx, *, owner: str, limit: int, lease_seconds: float, now: datetime, wall: datetime
) -> list[Outgoing]:
    """Lease up to `limit` due messages to a sender, by priority and age, one at a time for each recipient."""
    if tx.dialect.name == "postgresql":
        # One claimer at a time: a more urgent message queued while another one is choosing would otherwise let
        # both serve the same recipient at once.
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIMING)))
    rows = outbox.alias("due")
    chosen = (
        sa.select(rows.c.id)
        .where(rows.c.state.in_(UNSENT), _due(rows, now, wall), ~_recipient_is_busy(rows, now, wall))
        .order_by(rows.c.priority, rows.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(await tx.scalars(chosen))
    if not ids:
        return []
    leased = await tx.execute(
        sa.update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            state=Delivery.SENDING,
            owner=owner,
            lease_until=wall + timedelta(seconds=lease_seconds),
            attempts=outbox.c.attempts + 1,
        )
        .returning(*_OUTGOING)
    )
    return sorted((Outgoing(**row._mapping) for row in leased), key=lambda out: (out.priority, out.id))


async def mark_sent(
    tx: Tx, out_id: int, *, owner: str, attempts: int, channel: str | None, ts: str | None, now: datetime
) -> bool:
    """Done; without channel and ts where nothing was left to say. False where the claim is no longer ours."""
    return await _end_claim(
        tx, out_id, owner, attempts, state=Delivery.SENT, channel=channel, ts=ts, sent_at=now, error=None
    )


async def retry(tx: Tx, out_id: int, *, owner: str, attempts: int, available_at: datetime, error: str) -> bool:
    """Back into the queue until `available_at` (product clock). False where the claim is no longer ours."""
    return await _end_claim(tx, out_id, owner, attempts, state=Delivery.PENDING, available_at=available_at, error=error)


async def give_up(tx: Tx, out_id: int, *, owner: str, attempts: int, error: str) -> bool:
    """It will never be sent. False where the claim is no longer ours."""
    return await _end_claim(tx, out_id, owner, attempts, state=Delivery.FAILED, error=error)


async def release(tx: Tx, owner: str) -> int:
    """Give back what a sender holds when it stops; how many. Their attempts stay counted."""
    done = await tx.execute(
        sa.update(outbox)
        .where(outbox.c.owner == owner, outbox.c.state == Delivery.SENDING)
        .values(state=Delivery.PENDING, owner=None, lease_until=None)
    )
    return done.rowcount


async def forget(tx: Tx, before: datetime, *, limit: int) -> int:
    """Forget messages that were sent, or given up, and queued before that moment; `limit` at most, how many.

    Those with a key stay, as the key says that they were queued once.
    """
    old = (
        sa.select(outbox.c.id)
        .where(outbox.c.state.in_((Delivery.SENT, Delivery.FAILED)), outbox.c.dedupe_key.is_(None))
        .where(sa.func.coalesce(outbox.c.sent_at, outbox.c.created_at) < before)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return (await tx.execute(sa.delete(outbox).where(outbox.c.id.in_(old)))).rowcount


async def oldest_pending(tx: Tx) -> datetime | None:
    """Since when (product clock) the oldest unsent message could have been sent; may lie in the future."""
    return await tx.scalar(sa.select(sa.func.min(outbox.c.available_at)).where(_UNSENT))


async def pending_count(tx: Tx) -> int:
    """Unsent messages, due or not, also those being sent. Failed ones are not counted."""
    return await tx.scalar(sa.select(sa.func.count()).select_from(outbox).where(_UNSENT)) or 0


async def pause(tx: Tx, until: datetime) -> None:
    """Slack asked for a break: no sender posts before `until` (real clock). An earlier end shortens nothing."""
    statement = insert(tx, pauses)
    longer = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"until": statement.excluded.until},
        where=pauses.c.until < statement.excluded.until,
    )
    await tx.execute(longer, {"name": _SLACK, "until": until})


async def paused_until(tx: Tx) -> datetime | None:
    """The end of the last pause, which may be over; None where there was none."""
    return await tx.scalar(sa.select(pauses.c.until).where(pauses.c.name == _SLACK))


def _due(rows: Any, now: datetime, wall: datetime) -> sa.ColumnElement[bool]:
    waiting = sa.and_(rows.c.state == Delivery.PENDING, rows.c.available_at <= now)
    abandoned = sa.and_(rows.c.state == Delivery.SENDING, rows.c.lease_until < wall)
    return sa.or_(waiting, abandoned)


def _recipient_is_busy(rows: Any, now: datetime, wall: datetime) -> sa.ColumnElement[bool]:
    """Something is being sent to the same recipient, or comes before."""
    other = outbox.alias("other")
    in_flight = sa.and_(other.c.state == Delivery.SENDING, other.c.lease_until >= wall)
    before = sa.tuple_(other.c.priority, other.c.id) < sa.tuple_(rows.c.priority, rows.c.id)
    comes_first = sa.and_(_due(other, now, wall), before)
    same = (other.c.recipient == rows.c.recipient, other.c.state.in_(UNSENT))
    return sa.exists().where(*same, sa.or_(in_flight, comes_first))


async def _end_claim(tx: Tx, out_id: int, owner: str, attempts: int, **values: Any) -> bool:
    done = await tx.execute(
        sa.update(outbox)
        .where(outbox.c.id == out_id, outbox.c.state == Delivery.SENDING)
        .where(outbox.c.owner == owner, outbox.c.attempts == attempts)
        .values(owner=None, lease_until=None, **values)
    )
    return done.rowcount == 1

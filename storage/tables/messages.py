"""What is told to people, and what was done."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Index, String, Table, Text

from appraisal.messages import Message
from appraisal.reminders import Rule
from storage.columns import Json, Moment, Word
from storage.tables.base import ID, SERIAL, cycle, metadata, person


class Delivery(StrEnum):
    """Where a row of the outbox stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


# Literals, as a partial index serves only a query that names its condition.
UNSENT = [sa.literal_column(f"'{state}'") for state in (Delivery.PENDING, Delivery.SENDING)]
_unsent = sa.text("state IN ('pending', 'sending')")
outbox = Table(
    "outbox",
    metadata,
    Column("id", SERIAL, primary_key=True),
    person("recipient"),
    Column("message", Json(Message), nullable=False),
    Column("card_key", Text),
    Column("dedupe_key", Text, unique=True),
    Column("priority", sa.Integer, nullable=False),
    Column("state", Word(Delivery), nullable=False),
    Column("available_at", Moment, nullable=False),
    Column("owner", Text),
    Column("lease_until", Moment),
    Column("attempts", sa.Integer, nullable=False),
    Column("metadata_key", ID, nullable=False),
    Column("channel", Text),
    Column("ts", Text),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    # What is sent stays for a while and must not slow the queue down.
    Index("ix_outbox_unsent", "priority", "id", sqlite_where=_unsent, postgresql_where=_unsent),
    Index("ix_outbox_unsent_recipient", "recipient", sqlite_where=_unsent, postgresql_where=_unsent),
)

pauses = Table(
    "pauses",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("until", Moment, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    person("person_id", primary_key=True),
    Column("key", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("ts", Text, nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    cycle(primary_key=True),
    person("person_id", primary_key=True),
    Column("rule", Word(Rule), primary_key=True),
    Column("day", sa.Date, nullable=False),
    sa.UniqueConstraint("person_id", "day"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("at", Moment, nullable=False),
    person("actor_id", nullable=True),
    Column("verb", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Json(dict[str, Any]), nullable=False),
    Index(None, "subject"),
)

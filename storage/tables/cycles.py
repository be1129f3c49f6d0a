"""People, and the cycles that they take part in."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from appraisal.cycle import Selection, State
from appraisal.scheme import Relation, Scheme
from storage.columns import Json, Moment, Word
from storage.tables.base import ID, cycle, metadata, person

people = Table(
    "people",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("slack_id", String(32), unique=True),
    Column("employee_number", Text),
    Column("department", Text, nullable=False),
    Column("job_family", Text, nullable=False),
    # Deferred: a file may name a manager before the manager's own line.
    Column("manager_id", ID, ForeignKey("people.id", deferrable=True, initially="DEFERRED")),
    Column("hired_on", sa.Date),
    Column("active", sa.Boolean, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("locale", String(8), nullable=False),
    Column("country", Text, nullable=False),
)

cycles = Table(
    "cycles",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("scheme", Json(Scheme, shared=True), nullable=False),
    Column("period_start", sa.Date, nullable=False),
    Column("period_end", sa.Date, nullable=False),
    Column("relations", Json(tuple[Relation, ...]), nullable=False),
    Column("peers_wanted", sa.Integer, nullable=False),
    Column("threshold", sa.Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    person("owner_id"),
    Column("state", Word(State), nullable=False),
    Column("seed", sa.BigInteger, nullable=False),
    Column("formula", sa.Integer, nullable=False),
    Column("comment_threshold", sa.Integer, nullable=False),
    Column("correct_severity", sa.Boolean, nullable=False),
    Column("reads_texts", sa.Boolean, nullable=False),
    Column("created_at", Moment),
    Column("opened_at", Moment),
    Column("collected_at", Moment),
    Column("selection", Json(Selection)),
)

participants = Table(
    "participants",
    metadata,
    cycle(primary_key=True),
    person("person_id", primary_key=True),
    Column("department", Text, nullable=False),
    person("manager_id", nullable=True),
    Column("job_family", Text, nullable=False),
    Column("variant", String(40), nullable=False),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

schemes = Table(
    "schemes",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("version", sa.Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("scheme", Json(Scheme, shared=True), nullable=False),
    person("uploaded_by", nullable=True),
    Column("uploaded_at", Moment, nullable=False),
    Column("retired_at", Moment),
)

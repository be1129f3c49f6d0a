"""All tables. Columns are named like the fields of the dataclass that a row becomes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from appraisal.actions import ActionState
from appraisal.approval import ApprovalState
from appraisal.cycle import Selection, State
from appraisal.intake.mapping import FileMapping
from appraisal.intake.runs import Detail, Outcome
from appraisal.intake.tables import Apply, Counts, ImportKind, ImportState
from appraisal.language.voices import CycleVoices
from appraisal.messages import Message
from appraisal.people import Person
from appraisal.reminders import Rule
from appraisal.review import TaskState
from appraisal.scheme import Relation, Scheme
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.comments import Written
from appraisal.scoring.composite import Evidence
from appraisal.scoring.protection import Answered
from appraisal.scoring.reliability import Measured
from storage.columns import Json, Moment, Word

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(32)  # uuid4 as hex: random, so that it tells no order
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up INTEGER keys only


def _person(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[Any]:
    return Column(name, ID, ForeignKey("people.id"), primary_key=primary_key, nullable=nullable)


def _cycle(*, primary_key: bool = False) -> Column[Any]:
    return Column("cycle_id", ID, ForeignKey("cycles.id"), primary_key=primary_key, nullable=False)


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
    _person("owner_id"),
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
    _cycle(primary_key=True),
    _person("person_id", primary_key=True),
    Column("department", Text, nullable=False),
    _person("manager_id", nullable=True),
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
    _person("uploaded_by", nullable=True),
    Column("uploaded_at", Moment, nullable=False),
    Column("retired_at", Moment),
)

# Without hidden row numbers: these would tell in which order reviews and answers came in.
tasks = Table(
    "tasks",
    metadata,
    Column("id", ID, primary_key=True),
    _cycle(),
    _person("reviewee_id"),
    _person("reviewer_id"),
    Column("relation", Word(Relation), nullable=False),
    Column("state", Word(TaskState), nullable=False),
    Column("page", sa.Integer, nullable=False),
    Column("revision", sa.Integer, nullable=False),
    Column("draft_view", Text, nullable=False),
    Column("submitted_at", Moment),
    Column("reopened_until", Moment),
    sa.UniqueConstraint("cycle_id", "reviewee_id", "reviewer_id", "relation"),
    Index(None, "reviewer_id", "cycle_id"),
    sqlite_with_rowid=False,
)


def _answer_table(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("task_id", ID, ForeignKey("tasks.id"), primary_key=True),
        Column("item", String(40), primary_key=True),
        Column("number", sa.Double),
        Column("text", Text),
        Column("cant_say", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )


answers = _answer_table("answers")  # as last submitted: what counts
drafts = _answer_table("drafts")  # typed since; a row without any value takes the submitted answer back

score_cards = Table(
    "score_cards",
    metadata,
    _cycle(primary_key=True),
    _person("person_id", primary_key=True),
    Column("card", Json(ScoreCard), nullable=False),
    Column("evidence", Json(Evidence), nullable=False),
    Column("written", Json(tuple[Written, ...]), nullable=False),
    Column("total", sa.Double),  # of the card, so that results are compared without parsing them all
    Column("se", sa.Double),
)

# The scoring of a cycle, from the end of collecting on; `done_at` is empty until everybody has a card.
scorings = Table(
    "scorings",
    metadata,
    _cycle(primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("basis", Json(Basis)),
    Column("done_at", Moment),
    Column("revision", sa.Integer, nullable=False),  # goes up when what cards are made of has changed
)

# How lenient (+) or severe (-) each reviewer was, in points of 0 to 100. For HR alone.
severities = Table(
    "severities",
    metadata,
    _cycle(primary_key=True),
    _person("reviewer_id", primary_key=True),
    Column("points", sa.Double, nullable=False),
)

# How far the ratings of a cycle can be relied on, worked out once: an answer that comes later must not show in it.
measures = Table(
    "measures",
    metadata,
    _cycle(primary_key=True),
    Column("at", Moment, nullable=False),
    Column("measured", Json(Measured), nullable=False),
)

# What people wrote about in a cycle, worked out once for the same reason.
voices = Table(
    "voices",
    metadata,
    _cycle(primary_key=True),
    Column("at", Moment, nullable=False),
    Column("voices", Json(CycleVoices), nullable=False),
)

# Whose answers stood behind each card of a person whose reviews were asked for again.
disclosed = Table(
    "disclosed",
    metadata,
    _cycle(primary_key=True),
    _person("person_id", primary_key=True),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),  # from 0, in the order they were shown
    Column("at", Moment, nullable=False),
    Column("answered", Json(tuple[Answered, ...]), nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    _cycle(primary_key=True),
    _person("person_id", primary_key=True),
    _person("approver_id", nullable=True),
    Column("state", Word(ApprovalState), nullable=False),
    Column("adjusted", sa.Double),
    Column("reason", Text, nullable=False),
    Column("decided_at", Moment),
    Column("released_at", Moment),
    Column("acknowledged_at", Moment),
    Index(None, "approver_id", "state"),
    Index(None, "person_id"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", ID, primary_key=True),
    _cycle(),
    _person("person_id"),
    _person("proposer_id"),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("due_on", sa.Date, nullable=False),
    Column("help", Text, nullable=False),
    Column("state", Word(ActionState), nullable=False),
    Column("comment", Text, nullable=False),
    Column("proposed_at", Moment),
    Column("answered_at", Moment),
    Index(None, "cycle_id", "person_id"),
    Index(None, "person_id", "state"),
)

# Why a metric was missed, as the manager sees it.
causes = Table(
    "causes",
    metadata,
    _cycle(primary_key=True),
    _person("person_id", primary_key=True),
    Column("metric", String(40), primary_key=True),
    Column("cause", String(40), nullable=False),  # key in the scheme's list; "" for another one
    Column("note", Text, nullable=False),
    _person("actor_id"),
    Column("at", Moment, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", Word(ImportKind), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", sa.LargeBinary, nullable=False),
    _person("actor_id", nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("period_start", sa.Date),
    Column("period_end", sa.Date),
    Column("state", Word(ImportState), nullable=False),
    Column("applied_at", Moment),
    Column("source", Text, nullable=False),
    Column("rank", sa.Integer, nullable=False),
    Column("as_of", sa.Date),
    Column("mapping", Json(FileMapping)),
    Column("what", Word(Apply), nullable=False),
    Column("counts", Json(Counts)),
    Column("rolled_back_at", Moment),
    Index(None, "period_start", "period_end"),
    Index(None, "source"),
)

# What each import said; which of them counts is a question of precedence, and rolling back forgets nothing.
figures = Table(
    "figures",
    metadata,
    Column("import_id", ID, ForeignKey("imports.id"), primary_key=True),
    _person("person_id", primary_key=True),
    Column("metric", String(40), primary_key=True),
    Column("target", sa.Double, nullable=False),
    Column("actual", sa.Double, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("row", sa.Integer, nullable=False),
    Column("as_of", sa.Date),
    Index(None, "person_id"),
)

# People before and after an import, so that it can be taken back.
import_changes = Table(
    "import_changes",
    metadata,
    Column("import_id", ID, ForeignKey("imports.id"), primary_key=True),
    Column("person_id", ID, primary_key=True),  # no foreign key: taking back may delete who was added
    Column("before", Json(Person)),
    Column("after", Json(Person), nullable=False),
)

mappings = Table(
    "mappings",
    metadata,
    Column("kind", Word(ImportKind), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("mapping", Json(FileMapping), nullable=False),
    Column("updated_at", Moment, nullable=False),
)

source_runs = Table(
    "source_runs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("source", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Word(Outcome), nullable=False),
    Column("import_id", ID),
    Column("detail", Json(Detail), nullable=False),
    Column("etag", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    sa.UniqueConstraint("source", "due_at"),  # of several copies of the bot one runs it
    Index(None, "source", "started_at"),
)


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
    _person("recipient"),
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
    _person("person_id", primary_key=True),
    Column("key", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("ts", Text, nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    _cycle(primary_key=True),
    _person("person_id", primary_key=True),
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
    _person("actor_id", nullable=True),
    Column("verb", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Json(dict[str, Any]), nullable=False),
    Index(None, "subject"),
)

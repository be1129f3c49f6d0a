"""Files and sources: what they said, and when."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from appraisal.intake.mapping import FileMapping
from appraisal.intake.runs import Detail, Outcome
from appraisal.intake.tables import Apply, Counts, ImportKind, ImportState
from appraisal.people import Person
from storage.columns import Json, Moment, Word
from storage.tables.base import ID, metadata, person

imports = Table(
    "imports",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", Word(ImportKind), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", sa.LargeBinary, nullable=False),
    person("actor_id", nullable=True),
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
    person("person_id", primary_key=True),
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

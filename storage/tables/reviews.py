"""Reviews and their answers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from appraisal.review import TaskState
from appraisal.scheme import Relation
from storage.columns import Moment, Word
from storage.tables.base import ID, cycle, metadata, person

# Without hidden row numbers: these would tell in which order reviews and answers came in.
tasks = Table(
    "tasks",
    metadata,
    Column("id", ID, primary_key=True),
    cycle(),
    person("reviewee_id"),
    person("reviewer_id"),
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

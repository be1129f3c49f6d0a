"""Scores, what they rest on, and what follows from them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, String, Table, Text

from appraisal.actions import ActionState
from appraisal.approval import ApprovalState
from appraisal.language.voices import CycleVoices
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.comments import Written
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.protection import Answered
from appraisal.scoring.reliability import Measured
from storage.columns import Json, Moment, Word
from storage.tables.base import ID, cycle, metadata, person

score_cards = Table(
    "score_cards",
    metadata,
    cycle(primary_key=True),
    person("person_id", primary_key=True),
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
    cycle(primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("basis", Json(Basis)),
    Column("done_at", Moment),
    Column("revision", sa.Integer, nullable=False),  # goes up when what cards are made of has changed
)

# How lenient (+) or severe (-) each reviewer was, in points of 0 to 100. For HR alone.
severities = Table(
    "severities",
    metadata,
    cycle(primary_key=True),
    person("reviewer_id", primary_key=True),
    Column("points", sa.Double, nullable=False),
)

# How far the ratings of a cycle can be relied on, worked out once: an answer that comes later must not show in it.
measures = Table(
    "measures",
    metadata,
    cycle(primary_key=True),
    Column("at", Moment, nullable=False),
    Column("measured", Json(Measured), nullable=False),
)

# What people wrote about in a cycle, worked out once for the same reason.
voices = Table(
    "voices",
    metadata,
    cycle(primary_key=True),
    Column("at", Moment, nullable=False),
    Column("voices", Json(CycleVoices), nullable=False),
)

# Whose answers stood behind each card of a person whose reviews were asked for again.
disclosed = Table(
    "disclosed",
    metadata,
    cycle(primary_key=True),
    person("person_id", primary_key=True),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),  # from 0, in the order they were shown
    Column("at", Moment, nullable=False),
    Column("answered", Json(tuple[Answered, ...]), nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    cycle(primary_key=True),
    person("person_id", primary_key=True),
    person("approver_id", nullable=True),
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
    cycle(),
    person("person_id"),
    person("proposer_id"),
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
    cycle(primary_key=True),
    person("person_id", primary_key=True),
    Column("metric", String(40), primary_key=True),
    Column("cause", String(40), nullable=False),  # key in the scheme's list; "" for another one
    Column("note", Text, nullable=False),
    person("actor_id"),
    Column("at", Moment, nullable=False),
)

"""All tables. Columns are named like the fields of the dataclass that a row becomes."""

from storage.tables.base import metadata
from storage.tables.cycles import cycles, participants, people, schemes
from storage.tables.intake import figures, import_changes, imports, mappings, source_runs
from storage.tables.messages import UNSENT, Delivery, audit, cards, inbox, outbox, pauses, reminders
from storage.tables.results import (
    actions,
    approvals,
    causes,
    disclosed,
    measures,
    score_cards,
    scorings,
    severities,
    voices,
)
from storage.tables.reviews import answers, drafts, tasks

__all__ = [
    "UNSENT",
    "Delivery",
    "actions",
    "answers",
    "approvals",
    "audit",
    "cards",
    "causes",
    "cycles",
    "disclosed",
    "drafts",
    "figures",
    "import_changes",
    "imports",
    "inbox",
    "mappings",
    "measures",
    "metadata",
    "outbox",
    "participants",
    "pauses",
    "people",
    "reminders",
    "schemes",
    "score_cards",
    "scorings",
    "severities",
    "source_runs",
    "tasks",
    "voices",
]

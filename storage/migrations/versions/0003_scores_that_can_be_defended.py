"""Settings of scoring, what every card was made from, what all cards of a cycle rest on, and what was shown before."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RELATIONS = ("self", "manager", "peer", "report")


def upgrade() -> None:
    op.add_column("cycles", sa.Column("comment_threshold", sa.Integer(), nullable=False, server_default="3"))
    op.execute("UPDATE cycles SET comment_threshold = threshold")  # it was one for both
    op.add_column("cycles", sa.Column("correct_severity", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cycles", sa.Column("reads_texts", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("score_cards", sa.Column("evidence", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("score_cards", sa.Column("total", sa.Double(), nullable=True))
    op.add_column("score_cards", sa.Column("se", sa.Double(), nullable=True))
    _keep_evidence()
    op.drop_column("score_cards", "stats")
    op.create_table(
        "scorings",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_scorings_cycle_id_cycles"),
        sa.PrimaryKeyConstraint("cycle_id", name="pk_scorings"),
    )
    op.execute(
        "INSERT INTO scorings (cycle_id, started_at, done_at, revision)"
        " SELECT id, collected_at, collected_at, 0 FROM cycles"
        " WHERE collected_at IS NOT NULL"
    )
    op.create_table(
        "severities",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("reviewer_id", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_severities_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["people.id"], name="fk_severities_reviewer_id_people"),
        sa.PrimaryKeyConstraint("cycle_id", "reviewer_id", name="pk_severities"),
    )
    op.create_table(
        "measures",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("measured", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_measures_cycle_id_cycles"),
        sa.PrimaryKeyConstraint("cycle_id", name="pk_measures"),
    )
    op.create_table(
        "voices",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("voices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_voices_cycle_id_cycles"),
        sa.PrimaryKeyConstraint("cycle_id", name="pk_voices"),
    )
    op.create_table(
        "disclosed",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answered", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_disclosed_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_disclosed_person_id_people"),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", "number", name="pk_disclosed"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def _keep_evidence() -> None:
    """Cards of before knew their statistics; figures and relations stand on the card itself."""
    connection = op.get_bind()
    columns = ("cycle_id", "person_id", "card", "stats", "evidence", "total")
    cards = sa.table("score_cards", *(sa.column(n) for n in columns))
    for cycle_id, person_id, card, stats in connection.execute(
        sa.select(cards.c.cycle_id, cards.c.person_id, cards.c.card, cards.c.stats)
    ).all():
        evidence = json.dumps(_evidence(person_id, json.loads(card), json.loads(stats)))
        of_card = (cards.c.cycle_id == cycle_id, cards.c.person_id == person_id)
        total = json.loads(card)["total"]
        connection.execute(sa.update(cards).where(*of_card).values(evidence=evidence, total=total))


def _evidence(person_id: str, card: dict, stats: list) -> dict:
    parts = [p["source"] for d in card["dimensions"] for i in d["items"] for p in i["parts"]]
    known = ("metric", "target", "actual", "source", "row", "sheet", "file_name", "as_of", "imported_at")
    figures = [{"person_id": person_id} | {k: m[k] for k in known if k in m} for m in card["metrics"]]
    bad = [{"person_id": person_id, "metric": m, "target": 0, "actual": 0} for m in card.get("bad_metrics", ())]
    return {"stats": stats, "figures": figures + bad, "asked": [r for r in RELATIONS if r in parts]}


def downgrade() -> None:
    raise NotImplementedError("scores are not made again from less; restore the backup")

"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UNSENT = sa.text("state IN ('pending', 'sending')")
TABLES = [
    "drafts",
    "answers",
    "tasks",
    "score_cards",
    "reminders",
    "participants",
    "approvals",
    "actions",
    "outbox",
    "imports",
    "figures",
    "cycles",
    "cards",
    "audit",
    "people",
    "pauses",
    "inbox",
]  # each before those that it refers to


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_inbox"),
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])

    op.create_table(
        "pauses",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pauses"),
    )

    op.create_table(
        "people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("slack_id", sa.String(length=32), nullable=True),
        sa.Column("employee_number", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("job_family", sa.Text(), nullable=False),
        sa.Column("manager_id", sa.String(length=32), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["people.id"], name="fk_people_manager_id_people", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("slack_id", name="uq_people_slack_id"),
    )

    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("verb", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_audit_actor_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )

    op.create_table(
        "cards",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_cards_person_id_people"),
        sa.PrimaryKeyConstraint("person_id", "key", name="pk_cards"),
    )

    op.create_table(
        "cycles",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("relations", sa.Text(), nullable=False),
        sa.Column("peers_wanted", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("formula", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("collected_at", sa.DateTime(), nullable=True),
        sa.Column("selection", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_cycles_owner_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_cycles"),
        sa.UniqueConstraint("name", name="uq_cycles_name"),
    )

    op.create_table(
        "figures",
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("actual", sa.Double(), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_figures_person_id_people"),
        sa.PrimaryKeyConstraint("period_start", "period_end", "person_id", "metric", name="pk_figures"),
    )
    op.create_index("ix_figures_person_id", "figures", ["person_id"])

    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_imports_actor_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("card_key", sa.Text(), nullable=True),
        sa.Column("dedupe_key", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("available_at", sa.DateTime(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("metadata_key", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["recipient"], ["people.id"], name="fk_outbox_recipient_people"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
    )
    op.create_index("ix_outbox_unsent", "outbox", ["priority", "id"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_index("ix_outbox_unsent_recipient", "outbox", ["recipient"], sqlite_where=UNSENT, postgresql_where=UNSENT)

    op.create_table(
        "actions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("proposer_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_actions_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_actions_person_id_people"),
        sa.ForeignKeyConstraint(["proposer_id"], ["people.id"], name="fk_actions_proposer_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
    )
    op.create_index("ix_actions_cycle_id_person_id", "actions", ["cycle_id", "person_id"])
    op.create_index("ix_actions_person_id_state", "actions", ["person_id", "state"])

    op.create_table(
        "approvals",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("approver_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("adjusted", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("released_at", sa.DateTime(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["approver_id"], ["people.id"], name="fk_approvals_approver_id_people"),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_approvals_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_approvals_person_id_people"),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", name="pk_approvals"),
    )
    op.create_index("ix_approvals_approver_id_state", "approvals", ["approver_id", "state"])
    op.create_index("ix_approvals_person_id", "approvals", ["person_id"])

    op.create_table(
        "participants",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("manager_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_participants_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name="fk_participants_manager_id_people"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_participants_person_id_people"),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", name="pk_participants"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_participants_person_id", "participants", ["person_id"])

    op.create_table(
        "reminders",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_reminders_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_reminders_person_id_people"),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", "rule", name="pk_reminders"),
        sa.UniqueConstraint("person_id", "day", name="uq_reminders_person_id_day"),
    )

    op.create_table(
        "score_cards",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("stats", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_score_cards_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_score_cards_person_id_people"),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", name="pk_score_cards"),
    )

    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("reviewee_id", sa.String(length=32), nullable=False),
        sa.Column("reviewer_id", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("draft_view", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("reopened_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_tasks_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["reviewee_id"], ["people.id"], name="fk_tasks_reviewee_id_people"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["people.id"], name="fk_tasks_reviewer_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint(
            "cycle_id",
            "reviewee_id",
            "reviewer_id",
            "relation",
            name="uq_tasks_cycle_id_reviewee_id_reviewer_id_relation",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tasks_reviewer_id_cycle_id", "tasks", ["reviewer_id", "cycle_id"])

    op.create_table(
        "answers",
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("cant_say", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_answers_task_id_tasks"),
        sa.PrimaryKeyConstraint("task_id", "item", name="pk_answers"),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "drafts",
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("cant_say", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_drafts_task_id_tasks"),
        sa.PrimaryKeyConstraint("task_id", "item", name="pk_drafts"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)

"""Uploaded schemes, forms per job, imports that keep what each source said, causes of missed targets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participants", sa.Column("job_family", sa.Text(), nullable=False, server_default=""))
    op.add_column("participants", sa.Column("variant", sa.String(length=40), nullable=False, server_default=""))
    _extend_imports()
    _keep_every_figure()
    op.create_table(
        "schemes",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=32), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["uploaded_by"], ["people.id"], name="fk_schemes_uploaded_by_people"),
        sa.PrimaryKeyConstraint("key", "version", name="pk_schemes"),
    )
    op.create_table(
        "causes",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_causes_cycle_id_cycles"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_causes_person_id_people"),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_causes_actor_id_people"),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", "metric", name="pk_causes"),
    )
    op.create_table(
        "import_changes",
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_changes_import_id_imports"),
        sa.PrimaryKeyConstraint("import_id", "person_id", name="pk_import_changes"),
    )
    op.create_table(
        "mappings",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "source", name="pk_mappings"),
    )
    op.create_table(
        "source_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_runs"),
        sa.UniqueConstraint("source", "due_at", name="uq_source_runs_source_due_at"),
    )
    op.create_index("ix_source_runs_source_started_at", "source_runs", ["source", "started_at"])


def _extend_imports() -> None:
    op.add_column("imports", sa.Column("source", sa.Text(), nullable=False, server_default=""))
    op.add_column("imports", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("imports", sa.Column("as_of", sa.Date(), nullable=True))
    op.add_column("imports", sa.Column("mapping", sa.Text(), nullable=True))
    op.add_column("imports", sa.Column("what", sa.String(length=32), nullable=False, server_default="good"))
    op.add_column("imports", sa.Column("counts", sa.Text(), nullable=True))
    op.add_column("imports", sa.Column("rolled_back_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE imports SET source = file_name")
    op.create_index("ix_imports_period_start_period_end", "imports", ["period_start", "period_end"])
    op.create_index("ix_imports_source", "imports", ["source"])


def _keep_every_figure() -> None:
    """One row per import instead of the last one only. Every figure so far came with an import."""
    op.execute("CREATE TABLE old_figures AS SELECT * FROM figures")
    op.drop_table("figures")
    op.create_table(
        "figures",
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("actual", sa.Double(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_figures_import_id_imports"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_figures_person_id_people"),
        sa.PrimaryKeyConstraint("import_id", "person_id", "metric", name="pk_figures"),
    )
    op.create_index("ix_figures_person_id", "figures", ["person_id"])
    op.execute(
        'INSERT INTO figures (import_id, person_id, metric, target, actual, sheet, "row")'
        " SELECT import_id, person_id, metric, target, actual, '', \"row\" FROM old_figures"
    )
    op.drop_table("old_figures")


def downgrade() -> None:
    raise NotImplementedError("what several sources said cannot be put back into one table")

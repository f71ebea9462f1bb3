"""Copies of whole cases to hand on: asked for, made by the clock, gone after some days."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("request", sa.Integer(), nullable=True),
        sa.Column("wanted", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_bundles_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bundles"),
    )
    op.create_index("ix_bundles_case_id", "bundles", ["case_id"])
    op.create_index("ix_bundles_state", "bundles", ["state", "lease_until"])
    op.create_index("ix_bundles_expires_at", "bundles", ["expires_at"])
    with op.batch_alter_table("attachments") as batch:
        batch.add_column(sa.Column("bundle_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_attachments_bundle_id", "bundles", ["bundle_id"], ["id"])
        batch.create_index("ix_attachments_bundle_id", ["bundle_id"])


def downgrade() -> None:
    op.execute("DELETE FROM attachments WHERE bundle_id IS NOT NULL")
    with op.batch_alter_table("attachments") as batch:
        batch.drop_index("ix_attachments_bundle_id")
        batch.drop_constraint("fk_attachments_bundle_id", type_="foreignkey")
        batch.drop_column("bundle_id")
    op.drop_table("bundles")

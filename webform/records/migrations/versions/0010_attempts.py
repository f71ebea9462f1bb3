"""Tries to sign in, and wrong words of drafts, are counted apart from what they were tried on."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counter", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_counter_at", "attempts", ["counter", "at"])
    op.create_index("ix_attempts_at", "attempts", ["at"])
    with op.batch_alter_table("drafts") as batch:
        batch.drop_column("failed_words")
        batch.drop_column("locked_until")


def downgrade() -> None:
    with op.batch_alter_table("drafts") as batch:
        batch.add_column(sa.Column("failed_words", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.drop_table("attempts")

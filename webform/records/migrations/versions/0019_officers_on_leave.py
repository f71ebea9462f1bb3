"""Officers on leave, and who stands in for them."""

import sqlalchemy as sa
from alembic import op

from webform.records.columns import UTCDateTime

revision = "0019"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officers.id"), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), sa.ForeignKey("officers.id"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), sa.ForeignKey("officers.id"), nullable=False),
    )
    for column in ("officer_id", "stand_in_id", "last_on"):
        op.create_index(f"ix_absences_{column}", "absences", [column])


def downgrade() -> None:
    op.drop_table("absences")

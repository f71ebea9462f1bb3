"""The seats of councillors and MPs on the roster."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_roster_seats_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_seats"),
    )
    op.create_index("ix_roster_seats_officer_id", "roster_seats", ["officer_id"])


def downgrade() -> None:
    op.drop_table("roster_seats")

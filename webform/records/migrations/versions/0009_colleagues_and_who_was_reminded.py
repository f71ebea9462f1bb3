"""Colleagues to whom an organisation passes on what it is asked for, and when somebody was last reminded by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "colleagues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word_hash", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_colleagues_case_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_colleagues_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_colleagues"),
    )
    op.create_index("ix_colleagues_case_id", "colleagues", ["case_id"])
    op.create_index("ix_colleagues_party_id", "colleagues", ["party_id"])
    op.create_index("ix_colleagues_email_digest", "colleagues", ["email_digest"])
    with op.batch_alter_table("links") as links:
        links.add_column(sa.Column("colleague_id", sa.Integer(), nullable=True))
        links.create_foreign_key("fk_links_colleague_id", "colleagues", ["colleague_id"], ["id"])
    op.create_index("ix_links_colleague_id", "links", ["colleague_id"])
    op.add_column("deadlines", sa.Column("chased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Links of colleagues would be lost. To go back, restore a backup.")

"""Links to a party's own page, the word that opens them, forms that a party has begun, and mail held by quiet hours."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_links_case_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_links_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("digest", name="uq_links_digest"),
    )
    op.create_index("ix_links_case_id", "links", ["case_id"])
    op.create_index("ix_links_party_id", "links", ["party_id"])
    op.add_column("parties", sa.Column("word_hash", sa.String(length=255), nullable=True))
    op.add_column("messages", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("drafts") as drafts:
        drafts.add_column(sa.Column("party_id", sa.Integer(), nullable=True))
        drafts.create_foreign_key("fk_drafts_party_id", "parties", ["party_id"], ["id"])
    op.create_index("ix_drafts_party_id", "drafts", ["party_id"])


def downgrade() -> None:
    raise RuntimeError("Links and words would be lost. To go back, restore a backup.")

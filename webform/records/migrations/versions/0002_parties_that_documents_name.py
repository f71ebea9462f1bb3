"""Parties that documents name, and drafts of one of several duties."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("parties", sa.Column("key", sa.LargeBinary(), nullable=True))
    op.add_column("drafts", sa.Column("occurrence", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("drafts") as batch:
        batch.alter_column("occurrence", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    op.drop_column("drafts", "occurrence")
    op.drop_column("parties", "key")

"""Which of several duties of its step a form serves, where there is one for each of several documents."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("occurrence", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("documents", "occurrence")

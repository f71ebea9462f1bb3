"""A message to a colleague of an organisation says so: its rules are looked up when it goes."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("colleague_id", sa.Integer(), nullable=True))
        messages.create_foreign_key("fk_messages_colleague_id", "colleagues", ["colleague_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("fk_messages_colleague_id", type_="foreignkey")
        messages.drop_column("colleague_id")

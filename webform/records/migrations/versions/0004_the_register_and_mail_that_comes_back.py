"""The register of cases; and messages that are held up, useless after a time, or came back."""

import sqlalchemy as sa
from alembic import op

from webform.records.columns import UTCDateTime
from webform.records.register import FIXED, entry_mark, fold

revision = "0004"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as batch:
        batch.add_column(sa.Column("held_up", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("useless_after", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("came_back_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("came_back_by", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_messages_came_back_by", "officers", ["came_back_by"], ["id"])
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("entry", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("entry_mark", sa.String(length=64), nullable=False, server_default=""))
        batch.create_unique_constraint("uq_cases_entry", ["entry"])
    with op.batch_alter_table("messages") as batch:
        batch.alter_column("held_up", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("cases") as batch:
        batch.alter_column("entry_mark", existing_type=sa.String(length=64), server_default=None)
    op.create_table(
        "register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register"),
    )
    _enter_all()


def _enter_all() -> None:
    """Put the cases that are there into the register, in the order in which they were opened."""
    moments = ("received_at", "opened_at")
    plain = [sa.column(name) for name in FIXED if name not in moments]
    cases = sa.table(
        "cases",
        *plain,
        *(sa.column(name, UTCDateTime) for name in moments),
        sa.column("entry"),
        sa.column("entry_mark"),
    )
    register = sa.table("register", sa.column("id"), sa.column("count"), sa.column("mark"))
    count, mark = 0, ""
    for row in op.get_bind().execute(sa.select(*(cases.c[name] for name in FIXED)).order_by(cases.c.id)).all():
        count += 1
        made = entry_mark(count, row)
        op.execute(sa.update(cases).where(cases.c.id == row.id).values(entry=count, entry_mark=made))
        mark = fold(mark, made)
    if count:
        op.execute(sa.insert(register).values(id=1, count=count, mark=mark))


def downgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        batch.drop_constraint("uq_cases_entry", type_="unique")
        batch.drop_column("entry")
        batch.drop_column("entry_mark")
    with op.batch_alter_table("messages") as batch:
        batch.drop_constraint("fk_messages_came_back_by", type_="foreignkey")
        for name in ("held_up", "useless_after", "came_back_at", "came_back_by"):
            batch.drop_column(name)
    op.drop_table("register")

"""How long a duty took, and how long it was promised to take: for whoever looks over several areas."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DONE = sa.text("done_on IS NOT NULL")


def upgrade() -> None:
    for name, kind in (("done_on", sa.Date()), ("taken", sa.Integer()), ("promised", sa.Integer())):
        op.add_column("deadlines", sa.Column(name, kind, nullable=True))
    op.create_index(
        "ix_deadlines_done", "deadlines", ["area", "done_on", "step", "state", "taken", "promised"],
        sqlite_where=DONE, postgresql_where=DONE,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_deadlines_done", "deadlines")
    for name in ("promised", "taken", "done_on"):
        op.drop_column("deadlines", name)

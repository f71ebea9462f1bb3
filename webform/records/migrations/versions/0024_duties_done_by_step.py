"""What was done is found by its step first: the days of a period are added up for each step, and need no sorting."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None

NAME = "ix_deadlines_done"
DONE = sa.text("done_on IS NOT NULL")


def upgrade() -> None:
    _made_of("step", "done_on")


def downgrade() -> None:
    _made_of("done_on", "step")


def _made_of(second: str, third: str) -> None:
    op.drop_index(NAME, "deadlines")
    columns = ["area", second, third, "state", "taken", "promised"]
    op.create_index(NAME, "deadlines", columns, sqlite_where=DONE, postgresql_where=DONE)

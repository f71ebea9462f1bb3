"""My day is read from rows: which duties the desk has to do, and which it waits for."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0014"
branch_labels = None
depends_on = None

STILL_OPEN = sa.text("closed_at IS NULL")
UNSEEN = sa.text("seen_at IS NULL")
LISTED = sa.text("listed IS NOT NULL")


def upgrade() -> None:
    op.add_column("deadlines", sa.Column("area", sa.String(length=60), nullable=False, server_default="-"))
    op.add_column("deadlines", sa.Column("listed", sa.String(length=10), nullable=True))
    op.execute("UPDATE deadlines SET area = (SELECT area FROM cases WHERE cases.id = deadlines.case_id)")
    # Which list a duty stands on follows from its procedure: the clock looks at every case once, and says so.
    op.execute(
        "UPDATE deadlines SET act_at = CURRENT_TIMESTAMP, action = 'look' WHERE id IN"
        " (SELECT MIN(d.id) FROM deadlines AS d JOIN cases AS c ON c.id = d.case_id"
        " WHERE c.closed_at IS NULL GROUP BY d.case_id)"
    )
    op.create_index(
        "ix_deadlines_listed", "deadlines", ["area", "listed", "due_on", "id"],
        sqlite_where=LISTED, postgresql_where=LISTED,
    )  # fmt: skip
    op.create_index("ix_cases_area_stage", "cases", ["area", "stage"])
    op.create_index("ix_cases_closed", "cases", ["area", "closed_at"])
    op.drop_index("ix_cases_area_next_on", "cases")
    op.create_index(
        "ix_cases_open", "cases", ["area", "next_on", "id"], sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN
    )
    op.create_index(
        "ix_cases_unseen", "cases", ["area", "received_at"], sqlite_where=UNSEEN, postgresql_where=UNSEEN
    )  # fmt: skip
    op.drop_index("ix_blind_index_kind_digest", "blind_index")
    op.create_index("ix_blind_index_kind_digest", "blind_index", ["kind", "digest", "case_id"])

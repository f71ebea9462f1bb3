"""Cases that were handed over, documents that came from another case, and the folder of an area's own duties."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("scope", sa.String(length=10), server_default="case", nullable=False))
    op.add_column("documents", sa.Column("origin", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("case_links", sa.Column("step", sa.String(length=60), nullable=True))
    op.add_column("case_links", sa.Column("looked", sa.Integer(), server_default="0", nullable=False))
    op.add_column("case_links", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    own = sa.text("scope = 'area'")
    op.create_index("uq_cases_own", "cases", ["area"], unique=True, sqlite_where=own, postgresql_where=own)
    awaited = sa.text("kind = 'handed-over' AND returned_at IS NULL")
    op.create_index("ix_case_links_awaited", "case_links", ["other_id"], sqlite_where=awaited, postgresql_where=awaited)

"""Papers that a panel may read, and who of it looked at them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bundles", sa.Column("shared", sa.Integer(), nullable=True))
    with op.batch_alter_table("accesses") as batch:
        batch.alter_column("officer_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("party_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_accesses_party_id", "parties", ["party_id"], ["id"])


def downgrade() -> None:
    op.execute("DELETE FROM accesses WHERE officer_id IS NULL")
    with op.batch_alter_table("accesses") as batch:
        batch.drop_constraint("fk_accesses_party_id", type_="foreignkey")
        batch.drop_column("party_id")
        batch.alter_column("officer_id", existing_type=sa.Integer(), nullable=False)
    op.drop_column("bundles", "shared")

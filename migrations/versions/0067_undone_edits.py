"""A draft says who took its last edit back and when, to whoever comes second."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    op.add_column("grid", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("grid", sa.Column("undone_by", sa.BigInteger(), nullable=True))
    op.add_column("grid", sa.Column("undone_cells", JSONB(), server_default="[]", nullable=False))
    op.create_foreign_key("fk_grid_undone_by_account", "grid", "account", ["undone_by"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_grid_undone_by_account", "grid", type_="foreignkey")
    for column in ("undone_cells", "undone_by", "undone_at"):
        op.drop_column("grid", column)

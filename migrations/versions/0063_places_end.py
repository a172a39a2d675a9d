"""A place that is no more keeps its tickets, and is found no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0060"


def upgrade() -> None:
    op.add_column("place", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("place", "ended_at")

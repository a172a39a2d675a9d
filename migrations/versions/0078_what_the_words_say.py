"""What the system made of a report's words stands on its ticket, for the clerk who decides and for the trail of the decision."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0078"
down_revision = "0077"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("understood", JSONB, nullable=True))


def downgrade() -> None:
    op.drop_column("ticket", "understood")

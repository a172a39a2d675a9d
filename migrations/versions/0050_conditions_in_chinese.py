"""Filing and closing conditions in Chinese too: the pages are Chinese first."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0040"


def upgrade() -> None:
    op.add_column("filing_condition", sa.Column("filing_zh", sa.String(), nullable=True))
    op.add_column("filing_condition", sa.Column("closing_zh", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("filing_condition", "closing_zh")
    op.drop_column("filing_condition", "filing_zh")

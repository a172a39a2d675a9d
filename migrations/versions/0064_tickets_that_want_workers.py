"""New tickets wait for the people who verify and check them: given to many at once, found by what waits and not by what is open."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("workers_wanted", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.create_index("ix_ticket_workers_wanted", "ticket", ["id"], postgresql_where=sa.text("workers_wanted"))


def downgrade() -> None:
    op.drop_index("ix_ticket_workers_wanted", "ticket")
    op.drop_column("ticket", "workers_wanted")

"""What a report's words are searched by, so that any worker finds likely repeats among a million tickets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0080"
down_revision = "0079"


def upgrade() -> None:
    op.create_table(
        "ticket_likeness",
        sa.Column("ticket_id", sa.BigInteger, sa.ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("keys", ARRAY(sa.Integer), nullable=False))
    op.create_index("ix_ticket_likeness_keys", "ticket_likeness", ["keys"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("ticket_likeness")

"""Which person of an organisation works a ticket: on the organisation's own assignment, and gone with it."""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"


def upgrade() -> None:
    op.add_column("assignment", sa.Column("given_to", sa.BigInteger, sa.ForeignKey("account.id", name="fk_assignment_given_to")))
    op.add_column("assignment", sa.Column("given_by", sa.BigInteger, sa.ForeignKey("account.id", name="fk_assignment_given_by")))
    op.add_column("assignment", sa.Column("given_at", sa.DateTime(timezone=True)))
    op.create_index("ix_assignment_given_to", "assignment", ["given_to"], postgresql_where=sa.text("given_to IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_assignment_given_to", "assignment")
    for name in ("given_at", "given_by", "given_to"):
        op.drop_column("assignment", name)

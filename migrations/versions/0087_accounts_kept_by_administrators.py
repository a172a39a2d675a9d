"""Passwords that somebody else gave, and an index for who reads the security events by kind."""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0085"


def upgrade() -> None:
    op.add_column("account", sa.Column("password_given", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("ix_security_event_kind_id", "security_event", ["kind", "id"])


def downgrade() -> None:
    op.drop_index("ix_security_event_kind_id", "security_event")
    op.drop_column("account", "password_given")

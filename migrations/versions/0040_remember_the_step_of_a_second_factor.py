"""A code of an authenticator counts once: remember the step that was used last."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("account", sa.Column("totp_used_step", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "totp_used_step")

"""When a check-in was confirmed. Nobody wrote it down before: of those that staff had entered it is taken to be the day of the check-in."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    op.add_column("check_in", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE check_in SET confirmed_at = checked_in_on::timestamp AT TIME ZONE 'Asia/Shanghai' WHERE confirmed_by IS NOT NULL")


def downgrade() -> None:
    op.drop_column("check_in", "confirmed_at")

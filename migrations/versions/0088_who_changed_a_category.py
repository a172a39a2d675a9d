"""Who made a version of a category, and who switched it off."""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"


def upgrade() -> None:
    for column in ("made_by", "ended_by"):
        op.add_column("category_version", sa.Column(column, sa.BigInteger()))
        op.create_foreign_key(f"fk_category_version_{column}", "category_version", "account", [column], ["id"])


def downgrade() -> None:
    for column in ("ended_by", "made_by"):
        op.drop_constraint(f"fk_category_version_{column}", "category_version")
        op.drop_column("category_version", column)

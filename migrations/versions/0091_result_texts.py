"""Short texts that an organisation keeps for its results."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"


def upgrade() -> None:
    op.create_table(
        "result_text",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("department_id", sa.BigInteger, sa.ForeignKey("department.id", name="fk_result_text_department_id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("category_code", sa.String),
        sa.Column("outcome", sa.String),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger, sa.ForeignKey("account.id", name="fk_result_text_changed_by")),
        sa.UniqueConstraint("department_id", "name", name="uq_result_text_department_id_name"))


def downgrade() -> None:
    op.drop_table("result_text")

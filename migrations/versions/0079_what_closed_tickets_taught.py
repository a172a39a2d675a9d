"""Models learned from closed tickets, in versions: what each was measured at, and which one is in use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0079"
down_revision = "0078"


def upgrade() -> None:
    op.create_table(
        "learned_model",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False, unique=True),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("measures", JSONB, nullable=False),
        sa.Column("weights", sa.LargeBinary, nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True)),
        sa.Column("activated_by", sa.BigInteger, sa.ForeignKey("account.id")),
        sa.CheckConstraint("state IN ('active','retired','refused')", name="state"))
    op.create_index("uq_learned_model_active", "learned_model", ["state"], unique=True, postgresql_where=sa.text("state = 'active'"))


def downgrade() -> None:
    op.drop_table("learned_model")

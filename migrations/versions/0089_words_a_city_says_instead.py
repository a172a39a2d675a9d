"""Field terms that an installation shows with a word of its own. What is not here is shown as gridops says it."""

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"


def upgrade() -> None:
    op.create_table(
        "field_term",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger()),
        sa.CheckConstraint("length(word) BETWEEN 1 AND 12 AND word !~ '[<>&\"''%{}\\s]'", name="ck_field_term_plain_word"),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name="fk_field_term_changed_by"),
        sa.PrimaryKeyConstraint("term", name="pk_field_term"),
        sa.UniqueConstraint("word", name="uq_field_term_word"))


def downgrade() -> None:
    op.drop_table("field_term")

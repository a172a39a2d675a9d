"""What an installation changes about the words by which its categories are recognised. Rows are only ever added: the newest of a word holds."""

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"

TABLE = "category_word"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("code", sa.String, sa.ForeignKey("category.code", name="fk_category_word_code"), nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("weight", sa.SmallInteger),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger, sa.ForeignKey("account.id", name="fk_category_word_made_by")),
        sa.CheckConstraint("length(words) BETWEEN 1 AND 400 AND words !~ '[\\s&\"''%{}]' AND weight BETWEEN -5 AND 5", name="ck_category_word_plain"))
    op.create_index("ix_category_word_code_words_id", TABLE, ["code", "words", "id"])
    op.execute(
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION append_only()")
    op.execute(
        f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gridops_app') THEN REVOKE UPDATE, DELETE ON {TABLE} FROM gridops_app; END IF; END $$")


def downgrade() -> None:
    op.drop_table(TABLE)

"""A file that was looked through stays for its uploader, so that he need not choose it again to import it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "kept_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("asked", JSONB(), server_default="{}", nullable=False),
        sa.Column("finding", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", instant, nullable=False),
        sa.Column("expires_by", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_file"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_kept_file_account_id_account"),
        sa.UniqueConstraint("account_id", "kind", name="uq_kept_file_account_id"),
    )
    op.create_index("ix_kept_file_expires_by", "kept_file", ["expires_by"])


def downgrade() -> None:
    op.drop_table("kept_file")

"""What is entered among the names of places stands in its index at once: each search would read the list of what waits, up to a few thousand names."""

from alembic import op

revision = "0084"
down_revision = "0083"


def upgrade() -> None:
    op.execute("ALTER INDEX ix_place_term_grams SET (fastupdate = off)")
    op.execute("SELECT gin_clean_pending_list('ix_place_term_grams')")


def downgrade() -> None:
    op.execute("ALTER INDEX ix_place_term_grams RESET (fastupdate)")

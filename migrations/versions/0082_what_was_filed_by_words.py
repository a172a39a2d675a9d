"""Tickets that were filed by their words, by category: how often a clerk filed them otherwise afterwards is asked for each report."""

from alembic import op

revision = "0082"
down_revision = "0081"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_ticket_filed_by_words ON ticket ((automatic ->> 'category'), id) WHERE automatic ->> 'by' = 'words'")


def downgrade() -> None:
    op.execute("DROP INDEX ix_ticket_filed_by_words")

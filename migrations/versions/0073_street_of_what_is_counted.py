"""Clocks, closings and ratings know their street, so that its month is counted without reading the other streets'."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"

AREA = sa.String(24, collation="C")
COUNTED = (
    "NOT superseded AND status <> 'cancelled' AND kind IN ('handle','contact','dispatch','verify','check','support','rule')")
OF_TICKET = "UPDATE {table} SET street_code = ticket.street_code FROM ticket WHERE ticket.id = {table}.ticket_id"
OF_RATING = """
    UPDATE rating SET street_code = ticket.street_code FROM report, ticket WHERE report.id = rating.report_id AND ticket.id = report.ticket_id
"""


def upgrade() -> None:
    for table in ("clock", "closing", "rating"):
        op.add_column(table, sa.Column("street_code", AREA))
        op.execute(OF_RATING if table == "rating" else OF_TICKET.format(table=table))
        op.alter_column(table, "street_code", nullable=False)
    for table, columns in (("clock", "kind_due_by"), ("closing", "closed_at"), ("rating", "rated_at"), ("ticket", "filed_at")):
        op.drop_index(f"ix_{table}_{columns}", table)
    op.create_index("ix_clock_counted", "clock", ["street_code", "kind", "due_by"], postgresql_where=sa.text(COUNTED))
    op.create_index("ix_closing_street_closed", "closing", ["street_code", "closed_at"])
    op.create_index("ix_rating_street_rated", "rating", ["street_code", "rated_at"])
    op.create_index("ix_ticket_street_filed", "ticket", ["street_code", "filed_at"], postgresql_where=sa.text("filed_at IS NOT NULL"))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")

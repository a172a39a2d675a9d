"""What indicators look up case by case, and most have none of, under indexes of their own: later rounds, patrol reports, supports."""

from alembic import op

revision = "0092"
down_revision = "0091"

RARE = {
    "ix_round_later": ("round", "ticket_id", "no > 1"),
    "ix_report_patrol": ("report", "ticket_id", "channel = 'patrol'"),
    "ix_assignment_support": ("assignment", "round_id", "role = 'support'"),
}


def upgrade() -> None:
    for name, (table, column, where) in RARE.items():
        op.execute(f"CREATE INDEX {name} ON {table} ({column}) WHERE {where}")


def downgrade() -> None:
    for name, (table, _, _) in RARE.items():
        op.drop_index(name, table)

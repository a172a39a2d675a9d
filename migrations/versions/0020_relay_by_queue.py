"""The relay takes each queue's rows apart, so that a flood of ordinary rows never hides an urgent one; done rows may be swept.

Receipts are updated once or twice and are then dead weight: vacuum comes early to the outbox.
"""

from alembic import op

revision = "0020"
down_revision = "0010"


def upgrade() -> None:
    op.execute("DROP INDEX ix_outbox_undone")
    op.execute("CREATE INDEX ix_outbox_undone ON outbox (queue, available_at) WHERE done_at IS NULL")
    op.execute("CREATE INDEX ix_outbox_done_at ON outbox (done_at) WHERE done_at IS NOT NULL")
    op.execute("CREATE INDEX ix_dead_letter_waiting ON dead_letter (died_at) WHERE rerun_at IS NULL")
    _refer_to_outbox("ON DELETE SET NULL")
    op.execute("ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)")


def _refer_to_outbox(on_delete: str) -> None:
    op.execute("ALTER TABLE inbox_message DROP CONSTRAINT fk_inbox_message_outbox_id")
    op.execute(
        "ALTER TABLE inbox_message ADD CONSTRAINT fk_inbox_message_outbox_id "
        f"FOREIGN KEY (outbox_id) REFERENCES outbox (id) {on_delete}"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE outbox RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)")
    _refer_to_outbox("")
    op.execute("DROP INDEX ix_dead_letter_waiting")
    op.execute("DROP INDEX ix_outbox_done_at")
    op.execute("DROP INDEX ix_outbox_undone")
    op.execute("CREATE INDEX ix_outbox_undone ON outbox (available_at) WHERE done_at IS NULL")

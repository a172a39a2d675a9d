"""What waits in ``text_message`` goes on as a delivery, encrypted for the same purposes. What was sent or failed has nothing left to do."""

from alembic import op

revision = "0077"
down_revision = "0076"


def upgrade() -> None:
    op.execute("""
        INSERT INTO message_delivery (channel, topic, address_cipher, text_cipher, urgent, state, created_at, due_at)
        SELECT 'text', 'text.written', phone_cipher, text_cipher, true, 'waiting', created_at, created_at
        FROM text_message WHERE sent_at IS NULL AND NOT failed""")
    op.execute("UPDATE outbox SET done_at = created_at WHERE topic = 'text_message.written' AND done_at IS NULL")
    op.drop_table("text_message")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")

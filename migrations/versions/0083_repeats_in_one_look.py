"""Likely repeats in one look: where open and closed tickets lie, and the words of open ones only. What no longer holds of a ticket's words goes with them."""

from alembic import op

revision = "0083"
down_revision = "0082"

OVER = "('closed', 'archived', 'rejected', 'referred', 'merged', 'voided')"
POINTS = {"ix_ticket_open_point": f"status NOT IN {OVER}", "ix_ticket_closed_point": "closed_at IS NOT NULL"}
# By the database, because it holds whoever changes the row: an action, a redaction, another grid.
FORGET = """
    CREATE FUNCTION forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM ticket_likeness WHERE ticket_id = NEW.id;
        RETURN NULL;
    END
    $$
"""
WHEN = f"""
    CREATE TRIGGER ticket_forget_words AFTER UPDATE OF status, description, never_public, area_code, reported_at ON ticket FOR EACH ROW
    WHEN (
        NEW.description <> OLD.description OR NEW.never_public AND NOT OLD.never_public OR NEW.reported_at <> OLD.reported_at
        OR left(NEW.area_code, 12) <> left(OLD.area_code, 12) OR NEW.status IN {OVER} AND OLD.status NOT IN {OVER})
    EXECUTE FUNCTION forget_words()
"""
ONLY_OPEN = f"DELETE FROM ticket_likeness l USING ticket t WHERE t.id = l.ticket_id AND (t.never_public OR t.status IN {OVER})"


def upgrade() -> None:
    for name, where in POINTS.items():
        op.execute(f"CREATE INDEX {name} ON ticket USING gist ((point::geography)) WHERE {where}")
    op.execute(FORGET)
    op.execute(WHEN)
    op.drop_index("ix_ticket_likeness_keys", "ticket_likeness")
    op.execute(ONLY_OPEN)
    # Each search would read the list of what waits to be entered.
    op.create_index("ix_ticket_likeness_keys", "ticket_likeness", ["keys"], postgresql_using="gin", postgresql_with={"fastupdate": "off"})


def downgrade() -> None:
    op.drop_index("ix_ticket_likeness_keys", "ticket_likeness")
    op.create_index("ix_ticket_likeness_keys", "ticket_likeness", ["keys"], postgresql_using="gin")
    op.execute("DROP TRIGGER ticket_forget_words ON ticket")
    op.execute("DROP FUNCTION forget_words()")
    for name in POINTS:
        op.drop_index(name, "ticket")

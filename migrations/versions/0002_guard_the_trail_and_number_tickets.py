"""Ticket numbers, spatial and name indexes, the append-only trail, and the rights of the application's role.

Two guards keep the trail: the role that web and workers use may not change it, and a trigger refuses everybody.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

SHAPES = (("street", "boundary"), ("community", "boundary"), ("cell", "boundary"), ("place", "boundary"), ("place", "point"), ("ticket", "point"))
APPEND_ONLY = ("trail", "trail_seal", "escalation", "security_event")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE SEQUENCE ticket_number AS bigint")
    for table, column in SHAPES:
        op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} USING gist ({column})")
    op.execute("CREATE INDEX ix_place_name ON place USING gin (name gin_trgm_ops)")
    op.execute(
        """
        CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
    op.execute(_rights())


def _rights() -> str:
    revoked = ", ".join(APPEND_ONLY)
    return f"""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gridops_app') THEN
                GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO gridops_app;
                GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO gridops_app;
                REVOKE UPDATE, DELETE ON {revoked} FROM gridops_app;
                ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO gridops_app;
                ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO gridops_app;
            END IF;
        END $$
    """


def downgrade() -> None:
    op.execute("DROP TRIGGER security_event_append_only ON security_event")
    op.execute("DROP TRIGGER escalation_append_only ON escalation")
    op.execute("DROP TRIGGER trail_seal_append_only ON trail_seal")
    op.execute("DROP TRIGGER trail_append_only ON trail")
    op.execute("DROP FUNCTION append_only")
    op.execute("DROP INDEX ix_place_name")
    for table, column in SHAPES:
        op.execute(f"DROP INDEX ix_{table}_{column}")
    op.execute("DROP SEQUENCE ticket_number")

"""What runs before and after the dump's own SQL, all in one transaction."""

from __future__ import annotations

from gridops.services.backup.archive import Manifest
from gridops.services.backup.database import DIGEST, PLAIN

LONGEST_WAIT = "30s"  # for whoever is still working with the tables
EXTENSIONS = ("postgis", "pg_trgm")
NOT_OF_AN_EXTENSION = (
    "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '{kind}'::regclass AND d.objid = o.oid AND d.deptype = 'e')"
)
# The trail's own triggers refuse every TRUNCATE and DELETE; dropping a table is what only its owner can do.
DROP = f"""
SET lock_timeout = '{LONGEST_WAIT}';
SET client_min_messages = warning;
DO $$
DECLARE gone record;
BEGIN
    FOR gone IN SELECT o.oid::regclass AS name FROM pg_class o WHERE o.relnamespace = 'public'::regnamespace AND o.relkind IN ('r', 'p')
        AND {NOT_OF_AN_EXTENSION.format(kind="pg_class")}
    LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', gone.name); END LOOP;
    FOR gone IN SELECT o.oid::regclass AS name FROM pg_class o WHERE o.relnamespace = 'public'::regnamespace AND o.relkind = 'S'
        AND {NOT_OF_AN_EXTENSION.format(kind="pg_class")}
    LOOP EXECUTE format('DROP SEQUENCE IF EXISTS %s CASCADE', gone.name); END LOOP;
    FOR gone IN SELECT o.oid::regprocedure AS name FROM pg_proc o WHERE o.pronamespace = 'public'::regnamespace
        AND {NOT_OF_AN_EXTENSION.format(kind="pg_proc")}
    LOOP EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', gone.name); END LOOP;
END $$;
"""
# As the migrations grant them: what the trail's trigger guards, the application's role may only add to.
RIGHTS = """
SET search_path = public;
DO $$
DECLARE guarded record;
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gridops_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO gridops_app;
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO gridops_app;
        FOR guarded IN SELECT DISTINCT t.tgrelid::regclass AS name FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE p.proname = 'append_only'
        LOOP EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM gridops_app', guarded.name); END LOOP;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO gridops_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO gridops_app;
    END IF;
END $$;
"""
COMPARE = """
{plain};
DO $$
DECLARE wanted record; found_rows bigint; found_digest numeric;
BEGIN
    FOR wanted IN SELECT * FROM (VALUES {tables}) AS tables (name, rows, digest) LOOP
        EXECUTE format('{digest}', wanted.name) INTO found_rows, found_digest;
        IF found_rows <> wanted.rows OR found_digest <> wanted.digest THEN
            RAISE EXCEPTION 'table % is not as it was backed up (% rows instead of %)', wanted.name, found_rows, wanted.rows;
        END IF;
    END LOOP;
END $$;
"""


def before() -> str:
    return DROP + "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS)


def after(manifest: Manifest) -> str:
    tables = ", ".join(f"('{name}', {table.rows}::bigint, {table.digest}::numeric)" for name, table in manifest.tables.items())
    digest = DIGEST.format(table="public.%I").replace("'", "''")
    return RIGHTS + COMPARE.format(plain=PLAIN, tables=tables, digest=digest)

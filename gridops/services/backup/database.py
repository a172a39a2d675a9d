"""What backup and restore ask of a database, and how PostgreSQL's own programs are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, text

from gridops.services.backup.archive import BackupError, Table

DRIVER = "postgresql+psycopg://"
# Asked of the database itself: a backup may be made just before its migration.
ENCRYPTED = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'bytea'
      AND (column_name LIKE '%\\_cipher' OR (table_name, column_name) = ('idempotency_key', 'answer'))
"""
# The text of a row must not depend on how a session likes to see instants and bytes.
PLAIN = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL bytea_output = 'hex'"
# 60 bits of each row's MD5: a check against loss and damage, not against a forger (the trail has its own chain).
DIGEST = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint::numeric), 0) FROM {table} AS t"
OWN_TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
"""
LIBPQ = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "passfile": "PGPASSFILE", "options": "PGOPTIONS",
}


@dataclass(frozen=True)
class Programs:
    """``find(name, major)``: the path of pg_dump, pg_restore or psql for a server of that major version."""

    find: Callable[[str, int], str]
    environment: Mapping[str, str]

    def called(self, name: str, connection: Connection, *options: str) -> list[str]:
        major = connection.dialect.server_version_info[0]
        return [self.find(name, major), *options]

    def surroundings(self, owner_url: str) -> dict[str, str]:
        """The connection goes through the environment: a password on the command line could be read by everybody."""
        try:
            given = conninfo_to_dict(owner_url.replace(DRIVER, "postgresql://"))
            return {**self.environment, **{LIBPQ[name]: str(value) for name, value in given.items()}}
        except KeyError as error:
            raise BackupError("The database URL has a parameter that backup does not know: %(name)s", name=error.args[0]) from error


def own_tables(connection: Connection) -> list[str]:
    return list(connection.scalars(text(OWN_TABLES)))


def fingerprints(connection: Connection) -> dict[str, Table]:
    """Of every table, in the connection's snapshot."""
    connection.execute(text(PLAIN))
    found = {}
    for name in own_tables(connection):
        rows, digest = connection.execute(text(DIGEST.format(table=f'public."{name}"'))).one()
        found[name] = Table(rows, int(digest))
    return found


def key_ids(connection: Connection) -> list[str]:
    """Ids of the vault keys that stored values were encrypted with: they stand in clear in the third byte and after (gridops.vault)."""
    queries = [
        f'SELECT substring("{column}" FROM 3 FOR get_byte("{column}", 1)) FROM public."{table}" WHERE "{column}" IS NOT NULL'
        for table, column in connection.execute(text(ENCRYPTED))
    ]
    found = connection.scalars(text(" UNION ".join(queries)))
    return sorted(bytes(key_id).decode() for key_id in found)

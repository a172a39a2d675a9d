"""Restoring: refused before anything is touched where it cannot end well, and then one transaction.

Between the first DROP and the COMMIT stands a comparison of every table with the manifest; a difference undoes all of it.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, create_engine, text

from gridops import schema
from gridops.services.backup import archive, sql
from gridops.services.backup.archive import BackupError, Manifest
from gridops.services.backup.database import Programs, own_tables
from gridops.services.backup.forth import PROOF, PURPOSE, last_words
from gridops.vault import Vault, VaultError

WORK = ("street", "account", "report")  # a database that holds none of these is as good as empty


def restore(owner_url: str, file: Path, *, vault: Vault, key_ids: set[str], programs: Programs, replace: bool) -> Manifest:
    """``key_ids``: of the vault at hand. An older backup is brought to this gridops' revision afterwards.

    Raises BackupError archive_broken, archive_unknown, keys_missing, database_not_empty, foreign_database, restore_failed.
    """
    engine = create_engine(owner_url)
    try:
        with archive.opened(file) as (manifest, dump), engine.connect() as connection:
            _check_revision(manifest)
            _check_keys(manifest, vault, key_ids)
            _check_database(connection, replace)
            pipe = _commands(connection, programs)
            connection.rollback()  # nothing of this connection may hold a lock while tables are dropped
            _run(pipe, programs.surroundings(owner_url), manifest, dump)
    finally:
        engine.dispose()
    schema.upgrade(owner_url)
    return manifest


def _check_revision(manifest: Manifest) -> None:
    if not schema.knows(manifest.revision):
        raise BackupError(
            "This backup has the database revision %(revision)s, which this gridops does not know: install the newer one first.",
            code="archive_unknown", revision=manifest.revision)


def _check_keys(manifest: Manifest, vault: Vault, key_ids: set[str]) -> None:
    missing = sorted(set(manifest.key_ids) - key_ids)
    if missing:
        raise BackupError(
            "Names and phones need the vault keys %(keys)s: put them into GRIDOPS_VAULT_KEYS.",
            code="keys_missing", keys=", ".join(missing))
    try:
        same = vault.decrypt(bytes.fromhex(manifest.proof), purpose=PURPOSE) == PROOF
    except VaultError as error:
        raise BackupError("A vault key has the right id but is another key: %(why)s", code="keys_missing", why=error.text()) from error
    if not same or vault.blind_index(PROOF, purpose=PURPOSE).hex() != manifest.index_proof:
        raise BackupError(
            "GRIDOPS_SECRET_KEY is not the one of this backup: no caller and no tracking code would be found again.", code="keys_missing")


def _check_database(connection: Connection, replace: bool) -> None:
    tables = own_tables(connection)
    if tables and "alembic_version" not in tables:
        raise BackupError("This database holds tables of somebody else (%(table)s).", code="foreign_database", table=tables[0])
    work = [name for name in WORK if name in tables and connection.scalar(text(f"SELECT EXISTS (SELECT FROM public.{name})"))]
    if work and not replace:
        raise BackupError(
            "The database is not empty (%(names)s): --replace would remove everything in it first.",
            code="database_not_empty", names=", ".join(work))


def _commands(connection: Connection, programs: Programs) -> tuple[list[str], list[str]]:
    reading = programs.called("pg_restore", connection, "--schema=public", "--no-owner", "--no-privileges", "--file=-")
    writing = programs.called("psql", connection, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    return reading, writing


def _run(pipe: tuple[list[str], list[str]], environment: dict[str, str], manifest: Manifest, dump: IO[bytes]) -> None:
    """pg_restore turns the dump into SQL, and psql runs it between what must come first and what must be true at the end.

    When pg_restore dies, psql sees only an early end; the comparison then fails, and nothing is kept.
    """
    reading, writing = pipe
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as complaints:
        before, after = (_script(Path(folder, name), words) for name, words in (("before", sql.before()), ("after", sql.after(manifest))))
        writing = [*writing, f"--file={before}", "--file=-", f"--file={after}"]
        with (
            subprocess.Popen(reading, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints) as reader,
            subprocess.Popen(writing, env=environment, stdin=reader.stdout, stdout=subprocess.DEVNULL, stderr=complaints) as writer,
        ):
            reader.stdout.close()  # psql's alone, so that pg_restore notices when psql has ended
            _feed(dump, reader)
        if reader.returncode or writer.returncode:
            raise BackupError("Nothing was restored: %(why)s", code="restore_failed", why=last_words(complaints))


def _feed(dump: IO[bytes], reader: subprocess.Popen) -> None:
    try:
        archive.copy(dump, reader.stdin)
        reader.stdin.close()
    except BrokenPipeError:
        pass  # its exit code says the rest


def _script(path: Path, words: str) -> Path:
    path.write_text(words, encoding="utf-8")
    return path

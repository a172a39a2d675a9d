"""Making a backup: manifest and dump see the database at the same instant, whatever is written meanwhile."""

from __future__ import annotations

import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, create_engine, text

from gridops import schema
from gridops.services.backup import archive
from gridops.services.backup.archive import BackupError, Manifest
from gridops.services.backup.database import Programs, fingerprints, key_ids
from gridops.vault import Vault

PROOF, PURPOSE = "gridops", "backup proof"
# Extensions and their tables belong to the server; owners and rights follow from the roles that the next server has.
OPTIONS = ("--format=custom", "--schema=public", "--no-owner", "--no-privileges", "--exclude-table-data=public.spatial_ref_sys")


def back_up(owner_url: str, file: Path, *, vault: Vault, now: datetime, programs: Programs) -> Manifest:
    """Raises BackupError file_exists, backup_failed."""
    engine = create_engine(owner_url, isolation_level="REPEATABLE READ")
    revision = schema.present(engine)
    if revision is None:
        raise BackupError("There is no gridops in this database.")
    try:
        with engine.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            manifest = _describe(connection, revision, vault, now)
            command = programs.called("pg_dump", connection, *OPTIONS, f"--snapshot={snapshot}")
            with archive.written(file, manifest) as target:
                _run(command, programs.surroundings(owner_url), target)
            return manifest
    finally:
        engine.dispose()


def _describe(connection: Connection, revision: str, vault: Vault, now: datetime) -> Manifest:
    return Manifest(
        created_at=archive.stamp(now), revision=revision, key_ids=key_ids(connection),
        proof=vault.encrypt(PROOF, purpose=PURPOSE).hex(), index_proof=vault.blind_index(PROOF, purpose=PURPOSE).hex(),
        tables=fingerprints(connection))


def _run(command: list[str], environment: dict[str, str], target: IO[bytes]) -> None:
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints) as dumping:
            archive.copy(dumping.stdout, target)
        if dumping.returncode:
            raise BackupError("pg_dump failed: %(why)s", why=last_words(complaints))


def last_words(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    return complaints.read().decode(errors="replace").strip()[-1500:]

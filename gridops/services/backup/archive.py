"""The file itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from gridops.errors import GridopsError

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "database.dump"
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class BackupError(GridopsError):
    """For the operator. Codes: file_exists, archive_broken, archive_unknown, keys_missing, database_not_empty, foreign_database,
    restore_failed, backup_failed."""

    code = "backup_failed"
    message = "The backup could not be made."


@dataclass(frozen=True)
class Table:
    """``digest``: a sum over all rows, the same in whichever order they lie."""

    rows: int
    digest: int


@dataclass(frozen=True)
class Manifest:
    """``key_ids``: vault keys that stored values need. ``proof`` and ``index_proof`` tell whether the secrets at hand are the same."""

    created_at: str
    revision: str
    key_ids: list[str]
    proof: str
    index_proof: str
    tables: dict[str, Table]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> bytes:
        return json.dumps({"format": FORMAT} | asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        try:
            return cls._checked(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError("This is no backup of gridops: its manifest cannot be read.", code="archive_broken") from error

    @classmethod
    def _checked(cls, said: dict[str, Any]) -> Self:
        if said.pop("format") != FORMAT:
            raise BackupError("This backup was made by a newer gridops.", code="archive_unknown")
        tables = {name: Table(int(table["rows"]), int(table["digest"])) for name, table in said.pop("tables").items()}
        if not all(NAME.fullmatch(name) for name in tables):
            raise ValueError("a table of this name cannot be")
        return cls(**{name: said[name] for name in ("created_at", "revision", "key_ids", "proof", "index_proof")}, tables=tables)


def stamp(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


@contextmanager
def written(file: Path, manifest: Manifest) -> Iterator[IO[bytes]]:
    """What is written into it becomes the dump. The file appears whole or not at all, and only its owner may read it."""
    if file.exists():
        raise BackupError("%(file)s exists already.", code="file_exists", file=file)
    part = file.with_name(f".{file.name}.part")
    try:
        with open(part, "wb", opener=_closed_to_others) as raw, zipfile.ZipFile(raw, "w") as archive:
            archive.writestr(MANIFEST, manifest.to_json())
            with archive.open(DUMP, "w", force_zip64=True) as dump:
                yield dump
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


def _closed_to_others(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def opened(file: Path) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """The manifest and the dump, after every byte has been checked."""
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.testzip() is not None:
                raise zipfile.BadZipFile("checksum")
            with archive.open(DUMP) as dump:
                yield Manifest.from_json(archive.read(MANIFEST)), dump
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise BackupError("%(file)s is no backup of gridops, or was cut or changed.", code="archive_broken", file=file) from error


def copy(source: IO[bytes], target: IO[bytes]) -> None:
    shutil.copyfileobj(source, target, 1 << 20)

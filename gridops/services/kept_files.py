"""A file is looked through first and imported on a second word, from the one copy that is kept between the two.

The copy is encrypted, belongs to who sent it, and is deleted when it is used, when he sends another of its kind, or after an hour.
What is written is what was shown: where the same file would now do something else, nothing is written and the new finding is shown.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Conflict, TooLarge
from gridops.models import Account, AreaRevision, KeptFile
from gridops.services.imports.table import ImportReport
from gridops.vault import Vault

KEPT_FOR = timedelta(hours=1)
MOST_BYTES = 20 * 1024 * 1024
PURPOSE = "kept file"


class FileGone(Conflict):
    code = "file_gone"
    message = "The file is no longer here: please choose it again."


@dataclass(frozen=True)
class Sent:
    """``asked``: what was chosen beside the file, as JSON can hold it."""

    name: str
    content: bytes
    asked: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """``kept``: what the next word is about; None when it is written, or cannot be. ``differs``: not what the check said before."""

    report: ImportReport
    sent: Sent
    kept: int | None = None
    written: bool = False
    differs: bool = False


Importing = Callable[[Sent], ImportReport]


def check(session: Session, kind: str, sent: Sent, importing: Importing, *, actor: Actor, now: datetime, vault: Vault) -> Checked:
    """What the file would do; only the file itself is written. Raises TooLarge, and what ``importing`` raises."""
    if len(sent.content) > MOST_BYTES:
        raise TooLarge()
    savepoint = session.begin_nested()
    report, finding = _found(session, sent, importing)
    savepoint.rollback()
    if report.errors:
        return Checked(report, sent)
    row = KeptFile(
        account_id=actor.account_id, kind=kind, name=sent.name, content_cipher=_sealed(vault, sent.content), asked=sent.asked, finding=finding,
        kept_at=now, expires_by=now + KEPT_FOR)
    return Checked(report, sent, kept=_keep(session, row))


def apply(session: Session, kind: str, number: int, importing: Importing, *, actor: Actor, now: datetime, vault: Vault) -> Checked:
    """Imports the kept file if it still does what the check said. Raises FileGone, and what ``importing`` raises."""
    row = _kept(session, kind, number, actor, now)
    sent = Sent(row.name, _opened(vault, row.content_cipher), row.asked)
    savepoint = session.begin_nested()
    report, finding = _found(session, sent, importing)
    if not report.errors and finding == row.finding:
        savepoint.commit()
        session.delete(row)
        return Checked(report, sent, written=True)
    savepoint.rollback()
    if report.errors:
        session.delete(row)
        return Checked(report, sent, differs=True)
    row.finding = finding
    return Checked(report, sent, kept=row.id, differs=True)


def _keep(session: Session, row: KeptFile) -> int:
    """In the place of the one before. The lock on the account lets two checks at once follow each other."""
    session.execute(select(Account.id).where(Account.id == row.account_id).with_for_update(key_share=True))
    session.execute(delete(KeptFile).where(KeptFile.account_id == row.account_id, KeptFile.kind == row.kind))
    session.add(row)
    session.flush()
    return row.id


def _kept(session: Session, kind: str, number: int, actor: Actor, now: datetime) -> KeptFile:
    mine = select(KeptFile).where(KeptFile.id == number, KeptFile.account_id == actor.account_id, KeptFile.kind == kind)
    row = session.scalar(mine.where(KeptFile.expires_by > now).with_for_update())
    if row is None:
        raise FileGone()
    return row


def _found(session: Session, sent: Sent, importing: Importing) -> tuple[ImportReport, bytes]:
    """With the finding: equal counts may still mean another cell, so that the state of all areas belongs to it."""
    areas = session.scalar(select(AreaRevision.revision))
    report = importing(sent)
    session.flush()
    said = json.dumps([str(areas), asdict(report)], ensure_ascii=False, sort_keys=True, default=str)
    return report, hashlib.sha256(said.encode()).digest()


def _sealed(vault: Vault, content: bytes) -> bytes:
    return vault.encrypt(b64encode(zlib.compress(content)).decode(), purpose=PURPOSE)


def _opened(vault: Vault, blob: bytes) -> bytes:
    return zlib.decompress(b64decode(vault.decrypt(blob, purpose=PURPOSE)))

"""Once a day instead of each at once: what was held for somebody becomes one e-mail, which its parts then share their fate with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gridops.domain.counted import counted
from gridops.models import MessageDelivery
from gridops.services.messages import delivering, written
from gridops.vault import Vault

TOPIC = "digest"
SUBJECT = {"zh": "gridops：{count}条消息", "en": "gridops: {counted}"}
ENTRY = "{subject}\n{text}"
MOST = 200  # in one e-mail; what does not fit comes in the next one, at once
BETWEEN = "\n\n"


def bundle(session: Session, vault: Vault, *, now: datetime) -> int:
    """What is due, one digest for each receiver; how many digests. Two workers do not bundle the same message."""
    due = select(MessageDelivery).where(text("state = 'held'"), MessageDelivery.due_at <= now)
    order = (MessageDelivery.account_id, MessageDelivery.department_id, MessageDelivery.id)
    rows = session.scalars(due.order_by(*order).limit(MOST).with_for_update(skip_locked=True)).all()
    rows = [row for row in rows if delivering.is_readable(session, vault, row, now=now)]
    groups = groupby(rows, key=lambda row: (row.account_id, row.department_id))
    return sum(_bundle(session, vault, list(parts), now) for _, parts in groups)


def _bundle(session: Session, vault: Vault, parts: Sequence[MessageDelivery], now: datetime) -> int:
    """To the address of the newest, for that is the one that holds now."""
    last = parts[-1]
    locale = last.locale or "zh"
    entries = [ENTRY.format(subject=part.subject or "", text=vault.decrypt(part.text_cipher, purpose=written.TEXT)).strip() for part in parts]
    address = vault.decrypt(last.address_cipher, purpose=written.ADDRESS)
    values = written.row(
        vault, "email", address, BETWEEN.join(entries), topic=TOPIC, now=now, area_code=last.area_code, account_id=last.account_id,
        department_id=last.department_id, locale=locale, subject=SUBJECT[locale].format(count=len(parts), counted=counted(len(parts), "message")))
    digest = MessageDelivery(**values)
    session.add(digest)
    session.flush()
    for part in parts:
        part.state, part.digest_id = "bundled", digest.id
    session.flush()
    return 1

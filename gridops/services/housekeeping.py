"""What has served its time goes. Each duty deletes a bounded number of rows, so that none holds its locks long; workers call again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from gridops.models import (
    DeadLetter, Evidence, IdempotencyKey, KeptFile, LoginSession, MessageDelivery, OneTimeCode, Outbox, Photo, RateCounter,
)
from gridops.services.duty_catalogue import versions
from gridops.services.people import rights

BATCH = 2000


def old_idempotency_keys(session: Session, now: datetime) -> int:
    """Offline phones repeat within 30 days (API.md)."""
    old = select(IdempotencyKey.caller, IdempotencyKey.key).where(IdempotencyKey.created_at < now - timedelta(days=30))
    return _delete(session, old, IdempotencyKey.caller, IdempotencyKey.key)


def old_rate_counters(session: Session, now: datetime) -> int:
    old = select(RateCounter.bucket, RateCounter.window_at).where(RateCounter.window_at < now - timedelta(days=2))
    return _delete(session, old, RateCounter.bucket, RateCounter.window_at)


def ended_log_ins(session: Session, now: datetime) -> int:
    return _delete(session, select(LoginSession.token_hash).where(LoginSession.expires_by < now), LoginSession.token_hash)


def files_of_the_last_hour(session: Session, now: datetime) -> int:
    """Looked through and never imported."""
    return _delete(session, select(KeptFile.id).where(KeptFile.expires_by < now), KeptFile.id)


def old_one_time_codes(session: Session, now: datetime) -> int:
    return _delete(session, select(OneTimeCode.id).where(OneTimeCode.expires_by < now - timedelta(days=1)), OneTimeCode.id)


def unclaimed_photos(session: Session, now: datetime) -> int:
    """Uploaded, but no report or result ever named them."""
    claimed = select(Evidence.id).where(Evidence.photo_id == Photo.id).exists()
    return _delete(session, select(Photo.id).where(Photo.uploaded_at < now - timedelta(days=1), ~claimed), Photo.id)


def old_messages(session: Session, now: datetime) -> int:
    """A complaint that none came is looked into within a quarter or not at all; what waits stays."""
    over = MessageDelivery.state.in_(("sent", "failed")) & (MessageDelivery.created_at < now - timedelta(days=90))
    bundled = aliased(MessageDelivery)
    parts = select(bundled.id).where(bundled.digest_id == MessageDelivery.id).exists()
    return _delete(session, select(MessageDelivery.id).where(over, ~parts), MessageDelivery.id)


def words_of_old_messages(session: Session, now: datetime) -> int:
    """They hold phones and tracking codes: after a month only that there was a message, and what became of it."""
    told = MessageDelivery.state.in_(("sent", "failed")) & MessageDelivery.text_cipher.is_not(None)
    old = select(MessageDelivery.id).where(told, MessageDelivery.created_at < now - timedelta(days=30))
    ids = session.scalars(old.limit(BATCH).with_for_update(skip_locked=True)).all()
    forget = update(MessageDelivery).where(MessageDelivery.id.in_(ids)).values(address_cipher=None, text_cipher=None)
    session.execute(forget, execution_options={"synchronize_session": False})
    return len(ids)


def done_outbox_rows(session: Session, now: datetime) -> int:
    """A row with a dead letter stays as long as the letter."""
    lettered = select(DeadLetter.id).where(DeadLetter.outbox_id == Outbox.id).exists()
    old = select(Outbox.id).where(Outbox.done_at.is_not(None), Outbox.done_at < now - timedelta(days=7), ~lettered)
    return _delete(session, old, Outbox.id)


def log_ins_of_who_left(session: Session, now: datetime) -> int:
    """On the day after the last one; rights of ended posts go, too."""
    return rights.close_log_ins(session, now)


def duty_catalogue_versions(session: Session, now: datetime) -> int:
    """What a new installation, an import or a new grid left in force becomes a version that can be read again."""
    versions.keep_up_all(session, now=now)
    return 0


DUTIES: tuple[Callable[[Session, datetime], int], ...] = (
    old_idempotency_keys, old_rate_counters, ended_log_ins, files_of_the_last_hour, old_one_time_codes, unclaimed_photos, old_messages,
    words_of_old_messages,
    done_outbox_rows, log_ins_of_who_left, duty_catalogue_versions,
)


def _delete(session: Session, chosen: Select, *key: InstrumentedAttribute) -> int:
    # What somebody is using at this moment (a photo just being claimed) is left for the next hour.
    rows = session.execute(chosen.limit(BATCH).with_for_update(skip_locked=True, of=key[0].class_)).all()
    if rows:
        gone = delete(key[0].class_).where(tuple_(*key).in_([tuple(row) for row in rows]))
        session.execute(gone, execution_options={"synchronize_session": False})
    return len(rows)

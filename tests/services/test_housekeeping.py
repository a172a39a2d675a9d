"""What goes after its time, and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gridops.models import (
    Account, DeadLetter, Evidence, IdempotencyKey, InboxMessage, LoginSession, MessageDelivery, OneTimeCode, Outbox, Photo, RateCounter,
)
from gridops.services import housekeeping, inbox, outbox
from tests import small_street

DAY = timedelta(days=1)


@pytest.fixture
def keep_house(session, now):
    def run():
        session.flush()
        for duty in housekeeping.DUTIES:
            duty(session, now)
        session.expire_all()

    return run


def _count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_idempotency_keys_are_kept_for_thirty_days(session, now, keep_house):
    for key, age in (("old", 31), ("young", 29)):
        session.add(IdempotencyKey(caller="c", key=key, body_hash=b"", created_at=now - age * DAY))
    keep_house()
    assert session.scalars(select(IdempotencyKey.key)).all() == ["young"]


def test_counters_log_ins_and_codes_go(session, now, keep_house):
    account = Account(username="a", password_hash="-", name="a", created_at=now)
    session.add(account)
    session.flush()
    for days in (3, 0):
        session.add(RateCounter(bucket="b", window_at=now - days * DAY, hits=1))
        session.add(OneTimeCode(phone_index=b"p", code_index=b"c", created_at=now, expires_by=now - days * DAY))
        session.add(LoginSession(
            token_hash=bytes([days]), account_id=account.id, csrf="", created_at=now, last_seen_at=now, expires_by=now - days * DAY))
    keep_house()
    assert [_count(session, model) for model in (RateCounter, OneTimeCode, LoginSession)] == [1, 1, 1]


def test_photos_that_nobody_claimed_go_after_a_day(session, config, now, keep_house):
    ticket = small_street.build(session, config, now).submit(session, now).ticket
    photos = [
        Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"", thumbnail=b"", uploaded_at=now - age * DAY) for age in (2, 2, 0)]
    session.add_all(photos)
    session.flush()
    session.add(Evidence(ticket_id=ticket.id, photo_id=photos[1].id, stage="report", at=now))
    keep_house()
    assert set(session.scalars(select(Photo.id))) == {photos[1].id, photos[2].id}


def test_messages_lose_their_words_after_a_month_and_go_after_a_quarter_unless_they_still_wait(session, now, keep_house):
    for age, state in ((91, "sent"), (91, "failed"), (91, "waiting"), (31, "sent"), (29, "sent")):
        at = now - age * DAY
        session.add(MessageDelivery(
            channel="text", topic="closed", address_cipher=b"p", text_cipher=b"t", state=state, created_at=at, due_at=at))
    session.flush()
    keep_house()
    kept = session.execute(select(MessageDelivery.created_at, MessageDelivery.state, MessageDelivery.text_cipher).order_by(MessageDelivery.created_at)).all()
    assert [tuple(row) for row in kept] == [(now - 91 * DAY, "waiting", b"t"), (now - 31 * DAY, "sent", None), (now - 29 * DAY, "sent", b"t")]


def test_done_rows_go_after_a_week_but_not_their_messages_nor_rows_with_letters(session, config, now, keep_house):
    ticket = small_street.build(session, config, now).submit(session, now).ticket
    old, lettered, undone, young = (
        outbox.publish(session, "ticket.filed", now=now - 9 * DAY, ticket_id=ticket.id) for _ in range(4))
    session.flush()
    inbox.tell(session, old, now)
    old.done_at = lettered.done_at = now - 8 * DAY
    young.done_at = now - 6 * DAY
    session.add(DeadLetter(outbox_id=lettered.id, topic="ticket.filed", error="x", attempts=6, died_at=now))
    keep_house()
    kept = set(session.scalars(select(Outbox.id).where(Outbox.topic == "ticket.filed")))
    assert kept == {lettered.id, undone.id, young.id}
    assert session.scalars(select(InboxMessage.outbox_id)).all() == [None]

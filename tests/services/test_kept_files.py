"""A file is kept between the check and the import: for its sender, for an hour, and only for what was shown."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select, text

from gridops import db
from gridops.domain.actor import Actor
from gridops.errors import TooLarge
from gridops.models import Account, KeptFile, Street
from gridops.services import housekeeping, kept_files
from gridops.services.imports.table import ImportReport
from gridops.services.kept_files import FileGone, Sent
from gridops.vault import Vault
from tests import small_street

FILE = Sent("staff.csv", "姓名,电话\n王一,13812345678\n".encode() * 50, {"complete": ""})


@pytest.fixture
def vault(config):
    return Vault(config.vault_keys, config.secret_key)


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def clerk(street):
    return street.actors["clerk"]


@pytest.fixture
def colour(session):
    """An import that gives the street its colour; what it says depends on what is stored."""

    def importing(sent: Sent) -> ImportReport:
        street = session.get_one(Street, small_street.STREET)
        report = ImportReport()
        report.count("unchanged" if street.colour == "#112233" else "changed")
        street.colour = "#112233"
        return report

    return importing


@pytest.fixture
def check(session, clerk, now, vault, colour):
    def check(sent=FILE, importing=colour, actor=clerk):
        return kept_files.check(session, "people", sent, importing, actor=actor, now=now, vault=vault)

    return check


@pytest.fixture
def apply(session, clerk, now, vault, colour):
    def apply(number, *, kind="people", actor=clerk, after=timedelta(), importing=colour):
        return kept_files.apply(session, kind, number, importing, actor=actor, now=now + after, vault=vault)

    return apply


def stored_colour(session):
    return session.scalar(select(Street.colour))


def count(session):
    return session.scalar(select(func.count()).select_from(KeptFile))


def test_it_is_written_on_the_second_word_and_then_gone(session, check, apply, colour):
    kept = check().kept
    assert stored_colour(session) is None
    seen = []
    done = apply(kept, importing=lambda sent: seen.append(sent) or colour(sent))
    session.flush()
    assert seen == [FILE] and done.written and not done.differs
    assert stored_colour(session) == "#112233" and count(session) == 0
    with pytest.raises(FileGone):
        apply(kept)


def test_a_file_that_now_does_something_else_is_shown_again(session, check, apply):
    kept = check().kept
    session.execute(text("UPDATE street SET colour = '#112233'"))
    session.expire_all()
    done = apply(kept)
    assert done.differs and not done.written and done.kept == kept and done.report.unchanged == 1
    assert apply(kept).written


def test_any_change_of_areas_asks_for_another_look(session, check, apply):
    kept = check().kept
    session.execute(text("UPDATE street SET name = 'another'"))
    session.expire_all()
    assert apply(kept).differs and stored_colour(session) is None


def test_a_file_that_would_now_be_refused_is_refused_and_gone(session, check, apply):
    kept = check().kept

    def refusing(sent):
        report = ImportReport()
        report.fault(1, "name", "bad", "no")
        return report

    done = apply(kept, importing=refusing)
    session.flush()
    assert done.report.errors and done.differs and done.kept is None and count(session) == 0


def test_a_refused_file_is_not_kept_and_the_one_before_stays(session, check, apply):
    kept = check().kept
    refused = check(importing=lambda sent: ImportReport(errors=[1]))
    assert refused.kept is None and apply(kept).written


def test_the_next_file_takes_the_place_of_the_one_before(session, check, apply):
    first, second = check().kept, check(Sent("other.csv", b"x")).kept
    assert count(session) == 1
    with pytest.raises(FileGone):
        apply(first)
    assert apply(second).sent.name == "other.csv"


def test_it_is_for_its_sender_its_kind_and_an_hour(street, check, apply):
    kept = check().kept
    for asked in ({"actor": street.actors["clerk2"]}, {"kind": "places"}, {"after": timedelta(hours=1)}):
        with pytest.raises(FileGone):
            apply(kept, **asked)
    assert apply(kept, after=timedelta(minutes=59)).written


def test_it_is_encrypted_and_bounded(session, check, monkeypatch):
    check()
    assert b"13812345678" not in session.scalar(select(KeptFile.content_cipher))
    monkeypatch.setattr(kept_files, "MOST_BYTES", len(FILE.content) - 1)
    with pytest.raises(TooLarge):
        check()


def test_after_its_hour_it_is_swept(session, check, now):
    check()
    assert housekeeping.files_of_the_last_hour(session, now + timedelta(minutes=59)) == 0
    assert housekeeping.files_of_the_last_hour(session, now + timedelta(hours=1, seconds=1)) == 1
    assert count(session) == 0


def test_two_checks_at_once_leave_one_file(fresh, now):
    with db.transaction(fresh.sessions) as session:
        account = Account(username="a", password_hash="-", name="a", created_at=now)
        session.add(account)
    actor, vault = Actor("staff", "a", account_id=account.id), Vault(fresh.config.vault_keys, fresh.config.secret_key)
    failed = []

    def run():
        try:
            with db.transaction(fresh.sessions) as session:
                kept_files.check(session, "people", FILE, lambda sent: ImportReport(), actor=actor, now=now, vault=vault)
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [Thread(target=run) for _ in range(6)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    with fresh.sessions() as session:
        assert not failed and count(session) == 1


def test_two_words_at_once_import_once(fresh, now):
    with db.transaction(fresh.sessions) as session:
        account = Account(username="a", password_hash="-", name="a", created_at=now)
        session.add(account)
    actor, vault = Actor("staff", "a", account_id=account.id), Vault(fresh.config.vault_keys, fresh.config.secret_key)
    done, refused = [], []
    with db.transaction(fresh.sessions) as session:
        kept = kept_files.check(session, "people", FILE, lambda sent: ImportReport(), actor=actor, now=now, vault=vault).kept

    def run():
        try:
            with db.transaction(fresh.sessions) as session:
                done.append(kept_files.apply(session, "people", kept, lambda sent: ImportReport(), actor=actor, now=now, vault=vault).written)
        except FileGone as error:
            refused.append(error)

    threads = [Thread(target=run) for _ in range(4)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert done == [True] and len(refused) == 3

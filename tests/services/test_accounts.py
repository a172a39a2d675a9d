"""Log-in, lockout, sessions and second factor."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Grant
from gridops.errors import Invalid, NotLoggedIn
from gridops.models import Account, LoginSession, SecurityEvent
from gridops.services import accounts
from gridops.vault import Vault

GRANTS = (Grant("clerk", "310104001"), Grant("dispatcher", "310104001"))
PASSWORD = "right password"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def vault(config):
    return Vault(config.vault_keys, config.secret_key)


@pytest.fixture
def account(session, now):
    return accounts.create_account(session, "Li.Na", PASSWORD, name="李娜", grants=GRANTS, actor=SYSTEM, now=now)


@pytest.fixture
def attempt(session, account, vault, now):
    def attempt(password=PASSWORD, *, username="li.na", totp=None, after=timedelta(), address=None):
        result = accounts.log_in(session, username, password, totp, now=now + after, vault=vault, address=address)
        session.flush()
        return result

    return attempt


def code_of(refused):
    assert isinstance(refused, accounts.Refused)
    return refused.error.code


def kinds(session):
    return session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()


def test_the_session_leads_to_the_actor_with_all_grants(session, attempt, account, now):
    login = attempt()
    live = accounts.actor_of(session, login.token, now=now)
    assert live.actor == login.actor
    assert (live.actor.account_id, live.actor.name, live.actor.grants) == (account.id, "李娜", GRANTS)
    assert live.csrf == login.csrf


def test_the_user_name_ignores_case_and_space(attempt):
    assert isinstance(attempt(username=" LI.NA "), accounts.Login)


def test_unknown_user_and_wrong_password_look_the_same(attempt):
    unknown, wrong = attempt(username="nobody"), attempt("wrong password")
    assert unknown.error.code == wrong.error.code == "login_failed"
    assert unknown.error.text() == wrong.error.text()


def test_five_failures_lock_for_fifteen_minutes_even_the_right_password(session, attempt):
    for _ in range(5):
        attempt("wrong password")
    assert code_of(attempt(after=timedelta(minutes=14, seconds=59))) == "login_failed"
    assert isinstance(attempt(after=timedelta(minutes=15)), accounts.Login)
    assert kinds(session).count("account_locked") == 1


def test_a_stranger_locks_nobody_out_of_his_own_office(session, attempt):
    assert isinstance(attempt(address="office"), accounts.Login)
    for _ in range(5):
        attempt("wrong password", address="stranger")
    assert code_of(attempt(address="stranger")) == code_of(attempt(address="elsewhere")) == "login_failed"
    assert isinstance(attempt(address="office"), accounts.Login)
    assert code_of(attempt(address="stranger", after=MINUTE)) == "login_failed"  # the owner's log-in has not opened it


def test_guesses_from_the_own_office_lock_it_too(attempt):
    attempt(address="office")
    for _ in range(5):
        attempt("wrong password", address="office")
    assert code_of(attempt(address="office")) == "login_failed"
    assert isinstance(attempt(address="office", after=timedelta(minutes=15)), accounts.Login)


def test_an_office_of_last_month_is_strange_again(attempt):
    attempt(address="office")
    for _ in range(5):
        attempt("wrong password", address="stranger", after=timedelta(days=30))
    assert code_of(attempt(address="office", after=timedelta(days=30))) == "login_failed"


def test_a_success_forgets_the_failures(attempt):
    for _ in range(3):
        for _ in range(4):
            attempt("wrong password")
        assert isinstance(attempt(), accounts.Login)


def test_every_attempt_is_an_event_and_none_holds_a_password(session, attempt):
    attempt("wrong password")
    attempt(username="my secret typed into the wrong field")
    attempt()
    assert kinds(session)[-3:] == ["login_failed", "login_failed", "logged_in"]
    assert not any("secret" in str(event.facts) or "password" in str(event.facts) for event in session.scalars(select(SecurityEvent)))


def test_a_disabled_account_is_out_at_once(session, attempt, account, now):
    login = attempt()
    accounts.disable(session, account, actor=SYSTEM, now=now)
    session.flush()
    with pytest.raises(NotLoggedIn):
        accounts.actor_of(session, login.token, now=now)
    assert code_of(attempt()) == "login_failed"


def test_a_new_password_ends_all_sessions(session, attempt, account, now):
    login = attempt()
    accounts.set_password(session, account, "another password", actor=SYSTEM, now=now)
    session.flush()
    with pytest.raises(NotLoggedIn):
        accounts.actor_of(session, login.token, now=now)
    assert isinstance(attempt("another password"), accounts.Login)


def test_use_prolongs_a_session_but_never_beyond_twelve_hours(session, attempt, now):
    login = attempt()
    at = now
    while at - now < timedelta(hours=11, minutes=30):
        at += timedelta(minutes=30)
        accounts.prolong(session, login.token, now=at)
        session.flush()
    assert accounts.actor_of(session, login.token, now=at + timedelta(minutes=29)).expires_by == now + timedelta(hours=12)
    with pytest.raises(NotLoggedIn):
        accounts.actor_of(session, login.token, now=now + timedelta(hours=12))


def test_a_session_is_worth_prolonging_once_a_minute(session, attempt, now):
    login = attempt()
    assert not accounts.actor_of(session, login.token, now=now + timedelta(seconds=59)).stale
    assert accounts.actor_of(session, login.token, now=now + MINUTE).stale


def test_the_stored_session_does_not_open_it(session, attempt, now):
    attempt()
    stored = session.scalars(select(LoginSession)).one().token_hash
    with pytest.raises(NotLoggedIn):
        accounts.actor_of(session, stored.hex(), now=now)


class TestSecondFactor:
    SECRET = bytes(range(20))

    @pytest.fixture(autouse=True)
    def _switched_on(self, session, account, vault, now):
        accounts.set_totp(session, account, self.SECRET, vault=vault, actor=SYSTEM, now=now)

    def code(self, at):
        return TOTP(self.SECRET, 6, SHA1(), 30).generate(int(at.timestamp())).decode()

    def test_it_is_asked_for_only_with_the_right_password(self, attempt):
        assert code_of(attempt()) == "totp_required"
        assert code_of(attempt("wrong password")) == "login_failed"

    def test_the_right_code_opens_once(self, attempt, now):
        assert isinstance(attempt(totp=self.code(now)), accounts.Login)
        assert code_of(attempt(totp=self.code(now))) == "login_failed"
        assert isinstance(attempt(totp=self.code(now + MINUTE), after=MINUTE), accounts.Login)

    def test_wrong_codes_lock_too(self, attempt, now):
        right = self.code(now)
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        for _ in range(5):
            assert code_of(attempt(totp=wrong)) == "login_failed"
        assert code_of(attempt(totp=right)) == "login_failed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "ninechars"}, "password_too_short"),
        ({"password": "x" * 201}, "password_too_long"),
        ({"username": "x"}, "username_invalid"),
        ({"username": "two words"}, "username_invalid"),
        ({"username": "LI.na"}, "username_taken"),
        ({"grants": [Grant("emperor", "31")]}, "role_unknown"),
        ({"grants": [Grant("department", "31")]}, "role_unknown"),
        ({"grants": [Grant("clerk", "31", 1)]}, "role_unknown"),
    ],
)
def test_what_an_account_needs(session, account, now, changes, code):
    values = {"username": "new.one", "password": PASSWORD, "grants": []} | changes
    with pytest.raises(Invalid) as refused:
        accounts.create_account(session, values["username"], values["password"], name="x", grants=values["grants"], actor=SYSTEM, now=now)
    assert refused.value.code == code


def test_guesses_at_the_same_moment_all_count(fresh, now):
    """Eight at once against five allowed: the count never loses one, and the account ends locked."""
    vault = Vault(fresh.config.vault_keys, fresh.config.secret_key)
    with fresh.sessions() as session, session.begin():
        accounts.create_account(session, "target", PASSWORD, name="x", grants=[], actor=SYSTEM, now=now)

    def guess():
        with fresh.sessions() as session, session.begin():
            accounts.log_in(session, "target", "wrong password", None, now=now, vault=vault)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with fresh.sessions() as session:
        account = session.scalars(select(Account)).one()
        assert account.locked_until == now + timedelta(minutes=15)
        assert kinds(session).count("login_failed") == 8
        assert kinds(session).count("account_locked") == 1

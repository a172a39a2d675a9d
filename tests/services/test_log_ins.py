"""What an administrator of rights may do with log-ins, and what he may not."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from gridops import db
from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.errors import Conflict, Forbidden, GridopsError, Invalid, NotAllowed, NotFound
from gridops.models import Account, Jurisdiction, LoginSession, Person, Posting, RoleGrant, SecurityEvent
from gridops.services import accounts, audit
from gridops.services.log_ins import bounds, doors, listed, roles
from gridops.vault import Vault
from tests import small_street
from tests.small_street import COMMUNITY, STREET, WEST

ELSEWHERE = "310199002"
PASSWORD = "a long enough password"


@pytest.fixture
def vault(config):
    return Vault(config.vault_keys, config.secret_key)


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


def an_account(session, now, username, *grants):
    return accounts.create_account(session, username, PASSWORD, name=username, grants=grants, actor=SYSTEM, now=now)


def acting(account, *grants):
    return Actor("staff", account.name, account_id=account.id, grants=grants)


@pytest.fixture
def admin(session, street, now):
    right = Grant("security_admin", STREET)
    return acting(an_account(session, now, "admin", right), right)


@pytest.fixture
def worker(session, street, now):
    return an_account(session, now, "worker", Grant("grid_worker", WEST))


def kinds(session):
    session.flush()
    return session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()


def made(session, admin, now, role="clerk", area=STREET, username="li.na", **more):
    return doors.add(session, username, "李娜", roles.grant_of(session, role, area, None, actor=admin), actor=admin, now=now, **more)


class TestRoles:
    def test_a_role_is_given_taken_back_and_written_down(self, session, admin, worker, now):
        roles.give(session, worker.id, "clerk", COMMUNITY, actor=admin, now=now)
        given = session.scalars(select(RoleGrant).where(RoleGrant.account_id == worker.id, RoleGrant.role == "clerk")).one()
        roles.take(session, worker.id, given.id, actor=admin, now=now)
        assert [grant.role for grant in bounds.grants_of(session, worker)] == ["grid_worker"]
        assert kinds(session)[-2:] == ["role_granted", "role_withdrawn"]

    def test_only_within_the_own_area_and_only_areas_there_are(self, session, admin, worker, now):
        for area, role in ((ELSEWHERE, "clerk"), ("3101", "clerk"), (STREET + "999", "clerk"), ("", "clerk"), ("310199", "audit_admin"), (STREET, "king")):
            with pytest.raises(Invalid):
                roles.give(session, worker.id, role, area, actor=admin, now=now)
        assert len(bounds.grants_of(session, worker)) == 1

    def test_nobody_gives_himself_anything(self, session, admin, now):
        with pytest.raises(Forbidden, match="own_account"):
            roles.give(session, admin.account_id, "leader", STREET, actor=admin, now=now)
        for act in (doors.close, doors.reset_password, doors.end_sessions):
            with pytest.raises(Forbidden, match="own_account"):
                act(session, admin.account_id, actor=admin, now=now)

    @pytest.mark.parametrize("role", ["clerk", "leader", "system_admin", "audit_admin"])
    def test_nobody_else_gives_rights(self, session, street, worker, now, role):
        other = acting(an_account(session, now, "other", Grant(role, STREET)), Grant(role, STREET))
        with pytest.raises(Forbidden):
            roles.give(session, worker.id, "clerk", STREET, actor=other, now=now)
        with pytest.raises(Forbidden):
            listed.find(session, other, now=now)
        with pytest.raises(Forbidden):
            made(session, other, now)

    def test_who_reads_the_audit_holds_no_system_or_security_right(self, session, admin, now):
        account = made(session, admin, now, "audit_admin").account
        for role in ("security_admin", "system_admin"):
            with pytest.raises(Conflict, match="roles_apart"):
                roles.give(session, account.id, role, STREET, actor=admin, now=now)
        roles.give(session, account.id, "leader", STREET, actor=admin, now=now)

    def test_the_same_role_twice_is_refused(self, session, admin, worker, now):
        with pytest.raises(Conflict, match="role_held"):
            roles.give(session, worker.id, "grid_worker", WEST, actor=admin, now=now)

    def test_an_organisation_that_works_elsewhere_too_is_given_by_who_looks_after_both(self, session, street, admin, worker, now):
        roles.give(session, worker.id, "department", STREET, department="D-SANITATION", actor=admin, now=now)
        session.add(Jurisdiction(department_id=street.departments["FIRE"].id, area_prefix=ELSEWHERE))
        session.flush()
        for department in ("D-FIRE", "D-GAS_CO", "D-NONE", None):
            with pytest.raises(Invalid) as refused:
                roles.give(session, worker.id, "department", STREET, department=department, actor=admin, now=now)
            assert list(refused.value.fields) == ["department"]

    def test_the_last_security_administrator_stays(self, session, admin, now):
        own = session.scalars(select(RoleGrant).where(RoleGrant.account_id == admin.account_id)).one()
        with pytest.raises(Conflict, match="last_security_admin"):
            roles.take(session, admin.account_id, own.id, actor=SYSTEM, now=now)
        with pytest.raises(Conflict, match="last_security_admin"):
            doors.close(session, admin.account_id, actor=SYSTEM, now=now)
        made(session, admin, now, "security_admin")
        doors.close(session, admin.account_id, actor=SYSTEM, now=now)


class TestReach:
    def test_accounts_elsewhere_look_missing(self, session, admin, now):
        far = an_account(session, now, "far", Grant("leader", ELSEWHERE))
        for act in (doors.close, doors.reset_password, doors.open_again, doors.end_sessions):
            with pytest.raises(NotFound):
                act(session, far.id, actor=admin, now=now)
        assert "far" not in {one["username"] for one in listed.find(session, admin, now=now, limit=200)}

    def test_a_password_is_not_reset_of_who_has_rights_elsewhere_as_well(self, session, admin, now):
        """It would hand over the rights elsewhere."""
        both = an_account(session, now, "both", Grant("leader", STREET), Grant("leader", ELSEWHERE))
        for act in (doors.close, doors.reset_password):
            with pytest.raises(Forbidden, match="account_beyond"):
                act(session, both.id, actor=admin, now=now)
        far = next(grant for grant in bounds.grants_of(session, both) if grant.area_code == ELSEWHERE)
        with pytest.raises(Forbidden, match="account_beyond"):
            roles.take(session, both.id, far.id, actor=admin, now=now)

    def test_lists_are_filtered_and_paged(self, session, admin, worker, now):
        doors.close(session, worker.id, actor=admin, now=now)
        session.flush()
        names = lambda **filters: [one["username"] for one in listed.find(session, admin, now=now, limit=200, **filters)]  # noqa: E731
        assert names(state="closed") == ["worker"]
        assert names(role="security_admin") == ["admin"] and names(q="WORKER") == ["small-worker_east", "small-worker_west", "worker"]
        assert names(area=WEST, role="grid_worker") == ["worker"]
        everybody = names()
        assert names(after=everybody[2]) == everybody[3:]
        assert names(q="%") == []


class TestDoors:
    def test_a_new_one_logs_in_once_and_chooses_a_password(self, session, admin, vault, now):
        account, password = made(session, admin, now)
        login = accounts.log_in(session, "LI.NA", password, None, now=now, vault=vault)
        session.flush()
        assert accounts.actor_of(session, login.token, now=now).password_given
        for present, new, code in (("wrong", PASSWORD, "password_wrong"), (password, password, "password_same"), (password, "short", "password_too_short")):
            with pytest.raises(Invalid, match=code):
                accounts.change_own_password(session, login.token, present, new, actor=login.actor, now=now)
        accounts.change_own_password(session, login.token, password, PASSWORD, actor=login.actor, now=now)
        session.flush()
        assert not accounts.actor_of(session, login.token, now=now).password_given
        assert password not in str(session.execute(select(SecurityEvent.facts)).all()) and len(password) == 14

    def test_what_cannot_be_is_refused_with_the_field(self, session, admin, worker, now):
        for more, field in (({"username": "worker"}, "username"), ({"username": "a b"}, "username"), ({"person": "P-NONE"}, "person")):
            with pytest.raises(Invalid) as refused:
                made(session, admin, now, **more)
            assert list(refused.value.fields) == [field]

    def test_a_person_has_one_log_in(self, session, admin, now):
        person = Person(code="P1", name="李娜")
        session.add(person)
        session.flush()
        session.add(Posting(person_id=person.id, role="grid_worker", area_code=WEST, starts_on=now.date()))
        session.flush()
        account = made(session, admin, now, person="P1").account
        with pytest.raises(Invalid):
            made(session, admin, now, username="li.na2", person="P1")
        doors.close(session, account.id, actor=admin, now=now)
        person.left_on = now.date()
        with pytest.raises(Conflict, match="person_left"):
            doors.open_again(session, account.id, actor=admin, now=now)

    def test_a_reset_ends_sessions_and_a_closed_account_is_opened_first(self, session, admin, worker, vault, now):
        accounts.log_in(session, "worker", PASSWORD, None, now=now, vault=vault)
        session.flush()
        password = doors.reset_password(session, worker.id, actor=admin, now=now).password
        assert session.scalars(select(LoginSession)).all() == [] and worker.password_given
        assert isinstance(accounts.log_in(session, "worker", password, None, now=now, vault=vault), accounts.Login)
        session.flush()
        assert doors.end_sessions(session, worker.id, actor=admin, now=now) == 1
        doors.close(session, worker.id, actor=admin, now=now)
        with pytest.raises(NotAllowed, match="account_closed"):
            doors.reset_password(session, worker.id, actor=admin, now=now)
        assert doors.open_again(session, worker.id, actor=admin, now=now).disabled_at is None
        assert kinds(session)[-4:] == ["logged_in", "sessions_ended", "account_disabled", "account_enabled"]

    def test_a_lost_second_factor_is_taken_off(self, session, admin, worker, vault, now):
        with pytest.raises(NotAllowed, match="no_second_factor"):
            doors.take_second_factor(session, worker.id, vault=vault, actor=admin, now=now)
        accounts.set_totp(session, worker, b"1234567890123456", vault=vault, actor=SYSTEM, now=now)
        doors.take_second_factor(session, worker.id, vault=vault, actor=admin, now=now)
        assert isinstance(accounts.log_in(session, "worker", PASSWORD, None, now=now, vault=vault), accounts.Login)


class TestAudit:
    @pytest.fixture
    def auditor(self, session, street, now):
        right = Grant("audit_admin", STREET)
        return acting(an_account(session, now, "auditor", right), right)

    def test_only_an_auditor_reads(self, session, admin, auditor, worker, now):
        with pytest.raises(Forbidden):
            audit.listed(session, admin)
        roles.give(session, worker.id, "clerk", STREET, actor=admin, now=now)
        session.flush()
        newest = audit.listed(session, auditor, limit=1)[0]
        assert (newest["kind"], newest["account"]["name"], newest["subject"]["name"]) == ("role_granted", "admin", "worker")
        assert newest["facts"] == {"role": "clerk", "area": STREET}
        assert "role_granted" in audit.kinds(session) and len(audit.kinds(session)) == len(set(kinds(session)))

    def test_events_elsewhere_are_not_told(self, session, auditor, vault, now):
        right = Grant("security_admin", ELSEWHERE)
        far = acting(an_account(session, now, "far", Grant("clerk", ELSEWHERE)), right)
        accounts.log_in(session, "far", PASSWORD, None, now=now, vault=vault)
        accounts.log_in(session, "nobody-at-all", PASSWORD, None, now=now, vault=vault)
        session.flush()
        assert "far" not in {row["account"]["name"] for row in audit.listed(session, auditor, limit=500) if row["account"]}
        assert far.name not in {row["subject"]["name"] for row in audit.listed(session, auditor, limit=500) if row["subject"]}
        assert audit.listed(session, auditor, kind="login_failed")[0]["account"] is None

    def test_who_lost_all_rights_is_still_read_about(self, session, admin, auditor, worker, vault, now):
        roles.take(session, worker.id, bounds.grants_of(session, worker)[0].id, actor=admin, now=now)
        accounts.grant_role(session, worker, Grant("clerk", ELSEWHERE), actor=SYSTEM, now=now)
        accounts.log_in(session, "worker", "wrong", None, now=now, vault=vault)
        session.flush()
        assert audit.listed(session, auditor, who="worker", limit=1)[0]["kind"] == "login_failed"

    def test_taking_the_list_out_is_an_event(self, session, auditor, now):
        rows = audit.exported(session, auditor, now=now)
        assert kinds(session)[-1] == "events_exported" and audit.listed(session, auditor, limit=1)[0]["facts"] == {"rows": len(rows)}


def test_two_administrators_cannot_close_each_other_at_once(fresh, now):
    """Each would see the other still there."""
    with db.transaction(fresh.sessions) as session:
        small_street.build(session, fresh.config, now)
        right = Grant("security_admin", STREET)
        both = [an_account(session, now, f"admin{number}", right) for number in (1, 2)]
        actors = [acting(account, right) for account in both]
    start, outcomes = threading.Barrier(2), []

    def close(mine, other):
        start.wait()
        try:
            with db.transaction(fresh.sessions) as session:
                doors.close(session, other.account_id, actor=mine, now=now)
            outcomes.append("closed")
        except GridopsError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=close, args=pair) for pair in (actors, actors[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "last_security_admin"]
    with fresh.sessions() as session:
        assert session.scalars(select(Account.disabled_at).where(Account.username.like("admin_"))).all().count(None) == 1

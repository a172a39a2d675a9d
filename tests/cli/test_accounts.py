"""Log-ins as an operator makes them."""

from __future__ import annotations

import re
from base64 import b32decode

import pytest
from click.testing import CliRunner

from gridops.cli import main
from gridops.context import wall_clock
from gridops.services import accounts
from gridops.vault import Vault
from tests import small_street


@pytest.fixture
def gridops(fresh, monkeypatch):
    for name, value in fresh.environment.items():
        monkeypatch.setenv(name, value)
    with fresh.sessions() as session, session.begin():
        small_street.build(session, fresh.config, wall_clock())

    def call(*words, code=0):
        result = CliRunner().invoke(main, ["accounts", *words], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.stderr

    return call


@pytest.fixture
def log_in(fresh):
    def attempt(username, password):
        vault = Vault(fresh.config.vault_keys, fresh.config.secret_key)
        with fresh.sessions() as session, session.begin():
            return accounts.log_in(session, username, password, None, now=wall_clock(), vault=vault)

    return attempt


CLERK = ("add", "wang", "--name", "王芳", "--role", "clerk", "--area", small_street.STREET)


def test_an_account_is_made_and_can_log_in(gridops, log_in):
    username, password = gridops(*CLERK).split()
    opened = log_in(username, password)
    assert (opened.actor.name, opened.actor.roles) == ("王芳", {"clerk"})


def test_a_department_is_named_by_its_code(gridops, log_in, fresh):
    made = gridops("add", "env", "--name", "环卫所", "--role", "department", "--area", small_street.STREET, "--department", "D-SANITATION")
    opened = log_in(*made.split())
    assert len(opened.actor.department_ids) == 1
    assert "env\t环卫所\tdepartment D-SANITATION\topen" in gridops("list")


@pytest.mark.parametrize(("words", "why"), [
    (("--role", "clerk", "--area", "999"), "not_found"),
    (("--role", "clerk", "--area", "310199"), "not_found"),
    (("--role", "system_admin", "--area", "3101"), "not_found"),
    (("--role", "department", "--area", small_street.STREET), "role_unknown"),
    (("--role", "department", "--area", small_street.STREET, "--department", "nobody"), "there is no organisation nobody"),
])
def test_what_does_not_exist_is_refused(gridops, words, why):
    assert why in gridops("add", "wang", "--name", "x", *words, code=1)
    assert "wang" not in gridops("list")


def test_before_the_first_street_an_administrator_is_of_a_county(gridops, log_in):
    opened = log_in(*gridops("add", "admin", "--name", "管理员", "--role", "system_admin", "--area", "320500").split())
    assert opened.actor.areas("system_admin") == ("320500",)


def test_a_new_password_replaces_the_old_one(gridops, log_in):
    old = gridops(*CLERK).split()
    new = gridops("password", "wang").split()
    assert isinstance(log_in(*old), accounts.Refused)
    assert not isinstance(log_in(*new), accounts.Refused)


def test_one_more_role(gridops, log_in):
    made = gridops(*CLERK).split()
    gridops("grant", "wang", "--role", "dispatcher", "--area", small_street.STREET)
    assert log_in(*made).actor.roles == {"clerk", "dispatcher"}


def test_a_second_factor_is_asked_for_from_then_on(gridops, log_in):
    made = gridops(*CLERK).split()
    secret = re.search(r"secret=([A-Z2-7]+)", gridops("second-factor", "wang"))[1]
    assert log_in(*made).error.code == "totp_required"
    assert len(b32decode(secret)) == 20
    gridops("second-factor", "wang", "--off")
    assert not isinstance(log_in(*made), accounts.Refused)


def test_a_disabled_account_is_shut(gridops, log_in):
    made = gridops(*CLERK).split()
    gridops("disable", "wang")
    assert isinstance(log_in(*made), accounts.Refused)
    assert "disabled" in gridops("list")
    assert "not_found" in gridops("disable", "nobody", code=1)


def test_rights_that_are_kept_apart_are_not_given_here_either(gridops):
    gridops("add", "zhou", "--name", "周敏", "--role", "audit_admin", "--area", small_street.STREET)
    assert "may not hold system or security rights" in gridops("grant", "zhou", "--role", "security_admin", "--area", small_street.STREET, code=1)

"""``gridops accounts``: log-ins of staff. A password is made here and shown once; it never stands on a command line or in a file."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from collections.abc import Iterable

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.cli.database import Work, working
from gridops.domain.actor import SYSTEM, Grant
from gridops.domain.permissions import STAFF_ROLES
from gridops.models import Account, Department, RoleGrant
from gridops.services import accounts, areas, scope
from gridops.services.log_ins import bounds

ROLE = click.option("--role", type=click.Choice(STAFF_ROLES), required=True)
AREA = click.option(
    "--area", metavar="CODE", required=True,
    help="Street, community or cell; the role counts in it and all below. Of administrators also a county's six digits, before its streets are known.")
DEPARTMENT = click.option("--department", metavar="CODE", help="Of which organisation, for the role department.")

COUNTY = re.compile(r"\d{6}")


@click.group()
def command() -> None:
    """Log-ins of staff."""


@command.command("add")
@click.argument("username")
@click.option("--name", required=True, help="As others read it.")
@ROLE
@AREA
@DEPARTMENT
def _add(username: str, name: str, role: str, area: str, department: str | None) -> None:
    """Make an account and show its password, once."""
    password = _new_password()
    with working(keep=True) as work:
        grant = _grant(work.session, role, area, department)
        accounts.create_account(work.session, username, password, name=name, grants=[grant], actor=SYSTEM, now=work.now)
    click.echo(f"{username}\t{password}")


@command.command("grant")
@click.argument("username")
@ROLE
@AREA
@DEPARTMENT
def _add_role(username: str, role: str, area: str, department: str | None) -> None:
    """Give an account one more role."""
    with working(keep=True) as work:
        grant = _grant(work.session, role, area, department)
        account = _account(work, username)
        bounds.check_apart(work.session, account, role)
        accounts.grant_role(work.session, account, grant, actor=SYSTEM, now=work.now)


@command.command("password")
@click.argument("username")
def _reset(username: str) -> None:
    """Show a new password, once; it unlocks the account and ends its sessions."""
    password = _new_password()
    with working(keep=True) as work:
        accounts.set_password(work.session, _account(work, username), password, actor=SYSTEM, now=work.now)
    click.echo(f"{username}\t{password}")


@command.command("second-factor")
@click.argument("username")
@click.option("--off", is_flag=True, help="Ask for the password only.")
def _second_factor(username: str, off: bool) -> None:
    """Show a key for an authenticator app, once; from now on its code is asked for as well."""
    secret = None if off else secrets.token_bytes(20)
    with working(keep=True) as work:
        accounts.set_totp(work.session, _account(work, username), secret, vault=work.vault, actor=SYSTEM, now=work.now)
    if secret:
        click.echo(f"otpauth://totp/gridops:{username}?secret={b32encode(secret).decode()}&issuer=gridops")


@command.command("disable")
@click.argument("username")
def _disable(username: str) -> None:
    """Close an account and end its sessions. What it did stays in the trail."""
    with working(keep=True) as work:
        accounts.disable(work.session, _account(work, username), actor=SYSTEM, now=work.now)


@command.command("list")
def _list() -> None:
    """User name, name, roles, and whether it is closed."""
    with working(keep=False) as work:
        codes = dict(work.session.execute(select(Department.id, Department.code)).all())
        for account, grants in accounts.all_accounts(work.session):
            click.echo(_line(account, grants, codes))


def _line(account: Account, grants: Iterable[RoleGrant], codes: dict[int, str]) -> str:
    roles = ", ".join(f"{grant.role} {codes.get(grant.department_id, grant.area_code)}" for grant in grants)
    return f"{account.username}\t{account.name}\t{roles}\t{'disabled' if account.disabled_at else 'open'}"


def _account(work: Work, username: str) -> Account:
    return accounts.account_called(work.session, username)


def _grant(session: Session, role: str, area: str, department: str | None) -> Grant:
    """Raises NotFound (area), click.ClickException (department)."""
    if role not in scope.WITHOUT_TICKETS or not COUNTY.fullmatch(area):
        areas.get_area(session, area)
    found = session.scalar(select(Department.id).where(Department.code == department)) if department else None
    if department and found is None:
        raise click.ClickException(f"there is no organisation {department}")
    return Grant(role, area, found)


def _new_password() -> str:
    return secrets.token_urlsafe(12)

"""Log-ins as a table: one row per account and right. The same list again changes nothing; a right that it does not name stays.

Passwords are made here. They are no part of the report, which is kept between check and import: ``made`` holds them for the one page
that shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor, Grant
from gridops.errors import Conflict, Forbidden, GridopsError, Invalid, NotFound
from gridops.models import Account
from gridops.services import field_terms
from gridops.services.imports.cells import Cells
from gridops.services.imports.people_where import Where
from gridops.services.imports.table import ImportReport, Table, all_or_nothing
from gridops.services.log_ins import bounds, doors, roles

COLUMNS = ("username", "name", "role", "area", "department", "person")
NEEDED = ("username", "name", "role", "area")
IN_CHINESE = {"username": "用户名", "name": "姓名", "role": "角色", "area": "区域", "department": "承办单位", "person": "工号"}
ROLES_IN_CHINESE = {
    "受理员": "clerk", "派单员": "dispatcher", "网格办": "grid_office", "网格员": "grid_worker", "网格长": "grid_leader", "社区干部": "cadre",
    "志愿者": "volunteer", "在职党员": "party_member", "承办单位": "department", "领导": "leader", "系统管理员": "system_admin",
    "安全管理员": "security_admin", "审计管理员": "audit_admin"}
MOST_ROWS = 300  # a password takes its time to be stored safely, and the list is read through twice
FAULTS: dict[str, tuple[str, str]] = {
    "roles_apart": ("role", "who reads the audit may not hold system or security rights as well"),
    "own_account": ("username", "nobody changes his own rights"),
    "not_found": ("username", "this user name belongs to an account outside your area"),
}


@dataclass
class AccountsReport(ImportReport):
    """Counts are of accounts: changed when one more right was given. ``comes``: user names of the new ones."""

    comes: list[str] = field(default_factory=list)


@dataclass
class AccountImport:
    """``made``: (user name, name, password) of each new account."""

    session: Session
    actor: Actor
    now: datetime
    made: list[tuple[str, str, str]] = field(default_factory=list)

    def run(self, table: Table) -> AccountsReport:
        bounds.check_keeper(self.actor)
        table = table.from_chinese(IN_CHINESE, field_terms.known(self.session))
        report = AccountsReport(notes=list(table.notes))
        self.made.clear()
        if not report.needs(table, *NEEDED):
            return report
        report.knows(table, *COLUMNS)
        if len(table.rows) > MOST_ROWS:
            report.fault(0, "", "too_many_rows", f"the file has {len(table.rows)} rows, {MOST_ROWS} at most at once")
            return report
        self.session.execute(select(func.pg_advisory_xact_lock(bounds.LOCK)))
        with all_or_nothing(self.session, report):
            self._read_all(table, report)
        return report

    def _read_all(self, table: Table, report: AccountsReport) -> None:
        where, outcomes = Where(self.session), dict[str, str]()
        roles_said = field_terms.known(self.session).either_way(ROLES_IN_CHINESE)
        for row in table:
            cells = Cells(row, report)
            username, outcome = self._read(cells, where, roles_said, report)
            if not cells.faulty and (username not in outcomes or outcome == "changed" and outcomes[username] == "unchanged"):
                outcomes[username] = outcome
        for outcome in outcomes.values():
            report.count(outcome)

    def _read(self, cells: Cells, where: Where, roles_said: dict[str, str], report: AccountsReport) -> tuple[str, str]:
        username = (cells.text("username", required=True, longest=64) or "").casefold()
        name, role, area = (cells.text(column, required=True, longest=60) for column in ("name", "role", "area"))
        code = area if not area or area.isdigit() else where.area(cells, area)
        if cells.faulty:
            return username, "unchanged"
        try:
            grant = roles.grant_of(self.session, roles_said.get(role, role), code or "", cells.text("department"), actor=self.actor)
            return username, self._put(cells, username, name, grant, report)
        except Invalid as error:
            for column, texts in (error.fields or {"username": [error.text()]}).items():
                cells.fault(column, error.code, error.text() if texts[0] == error.code else texts[0])
        except (Conflict, Forbidden, NotFound) as error:
            self._refused(cells, error)
        return username, "unchanged"

    def _put(self, cells: Cells, username: str, name: str, grant: Grant, report: AccountsReport) -> str:
        known = self.session.scalar(select(Account.id).where(Account.username == username))
        if known is None:
            account, password = doors.add(self.session, username, name, grant, person=cells.text("person"), actor=self.actor, now=self.now)
            self.session.flush()
            self.made.append((account.username, account.name, password))
            report.comes.append(account.username)
            return "created"
        account = bounds.seen(self.session, known, self.actor, lock=True)
        held = [(one.role, one.area_code, one.department_id) for one in bounds.grants_of(self.session, account)]
        if (grant.role, grant.area, grant.department_id) in held:
            return "unchanged"
        roles.add(self.session, bounds.changed(self.session, known, self.actor), grant, actor=self.actor, now=self.now)
        return "changed"

    @staticmethod
    def _refused(cells: Cells, error: GridopsError) -> None:
        column, message = FAULTS.get(error.code, ("username", error.text()))
        cells.fault(column, error.code, message)

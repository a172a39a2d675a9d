"""Who plays in the demonstration, and what the street's own rules say about a category. Read once, before the clock moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.demo import pictures
from gridops.demo.ground import STREET
from gridops.demo.logins import Login
from gridops.domain.actor import Actor
from gridops.domain.calendar import WorkCalendar
from gridops.domain.limits import Limit
from gridops.models import Assignment, CategoryVersion, Department, DutyRule, FilingCondition, Ticket
from gridops.services import calendars, photos
from gridops.services.actions.support import TO_DO

LONGEST_LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Custom:
    """Of one category: the limit of its first filing condition, how it is checked, whether others support."""

    limit: Limit
    check_mode: str
    emergency: bool
    supported: bool


class Cast:
    def __init__(self, session: Session, logins: list[Login], chance: Random):
        self.chance = chance
        self.calendar: WorkCalendar = calendars.calendar_in_force(session, STREET)
        self.logins = logins
        self.clerks, self.dispatchers = self._of("clerk"), self._of("dispatcher")
        self.leader = self._of("leader")[0]
        self.workers = [login for login in logins if login.role == "grid_worker"]
        self.departments = {row.id: row for row in session.scalars(select(Department))}
        self.by_department = {next(iter(a.department_ids)): a for a in self._of("department")}
        self.customs = _customs(session)

    def _of(self, role: str) -> list[Actor]:
        return [login.actor for login in self.logins if login.role == role]

    def worker_at(self, area_code: str, *, but_not: int | None) -> Actor:
        """A grid worker of the area, never the one who handled the matter."""
        found = [w.actor for w in self.workers if area_code.startswith(w.area) and w.actor.account_id != but_not]
        return self.chance.choice(found)

    def party(self, session: Session, ticket: Ticket, role: str) -> Department:
        """The lead or coordinator of the present round, or the first support that still has to answer."""
        if role == "lead":
            return self.departments[ticket.lead_id]
        if role == "support":
            return self.departments[self.supports_to_answer(session, ticket)[0]]
        query = select(Assignment.department_id).where(Assignment.round_id == ticket.round_id, Assignment.role == role)
        return self.departments[session.scalars(query).one()]

    def supports_to_answer(self, session: Session, ticket: Ticket) -> Sequence[int]:
        """Ids of departments."""
        query = select(Assignment.department_id).where(
            Assignment.round_id == ticket.round_id, Assignment.role == "support", Assignment.status.in_(TO_DO)).order_by(Assignment.id)
        return session.scalars(query).all()

    def photo(self, session: Session, actor: Actor, at: datetime, *, trouble: bool) -> str:
        return str(photos.store(session, pictures.scene(self.chance, trouble=trouble), actor=actor, now=at).id)

    def before(self, instant: datetime, amount: timedelta) -> datetime:
        """The last instant from which ``amount`` of working time had passed at ``instant``."""
        low, high = instant - LONGEST_LOOK_BACK, instant
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if self.calendar.working_between(middle, instant) < amount:
                high = middle
            else:
                low = middle
        return low.replace(microsecond=0)


def _customs(session: Session) -> dict[str, Custom]:
    rows = session.execute(
        select(CategoryVersion, FilingCondition, DutyRule)
        .join(FilingCondition, FilingCondition.category_version_id == CategoryVersion.id)
        .join(DutyRule, DutyRule.category_code == CategoryVersion.code)
        .where(CategoryVersion.valid_to.is_(None), DutyRule.valid_to.is_(None), FilingCondition.condition_no == 1)).all()
    return {
        category.code: Custom(
            Limit(condition.limit_value, condition.limit_unit), category.check_mode, category.emergency, bool(rule.supports))
        for category, condition, rule in rows
    }

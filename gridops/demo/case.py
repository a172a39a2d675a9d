"""One report as the demonstration plays it: who says what from where, and how an act on its ticket is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session, object_session

from gridops.demo.cast import Cast, Custom
from gridops.domain import limits
from gridops.domain.actor import Actor, reporter
from gridops.models import Department, Ticket

NEEDS_PHOTO = ("submit_result", "self_handle", "request_transfer")
PARTIES = ("lead", "coordinate", "support")


@dataclass(frozen=True)
class Act:
    """``who`` is a role of the ticket (lead, coordinate, reporter, worker) or of the street."""

    at: datetime
    who: str
    action: str
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class Case:
    at: datetime  # of the report, then of the last act
    cast: Cast
    chance: Random
    kind: str
    text: str
    category: str | None  # what it is about
    result: str = ""
    told: bool = True  # the reporter named the category
    where: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, str] | None = None
    visibility: str = "named"
    channel: str = "web"
    entered_by: Actor = Actor("reporter", "reporter")
    upstream: dict[str, Any] | None = None
    ticket: Ticket | None = None
    report_id: int | None = None
    suggested: str | None = None  # whom an objection names instead

    def submission(self) -> dict[str, Any]:
        more = {"category": self.category} if self.told and self.category else {}
        more |= {"contact": self.contact} if self.contact else {}
        more |= {"upstream": self.upstream} if self.upstream else {}
        return {"kind": self.kind, "description": self.text, "visibility": self.visibility} | self.where | more

    @property
    def custom(self) -> Custom:
        return self.cast.customs[self.category]

    def open_supports(self) -> int:
        """Of the present round, those that still have to answer."""
        return len(self.cast.supports_to_answer(object_session(self.ticket), self.ticket))

    @property
    def reachable(self) -> bool:
        return self.contact is not None and self.visibility != "anonymous"

    def soon(self, least: float, most: float) -> datetime:
        """So many minutes of working time after the last act; of any time in an emergency."""
        wait = timedelta(minutes=self.chance.uniform(least, most))
        if self.category and self.custom.emergency:
            return self.at + wait / 6
        return self.cast.calendar.add_working(self.at, wait)

    def later(self, least: float, most: float) -> datetime:
        """So many hours of the clock on the wall."""
        return self.at + timedelta(hours=self.chance.uniform(least, most))

    def share(self, part: float, at_most: timedelta | None = None) -> datetime:
        """When that part of the handling limit has passed since dispatch, in the limit's own time."""
        amount = limits.length(self.custom.limit, self.cast.calendar) * part
        since = self.ticket.dispatched_at or self.at
        due = limits.advance(since, min(amount, at_most or amount), self.custom.limit, self.cast.calendar)
        return max(due, self.at + timedelta(minutes=1))

    def play(self, session: Session, act: Act) -> tuple[Actor, dict[str, Any]]:
        """Who does it, and the body with photos and, for an organisation without log-in, the record of the call."""
        party = self.cast.party(session, self.ticket, act.who) if act.who in PARTIES else None
        actor = self._of_department(party) if party else self._of_role(act.who)
        return actor, act.body | self._photos(session, act, actor) | self._behalf(party)

    def _of_department(self, party: Department) -> Actor:
        return self.cast.by_department[party.id] if party.has_login else self.cast.clerks[0]

    def _of_role(self, who: str) -> Actor:
        cast = self.cast
        if who == "worker":
            return cast.worker_at(self.ticket.area_code, but_not=self.ticket.handled_by)
        return {
            "reporter": reporter(self.report_id), "clerk": cast.clerks[0], "second_clerk": cast.clerks[1],
            "dispatcher": cast.dispatchers[0], "leader": cast.leader,
        }[who]

    def _photos(self, session: Session, act: Act, actor: Actor) -> dict[str, Any]:
        if act.action not in NEEDS_PHOTO or (act.action != "self_handle" and self.custom.check_mode != "photo"):
            return {}
        before = {"before": [self.cast.photo(session, actor, act.at, trouble=True)]} if act.action == "self_handle" else {}
        return before | {"photos": [self.cast.photo(session, actor, act.at, trouble=False)]}

    def _behalf(self, party: Department | None) -> dict[str, Any]:
        if party is None or party.has_login:
            return {}
        return {"on_behalf_of": party.code, "call_record": f"致电{party.name}值班{party.duty_phone or party.phone}，值班员口头答复"}

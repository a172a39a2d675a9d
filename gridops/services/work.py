"""One act on one ticket while it is being done: what the action's own code may read, and the few things it may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.db import Base
from gridops.domain.actor import Actor
from gridops.domain.lifecycle import Transition
from gridops.domain.limits import Limit
from gridops.domain.permissions import capacities
from gridops.domain.posts import WALKERS
from gridops.errors import NotAllowed
from gridops.models import Assignment, CategoryVersion, Clock, FilingCondition, Objection, Report, Round, Ticket, VoidRequest
from gridops.services import catalogue, merging, parties
from gridops.services.clocks import TicketClocks
from gridops.services.decisions import Decision
from gridops.services.same_person import accounts_of
from gridops.services.scope import BEFORE_FILING, sent_to
from gridops.services.writing import is_deferred, next_ids


@dataclass
class Work:
    session: Session
    ticket: Ticket
    actor: Actor
    now: datetime
    body: dict[str, Any] = field(default_factory=dict)
    transition: Transition | None = None
    facts: dict[str, Any] = field(default_factory=dict)  # go into the trail: codes and numbers, never a resident's words
    text: str | None = None  # goes into the remark of this step
    public: bool = False  # may the residents behind the ticket read the remark?
    follow_ups: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # done right after, in the same transaction
    announce: bool = True  # publish what has been done
    decision: Decision | None = None  # of a dispatch, made before anything moves
    opened: list[Round | Assignment] = field(default_factory=list)  # with their ids, not yet written

    @cached_property
    def clocks(self) -> TicketClocks:
        return TicketClocks(self.session, self.ticket)

    @cached_property
    def category(self) -> CategoryVersion | None:
        version = self.ticket.category_version_id
        return catalogue.version(self.session, version) if version else None

    @cached_property
    def condition(self) -> FilingCondition | None:
        wanted = self.ticket.condition_id
        found = catalogue.conditions(self.session, self.ticket.category_version_id) if wanted else ()
        return next((condition for condition in found if condition.id == wanted), None)

    @property
    def handle_limit(self) -> Limit | None:
        condition = self.condition
        return Limit(condition.limit_value, condition.limit_unit) if condition else None

    @cached_property
    def assignments(self) -> list[Assignment]:
        return parties.of_round(self.session, self.ticket.round_id) if self.ticket.round_id is not None else []

    def assignment(self, role: str) -> Assignment | None:
        return next((a for a in self.assignments if a.role == role), None)

    @cached_property
    def reports(self) -> list[Report]:
        """Of everybody whose matter this is: also those whose ticket was merged into this one."""
        return merging.reports_of_family(self.session, self.ticket)

    @cached_property
    def void_request(self) -> VoidRequest | None:
        """While nobody has decided."""
        query = select(VoidRequest).where(VoidRequest.ticket_id == self.ticket.id, VoidRequest.decision.is_(None))
        return self.session.scalar(query)

    @property
    def open_objection(self) -> Objection | None:
        query = select(Objection).where(Objection.ticket_id == self.ticket.id, Objection.ruling.is_(None)).order_by(Objection.id.desc())
        return self.session.scalar(query.limit(1))

    @cached_property
    def capacities(self) -> frozenset[str]:
        parties = {a.department_id: a.role for a in self.assignments}
        found = capacities(
            self.actor, self.ticket.area_code, parties, own_report=self._own_report, handled_it=self._handled_it)
        return found or self._sent_from_next_door

    @property
    def _sent_from_next_door(self) -> frozenset[str]:
        """Whoever was sent to look, where he has no role himself: nobody was posted nearer."""
        walks = self.actor.kind == "staff" and self.actor.on_behalf_of is None and self.actor.roles.intersection(WALKERS)
        if not walks or self.session.scalar(select(Ticket.id).where(Ticket.id == self.ticket.id, sent_to(self.actor))) is None:
            return frozenset()
        checks = {"checker"} if self.ticket.status == "handled" and not self._handled_it else set()
        return frozenset({"staff", "grid_worker" if self.ticket.status in BEFORE_FILING else "staff", *checks})

    @property
    def _own_report(self) -> bool:
        mine = self.actor.report_id
        return mine is not None and any(report.id == mine and report.withdrawn_at is None for report in self.reports)

    @property
    def _handled_it(self) -> bool:
        of_the_unit = self.ticket.lead_id is not None and self.ticket.lead_id in self.actor.department_ids
        return of_the_unit or self._is_the_handler

    @cached_property
    def _is_the_handler(self) -> bool:
        return self.same_person(self.ticket.handled_by)

    def same_person(self, account_id: int | None) -> bool:
        """Is the actor whoever has this log-in? Also where the same person has two."""
        if account_id is None or account_id == self.actor.account_id:
            return account_id is not None
        return account_id in accounts_of(self.session, self.actor)

    def open(self, *rows: Round | Assignment) -> None:
        """Numbered already; written with the step itself."""
        self.session.add_all(rows)
        self.opened.extend(rows)

    def begun(self) -> list[Base]:
        """What this step begins and has not written yet, no longer in the session: the round, its assignments, clocks."""
        rows = [row for row in (*self.opened, *self.clocks.rows) if row in self.session.new]
        for row in rows:
            self.session.expunge(row)
        if is_deferred(self.session):
            self._number([row for row in rows if row.id is None])
        return rows

    def _number(self, clocks: list[Clock]) -> None:
        """What waits to be written is known again by its id: a later act of the batch may change it."""
        for clock, number in zip(clocks, next_ids(self.session, {Clock: len(clocks)})[Clock], strict=True):
            clock.id = number

    def start(self, kind: str, **options: Any) -> Clock:
        return self.clocks.start(kind, self.now, handle_limit=self.handle_limit, **options)

    def refuse(self, code: str, message: str, **params: Any) -> NotAllowed:
        """The status would allow it, a rule does not: raise what this returns."""
        return NotAllowed(message, code=code, details={"status": self.ticket.status, "version": self.ticket.version}, **params)

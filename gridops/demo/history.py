"""The moved clock: plays what people do in the order of time, and between their acts what workers and the beat would do.

Episodes are generators that yield the next act; an act whose time lies after the present never happens. An act that the ticket's
status no longer allows (the sweep was faster, say) is left out, as a person would find the button gone.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from gridops.db import transaction
from gridops.demo.case import Act, Case
from gridops.demo.episodes import Episode
from gridops.domain.lifecycle import ACTIONS, allows
from gridops.models import CategoryVersion, Clock, DepartmentType, FilingCondition, Outbox, Place, Ticket
from gridops.services import intake, ticket_workers, tickets, trail
from gridops.services.reactions import REACTIONS, tell
from gridops.services.sweep import sweep
from gridops.vault import Vault

REACTION_TIME = timedelta(seconds=2)
MOMENT = timedelta(seconds=1)
ONE_DAY = timedelta(days=1)
PORTION = 150  # acts in one transaction: in a longer one the queries wade through their own dead rows
Happening = tuple[datetime, Callable[[Session, datetime], None]]


class History:
    session: Session

    def __init__(self, sessions: sessionmaker[Session], vault: Vault, until: datetime):
        self.sessions, self.vault, self.until = sessions, vault, until
        self.done: Counter[str] = Counter()  # by action, and "left out"
        self._last_fact = 0  # id of the newest fact that workers have seen to
        self._receipts: list[tuple[Outbox, datetime]] = []
        self._plan: list[tuple[datetime, int, Callable[[Session, datetime], None]]] = []
        self._serial = count()
        self._sealed_at: datetime | None = None

    def play(self, episodes: Iterable[Episode], happenings: Iterable[Happening] = ()) -> None:
        for case, script in episodes:
            self._put(case.at, self._report(case, script))
        for at, what in happenings:
            self._put(at, what)
        while self._plan:
            with self._portion():
                for _ in range(min(PORTION, len(self._plan))):
                    self._play_next()
        with self._portion():
            self._let_time_pass(self.until)
            self._react(self.until)
            trail.seal(self.session, self.until)

    @contextmanager
    def _portion(self) -> Iterator[None]:
        """One transaction. What services look up again and again is held, so that the session need not forget and reread it."""
        with transaction(self.sessions) as self.session:
            held = [self.session.scalars(select(model)).all() for model in (CategoryVersion, FilingCondition, DepartmentType, Place)]
            yield
            for row, at in self._receipts:
                row.relayed_at = row.done_at = at
            self._receipts.clear()
            held.clear()

    def _play_next(self) -> None:
        at, _, what = heapq.heappop(self._plan)
        self._let_time_pass(at)
        what(self.session, at)

    def _put(self, at: datetime, what: Callable[[Session, datetime], None]) -> None:
        if at < self.until:
            heapq.heappush(self._plan, (at, next(self._serial), what))

    def _report(self, case: Case, script: Iterator[Act]) -> Callable[[Session, datetime], None]:
        def submit(session: Session, at: datetime) -> None:
            receipt = intake.submit(session, case.submission(), actor=case.entered_by, now=at, vault=self.vault, channel=case.channel)
            case.ticket, case.report_id = receipt.ticket, receipt.report.id
            self.done["submit"] += 1
            self._react(at + REACTION_TIME)
            self._go_on(case, script, at)

        return submit

    def _act(self, case: Case, script: Iterator[Act], act: Act) -> Callable[[Session, datetime], None]:
        def perform(session: Session, at: datetime) -> None:
            case.ticket = session.get_one(Ticket, case.ticket.id)
            self._perform(case, act, at)
            self._react(at + REACTION_TIME)
            self._go_on(case, script, at)

        return perform

    def _go_on(self, case: Case, script: Iterator[Act], at: datetime) -> None:
        """The next act is asked for when this one is done and workers have seen to it."""
        case.at = at
        act = next(script, None)
        if act is not None:
            self._put(max(act.at, at + 2 * REACTION_TIME), self._act(case, script, act))

    def _perform(self, case: Case, act: Act, at: datetime) -> None:
        if not self._possible(case.ticket, act):
            self.done["left out"] += 1
            return
        actor, body = case.play(self.session, act)
        tickets.perform(self.session, case.ticket.number, act.action, body, actor=actor, now=at)
        self.done[act.action] += 1

    def _possible(self, ticket: Ticket, act: Act) -> bool:
        needs_lead = act.who == "lead" and "lead" in ACTIONS[act.action].roles
        return allows(act.action, ticket.status) and (ticket.lead_id is not None or not needs_lead)

    def _let_time_pass(self, until: datetime) -> None:
        """The sweep, exactly when something falls due; and the seal of each day."""
        while (due := self._next_alert()) is not None and due + MOMENT < until:
            sweep(self.session, now=due + MOMENT)
            self._react(due + MOMENT)
        if self._sealed_at is None or until - self._sealed_at >= ONE_DAY:
            trail.seal(self.session, until)
            self._sealed_at = until

    def _next_alert(self) -> datetime | None:
        return self.session.scalar(select(func.min(Clock.next_alert_at)).where(Clock.status == "running"))

    def _late(self, fact: int) -> Callable[[Session, datetime], None]:
        def react(session: Session, at: datetime) -> None:
            row = session.get_one(Outbox, fact)
            REACTIONS[row.topic](session, row, at, None)
            self._receipts.append((row, at))
            self._react(at)

        return react

    def _react(self, at: datetime) -> None:
        """What a worker does with each fact, with its receipt; then with the facts that follow from it."""
        self.session.flush()
        may_follow = True
        while may_follow:
            fresh = self.session.scalars(select(Outbox).where(Outbox.id > self._last_fact).order_by(Outbox.id)).all()
            for row in fresh:
                self._last_fact = row.id
                if row.available_at > at:  # what is asked for later: the next call of an emergency, a reminder
                    self._put(row.available_at, self._late(row.id))
                    continue
                REACTIONS[row.topic](self.session, row, at, None)
                self._receipts.append((row, at))
            self.session.flush()
            may_follow = any(REACTIONS[row.topic] is not tell for row in fresh)
        ticket_workers.give_wanted(self.session, at, limit=PORTION)

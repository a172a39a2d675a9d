"""Lives of tickets that are looked at after each act: what must hold whatever people do (DESIGN.md §5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from gridops.domain import clocks as rules
from gridops.domain.actor import SYSTEM
from gridops.domain.lifecycle import OPEN
from gridops.models import Alarm, Assignment, Clock, Round, Ticket, Trail
from gridops.services.clocks import LIVE, TicketClocks
from gridops.services.indicators import agreement
from gridops.services.sweep import something_is_due, sweep
from tests.services.indicators.lives import Lives
from tests.services.lives_bodies import BY_TICKET, right
from tests.services.lives_probed import Probe
from tests.small_street import GAS, STREET

ALWAYS = {"promise", "supervise"}
OF_ROUND = {"handle", "contact", "support"}
# Which clocks may be live in which status (DESIGN.md §5); an ended ticket has none.
MAY_LIVE = {
    "reported": {"accept"} | ALWAYS, "verifying": {"accept", "verify"} | ALWAYS, "filed": {"dispatch"} | ALWAYS,
    "dispatched": {"sign"} | OF_ROUND | ALWAYS, "objected": {"rule"} | OF_ROUND | ALWAYS,
    "in_progress": {"rule", "decide"} | OF_ROUND | ALWAYS, "suspended": {"suspension", "rule"} | OF_ROUND | ALWAYS,
    "handled": {"check"} | ALWAYS, "closed": {"rating"},
}
STANDS_STILL = {"verifying": {"accept"}, "suspended": OF_ROUND}
# The clock of whoever must act next; without it a ticket would lie where nobody is called.
NEXT = {
    "reported": "accept", "verifying": "verify", "filed": "dispatch", "dispatched": "sign", "objected": "rule", "in_progress": "handle",
    "suspended": "suspension", "handled": "check", "closed": "rating",
}
WITH_ROUND = ("dispatched", "objected", "in_progress", "suspended")
MAY_HAVE_ROUND = (*WITH_ROUND, "handled", "closed", "archived")
# By which acts an organisation may come to more time than it had: by name, or because its limit begins anew.
MAY_GROW = {
    "accept": {"reinstate"}, "handle": {"fail_check", "approve_extension", "resume", "reopen", "overrule"},
    "contact": {"dispatch", "resume", "overrule"}, "support": {"dispatch", "resume", "overrule"},
}
MOVES_PROMISE = ("reopen", "file", "recategorise")  # besides those whose trail row says so


class Watched(Lives):
    """``probed``: how often in a hundred acts everything that is open to somebody, and everything that is not, is tried first."""

    def __init__(self, session, street, now, chance, *, probed: int = 0):
        super().__init__(session, street, now, 0)
        self.chance, self.probed, self.probe, self.begun = chance, probed, Probe(self), now
        self.seen: dict[int, tuple] = {}  # by clock: its due
        self.left: dict[tuple, timedelta] = {}  # by ticket, kind of clock and organisation
        self.promised: dict[int, datetime] = {}
        self.told: dict[int, int] = {}  # by ticket: how far its trail was read

    def _report(self):
        """Now and then an emergency, or an order of the city."""
        number = f"C-{len(self.receipts)}-{self.chance.randrange(10**9)}"
        upstream = {"upstream": {"source": "12345", "external_number": number, "external_due_by": self.now + timedelta(days=9)}}
        category = {"category": GAS} if self.chance.random() < 0.2 else {}
        if self.chance.random() < 0.6:
            super()._report()
        else:
            self.receipts.append(self.street.submit(self.session, self.now, **upstream, **category))

    def _people(self, receipt):
        by_phone = self.street.actors["clerk"].acting_for(self.street.departments["GAS_CO"].id, "值班电话")
        return [*super()._people(receipt), by_phone]

    def _may_come(self, action):
        return self.chance.random() < 0.1 if action in ("record_upstream", "decide_upstream") else super()._may_come(action)

    def _body(self, action, actor):
        return (right(self, self.acted_on, action, actor) or {}) if action in BY_TICKET else super()._body(action, actor)

    def _pass_time(self):
        """What a sweep itself sets going may call at once, as a limit that goes on with little left of it: in the sweep after it."""
        super()._pass_time()
        swept_at = self.now - timedelta(seconds=1)
        if something_is_due(self.session, swept_at):
            sweep(self.session, now=swept_at)
        late = select(Clock.kind, Ticket.status).join(Ticket, Ticket.id == Clock.ticket_id)
        late = late.where(Clock.status == "running", Clock.next_alert_at < swept_at)
        assert self.session.execute(late).all() == [], "a clock did not call"
        assert self.session.scalars(select(Alarm.facts).where(Alarm.kind == "sweep_failed")).all() == []

    def _act(self, receipt):
        self.session.refresh(receipt.ticket)
        self.acted_on = receipt.ticket
        if self.chance.randrange(100) < self.probed:
            self.probe.look(receipt.ticket, self.chance.choice([SYSTEM, *self._people(receipt)]))
        before, so_far = self._state(receipt.ticket), self.done.total()
        super()._act(receipt)
        if self.done.total() > so_far and self._state(receipt.ticket) != before:
            assert self._state(receipt.ticket)[0] > before[0], "what changes a ticket makes a version of it"
        for each in self.receipts:
            self.holds(self.session.get(Ticket, each.ticket.id))
        assert list(agreement.differences(self.session, STREET, self.begun, self.now)) == [], self.done

    def _state(self, ticket):
        self.session.refresh(ticket)
        return ticket.version, ticket.status, ticket.trail_seq

    def holds(self, ticket):
        self.session.refresh(ticket)
        live = self.session.scalars(select(Clock).where(Clock.ticket_id == ticket.id, Clock.status.in_(LIVE))).all()
        fresh = self.session.scalars(
            select(Trail).where(Trail.ticket_id == ticket.id, Trail.seq > self.told.get(ticket.id, 0)).order_by(Trail.seq)).all()
        self._clocks_fit(ticket, live)
        self._somebody_is_next(ticket, live)
        self._dues_move_by_name(ticket, live, fresh)
        self._time_grows_by_name(ticket, fresh)
        self._promise_moves_with_a_reason(ticket, fresh)
        self._round_is_whole(ticket)
        self.told[ticket.id] = ticket.trail_seq

    def _clocks_fit(self, ticket, live):
        kinds = {clock.kind for clock in live}
        assert kinds <= MAY_LIVE.get(ticket.status, set()), f"{kinds} while {ticket.status}"
        running = [clock for clock in live if clock.status == "running"]
        moving = {clock.kind for clock in running} & STANDS_STILL.get(ticket.status, set())
        assert not moving, f"{moving} run while {ticket.status}"
        dues = [clock.due_by for clock in running if clock.kind not in ("rating", "suspension") and not clock.red_waits]
        assert ticket.due_by == min(dues, default=None), "the ticket carries the earliest due of its clocks"

    def _somebody_is_next(self, ticket, live):
        """The clock of the stage runs, and either will call or has called everybody whom it can."""
        if ticket.status in (*OPEN, "closed"):
            calling = [c for c in live if c.kind == NEXT[ticket.status] and c.status == "running" and (c.next_alert_at or c.alerts_fired)]
            assert calling, f"nobody and nothing waits for {ticket.status}"

    def _dues_move_by_name(self, ticket, live, fresh):
        """A due that lies elsewhere than before is named in the trail."""
        named = {change["kind"] for row in fresh for change in row.facts.get("clocks", ())}
        for clock in live:
            before = self.seen.get(clock.id, clock.due_by)
            assert before == clock.due_by or clock.kind in named, f"{clock.kind} moved by itself"
            self.seen[clock.id] = clock.due_by

    def _time_grows_by_name(self, ticket, fresh):
        """What an organisation has left of a limit only ever shrinks, unless somebody gave it more."""
        clocks, acts = TicketClocks(self.session, ticket), {row.action for row in fresh}
        mine = select(Clock, Assignment.department_id).outerjoin(Assignment, Assignment.id == Clock.assignment_id)
        newest = self.session.execute(mine.where(Clock.ticket_id == ticket.id, Clock.kind.in_(MAY_GROW)).order_by(Clock.id)).all()
        for (kind, department), clock in {(clock.kind, department): clock for clock, department in newest}.items():
            left, key = rules.remaining(clocks.state(clock), self.now, clocks.calendar), (ticket.id, kind, department)
            if left is not None:
                assert left <= self.left.get(key, left) or acts & MAY_GROW[kind], f"{kind} has grown by {acts}"
                self.left[key] = left

    def _promise_moves_with_a_reason(self, ticket, fresh):
        before = self.promised.get(ticket.id, ticket.promised_by)
        if before != ticket.promised_by:
            assert ticket.promise_note, "the promise moved without a reason"
            assert any("promised_by" in row.facts or row.action in MOVES_PROMISE for row in fresh)
        self.promised[ticket.id] = ticket.promised_by

    def _round_is_whole(self, ticket):
        """One lead and one coordinator, each organisation once; no round is open but the present one."""
        open_rounds = self.session.scalars(select(Round.id).where(Round.ticket_id == ticket.id, Round.ended_at.is_(None))).all()
        assert open_rounds == ([ticket.round_id] if ticket.round_id else [])
        assert ticket.round_id or ticket.status not in WITH_ROUND, f"{ticket.status} without a round"
        assert ticket.status in MAY_HAVE_ROUND or ticket.round_id is None, f"{ticket.status} with a round"
        if ticket.round_id is None:
            assert ticket.lead_id is None
            return
        rows = self.session.execute(select(Assignment.role, Assignment.department_id).where(Assignment.round_id == ticket.round_id)).all()
        roles = [role for role, _ in rows]
        assert (roles.count("lead"), roles.count("coordinate")) == (1, 1) and len({department for _, department in rows}) == len(rows)
        assert [department for role, department in rows if role == "lead"] == [ticket.lead_id]

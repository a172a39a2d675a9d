"""Random people do whatever is open to them while time passes; after every act the promises of the lifecycle must hold.

GRIDOPS_LIVES sets how many lives are tried (each drives three tickets through some dozen acts); the suite tries a few.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from gridops.domain.lifecycle import OPEN
from gridops.models import Assignment, Clock, Ticket, Trail
from gridops.services import trail
from gridops.services.clocks import LIVE
from tests import small_street
from tests.services.indicators.lives import Lives

EXAMPLES = int(os.environ.get("GRIDOPS_LIVES", "4"))
TICKETS, ACTS = 3, 36
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


class Watched(Lives):
    """Looks after each act at what changed."""

    def __init__(self, session, street, now, chance):
        super().__init__(session, street, now, 0)
        self.chance = chance
        self.seen: dict[int, tuple] = {}  # by clock: its due
        self.promised: dict[int, object] = {}
        self.told: dict[int, int] = {}  # by ticket: how far its trail was read

    def _act(self, receipt):
        refused, before = sum(self.done.values()), self._state(receipt.ticket)
        super()._act(receipt)
        last = list(self.done)[-1] if self.done else ""
        if sum(self.done.values()) > refused and " " in last and self._state(receipt.ticket)[0] == before[0]:
            assert self._state(receipt.ticket) == before, "a refusal changes nothing"
        for each in self.receipts:
            self._holds(self.session.get(Ticket, each.ticket.id))

    def _state(self, ticket):
        self.session.refresh(ticket)
        return ticket.version, ticket.status, ticket.trail_seq

    def _holds(self, ticket):
        self.session.refresh(ticket)
        live = self.session.scalars(select(Clock).where(Clock.ticket_id == ticket.id, Clock.status.in_(LIVE))).all()
        fresh = self.session.scalars(
            select(Trail).where(Trail.ticket_id == ticket.id, Trail.seq > self.told.get(ticket.id, 0)).order_by(Trail.seq)).all()
        self._clocks_fit(ticket, live)
        self._dues_move_by_name(ticket, live, fresh)
        self._promise_moves_with_a_reason(ticket, fresh)
        self._round_is_whole(ticket)
        assert ticket.status not in OPEN or live or ticket.waiting_reason, f"nobody and nothing waits for {ticket.status}"
        self.told[ticket.id] = ticket.trail_seq

    def _clocks_fit(self, ticket, live):
        kinds = {clock.kind for clock in live}
        assert kinds <= MAY_LIVE.get(ticket.status, set()), f"{kinds} while {ticket.status}"
        running = {clock.kind for clock in live if clock.status == "running"}
        assert not running & STANDS_STILL.get(ticket.status, set()), f"{running} run while {ticket.status}"

    def _dues_move_by_name(self, ticket, live, fresh):
        """A due that lies elsewhere than before is named in the trail."""
        named = {change["kind"] for row in fresh for change in row.facts.get("clocks", ())}
        for clock in live:
            before = self.seen.get(clock.id, clock.due_by)
            assert before == clock.due_by or clock.kind in named, f"{clock.kind} moved by itself"
            self.seen[clock.id] = clock.due_by

    def _promise_moves_with_a_reason(self, ticket, fresh):
        before = self.promised.get(ticket.id, ticket.promised_by)
        if before != ticket.promised_by:
            assert ticket.promise_note, "the promise moved without a reason"
            assert any("promised_by" in row.facts or row.action in ("reopen", "file", "recategorise") for row in fresh)
        self.promised[ticket.id] = ticket.promised_by

    def _round_is_whole(self, ticket):
        if ticket.round_id is None:
            return
        rows = self.session.execute(select(Assignment.role, Assignment.department_id).where(Assignment.round_id == ticket.round_id)).all()
        roles = [role for role, _ in rows]
        assert (roles.count("lead"), roles.count("coordinate")) == (1, 1) and len({department for _, department in rows}) == len(rows)


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


def test_whatever_people_do_the_promises_hold(session, street, now):
    steps = []

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES < 10, database=None)
    @given(chance=st.randoms(use_true_random=True))
    def lives(chance):
        with session.begin_nested() as life:
            watched = Watched(session, street, now, chance)
            watched.play(TICKETS, ACTS)
            for receipt in watched.receipts:
                assert trail.verify(session, session.get(Ticket, receipt.ticket.id)) == []
            steps.append(sum(watched.done.values()))
            life.rollback()
        session.expire_all()

    lives()
    print(f"{sum(steps)} acts in {len(steps)} lives")
    assert sum(steps) > 10 * EXAMPLES and session.scalar(select(func.count()).select_from(Ticket)) == 0

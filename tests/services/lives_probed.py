"""Of one person and one ticket: what is offered is taken, what is not offered is refused, and a wrong body is refused; none of it leaves a trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import text

from gridops.api.catalogue import CODES
from gridops.domain.actor import Actor
from gridops.domain.lifecycle import ACTIONS
from gridops.errors import Conflict, Forbidden, GridopsError, NotAllowed, NotFound
from gridops.models import Ticket
from gridops.services import merging, tickets
from tests.services.indicators.lives import Lives
from tests.services.lives_bodies import right, wrong

NOT_OFFERED = (Forbidden, NotAllowed, Conflict, NotFound)
KEPT = (
    "ticket", "clock", "trail", "outbox", "remark", "round", "assignment", "objection", "time_request", "supervision", "verification",
    "void_request", "ticket_merge", "contact_attempt", "evidence", "observation", "rating", "closing", "escalation", "alarm", "report",
    "upstream_order", "upstream_act", "place_watch",
)
EVERYTHING = text(" UNION ALL ".join(
    f"SELECT '{name}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t" for name in KEPT))


class Probe:
    """``counted`` says how much was tried: offered, refused, wrong."""

    def __init__(self, lives: Lives):
        self.lives, self.session, self.counted = lives, lives.session, Counter()

    def look(self, own: Ticket, actor: Actor) -> None:
        """A reporter names his own ticket and acts on the one that tells his matter, wherever it was merged to."""
        ticket = merging.root_of(self.session, own) if actor.kind == "reporter" else own
        self.number = own.number
        offered = tickets.allowed_actions(self.session, ticket, actor, now=self.lives.now)
        bodies = {action: right(self.lives, ticket, action, actor) for action in ACTIONS}
        before = self._everything()
        self._refuses(ticket, actor, [action for action in ACTIONS if action not in offered], bodies)
        self._takes(ticket, actor, offered, bodies)
        if offered:
            action = self.lives.chance.choice(offered)
            self._refuses_wrong(ticket, actor, action, bodies[action] or {})
        assert self._everything() == before, "a refusal, or what was taken back, left something"

    def _everything(self) -> dict[str, tuple]:
        self.session.flush()
        return {row[0]: tuple(row[1:]) for row in self.session.execute(EVERYTHING)}

    def _refuses(self, ticket: Ticket, actor: Actor, actions: Iterable[str], bodies: dict) -> None:
        """Without a savepoint: an action that is not offered is refused before anything of it was done."""
        for action in actions:
            try:
                tickets.perform(self.session, self.number, action, bodies[action] or {}, actor=actor, now=self.lives.now)
            except NOT_OFFERED as refusal:
                assert refusal.code in CODES, refusal.code
            else:
                raise AssertionError(f"{action} is not offered to {actor.name} while {ticket.status}, and done")
            assert not self.session.dirty and not self.session.new, f"{action} was refused and had begun"
            self.counted["refused"] += 1

    def _takes(self, ticket: Ticket, actor: Actor, offered: Iterable[str], bodies: dict) -> None:
        for action in offered:
            if bodies[action] is not None:
                refusal = self._tried(ticket, actor, action, bodies[action])
                assert refusal is None, f"{action} is offered to {actor.name} while {ticket.status}, and refused: {refusal} {refusal.fields}"
                self.counted["taken"] += 1

    def _refuses_wrong(self, ticket: Ticket, actor: Actor, action: str, body: dict[str, Any]) -> None:
        for what, said in wrong(action, body):
            refusal = self._tried(ticket, actor, action, said)
            assert refusal is not None, f"{action} takes {what}"
            assert refusal.code in CODES, f"{action} with {what}: {refusal.code}"
            self.counted["wrong"] += 1

    def _tried(self, ticket: Ticket, actor: Actor, action: str, body: dict[str, Any]) -> GridopsError | None:
        """How it was refused; done or refused, it is taken back."""
        attempt = self.session.begin_nested()
        try:
            tickets.perform(self.session, self.number, action, body, actor=actor, now=self.lives.now)
        except GridopsError as refusal:
            return refusal
        finally:
            attempt.rollback()
            self.session.expire_all()
        return None

"""One act on many tickets at once: each is done or refused by itself, and nobody's refusal stops the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Conflict, Forbidden, GridopsError, Invalid, NotAllowed, NotFound
from gridops.services import tickets

MOST = 100
REFUSALS = (Conflict, Forbidden, Invalid, NotAllowed, NotFound)


@dataclass
class Outcome:
    """Numbers that are done, and by number why the others are not."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, GridopsError] = field(default_factory=dict)


def perform_on_all(session: Session, numbers: Sequence[str], action: str, body: dict[str, Any], *, actor: Actor, now: datetime) -> Outcome:
    """In the order of the numbers, so that two people who do the same never wait for each other's tickets. Raises Invalid for more than a hundred."""
    wanted = sorted(set(numbers))
    if len(wanted) > MOST:
        raise Invalid(fields={"tickets": [f"Longer than maximum length {MOST}."]})
    outcome = Outcome()
    for number in wanted:
        try:
            with session.begin_nested():
                tickets.perform(session, number, action, dict(body), actor=actor, now=now)
            outcome.done.append(number)
        except REFUSALS as refusal:
            outcome.refused[number] = refusal
    return outcome

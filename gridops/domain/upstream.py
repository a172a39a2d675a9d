"""What passes between a city's platform (12345) and us about one order, as a table.

None of it is our objection, our reopening or our rating: a return is asked of the city and the city decides; "not satisfied" of
the city's callback sends the order back to be handled again (重办), and a person here decides what follows on the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("received", "accepted", "returning", "returned", "replied", "rehandling", "closed")
HERE = ("received", "accepted", "rehandling")  # it is ours to handle
OWED = (*HERE, "returning")  # a reply is owed, unless the city takes the order back
SAME = "="
IN, OUT = "in", "out"


@dataclass(frozen=True)
class Act:
    """``asks``: somebody must decide. ``target``: the order's state at once; ``granted`` and ``refused``: after the decision."""

    kind: str
    direction: str
    sources: tuple[str, ...]
    target: str = SAME
    asks: bool = False
    granted: str = SAME
    refused: str = SAME


TABLE = (
    Act("accept", OUT, ("received",), "accepted"),
    Act("return", OUT, ("received", "accepted"), "returning", asks=True, granted="returned", refused="accepted"),
    Act("extension", OUT, OWED, asks=True),
    Act("reply", OUT, OWED, "replied"),
    Act("rehandle", IN, tuple(s for s in STATES if s not in ("returned", "rehandling")), "rehandling", asks=True),
    Act("callback", IN, STATES),
    Act("urge", IN, STATES),
    Act("close", IN, tuple(s for s in STATES if s != "returned"), "closed"),
    Act("update", IN, STATES, asks=True),
)
ACTS: dict[tuple[str, str], Act] = {(act.direction, act.kind): act for act in TABLE}
KINDS = tuple(act.kind for act in TABLE)
ASKING = tuple(act.kind for act in TABLE if act.asks)


def allowed(state: str) -> list[Act]:
    return [act for act in TABLE if state in act.sources]


def after(state: str, target: str) -> str:
    return state if target == SAME else target

"""What each action of the lifecycle does beyond the table: its effect (returns the target status) and, where a rule asks for one, its guard.

A guard raises NotAllowed or Forbidden and changes nothing; it also decides what a page offers. What an action decides FIRST, from its body, may
raise as well; only after that clocks move.
"""

from __future__ import annotations

from collections.abc import Callable

from gridops.services.actions import (
    after, check, dispatching, disposal, ending, extension, intake, merging, objections, supervision, support, suspension, upstream, verification,
)
from gridops.services.work import Work

_STAGES = (
    intake, verification, merging, dispatching, objections, disposal, support, extension, suspension, supervision, check, after, ending, upstream,
)

EFFECTS: dict[str, Callable[[Work], str]] = {name: effect for stage in _STAGES for name, effect in stage.EFFECTS.items()}
GUARDS: dict[str, Callable[[Work], None]] = {name: guard for stage in _STAGES for name, guard in stage.GUARDS.items()}
FIRST: dict[str, Callable[[Work], None]] = dispatching.FIRST

"""What the trail says of one ticket: rounds, clocks, ratings, closings, and the ticket itself. Filled by ``replay``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LIVE = ("running", "paused")


@dataclass
class ToldRound:
    at: datetime
    lead: int
    coordinate: str
    joint: bool
    upheld: bool = False


@dataclass
class ToldClock:
    kind: str
    department: int | None
    due_by: datetime | None
    original_due_by: datetime
    round: ToldRound | None
    status: str = "running"
    stopped_at: datetime | None = None
    superseded: bool = False
    red_waits: bool = False
    reworks: int = 0
    extensions: int = 0
    excused: timedelta = timedelta(0)
    paused_due_by: datetime | None = None


@dataclass
class ToldRating:
    at: datetime
    solved: bool
    satisfaction: int | None
    called: bool | None
    counts: bool


@dataclass
class ToldClosing:
    at: datetime
    promised: datetime | None
    department: int | None
    clock: ToldClock | None
    asked: int
    ratings: dict[Any, ToldRating] = field(default_factory=dict)  # by report: the reporter's own word replaces what a clerk took down


@dataclass
class Replay:
    """What the trail of one ticket says, as far as it was read."""

    ticket_id: int
    area: str = ""
    channel: str = ""
    status: str = "reported"
    relapse: bool = False
    exempt: bool = False  # an appeal against a missed limit was approved
    filed_at: datetime | None = None
    lead: int | None = None
    clocks: list[ToldClock] = field(default_factory=list)
    rounds: list[ToldRound] = field(default_factory=list)
    closings: list[ToldClosing] = field(default_factory=list)
    attempts: list[tuple[int | None, datetime, str]] = field(default_factory=list)

    def last_clock(self, kind: str, department: int | None, *, ended: bool = False) -> ToldClock | None:
        found = [clock for clock in self.clocks if clock.kind == kind and clock.department == department]
        if ended:
            return next((clock for clock in reversed(found) if clock.status not in LIVE), None)
        return next((clock for clock in reversed(found) if clock.status in LIVE), found[-1] if found else None)

"""Communities of the same kind beside each other: what was reported for each thousand homes, what is open, and how it was handled.

Old town is not measured by new housing: only communities of one kind stand together, and of one street, whose desk and year they share.
It is a question to ask ("how do they do it?"), so the usual order is that of the codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain import kpi
from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.kpi import FEW_CASES, Count
from gridops.models import Community, Ticket
from gridops.services.backlog import backlog
from gridops.services.imports.areas import KINDS
from gridops.services.indicators import report
from gridops.services.indicators.periods import Period
from gridops.services.trends import reported

INDICATORS = ("on_time_dispose_rate", "on_original_rate", "resolved_rate", "repeat_rate")
ORDERS = ("code", "reported", "open", *INDICATORS)
UNKNOWN = "unknown"  # the kind of a community of which nobody has said it


@dataclass(frozen=True)
class Line:
    """One community, or with code None all of its kind together; ``households`` None where they are not known."""

    code: str | None
    name: str
    households: int | None
    reported: int
    open: int
    red: int
    counts: dict[str, Count]

    def per_1000(self, what: str) -> float | None:
        """``reported`` or ``open`` for each thousand homes; None below ten cases, where one more or less would tell another story."""
        cases = getattr(self, what)
        return round(cases * 1000 / self.households, 1) if self.households and cases >= FEW_CASES else None


@dataclass(frozen=True)
class Kind:
    code: str
    lines: list[Line]
    together: Line


def compare(
    session: Session, area: str, period: Period, *, order: str = "code", actor: Actor, now: datetime, locale: str = "zh",
) -> list[Kind]:
    """In the order of the kinds, the unknown one last; of a cell nothing, for homes are those of whole communities. Raises NotFound (no such area, or not the actor's to look into)."""
    table = report.table(session, area, period, by="community", actor=actor, now=now, locale=locale)
    open_in = {row["code"]: row for row in backlog(session, area, "community", actor=actor, now=now, locale=locale)["rows"]}
    counts, came = {code: found for code, _, found in table.rows}, _reported(session, area, period)
    kinds: dict[str, list[Line]] = {}
    for community in session.scalars(select(Community).where(Community.code.startswith(area)).order_by(Community.code)):
        line = Line(
            community.code, _called(community, locale), community.households or None, came.get(community.code, 0),
            open_in.get(community.code, NOTHING)["open"], open_in.get(community.code, NOTHING)["red"],
            {code: found for code, found in counts.get(community.code, {}).items() if code in INDICATORS})
        kinds.setdefault(community.kind or UNKNOWN, []).append(line)
    return [Kind(code, _ordered(kinds[code], order), _together(kinds[code])) for code in (*KINDS, UNKNOWN) if code in kinds]


NOTHING = {"open": 0, "red": 0}


def _called(community: Community, locale: str) -> str:
    return (community.name_en if locale.startswith("en") else None) or community.name


def _reported(session: Session, area: str, period: Period) -> dict[str, int]:
    key = func.left(Ticket.area_code, COMMUNITY_DIGITS)
    return dict(session.execute(select(key, func.count()).where(reported(area, period)).group_by(key)).all())


def _ordered(lines: list[Line], order: str) -> list[Line]:
    """What has too few cases to say comes last, in the order of the codes."""
    if order == "code":
        return lines
    told = {line.code: _value(line, order) for line in lines}
    return sorted(lines, key=lambda line: (told[line.code] is None, -(told[line.code] or 0.0)))


def _value(line: Line, order: str) -> float | None:
    return line.per_1000(order) if order in ("reported", "open") else kpi.rate(order, line.counts.get(order, Count()))


def _together(lines: list[Line]) -> Line:
    """Sums of counts, never means of rates. Homes are unknown as soon as one community's are."""
    homes = [line.households for line in lines]
    return Line(
        None, "", sum(homes) if all(homes) else None, *(sum(getattr(line, what) for line in lines) for what in ("reported", "open", "red")),
        {code: kpi.combined(_counts(lines, code)) for code in INDICATORS})


def _counts(lines: Iterable[Line], code: str) -> Iterable[Count]:
    return (line.counts[code] for line in lines if code in line.counts)

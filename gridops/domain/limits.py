"""Lengths of time as rules state them, and what they come to on a calendar.

`urgent_*` units run through nights and holidays; `work_*` units run in working periods only, and a `work_day` is
the calendar's standard day. "Own time" of a limit is the time its unit counts: real time or working time.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from gridops.domain.calendar import WorkCalendar, as_utc
from gridops.errors import Invalid

URGENT_UNITS = {
    "urgent_minute": timedelta(minutes=1),
    "urgent_hour": timedelta(hours=1),
    "urgent_day": timedelta(days=1),
}
WORK_UNITS = ("work_hour", "work_day")
UNITS = (*URGENT_UNITS, *WORK_UNITS)

YELLOW_SHARE = 0.8
# Nothing a street promises lasts longer; a slip of the keyboard must not count working days for millennia.
LONGEST_VALUE = 100_000
PLACES = 4
MICROSECOND = timedelta.resolution


class LimitError(Invalid):
    """A limit without a positive value or a known unit."""

    code = "bad_limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """`value` of `unit`, as Decimal with at most four places, so 0.1 work hours are six minutes exactly."""

    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", round(_decimal(self.value), PLACES))
        if not 0 < self.value <= LONGEST_VALUE:
            raise LimitError(f"a limit is more than nothing and at most {LONGEST_VALUE}: {self.value}")
        if self.unit not in UNITS:
            raise LimitError(f"unknown unit: {self.unit!r}")

    @property
    def urgent(self) -> bool:
        return self.unit in URGENT_UNITS

    def share(self, part: Decimal | float) -> "Limit":
        return Limit(self.value * _decimal(part), self.unit)

    @classmethod
    def from_json(cls, row: Mapping[str, object]) -> "Limit":
        """From {"value": number or string, "unit": …}."""
        return cls(row["value"], row["unit"])

    def to_json(self) -> dict[str, str]:
        return {"value": f"{self.value.normalize():f}", "unit": self.unit}


def _decimal(value: object) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise LimitError(f"not a number: {value!r}") from None
    if not number.is_finite():
        raise LimitError(f"not a number: {value!r}")
    return number


def length(limit: Limit, calendar: WorkCalendar) -> timedelta:
    """The limit in its own time, rounded to the microsecond."""
    one = URGENT_UNITS.get(limit.unit) or _work_unit(limit.unit, calendar)
    return MICROSECOND * round(limit.value * (one // MICROSECOND))


def _work_unit(unit: str, calendar: WorkCalendar) -> timedelta:
    return timedelta(hours=1) if unit == "work_hour" else calendar.standard_day


def advance(start: datetime, amount: timedelta, limit: Limit, calendar: WorkCalendar) -> datetime:
    """The UTC instant `amount` of the limit's own time after `start` (before it, if negative)."""
    return as_utc(start) + amount if limit.urgent else calendar.add_working(start, amount)


def elapse(start: datetime, end: datetime, limit: Limit, calendar: WorkCalendar) -> timedelta:
    """The limit's own time from `start` to `end`; negative when `end` comes first."""
    return as_utc(end) - as_utc(start) if limit.urgent else calendar.working_between(start, end)


def due(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    return advance(start, length(limit, calendar), limit, calendar)


def yellow(start: datetime, limit: Limit, calendar: WorkCalendar, share: float = YELLOW_SHARE) -> datetime:
    """The UTC instant at which `share` of the limit has been used up."""
    return advance(start, length(limit, calendar) * share, limit, calendar)


def earliest(start: datetime, limits: list[Limit], calendar: WorkCalendar) -> Limit:
    """The limit that ends first when all begin at `start`: four urgent hours may or may not beat a work day."""
    return min(limits, key=lambda limit: due(start, limit, calendar))

"""Which limit each clock gets, and who hears of it: the default table and how to read one.

A policy is JSON: it is stored in versions and frozen per ticket, so every function takes it as an argument. Rows
are `{"limit", "emergency"?}`; `emergency` replaces the limit for emergencies. `handle_share` takes that share of
the filing condition's own limit; `not_beyond_handle` ends with the handle limit if that is earlier.
"""
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gridops.domain.calendar import WorkCalendar
from gridops.domain.clocks import Escalation
from gridops.domain.limits import YELLOW_SHARE, Limit, LimitError, earliest

Policy = Mapping[str, Any]


def _of(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit}


def _step(level: int, at: str, to: list[str], action: str, plus: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"level": level, "at": at, "plus": plus, "to": to, "action": action}


_LEADERSHIP = [
    _step(3, "due", ["leader"], "supervise", plus=_of(1, "work_day")),
    _step(4, "due", ["monthly_meeting"], "list", plus=_of(3, "work_day")),
]
# Nobody waits for Monday with a gas leak: the leader hears an hour later, day or night.
_LEADERSHIP_AT_ONCE = [
    _step(3, "due", ["leader"], "supervise", plus=_of(1, "urgent_hour")),
    _step(4, "due", ["monthly_meeting"], "list", plus=_of(3, "work_day")),
]

# The house plan, "Life of a report". Not stated there: suggestion, praise and tipoff follow the complaint; a ruling or rework in an
# emergency does not wait for the morning.
DEFAULT_POLICY: Policy = {
    "yellow_share": YELLOW_SHARE,
    "clocks": {
        "accept": {"limit": _of(0.25, "work_hour"), "emergency": _of(15, "urgent_minute")},
        "dispatch": {"limit": _of(0.25, "work_hour"), "emergency": _of(15, "urgent_minute")},
        "verify": {"limit": _of(4, "work_hour"), "emergency": _of(30, "urgent_minute")},
        "check": {"limit": _of(4, "work_hour"), "emergency": _of(30, "urgent_minute")},
        "sign": {"limit": _of(1, "work_day"), "emergency": _of(10, "urgent_minute"), "not_beyond_handle": True},
        "contact": {"limit": _of(1, "work_day"), "emergency": _of(1, "urgent_hour")},
        "handle": {"handle_share": 1},
        "support": {"handle_share": 0.5},
        "rule": {"limit": _of(4, "work_hour"), "emergency": _of(30, "urgent_minute")},
        "decide": {"limit": _of(4, "work_hour"), "emergency": _of(30, "urgent_minute")},  # on a request for more time
        "rating": {"limit": _of(7, "urgent_day")},
    },
    # What a clock comes back with at least, by the reason it had been paused for.
    "at_least": {
        "rework": {"limit": _of(4, "work_hour"), "emergency": _of(1, "urgent_hour")},
        "suspension": {"limit": _of(1, "work_day")},
    },
    # Of a check by "repeat": how many looks, how far apart at least. ``sample``: the share of self-handled tickets that is looked at.
    "check": {"looks": 2, "apart": _of(2, "urgent_hour"), "sample": 0.2},
    "promise": {
        "consult": _of(1, "work_day"),
        "complaint": _of(5, "work_day"),
        "help": _of(5, "work_day"),
        "suggestion": _of(5, "work_day"),
        "praise": _of(5, "work_day"),
        "tipoff": _of(5, "work_day"),
        "complex": _of(15, "work_day"),
        "emergency": _of(1, "urgent_day"),
    },
    # By clock kind; "default" for every kind that is not named.
    "escalation": {
        "default": {
            "rows": [
                _step(1, "yellow", ["handler"], "remind"),
                _step(2, "due", ["head", "dispatcher"], "warn"),
                *_LEADERSHIP,
            ],
            "emergency": [
                _step(1, "yellow", ["handler"], "remind"),
                _step(2, "due", ["head", "dispatcher"], "warn"),
                *_LEADERSHIP_AT_ONCE,
            ],
        },
        # A window that ends unsigned counts as signed, but nobody is presumed to know of an emergency.
        "sign": {
            "rows": [_step(1, "yellow", ["handler"], "remind"), _step(2, "due", ["system"], "sign")],
            "emergency": [
                _step(1, "yellow", ["handler"], "remind"),
                _step(2, "due", ["next_on_duty", "dispatcher"], "call"),
                *_LEADERSHIP_AT_ONCE,
            ],
        },
        # A silent support is first the matter of the coordinator, who may do without it.
        "support": {
            "rows": [
                _step(1, "yellow", ["handler"], "remind"),
                _step(2, "due", ["head", "coordinate", "dispatcher"], "warn"),
                *_LEADERSHIP,
            ],
        },
        "decide": {
            "rows": [
                _step(1, "yellow", ["handler"], "remind"),
                _step(2, "due", ["dispatcher", "leader"], "warn"),
                _step(4, "due", ["monthly_meeting"], "list", plus=_of(3, "work_day")),
            ],
        },
        "supervise": {
            "rows": [
                _step(1, "yellow", ["handler"], "remind"),
                _step(2, "due", ["handler", "leader"], "warn"),
                _step(4, "due", ["monthly_meeting"], "list", plus=_of(3, "work_day")),
            ],
        },
        "suspension": {"rows": [_step(2, "due", ["system"], "resume")]},
        # The end of the rating window is nobody's failure.
        "rating": {"rows": [_step(2, "due", ["system"], "archive")]},
    },
}


def limit_for(
    policy: Policy,
    clock_kind: str,
    *,
    emergency: bool,
    handle_limit: Limit | None,
    start: datetime,
    calendar: WorkCalendar,
) -> Limit:
    """The limit of a stage beginning at `start`; LimitError for an unknown kind or a handle limit not yet known."""
    row = _row(DEFAULT_POLICY["clocks"] | policy["clocks"], clock_kind)
    if "handle_share" in row:
        return _known(handle_limit, clock_kind).share(row["handle_share"])
    limit = Limit.from_json(_pick(row, "limit", emergency))
    if row.get("not_beyond_handle") and handle_limit is not None:
        return earliest(start, [limit, handle_limit], calendar)
    return limit


def promise_limit(policy: Policy, report_kind: str, *, is_complex: bool = False, emergency: bool = False) -> Limit:
    """What the resident is told; the upstream due caps it when the clock starts (`not_later_than`)."""
    # A policy stored before there was a row for emergencies promises by the kind.
    if emergency and "emergency" in policy["promise"]:
        return Limit.from_json(policy["promise"]["emergency"])
    return Limit.from_json(_row(policy["promise"], "complex" if is_complex else report_kind))


def check_rules(policy: Policy) -> Mapping[str, Any]:
    """{looks, apart, sample}; a policy stored before there were any takes these."""
    return DEFAULT_POLICY["check"] | policy.get("check", {})


def least_after(policy: Policy, reason: str, *, emergency: bool = False) -> Limit:
    """What a clock comes back with at least after "rework" or "suspension"."""
    return Limit.from_json(_pick(_row(policy["at_least"], reason), "limit", emergency))


def escalations(policy: Policy, clock_kind: str, *, emergency: bool = False) -> list[Escalation]:
    """The escalation rows of a clock kind, in the order of their levels as stored.

    A policy stored before there was a kind of clock takes this one's rows.
    """
    table = DEFAULT_POLICY["escalation"] | policy["escalation"]
    return [_escalation(row) for row in _pick(table.get(clock_kind, table["default"]), "rows", emergency)]


def _row(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    if key not in table:
        raise LimitError(f"the policy has no row {key!r}")
    return table[key]


def _pick(row: Mapping[str, Any], usual: str, emergency: bool) -> Any:
    return row["emergency"] if emergency and "emergency" in row else row[usual]


def _known(handle_limit: Limit | None, clock_kind: str) -> Limit:
    if handle_limit is None:
        raise LimitError(f"{clock_kind} needs the handle limit of a filing condition")
    return handle_limit


def _escalation(row: Mapping[str, Any]) -> Escalation:
    plus = Limit.from_json(row["plus"]) if row["plus"] else None
    return Escalation(row["level"], row["at"], plus, tuple(row["to"]), row["action"])

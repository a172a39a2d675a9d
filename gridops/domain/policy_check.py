"""What cannot be right in a policy of clocks that somebody typed, by the path of the row: "clocks.sign.limit", "escalation.default.rows"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gridops.domain.clock_policy import DEFAULT_POLICY
from gridops.domain.limits import Limit
from gridops.errors import Invalid

KINDS = tuple(DEFAULT_POLICY["clocks"])
ESCALATING = (*KINDS, "default", "supervise", "suspension")
ADDRESSEES = (
    "handler", "head", "dispatcher", "leader", "coordinate", "next_on_duty", "monthly_meeting", "system",
)
ACTIONS = ("remind", "warn", "call", "supervise", "list", "sign", "resume", "archive")
BY_SYSTEM = ("sign", "resume", "archive")  # what time itself does to a ticket, with the clock it belongs to
OWN_STEP = {"sign": "sign", "suspension": "resume", "rating": "archive"}
HIGHEST = 9
Fault = tuple[str, str]


def faults(policy: Any) -> dict[str, list[str]]:
    """By path; empty where nothing is wrong."""
    found: dict[str, list[str]] = {}
    if not isinstance(policy, Mapping):
        return {"rules": ["A policy is an object."]}
    for path, said in _all(policy):
        found.setdefault(path, []).append(said)
    return found


def _all(policy: Mapping[str, Any]) -> Iterator[Fault]:
    for name in policy.keys() - DEFAULT_POLICY.keys():
        yield name, "There is no such part."
    for name in DEFAULT_POLICY.keys() - policy.keys():
        yield name, "This part is missing."
    if not _number(policy.get("yellow_share"), 0.1, 0.99):
        yield "yellow_share", "A share between 0.1 and 0.99."
    for table, check in (("clocks", _stage), ("at_least", _stage), ("promise", _limit)):
        yield from _rows(policy, table, check)
    yield from _check(policy.get("check"))
    yield from _escalation(policy.get("escalation"))


def _rows(policy: Mapping[str, Any], table: str, check: Any) -> Iterator[Fault]:
    rows = policy.get(table)
    if not isinstance(rows, Mapping):
        yield table, "A table by name."
        return
    for name in DEFAULT_POLICY[table].keys() - rows.keys():
        yield f"{table}.{name}", "Every stage needs its row."
    for name, row in rows.items():
        known = name in DEFAULT_POLICY[table]
        yield from check(f"{table}.{name}", row) if known else [(f"{table}.{name}", "There is no such stage.")]


def _stage(path: str, row: Any) -> Iterator[Fault]:
    if not isinstance(row, Mapping):
        yield path, "A row has a limit."
    elif "handle_share" in row:
        if not _number(row["handle_share"], 0.01, 2) or len(row) > 1:
            yield f"{path}.handle_share", "A share between 0.01 and 2 of the limit for handling, and nothing beside it."
    else:
        yield from _limit(f"{path}.limit", row.get("limit"))
        if "emergency" in row:
            yield from _limit(f"{path}.emergency", row["emergency"])
        if row.keys() - {"limit", "emergency", "not_beyond_handle"}:
            yield path, "There is no such setting of a stage."


def _limit(path: str, given: Any) -> Iterator[Fault]:
    try:
        if given.keys() != {"value", "unit"}:
            raise Invalid()
        Limit.from_json(given)
    except (Invalid, AttributeError, ArithmeticError):
        yield path, "A limit has a value above nothing, and a unit."


def _check(given: Any) -> Iterator[Fault]:
    if not isinstance(given, Mapping) or given.keys() != DEFAULT_POLICY["check"].keys():
        yield "check", "Looks, how far apart, and the sample."
        return
    if type(given["looks"]) is not int or not 1 <= given["looks"] <= 10:
        yield "check.looks", "One look at least, ten at most."
    if not _number(given["sample"], 0, 1):
        yield "check.sample", "A share between 0 and 1."
    yield from _limit("check.apart", given["apart"])


def _escalation(tables: Any) -> Iterator[Fault]:
    if not isinstance(tables, Mapping):
        yield "escalation", "A table by name."
        return
    for kind in DEFAULT_POLICY["escalation"].keys() - tables.keys():
        yield f"escalation.{kind}", "Every clock needs its rows."
    for kind, table in tables.items():
        if kind not in ESCALATING or not isinstance(table, Mapping) or "rows" not in table or table.keys() - {"rows", "emergency"}:
            yield f"escalation.{kind}", "Rows of a clock that there is, and those for emergencies."
            continue
        for part, rows in table.items():
            yield from _steps(f"escalation.{kind}.{part}", kind, rows, emergency=part == "emergency")


def _steps(path: str, kind: str, rows: Any, *, emergency: bool) -> Iterator[Fault]:
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        yield path, "At least one row."
        return
    for row in rows:
        wrong = _step(kind, row)
        if wrong:
            yield path, wrong
            return
    levels = [row["level"] for row in rows]
    if levels != sorted(set(levels)):
        yield path, "Levels rise from row to row, each once."
    own = OWN_STEP.get(kind)
    if own and not emergency and own not in [row["action"] for row in rows]:
        yield path, "Without the step that time itself takes here, tickets would stand still."


def _step(kind: str, row: Any) -> str | None:
    if not isinstance(row, Mapping) or row.keys() != {"level", "at", "plus", "to", "action"}:
        return "A row has a level, when it comes, how long after, to whom, and what."
    if type(row["level"]) is not int or not 1 <= row["level"] <= HIGHEST or row["at"] not in ("yellow", "due"):
        return "A level from 1 to 9, at yellow or when due."
    if row["action"] not in ACTIONS or (row["action"] in BY_SYSTEM and OWN_STEP.get(kind) != row["action"]):
        return "There is no such step for this clock."
    if not isinstance(row["to"], Sequence) or isinstance(row["to"], str) or not row["to"] or any(one not in ADDRESSEES for one in row["to"]):
        return "Somebody who is known must hear of it."
    return None if row["plus"] is None or not any(_limit("", row["plus"])) else "How long after is a limit."


def _number(given: Any, least: float, most: float) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool) and least <= given <= most

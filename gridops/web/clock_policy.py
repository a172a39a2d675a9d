"""The policy of clocks: limits, promises and who hears when, as tables; a new version by changing them."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.domain.limits import UNITS
from gridops.domain.policy_check import ACTIONS, ADDRESSEES
from gridops.errors import Invalid
from gridops.models import ClockPolicy
from gridops.services.timing import policy_versions
from gridops.web import policy_words, work_words
from gridops.web.telling import MENDABLE, said
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("clock_policy", __name__)
LIMITED = ("clocks", "at_least")
PARTS = ("rows", "emergency")
SEPARATORS = re.compile("[,，、;；]")
STAGES = ("accept", "verify", "dispatch", "sign", "contact", "handle", "support", "rule", "decide", "check", "rating")
SPARE = {"level": "", "at": "due", "plus": None, "to": [], "action": "warn"}


@blueprint.get("/clocks")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    no = request.args.get("version", type=int)
    policy = policy_versions.seen(call.session, no) if no else policy_versions.in_force(call.session)
    return _page(call, policy, policy.rules)


def _page(call: Call, policy: ClockPolicy, rules: dict[str, Any], wrong: str | None = None) -> str:
    earlier = policy_versions.before(call.session, policy)
    shown = policy_versions.shown(call.session, policy, actor=call.actor)
    return render_template(
        "timing/policy.html", call=call, active="clocks", policy=shown, rules=_ordered(rules), wrong=wrong,
        keeps=shown["may_decide"] and policy.valid_to is None,
        versions=[policy_versions.brief(call.session, one) for one in policy_versions.listed(call.session)], spare=SPARE,
        changes=policy_versions.compare(earlier.rules, policy.rules) if earlier else [], words=policy_words, units=UNITS, actions=ACTIONS,
        addressees=ADDRESSEES, separator=_(", "), said=work_words.said, limit_words=work_words.limit, reason=request.form.get("reason", ""))


def _ordered(rules: dict[str, Any]) -> dict[str, Any]:
    """The tables in the order of a ticket's life; the database keeps none."""
    def place(name: str) -> tuple[int, str]:
        return ("default", *STAGES).index(name) if name in ("default", *STAGES) else len(STAGES) + 1, name

    return rules | {table: {name: rules[table][name] for name in sorted(rules[table], key=place)} for table in ("clocks", "escalation")}


@blueprint.post("/clocks")
def publish() -> Response | tuple[str, int]:
    try:
        _publish()
    except MENDABLE as error:
        return _again(said(errors.payload(error))), errors.status_of(error)
    flash(_("The new version is in force for what begins from now on."))
    return redirect(url_for("clock_policy.show"), 303)


@writing(ANY_STAFF)
def _publish(call: Call) -> None:
    reason = request.form.get("reason", "").strip()[:500]
    if not reason:
        raise Invalid(fields={"reason": [_("Please say why.")]})
    rules = _typed(policy_versions.in_force(call.session).rules)
    policy_versions.publish(
        call.session, rules, reason=reason, expected=request.form.get("expected", type=int), actor=call.actor, now=call.now)


@reading(ANY_STAFF)
def _again(call: Call, wrong: str) -> str:
    policy = policy_versions.in_force(call.session)
    return _page(call, policy, _typed(policy.rules), wrong)


def _typed(present: dict[str, Any]) -> dict[str, Any]:
    """The present rules with what the form says; a field that the form does not have stays as it is."""
    rules = deepcopy(present)
    rules["yellow_share"] = _share("yellow_share", rules["yellow_share"] * 100)
    for table in LIMITED:
        for name, row in rules[table].items():
            rules[table][name] = _row(f"{table}.{name}", row)
    for name, limit in rules["promise"].items():
        rules["promise"][name] = _limit(f"promise.{name}", limit)
    for kind, table in rules["escalation"].items():
        for part in table:
            table[part] = _steps(f"escalation.{kind}.{part}", table[part])
    return rules


def _row(path: str, row: dict[str, Any]) -> dict[str, Any]:
    if "handle_share" in row:
        return {"handle_share": _share(f"{path}.share", row["handle_share"] * 100)}
    return row | {name: _limit(f"{path}.{name}", row[name]) for name in ("limit", "emergency") if name in row}


def _limit(path: str, limit: dict[str, Any]) -> dict[str, Any]:
    given = {"value": _number(request.form.get(f"{path}.value"), limit["value"]), "unit": request.form.get(f"{path}.unit", limit["unit"])}
    return limit if given == limit else given


def _share(path: str, percent: float) -> float:
    """Percent on the page, a share in the policy."""
    given = _number(request.form.get(path), round(percent, 4))
    return round(given / 100, 6) if isinstance(given, (int, float)) else given


def _number(typed: str | None, present: Any) -> Any:
    """What is no number goes on as it was typed: the policy's own check names the row."""
    if typed is None:
        return present
    try:
        number = float(typed)
    except ValueError:
        return typed
    return int(number) if number.is_integer() else number


def _steps(path: str, present: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of one table as typed, in the order of their levels; a row without a level is taken out."""
    levels = request.form.getlist(f"{path}.level")
    if not levels:
        return present
    rows = [_step(path, number, level) for number, level in enumerate(levels) if level.strip()]
    return sorted(rows, key=lambda row: row["level"] if isinstance(row["level"], int) else 0)


def _addressee(typed: str) -> str:
    """By its name on the page, or by its code."""
    return next((code for code, name in policy_words.ADDRESSEES.items() if str(name) == typed.strip()), typed.strip())


def _step(path: str, number: int, level: str) -> dict[str, Any]:
    def field(name: str) -> str:
        """The lists of a table run side by side."""
        return (request.form.getlist(f"{path}.{name}") + [""] * (number + 1))[number].strip()

    plus = {"value": _number(field("plus"), 0), "unit": field("unit")} if field("plus") else None
    to = [_addressee(one) for one in SEPARATORS.split(field("to")) if one.strip()]
    return {"level": _number(level, level), "at": field("at"), "plus": plus, "to": to, "action": field("action")}

"""One press for many tickets: signing for them, and giving them to a colleague. What is refused says why and stops nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, writing
from gridops.errors import GridopsError, Invalid
from gridops.services.organisation import colleagues
from gridops.services.together import MOST, REFUSALS, Outcome, perform_on_all
from gridops.web.frame import local_path
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("together", __name__)


@blueprint.post("/inbox/sign")
def sign() -> Response:
    return _done_with(_sign, lambda count, numbers: _("%(count)s signed: %(numbers)s", count=count, numbers=numbers))


@writing("department")
def _sign(call: Call, numbers: list[str]) -> Outcome:
    return perform_on_all(call.session, numbers, "sign", {}, actor=call.actor, now=call.now)


@blueprint.post("/organisation/give")
def give() -> Response:
    """To one of the organisation's people, or to nobody; each ticket in a transaction of its own."""
    if request.form.get("given_to", "") == "":
        return _done_with(_nobody_named, lambda count, numbers: "")
    if request.form["given_to"] == "nobody":
        return _done_with(_give_all, lambda count, numbers: _("%(count)s taken back: %(numbers)s", count=count, numbers=numbers))
    return _done_with(_give_all, lambda count, numbers: _("%(count)s given: %(numbers)s", count=count, numbers=numbers))


def _nobody_named(numbers: list[str]) -> Outcome:
    raise Invalid(fields={"given_to": [_("Choose who shall work it.")]})


def _give_all(numbers: list[str]) -> Outcome:
    """In the order of the numbers, as everything that locks several tickets."""
    outcome = Outcome()
    if len(set(numbers)) > MOST:
        raise Invalid(fields={"tickets": [f"Longer than maximum length {MOST}."]})
    for number in sorted(set(numbers)):
        try:
            _give(number)
            outcome.done.append(number)
        except REFUSALS as refusal:
            outcome.refused[number] = refusal
    return outcome


@writing("department")
def _give(call: Call, number: str) -> bool:
    return colleagues.give(call.session, number, _account(), actor=call.actor, now=call.now)


def _account() -> int | None:
    """Raises Invalid for what is no number."""
    said = request.form["given_to"]
    if said == "nobody":
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Invalid(fields={"given_to": [colleagues.NO_COLLEAGUE]})
    return int(said)


def _done_with(act: Callable[[list[str]], Outcome], said: Callable[[int, str], str]) -> Response:
    numbers = request.form.getlist("ticket")
    if not numbers:
        flash(_("Tick at least one ticket."), "error")
    else:
        _try(act, numbers, said)
    return redirect(local_path(request.form.get("back"), url_for("staff.show")), 303)


def _try(act: Callable[[list[str]], Outcome], numbers: list[str], said: Callable[[int, str], str]) -> None:
    try:
        outcome = act(numbers)
    except Invalid as error:
        flash(_why(error), "error")
        return
    if outcome.done:
        flash(said(len(outcome.done), _(", ").join(outcome.done)))
    for why, refused in _by_reason(outcome.refused).items():
        flash(f"{_(', ').join(refused)}: {why}", "error")


def _by_reason(refused: Mapping[str, GridopsError]) -> dict[str, list[str]]:
    """A hundred times the same reason is one line: what is to be said goes in a cookie, and that is small."""
    found: dict[str, list[str]] = {}
    for number, refusal in refused.items():
        found.setdefault(_why(refusal), []).append(number)
    return found


def _why(refusal: GridopsError) -> str:
    shown = errors.payload(refusal)
    return " ".join(text for texts in shown["fields"].values() for text in texts) if shown.get("fields") else shown["message"]

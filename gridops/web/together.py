"""Signing for many tickets with one press, from the list of what is to be signed."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, writing
from gridops.errors import Invalid
from gridops.services.together import Outcome, perform_on_all
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("together", __name__)


@blueprint.post("/inbox/sign")
def sign() -> Response:
    numbers = request.form.getlist("ticket")
    if not numbers:
        flash(_("Tick at least one ticket."), "error")
    else:
        _say(_sign(numbers))
    return redirect(url_for("staff.show"), 303)


@writing("department")
def _sign(call: Call, numbers: list[str]) -> Outcome | Invalid:
    try:
        return perform_on_all(call.session, numbers, "sign", {}, actor=call.actor, now=call.now)
    except Invalid as error:
        return error


def _say(outcome: Outcome | Invalid) -> None:
    if isinstance(outcome, Invalid):
        flash(errors.payload(outcome)["message"], "error")
        return
    if outcome.done:
        flash(_("%(count)s signed: %(numbers)s", count=len(outcome.done), numbers=_(", ").join(outcome.done)))
    for number, refusal in outcome.refused.items():
        flash(f"{number}: {errors.payload(refusal)['message']}", "error")

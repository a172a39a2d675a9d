"""What became of messages, for those who answer for it, and what failed sent again."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.domain.messages import CHANNELS
from gridops.errors import Invalid, NotAllowed
from gridops.services.messages import overview, policies
from gridops.web import message_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("delivery_pages", __name__)
PAGE = 50
FILTERS = ("state", "channel", "number")


@blueprint.get("/messages/deliveries")
@reading(*overview.SEERS)
def show(call: Call) -> str:
    return _page(call, {})


def _page(call: Call, wrong: dict[str, list[str]]) -> str:
    chosen = _chosen()
    rows = overview.listed(call.session, call.vault, call.actor, **chosen, before=request.args.get("before", type=int), limit=PAGE + 1)
    more = rows[PAGE - 1].delivery.id if len(rows) > PAGE else None
    return render_template(
        "messages/deliveries.html", call=call, active="inbox", tab="deliveries", rows=rows[:PAGE], chosen=chosen, words=message_words, states=overview.STATES,
        channels=CHANNELS, takes_down=bool(call.actor.roles.intersection(policies.DESK)), wrong=wrong, typed=request.form,
        older=url_for("delivery_pages.show", **chosen, before=more) if more else None)


def _chosen() -> dict[str, str | None]:
    """Filters as they stand in the address; what there is not is no filter."""
    known = {"state": overview.STATES, "channel": CHANNELS}
    given = {name: request.values.get(name, "").strip()[:40] or None for name in FILTERS}
    return {name: value if name not in known or value in known[name] else None for name, value in given.items()}


@blueprint.post("/messages/refusals")
def take_down() -> Response | tuple[str, int]:
    """What a caller says about text messages."""
    wanted = request.form.get("wanted") == "yes"
    try:
        _take_down(wanted)
    except Invalid as error:
        return _refused(errors.payload(error).get("fields", {})), errors.status_of(error)
    flash(_("This phone gets messages again.") if wanted else _("This phone gets no more messages about steps."))
    return redirect(url_for("delivery_pages.show"), 303)


@writing(*policies.DESK)
def _take_down(call: Call, wanted: bool) -> None:
    policies.take_down(call.session, call.vault, request.form.get("phone", ""), wanted=wanted, actor=call.actor, now=call.now)


@reading(*policies.DESK)
def _refused(call: Call, wrong: dict[str, list[str]]) -> str:
    return _page(call, wrong)


@blueprint.post("/messages/deliveries/<int:no>/again")
def again(no: int) -> Response:
    try:
        _again(no)
        flash(_("It is tried again."))
    except NotAllowed as error:
        flash(errors.payload(error)["message"], "error")
    return redirect(url_for("delivery_pages.show", **_chosen()), 303)


@writing(ANY_STAFF)  # overview.again: of the own areas, or to oneself
def _again(call: Call, no: int) -> None:
    overview.again(call.session, no, actor=call.actor, now=call.now)

"""Two tickets side by side before one is merged into the other."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from geo.shapes import distance_m
from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.errors import NotFound
from gridops.models import Street, Ticket
from gridops.services import merging, scope, ticket_detail
from gridops.services.shapes import point_of
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("matter", __name__)


@blueprint.get("/tickets/<number>/compare")
@reading(ANY_STAFF)
def compare(call: Call, number: str) -> str | Response:
    """``into``: the number of the ticket that stays. One that was merged itself stands for its master."""
    ticket = scope.visible_ticket(call.session, number, call.actor)
    other = _other(call, request.args.get("into", "").strip()[:40])
    if other is None or other.id == ticket.id:
        flash(_("There is no such ticket in your area."))
        return redirect(url_for("staff.ticket_page.show", number=number, _anchor="act-merge"), 303)
    zone = call.session.get_one(Street, ticket.street_code).timezone
    return render_template(
        "staff/compare.html", call=call, active="tickets", ticket=_shown(call, ticket), other=_shown(call, other), zone=zone,
        metres=_metres(ticket, other))


def _other(call: Call, number: str) -> Ticket | None:
    try:
        return merging.root_of(call.session, scope.visible_ticket(call.session, number, call.actor))
    except NotFound:
        return None


def _shown(call: Call, ticket: Ticket) -> dict[str, Any]:
    return ticket_detail.detail(call.session, ticket, call.actor, now=call.now, vault=call.vault, locale=call.locale)


def _metres(one: Ticket, other: Ticket) -> int | None:
    here, there = point_of(one.point), point_of(other.point)
    return round(distance_m(here, there)) if here and there else None

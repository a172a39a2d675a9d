"""The page behind the link of a text message: one emergency, what to dial, and one button. No log-in, and nothing of who reported it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gridops.api.requests import Call, reading, writing
from gridops.errors import NotFound
from gridops.models import CategoryVersion, Page, Place, Ticket
from gridops.services import areas
from gridops.services.emergencies import answering
from gridops.services.shapes import point_of
from gridops.web.frame import check_same_origin

blueprint = Blueprint("paged", __name__)


@blueprint.get("/e/<token>")
@reading(limit="link")
def show(call: Call, token: str) -> str | tuple[str, int]:
    try:
        page, ticket = answering.opened(call.session, token, vault=call.vault)
    except NotFound:
        return render_template("emergencies/over.html"), 404
    return _page(call, page, ticket)


def _page(call: Call, page: Page, ticket: Ticket) -> str:
    category = call.session.get(CategoryVersion, ticket.category_version_id) if ticket.category_version_id else None
    place = call.session.get(Place, ticket.place_id) if ticket.place_id else None
    return render_template(
        "emergencies/paged.html", page=page, ticket=ticket, category=category, place=place, point=point_of(ticket.point),
        where=areas.path_name(call.session, ticket.area_code, call.locale))


@blueprint.post("/e/<token>")
def acknowledge(token: str) -> Response | tuple[str, int]:
    check_same_origin()
    try:
        _acknowledge(token)
    except NotFound:
        return render_template("emergencies/over.html"), 404
    flash(_("Acknowledged. Thank you."))
    return redirect(url_for("paged.show", token=token), 303)


@writing(limit="link")
def _acknowledge(call: Call, token: str) -> None:
    answering.acknowledge_by_link(call.session, token, vault=call.vault, now=call.now)

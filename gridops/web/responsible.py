"""Who is responsible here, and whom to call now: by the phone's position, a poster's place, or by choosing the area."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from geo.coords import parse_point, to_wgs84
from geo.errors import GeoError
from gridops import db
from gridops.api import limits
from gridops.api.requests import Call, context
from gridops.errors import NotFound
from gridops.models import Place
from gridops.services import areas
from gridops.services.responsible import responsible
from gridops.web import report_form
from gridops.web.found import streets
from gridops.web.posting import resident_call

blueprint = Blueprint("responsible_here", __name__)


@blueprint.get("/responsible")
def show() -> str:
    """Writes where nobody can be reached (an alarm), so it commits."""
    house = context()
    limits.check(house, "public")
    with db.transaction(house.sessions) as session:
        call = resident_call(session)
        try:
            answer, wrong = _answer(call), None
        except GeoError:
            answer, wrong = None, _("This spot could not be read. Please choose the area.")
        return render_template("resident/responsible.html", **_page(call, answer, wrong))


def _page(call: Call, answer: dict[str, Any] | None, wrong: str | None) -> dict[str, Any]:
    session = call.session
    return {
        "answer": answer, "wrong": wrong, "streets": streets(session), "choices": _choices(session, call.locale),
        "categories": report_form.common_categories(session, call.locale), "asked": request.args,
    }


def _answer(call: Call) -> dict[str, Any] | None:
    asked, place, point = request.args, None, None
    if asked.get("lng"):
        point = to_wgs84(parse_point(asked["lng"], asked.get("lat", ""), asked.get("crs", "")))
        location = areas.locate(call.session, point)
    elif asked.get("place"):
        place = report_form.place_of(call.session, asked["place"])
        location = _of_place(call.session, place)
    elif asked.get("area"):
        location = areas.location_of(call.session, asked["area"])
    else:
        return None
    if isinstance(location, areas.Outside):
        return {"outside": location}
    category = asked.get("category") or None
    place_id = place.id if place else None
    return responsible(call.session, location, category, call.now, point=point, place_id=place_id, locale=call.locale) | {"location": location}


def _of_place(session: Session, place: Place | None) -> areas.Location:
    if place is None:
        raise NotFound()
    return areas.location_of(session, place.community_code)


def _choices(session: Session, locale: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(community, [(code, name), …]), …] of the street asked for, or of the only one; many streets are chosen first."""
    known = areas.all_streets(session)
    street = request.args.get("street") or (known[0].code if len(known) == 1 else "")
    if not street:
        return [("", [(area.code, area.called(locale)) for area in known])]
    return [(area.called(locale), _cells(session, area, locale)) for area in areas.children(session, street)]


def _cells(session: Session, community: areas.Area, locale: str) -> list[tuple[str, str]]:
    cells = areas.children(session, community.code)
    return [(area.code, area.called(locale)) for area in cells] or [(community.code, community.called(locale))]

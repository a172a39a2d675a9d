"""Who is responsible here, and whom to call now: by the phone's position, a poster's place, or by choosing the area."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from geo.coords import Wgs84, parse_point, to_wgs84
from geo.errors import GeoError
from gridops import db
from gridops.api import limits
from gridops.api.requests import Call, context
from gridops.errors import NotFound
from gridops.models import Place
from gridops.services import areas, posters
from gridops.services.place_cells import only_cell
from gridops.services.place_search import resolve, search
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
    """For what was asked first of: a point, a poster, a place, words, an area, the place of the answer before.

    Raises NotFound for a code that is none.
    """
    asked, session = request.args, call.session
    if asked.get("lng"):
        point = to_wgs84(parse_point(asked["lng"], asked.get("lat", ""), asked.get("crs", "")))
        return _at(call, areas.locate(session, point), point=point)
    if asked.get("poster"):
        return _at_poster(call, posters.find(session, asked["poster"]))
    if asked.get("place"):
        return _at_place(call, report_form.place_of(session, asked["place"]))
    if asked.get("q", "").strip():
        return _meant(call, asked["q"].strip())
    if asked.get("area"):
        return _at(call, areas.location_of(session, asked["area"]))
    return _at_place(call, report_form.place_of(session, asked["here"])) if asked.get("here") else None


def _at(call: Call, location: areas.Location | areas.Outside, *, point: Wgs84 | None = None, place: Place | None = None) -> dict[str, Any]:
    if isinstance(location, areas.Outside):
        return {"outside": location}
    category, place_id = request.args.get("category") or None, place.id if place else None
    found = responsible(call.session, location, category, call.now, point=point, place_id=place_id, locale=call.locale)
    return found | {"location": location, "place": place}


def _at_place(call: Call, place: Place | None) -> dict[str, Any]:
    """A compound that spans cells is the community's."""
    if place is None:
        raise NotFound()
    cell = only_cell(call.session, place)
    return _at(call, areas.location_of(call.session, cell.code if cell else place.community_code), place=place)


def _at_poster(call: Call, aim: posters.Aim | None) -> dict[str, Any]:
    if aim is None:
        raise NotFound()
    return _at_place(call, aim.place) if aim.place else _at(call, areas.location_of(call.session, aim.area.code))


def _meant(call: Call, typed: str) -> dict[str, Any]:
    """The place if it is surely one, else those that may be meant: their names and addresses and nothing more."""
    prefixes = [request.args["street"]] if request.args.get("street") else None
    sure = resolve(call.session, typed, prefixes=prefixes)
    if sure is not None:
        return _at_place(call, report_form.place_of(call.session, sure.code))
    return {"hits": search(call.session, typed, prefixes=prefixes)}


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

"""The roster: who serves in each cell, and what is missing there. The pages of single people hang below this blueprint."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from gridops.api import language
from gridops.api import people as people_api
from gridops.api.requests import Call, reading, writing
from gridops.domain.permissions import GRID_KEEPERS
from gridops.domain.posts import ROLES
from gridops.errors import Invalid, NotFound
from gridops.services import areas, scope
from gridops.services.people import access, phones, roster
from gridops.web import duty_words, people_check_ins, people_duties, people_import, people_person
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("people_pages", __name__)
for _part in (people_import, people_duties, people_check_ins, people_person):  # fixed addresses before /people/<code>
    blueprint.register_blueprint(_part.blueprint)


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    return {
        "post_words": duty_words.post, "post_roles": ROLES, "post_choices": _post_choices, "post_options": _post_options,
        "class_options": _class_options, "written_day": _written_day}


def _written_day(day: date) -> str:
    """A day has no instant and no zone."""
    return day.isoformat() if language.of_request() == "en" else f"{day.year}年{day.month}月{day.day}日"


def _post_choices() -> list[tuple[str, str]]:
    return [(role, duty_words.post(role)) for role in ROLES]


def _post_options(posts: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(post["id"], f"{duty_words.post(post['role'])} · {(post['place'] or post['area'])['name']}") for post in posts]


def _class_options(classes: list[Any]) -> list[tuple[str, str]]:
    english = language.of_request() == "en"
    return [("", ""), *((one.code, f"{one.code} {one.name_en if english and one.name_en else one.name}") for one in classes)]


@blueprint.get("/people")
@reading(*access.READERS)
def show(call: Call) -> str:
    area = chosen(call)
    rows = roster.roster(call.session, area.code, actor=call.actor, now=call.now)
    role, vacant, q = (request.args.get(name, "").strip() for name in ("role", "vacant", "q"))
    return render_template(
        "people/roster.html", call=call, active="people", area=area, rows=[row for row in rows if _wanted(row, role, vacant)], role=role,
        vacant=vacant, q=q, found=_found(call, q), choices=choices(call), keeps=scope.may_keep_grid(call.actor, area.code),
        takes_check_ins=access.may_take_check_ins(call.actor, area.code), missing=sum(len(row.missing) for row in rows),
        bare=sum(bool(row.missing) for row in rows), cells=sum(row.area.level == "cell" for row in rows),
        stewardless=sum(len(row.without_steward) for row in rows))


def _wanted(row: roster.Row, role: str, vacant: str) -> bool:
    if role:
        return bool(row.of(role)) or role in row.missing
    return bool(row.missing or row.without_steward) if vacant else bool(row.members or row.area.level == "cell")


def _found(call: Call, q: str) -> list[Any]:
    return roster.find_people(call.session, actor=call.actor, q=q) if q else []


def chosen(call: Call) -> areas.Area:
    """The area asked for, else the widest of the actor's own. Raises NotFound."""
    code = request.values.get("area") or next((area.code for area in choices(call)), None)
    if code is None or not access.may_read(call.actor, code):
        raise NotFound()
    return areas.get_area(call.session, code)


def choices(call: Call) -> list[areas.Area]:
    """Streets, communities and cells that the actor may look into, in code order."""
    found = [area for street in areas.all_streets(call.session) for area in [street, *areas.descendants(call.session, street.code)]]
    return [area for area in found if access.may_read(call.actor, area.code)]


@blueprint.get("/people.<any(csv, xlsx):form>")
@reading(*access.READERS)
def download(call: Call, form: str) -> Response:
    return people_api.sheet(call, chosen(call).code, form)


@blueprint.post("/people.xlsx")
@writing(*GRID_KEEPERS)
def download_with_phones(call: Call) -> Response:
    """The whole list with phones: one reason, one security event."""
    area = chosen(call)
    access.check_keeps(call.actor, area.code)
    try:
        phones.record_opening(call.session, request.form.get("reason", ""), actor=call.actor, now=call.now, area=area.code)
    except Invalid as error:
        raise Invalid(_("Please say what the phone numbers are needed for."), code=error.code) from error
    return people_api.sheet(call, area.code, "xlsx", with_phones=True)

"""What can be chosen when a right is given: roles, areas of the administrator, organisations that work there."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from gridops.api.requests import Call
from gridops.domain.permissions import STAFF_ROLES
from gridops.services import areas
from gridops.services.log_ins import bounds, roles
from gridops.web import pickers
from gridops.web.pickers import Option

MOST_OFFERED = 600  # a browser's list; further ones are typed by their code or full name
STATES = {
    "open": _l("usable"), "closed": _l("closed"), "locked": _l("locked after wrong passwords"), "given": _l("password not yet chosen"),
    "none": _l("without any role")}


def larger_areas(call: Call) -> list[areas.Area]:
    """Streets and communities, to filter by."""
    found = [area for street in areas.all_streets(call.session) for area in (street, *areas.descendants(call.session, street.code, "community"))]
    return [area for area in found if bounds.keeps(call.actor, area.code)]


def around(call: Call) -> dict[str, Any]:
    return {"roles": STAFF_ROLES, "areas": _areas(call)[:MOST_OFFERED], "departments": _departments(call)}


def typed(call: Call) -> dict[str, Any]:
    """role, area and department of the form, as codes. Raises Invalid where a name fits nothing or several."""
    form = request.form
    role = form.get("role", "")
    return {
        "role": role, "area": _area(call, form.get("area", "").strip()),
        "department": pickers.code_of(form.get("department", ""), _departments(call), "department") if role == "department" else None}


def _area(call: Call, text: str) -> str:
    """A code goes on as it is: the service says whether it may be."""
    return text if text.isdigit() else pickers.code_of(text, _areas(call), "area") or ""


def _areas(call: Call) -> list[Option]:
    named = areas.path_names(call.session, call.locale)
    found = [area for street in areas.all_streets(call.session) for area in (street, *areas.descendants(call.session, street.code))]
    mine = [area for area in found if bounds.keeps(call.actor, area.code)]
    return [Option(area.code, named(area.code)) for area in sorted(mine, key=lambda area: (len(area.code), area.code))]


def _departments(call: Call) -> list[Option]:
    english = call.locale == "en"
    return [
        Option(one.code, one.name_en if english and one.name_en else one.name) for one in roles.departments(call.session, call.actor) if one.has_login]

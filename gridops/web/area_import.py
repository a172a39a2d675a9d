"""Streets and communities brought in by page: what is new, changed or refused is shown first, then written."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from gridops.api.places import takes_file
from gridops.api.requests import Call, reading
from gridops.domain.area_codes import STREET_DIGITS
from gridops.services.imports.area_file import BRINGERS, IN_CHINESE, import_area_file
from gridops.services.imports.areas import AreaReport
from gridops.services.kept_files import Importing, Sent
from gridops.web import file_import
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("area_import", __name__)


@blueprint.get("/areas/import")
@reading(*BRINGERS)
def show(call: Call) -> str:
    return file_import.page(call, KIND, {"crs": "wgs84", "stand_in": False})


@blueprint.post("/areas/import")
@takes_file
def send() -> str | tuple[str, int]:
    return file_import.answer(KIND)


def _asked() -> dict[str, Any]:
    return {"crs": request.form.get("crs", ""), "stand_in": request.form.get("stand_in") == "1"}


def _importing(call: Call) -> Importing:
    def importing(sent: Sent) -> AreaReport:
        crs, stand_in = sent.asked["crs"] or None, sent.asked["stand_in"]
        return import_area_file(call.session, sent.content, sent.name, actor=call.actor, now=call.now, crs=crs, stand_in_community=stand_in)

    return importing


def _around(call: Call) -> dict[str, Any]:
    return {
        "columns": IN_CHINESE | {"geometry": "边界"} if call.locale == "zh" else {},
        "administers": bool(call.actor.areas("system_admin")), "street_of": _street_of,
        "levels": {"street": _("Street"), "community": _("Community")}, "outcomes": {"created": _("new"), "changed": _("changed")}}


def _street_of(report: AreaReport) -> str:
    """Where to look at what was brought in."""
    return next((f"/grid?street={change.code[:STREET_DIGITS]}" for change in report.changes), "/grid")


KIND = file_import.Kind("areas", BRINGERS, "grid/import.html", "areas", _asked, _importing, _around)

"""设岗定责: which role looks after which class of categories, as a matrix that is ticked."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api.requests import Call, reading, writing
from gridops.domain.permissions import GRID_KEEPERS
from gridops.domain.posts import ROLES
from gridops.errors import NotFound
from gridops.services import areas, scope
from gridops.services.people import access, duties
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("people_duties", __name__)


@blueprint.get("/people/duties")
@reading(*access.READERS)
def show(call: Call) -> str:
    found = [area for street in areas.all_streets(call.session) for area in [street, *areas.descendants(call.session, street.code)]]
    choices = [area for area in found if access.may_read(call.actor, area.code)]
    code = request.args.get("area") or next((area.code for area in choices), "")
    access.check_reads(call.actor, code)
    return render_template(
        "people/duties.html", call=call, active="people", area=areas.get_area(call.session, code), choices=choices, roles=ROLES,
        classes=duties.classes(call.session), said=duties.duties_at(call.session, code), keeps=scope.may_keep_grid(call.actor, code))


@blueprint.post("/people/duties")
def save() -> Response:
    _save()
    flash(_("The duties were saved."))
    return redirect(url_for("people_pages.people_duties.show", area=request.form.get("area")), 303)


@writing(*GRID_KEEPERS)
def _save(call: Call) -> None:
    """Only roles that somebody changed are laid down here; the others keep what is said above."""
    area = request.form.get("area", "")
    if areas.find_area(call.session, area) is None:
        raise NotFound()
    before = duties.duties_at(call.session, area)
    for role in ROLES:
        ticked = set(request.form.getlist(role))
        if ticked != {code for found, code in before if found == role}:
            wanted = [(code, before[role, code].text if (role, code) in before else None) for code in sorted(ticked)]
            duties.put_duties(call.session, area, role, wanted, actor=call.actor, now=call.now)

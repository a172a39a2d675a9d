"""双报到 and 认领 by community: who has checked in, whom nobody has confirmed yet, who took which duty on."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from gridops.api import check_ins as api
from gridops.api.requests import Call, reading, writing
from gridops.errors import NotFound
from gridops.services import areas
from gridops.services.areas import Area
from gridops.services.people import access, check_in_list, check_ins
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("people_check_ins", __name__)
CONFIRMED = {"": None, "0": False, "1": True}


@blueprint.get("/people/check-ins")
@reading(*access.READERS)
def show(call: Call) -> str:
    area, confirmed = _area(call), request.args.get("confirmed", "")
    known: dict[str, Any] = {"actor": call.actor, "locale": call.locale}
    found = check_in_list.check_ins_at(call.session, area.code, confirmed=CONFIRMED.get(confirmed), **known)
    return render_template(
        "people/check_ins.html", call=call, active="people", area=area, choices=_choices(call), confirmed=confirmed, found=found,
        claims=check_in_list.claims_at(call.session, area.code, state="open", **known), zone=str(access.zone_of(call.session, area.code)),
        waiting=sum(not one["confirmed"] for one in found), may_check_in=lambda code: access.may_take_check_ins(call.actor, code))


def _choices(call: Call) -> list[Area]:
    found = [area for street in areas.all_streets(call.session) for area in [street, *areas.descendants(call.session, street.code, "community")]]
    return [area for area in found if access.may_read(call.actor, area.code)]


def _area(call: Call) -> Area:
    """The one asked for, else the first of the actor's own. Raises NotFound."""
    code = request.values.get("area") or next((area.code for area in _choices(call)), "")
    if not code:
        raise NotFound()
    access.check_reads(call.actor, code)
    return areas.get_area(call.session, code)


@blueprint.get("/people/check-ins.<any(csv, xlsx):form>")
@reading(*access.READERS)
def download(call: Call, form: str) -> Response:
    return api.check_in_sheet(call, _area(call).code, CONFIRMED.get(request.args.get("confirmed", "")), form)


@blueprint.get("/people/claims.<any(csv, xlsx):form>")
@reading(*access.READERS)
def download_claims(call: Call, form: str) -> Response:
    return api.claim_sheet(call, _area(call).code, None, form)


@blueprint.post("/people/check-ins/<int:no>/confirm")
def confirm(no: int) -> Redirect:
    _confirm(no)
    flash(_("The check-in was confirmed."))
    return redirect(url_for(".show", area=request.form.get("area"), confirmed=request.form.get("confirmed")), 303)


@writing(*access.READERS)
def _confirm(call: Call, no: int) -> None:
    check_ins.confirm(call.session, no, actor=call.actor, now=call.now)

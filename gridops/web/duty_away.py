"""My absence: who has a post says when he or she is away, today or later."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.domain.permissions import TICKET_ROLES
from gridops.errors import Forbidden, Invalid
from gridops.services.duty import own_absence
from gridops.web import duty_area
from gridops.web.duty_typed import Typed
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("away", __name__)


@blueprint.get("/duty/away")
@reading(*TICKET_ROLES)
def show(call: Call) -> str:
    return _page(call)


def _page(call: Call, *, wrong: dict[str, list[str]] | None = None, message: str | None = None) -> str:
    area = duty_area.chosen(call)
    around = duty_area.around(call, area, "away")
    found = own_absence.mine(call.session, actor=call.actor, now=call.now) if around["serves"] else []
    tomorrow = duty_area.today(call, area) + timedelta(days=1)
    begins = [f"{datetime.combine(day, time.min):%Y-%m-%dT%H:%M}" for day in (tomorrow, tomorrow + timedelta(days=1))]
    return render_template("duty/away.html", **around, found=found, begins=begins, typed=request.form, wrong=wrong or {}, message=message)


@blueprint.post("/duty/away/<any(add, take_back):action>")
def act(action: str) -> Response | tuple[str, int]:
    try:
        _act(action)
    except (Invalid, Forbidden) as error:
        return _again(error), errors.status_of(error)
    flash(_("The absence was entered.") if action == "add" else _("The absence has ended."))
    return redirect(url_for("duty_pages.away.show", area=request.form.get("area")), 303)


@reading(*TICKET_ROLES)
def _again(call: Call, error: Any) -> str:
    shown = errors.payload(error)
    return _page(call, wrong=shown.get("fields", {}), message=shown["message"])


@writing(*TICKET_ROLES)
def _act(call: Call, action: str) -> None:
    typed = Typed(ZoneInfo(duty_area.zone(call, duty_area.chosen(call))))
    if action == "add":
        own_absence.add(
            call.session, starts_at=typed.instant("starts_at"), ends_at=typed.instant("ends_at"), note=typed.text("note"), actor=call.actor,
            now=call.now)
    else:
        own_absence.take_back(call.session, typed.number("id"), actor=call.actor, now=call.now)

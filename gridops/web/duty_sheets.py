"""Two sheets for the wall and the next shift: the hand-over and the phone book, both to be printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.domain.permissions import TICKET_ROLES
from gridops.errors import Conflict, Forbidden
from gridops.services import areas
from gridops.services.duty import hand_over, phone_book
from gridops.web import duty_area
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("sheets", __name__)
INSTANTS = ("due_by", "promised_by", "raised_at", "since", "until")


@blueprint.get("/duty/hand-over")
@reading(*TICKET_ROLES)
def show_hand_over(call: Call) -> str:
    """As it would be given now, and those given before."""
    area = duty_area.chosen(call)
    earlier = [hand_over.shown(call.session, row) for row in hand_over.latest(call.session, area.code)]
    return render_template(
        "duty/hand_over.html", **duty_area.around(call, area, "hand_over"), sheet=read(hand_over.sheet(call.session, area.code, call.now)),
        kept=None, earlier=earlier, may_give=hand_over.may_give(call.actor, area.code), own=False)


@blueprint.get("/duty/hand-overs/<int:no>")
@reading(*TICKET_ROLES)
def show_kept(call: Call, no: int) -> str:
    return _kept(call, no)


def _kept(call: Call, no: int, refused: str | None = None) -> str:
    row = hand_over.visible(call.session, no, call.actor)
    area = areas.get_area(call.session, row.area_code)
    return render_template(
        "duty/hand_over.html", **duty_area.around(call, area, "hand_over"), sheet=read(row.sheet), kept=hand_over.shown(call.session, row),
        earlier=[], may_give=hand_over.may_give(call.actor, area.code), own=row.given_by == call.actor.account_id, refused=refused)


@blueprint.post("/duty/hand-over")
def give() -> Response:
    flash(_("The shift was given on. The next one takes it over on this page."))
    return redirect(url_for("duty_pages.sheets.show_kept", no=_give()), 303)


@writing(*TICKET_ROLES)
def _give(call: Call) -> int:
    note = request.form.get("note", "").replace("\r\n", "\n")[:4000]
    return hand_over.give(call.session, duty_area.chosen(call).code, note, actor=call.actor, now=call.now).id


@blueprint.post("/duty/hand-overs/<int:no>/taking")
def take(no: int) -> Response | tuple[str, int]:
    try:
        _take(no)
    except (Conflict, Forbidden) as error:
        return _refused(no, errors.payload(error)["message"]), errors.status_of(error)
    flash(_("You have taken the shift over."))
    return redirect(url_for("duty_pages.sheets.show_kept", no=no), 303)


@writing(*TICKET_ROLES)
def _take(call: Call, no: int) -> None:
    hand_over.take(call.session, no, actor=call.actor, now=call.now)


@reading(*TICKET_ROLES)
def _refused(call: Call, no: int, message: str) -> str:
    return _kept(call, no, refused=message)


@blueprint.get("/duty/phones")
@reading(*TICKET_ROLES)
def show_phones(call: Call) -> str:
    area = duty_area.chosen(call)
    return _phones(call, area, phone_book.people(call.session, area.code, call.now), opened=False)


@blueprint.post("/duty/phones")
@writing(*phone_book.READERS, keyed=False)
def open_phones(call: Call) -> str:
    area = duty_area.chosen(call)
    return _phones(call, area, phone_book.open_people(call.session, call.vault, area.code, actor=call.actor, now=call.now), opened=True)


def _phones(call: Call, area: areas.Area, people: list[phone_book.Reached], *, opened: bool) -> str:
    return render_template(
        "duty/phones.html", **duty_area.around(call, area, "phones"), organisations=phone_book.organisations(call.session, area.code),
        people=people, opened=opened, may_open=phone_book.may_open(call.actor, area.code))


def read(sheet: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Instants of a kept sheet, which are texts, as instants."""
    return {name: [_row(row) for row in rows] for name, rows in sheet.items()}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: datetime.fromisoformat(row[name]) for name in INSTANTS if row.get(name)}

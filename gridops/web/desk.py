"""The desk: one screen for a phone call. Who calls, what was reported before, the new report, and what is done with it at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.domain.lifecycle import KINDS, OUTCOMES
from gridops.errors import Conflict, GridopsError, Invalid
from gridops.models import Contact, Report, Street
from gridops.services import areas, contacts, desk, idempotency, listing, scope, upstream
from gridops.services import reading as words_read
from gridops.web import pickers, posting, understood, work_words
from gridops.web.desk_form import LONGEST, DeskForm
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("desk", __name__)
ROLES = ("clerk", "dispatcher")
EARLIER = 20


class Lists:
    """What can be picked for one call: places are searched by what was typed, for there are thousands."""

    def __init__(self, call: Call, form: DeskForm):
        self.call, self.form = call, form

    def __call__(self, name: str) -> Sequence[pickers.Option]:
        session, locale = self.call.session, self.call.locale
        if name == "categories":
            return pickers.categories(session, locale)
        if name == "places":
            return pickers.place_options(session, self.form.typed["place"], self.call.actor)
        streets = pickers.streets_of(session, self.call.actor)
        return [option for street in streets for option in pickers.cells(session, street.code, locale)]


@blueprint.get("/desk")
@reading(*ROLES)
def show(call: Call) -> str:
    return _page(call, DeskForm.empty())


@blueprint.post("/desk/find")
@reading(*ROLES)
def find(call: Call) -> str | tuple[str, int]:
    """By POST, so that no phone number stands in an address or a log."""
    phone = request.form.get("phone", "").strip()
    form = DeskForm.empty(phone)
    try:
        return _page(call, form, caller=_caller(call, phone))
    except Invalid as error:
        return _page(call, form, not_found=errors.payload(error)["message"]), errors.status_of(error)


@blueprint.post("/desk/likely")
@reading(*ROLES)
def likely(call: Call) -> str:
    """What the words typed so far suggest; by POST for the same reason, and nothing is kept. Raises Invalid (too long)."""
    words = request.form.get("description", "").strip()
    if len(words) > LONGEST["description"]:
        raise Invalid(fields={"description": [_("At most %(most)s characters.", most=LONGEST["description"])]})
    if not words:
        return ""
    read = words_read.read(call.session, words)
    found, choices = understood.besides(read, call.locale), understood.choices(read, pickers.categories(call.session, call.locale))
    return render_template("desk/likely.html", found=found, choices=choices, said=_aloud(found, choices))


def _aloud(found: dict[str, Any], choices: list[understood.Choice]) -> str:
    """One sentence for who hears the page."""
    names = [*(reason for reason, _said in found["dangers"]), *(choice.name for choice in choices)]
    return _("The words suggest: %(names)s", names=_(", ").join(names)) if names else ""


@blueprint.post("/desk")
def send() -> Response | tuple[str, int]:
    form = DeskForm.sent(request.form)
    try:
        number = _take(form)
    except MENDABLE as error:
        return _again(form, error)
    return redirect(url_for("desk.taken", number=number), 303)


@writing(*ROLES)
def _take(call: Call, form: DeskForm) -> str:
    key, caller = request.form.get(posting.KEY, ""), f"account:{call.actor.account_id}"
    hashed = call.vault.blind_index(json.dumps(form.typed, ensure_ascii=False), purpose="idempotency.body")
    stored = idempotency.begin(call.session, key, caller, hashed, call.now, vault=call.vault) if key else None
    if stored is not None:
        return stored.answer
    number = _taken(call, form)
    if key:
        idempotency.finish(call.session, key, caller, status=303, answer=number, vault=call.vault)
    return number


def _taken(call: Call, form: DeskForm) -> str:
    submission = form.submission(Lists(call, form), call.locale)
    _check_street(call, submission)
    _check_order(call, submission["upstream"])
    receipt = desk.take(
        call.session, submission, then=form.then, body=form.body(submission), actor=call.actor, now=call.now, vault=call.vault,
        sms=call.context.config.sms, locale=call.locale)
    return receipt.ticket.number


def _check_street(call: Call, submission: dict[str, Any]) -> None:
    """Reports without a place go to a street of the clerk's own."""
    streets = [street.code for street in pickers.streets_of(call.session, call.actor)]
    if submission["street"] not in streets:
        submission["street"] = streets[0] if streets else None


def _check_order(call: Call, order: dict[str, Any] | None) -> None:
    if order is None:
        return
    try:
        upstream.refuse_known(call.session, order["source"], order["external_number"])
    except Conflict as error:
        raise Invalid(fields={"external_number": [_("This order was entered before.")]}) from error


@reading(*ROLES)
def _again(call: Call, form: DeskForm, error: GridopsError) -> tuple[str, int]:
    form.blame(error)
    return _page(call, form, fresh_key=error.code == "idempotency_mismatch"), errors.status_of(error)


@blueprint.get("/desk/taken/<number>")
@reading(*ROLES)
def taken(call: Call, number: str) -> str:
    """What to read out to the caller; the tracking code is not on it."""
    ticket = scope.visible_ticket(call.session, number, call.actor)
    street = call.session.get(Street, ticket.street_code)
    with_phone = select(Report.id).join(Contact, Contact.id == Report.contact_id)
    with_phone = with_phone.where(Report.ticket_id == ticket.id, Contact.phone_index.is_not(None))
    return render_template(
        "desk/taken.html", call=call, active="desk", ticket=ticket, zone=street.timezone,
        area=areas.path_name(call.session, ticket.area_code, call.locale),
        has_phone=call.session.scalar(with_phone) is not None, sms=call.context.config.sms is not None)


def _caller(call: Call, phone: str) -> dict[str, Any]:
    """The caller's earlier reports in scope, newest first, and the masked name last given."""
    reports = contacts.find_reports_by_phone(call.session, call.vault, phone, call.actor, limit=1)
    page = listing.list_tickets(
        call.session, call.actor, {"phone": phone}, now=call.now, limit=EARLIER, vault=call.vault, locale=call.locale)
    contact = call.session.get(Contact, reports[0].contact_id) if reports else None
    return {"items": page.items, "masked": contacts.masked(call.vault, contact), "more": page.next_cursor is not None}


def _page(call: Call, form: DeskForm, **more: Any) -> str:
    empty = {"caller": None, "not_found": None, "fresh_key": False}
    more = empty | more
    key = posting.new_key() if more["fresh_key"] else request.form.get(posting.KEY) or posting.new_key()
    return render_template(
        "desk/desk.html", call=call, active="desk", form=form, form_key=key, lists=Lists(call, form), kinds=KINDS,
        visibilities=work_words.VISIBILITIES, outcomes=OUTCOMES, streets=pickers.streets_of(call.session, call.actor),
        communities=pickers.communities(call.session, call.locale), may_decide="clerk" in call.actor.roles,
        conditions=_conditions(call, form), **more)


def _conditions(call: Call, form: DeskForm) -> list:
    try:
        code = pickers.code_of(form.typed["category"], pickers.categories(call.session, call.locale), "category")
    except Invalid:
        return []
    return pickers.conditions(call.session, code)

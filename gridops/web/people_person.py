"""One person's page: posts now and before, duties, claims, check-ins, log-in or none; and the forms that change them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.errors import Invalid, NotFound
from gridops.models import CheckIn, Person
from gridops.services import areas, scope
from gridops.services.people import access, check_ins, duties, phones, posts, view
from gridops.web import people_acts
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("people_person", __name__)


@blueprint.get("/people/new")
@reading(*access.READERS)
def show_new(call: Call) -> str:
    return _new_page(call)


@blueprint.post("/people/new")
def add() -> Response | tuple[str, int]:
    try:
        code = _add()
    except MENDABLE as error:
        return _new_again(error), errors.status_of(error)
    return redirect(url_for(".show", code=code), 303)


@writing(*access.READERS)
def _add(call: Call) -> str:
    if request.form.get("kind") == "check_in":
        community = people_acts.text("community") or ""
        found = check_ins.check_in(
            call.session, community, name=people_acts.needed("name"), home_organisation=people_acts.needed("home_organisation"), phone=people_acts.text("phone"),
            on=people_acts.day("on", call, community), actor=call.actor, now=call.now, vault=call.vault)
        return call.session.get_one(Person, found.person_id).code
    return posts.add_person(
        call.session, people_acts.needed("name"), people_acts.post(call), code=people_acts.text("code"), phone=people_acts.text("phone"), home_organisation=people_acts.text("home_organisation"),
        actor=call.actor, now=call.now, vault=call.vault).code


@reading(*access.READERS)
def _new_again(call: Call, error: Any) -> str:
    return _new_page(call, **_blame(error))


def _new_page(call: Call, **more: Any) -> str:
    known = [area for street in areas.all_streets(call.session) for area in [street, *areas.descendants(call.session, street.code)]]
    communities = [area for area in known if area.level == "community" and access.may_take_check_ins(call.actor, area.code)]
    kept = _kept(call)
    own = next((area.code for area in [*kept, *communities]), "")
    return render_template(
        "people/new.html", call=call, active="people", kept=kept, communities=communities, typed=request.values,
        today=access.today_in(call.session, own, call.now), **({"wrong": {}, "message": None} | more))


def _blame(error: Any) -> dict[str, Any]:
    shown = errors.payload(error)
    return {"wrong": shown.get("fields", {}), "message": shown["message"]}


def _kept(call: Call) -> list[areas.Area]:
    found = [area for street in areas.all_streets(call.session) for area in [street, *areas.descendants(call.session, street.code)]]
    return [area for area in found if scope.may_keep_grid(call.actor, area.code)]


@blueprint.get("/people/<code>")
@reading(*access.READERS)
def show(call: Call, code: str) -> str:
    return _page(call, code)


def _page(call: Call, code: str, **more: Any) -> str:
    person = access.person_seen(call.session, code, call.actor)
    shown = view.in_full(call.session, person, call.vault, call.now, call.locale)
    return render_template(
        "people/person.html", call=call, active="people", person=shown, kept=_kept(call), today=access.today_of(call.session, person.id, call.now),
        classes=duties.classes(call.session), claims=_claimable(call), keeps=lambda area: scope.may_keep_grid(call.actor, area),
        may_check_in=lambda area: access.may_take_check_ins(call.actor, area), typed=request.form,
        **({"wrong": {}, "message": None, "phone": None, "asked": None} | more))


def _claimable(call: Call) -> list[areas.Area]:
    found = [area for street in areas.all_streets(call.session) for area in [street, *areas.descendants(call.session, street.code)]]
    return [area for area in found if access.may_take_check_ins(call.actor, area.code)]


@blueprint.post("/people/<code>/<any(change, add_post, move, end, leave, confirm, claim, end_claim):action>")
def act(code: str, action: str) -> Response | tuple[str, int]:
    try:
        _act(code, action)
    except MENDABLE as error:
        return _again(code, action, error), errors.status_of(error)
    flash(_("Saved."))
    return redirect(url_for(".show", code=code), 303)


@writing(*access.READERS)
def _act(call: Call, code: str, action: str) -> None:
    access.person_seen(call.session, code, call.actor)
    people_acts.ACTIONS[action](call, code)


@reading(*access.READERS)
def _again(call: Call, code: str, action: str, error: Any) -> str:
    return _page(call, code, asked=action, **_blame(error))


@blueprint.post("/people/<code>/phone")
def open_phone(code: str) -> str | tuple[str, int]:
    try:
        return _with_phone(code)
    except Invalid as error:
        return _again(code, "phone", error), errors.status_of(error)


@writing(*access.READERS)
def _with_phone(call: Call, code: str) -> str:
    phone = phones.reveal(call.session, call.vault, code, reason=request.form.get("reason", ""), actor=call.actor, now=call.now)
    return _page(call, code, phone=phone)


@blueprint.get("/people/check-ins/<int:no>/letter")
@reading(*access.READERS)
def letter(call: Call, no: int) -> str:
    found = call.session.get(CheckIn, no)
    if found is None or not access.may_take_check_ins(call.actor, found.community_code):
        raise NotFound()
    person = call.session.get_one(Person, found.person_id)
    shown = view.in_full(call.session, person, call.vault, call.now, call.locale)
    location = areas.location_of(call.session, found.community_code)
    return render_template(
        "people/letter.html", call=call, active="people", person=shown, check_in=found, location=location,
        today=access.today_in(call.session, found.community_code, call.now))


@blueprint.post("/people/check-ins/<int:no>/thanks")
def thank(no: int) -> Response:
    _thank(no)
    return redirect(url_for(".letter", no=no), 303)


@writing(*access.READERS)
def _thank(call: Call, no: int) -> None:
    check_ins.thank(call.session, no, actor=call.actor, now=call.now)

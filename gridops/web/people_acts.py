"""The forms of a person's page: what each sends, as the services want it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from gridops.api.requests import Call
from gridops.errors import Invalid
from gridops.models import Place, Posting
from gridops.services.people import access, check_ins, leaving, posts
from gridops.services.people.posts import Post
from gridops.web import pickers


def text(name: str) -> str | None:
    return request.form.get(name, "").strip() or None


def needed(name: str) -> str:
    return text(name) or _fault(name, _("Please fill this in."))


def _fault(name: str, message: str) -> Any:
    raise Invalid(fields={name: [message]})


def day(name: str, call: Call, area: str) -> date:
    """Today in that area where nothing was said. Raises Invalid."""
    return _day(name) or access.today_in(call.session, area, call.now)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form[name]) if text(name) else None
    except ValueError:
        return _fault(name, _("This is not a date."))


def _number(name: str = "post") -> int:
    return request.form.get(name, type=int) or _fault(name, _("Please choose one."))


def post(call: Call) -> Post:
    area, place, where = _spot(call)
    said = request.form.get("duties", "").replace("；", ";").split(";")
    return Post(
        request.form.get("role", ""), day("starts_on", call, where), area, place, bool(text("part_time")), text("title"),
        tuple(filter(None, (word.strip() for word in said))), _day("ends_on"))


def _spot(call: Call) -> tuple[str | None, str | None, str]:
    """(area or None, code of the place or None, what of them says the day): a place is typed by code or name, or chosen. Raises Invalid."""
    typed = request.form.get("place", "")
    place = pickers.code_of(typed, pickers.place_options(call.session, typed, call.actor), "place")
    community = call.session.scalar(select(Place.community_code).where(Place.code == place))
    return (None, place, community or "") if place else (text("area"), None, text("area") or "")


def _area_of_post(call: Call) -> str:
    posting = call.session.get(Posting, _number())
    return access.area_of(call.session, posting) if posting else ""


def _change(call: Call, code: str) -> None:
    changes: dict[str, Any] = {"name": needed("name"), "home_organisation": text("home_organisation")}
    changes |= {"phone": text("phone")} if text("phone") else {}  # left empty: as it was, for nobody sees it
    posts.change_person(call.session, code, changes, actor=call.actor, now=call.now, vault=call.vault)


def _add_post(call: Call, code: str) -> None:
    person = access.person_seen(call.session, code, call.actor, lock=True)
    posts.add_post(call.session, person, post(call), actor=call.actor, now=call.now)


def _move(call: Call, code: str) -> None:
    area, place, where = _spot(call)
    posts.move_post(call.session, _number(), on=day("on", call, where), area=area, place=place, actor=call.actor, now=call.now)


def _end(call: Call, code: str) -> None:
    posts.end_post(call.session, _number(), last_day=day("last_day", call, _area_of_post(call)), actor=call.actor, now=call.now)


def _leave(call: Call, code: str) -> None:
    person = access.person_seen(call.session, code, call.actor)
    last_day = _day("last_day") or access.today_of(call.session, person.id, call.now)
    left = leaving.leave(call.session, code, last_day=last_day, actor=call.actor, now=call.now)
    if left.stand_ins:
        flash(ngettext("%(num)s absence has no stand-in now.", "%(num)s absences have no stand-in now.", len(left.stand_ins)), "warning")


def _confirm(call: Call, code: str) -> None:
    posts.confirm_posts(call.session, [_number()], actor=call.actor, now=call.now)


def _claim(call: Call, code: str) -> None:
    area = text("area") or ""
    check_ins.claim(
        call.session, code, area=area, text=needed("text"), class_code=text("class_code"), on=day("on", call, area),
        actor=call.actor, now=call.now)


def _end_claim(call: Call, code: str) -> None:
    check_ins.end_claim(call.session, _number("claim"), done=request.form.get("done") == "1", actor=call.actor, now=call.now)


ACTIONS: dict[str, Callable[[Call, str], None]] = {
    "change": _change, "add_post": _add_post, "move": _move, "end": _end, "leave": _leave, "confirm": _confirm, "claim": _claim,
    "end_claim": _end_claim,
}

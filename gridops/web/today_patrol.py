"""A report from a patrol, sent by the plain form: the matter, a photo, and the cell or the point where the worker stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.requests import Call, writing
from gridops.errors import Forbidden, GridopsError, Invalid, NotLoggedIn
from gridops.services import areas, catalogue, intake, scope
from gridops.web import pickers, today_words
from gridops.web.pickers import Option

LONGEST = 4000
KIND = "complaint"


def cells(call: Call) -> list[Option]:
    """Of the actor's own areas, each with its community where there are several."""
    over = pickers.communities(call.session, call.locale)
    found = {cell.code: cell for area in call.actor.areas() for cell in _within(call, area)}
    several = len({code[:12] for code in found}) > 1
    return [Option(code, f"{over.get(code[:12], '') if several else ''} {cell.called(call.locale)}".strip()) for code, cell in sorted(found.items())]


def _within(call: Call, code: str) -> list[areas.Area]:
    own = areas.find_area(call.session, code)
    return [own] if own is not None and own.level == "cell" else areas.descendants(call.session, code, "cell")


def attempt(photos: list[str], wrong: dict[str, list[str]]) -> tuple[str, dict[str, Any] | None]:
    """The ticket's number, or what was wrong as errors.payload gives it."""
    try:
        return _submit(photos, wrong), None
    except (NotLoggedIn, Forbidden):
        raise
    except GridopsError as error:
        return "", errors.payload(error)


@writing(*today_words.WALK)
def _submit(call: Call, photos: list[str], wrong: dict[str, list[str]]) -> str:
    if wrong:
        raise Invalid(fields=wrong)
    submission = {"kind": KIND, "photos": [UUID(photo) for photo in photos], "visibility": "anonymous", "locale": call.locale, **_matter(call), **_where(call)}
    receipt = intake.submit(
        call.session, submission, actor=call.actor, now=call.now, vault=call.vault, channel="patrol", locale=call.locale)
    return receipt.ticket.number


def _matter(call: Call) -> dict[str, Any]:
    code = request.form.get("category") or None
    text = request.form.get("text", "").strip()[:LONGEST]
    category = catalogue.current_category(call.session, code) if code else None
    if category is None and not text:
        raise Invalid(fields={"text": [_("Please say in a few words what it is about.")]})
    return {"category": category.code if category else None, "description": text or _found(call, code)}


def _found(call: Call, code: str | None) -> str:
    named = {option.code: option.name for option in pickers.categories(call.session, call.locale)}
    return _("Found on patrol: %(matter)s", matter=named.get(code, ""))


def _where(call: Call) -> dict[str, Any]:
    code = request.form.get("cell", "")
    if not scope.covers(call.actor, code) or code not in {cell.code for cell in cells(call)}:
        raise Invalid(fields={"cell": [_("Please choose the cell.")]})
    return {"cell": code}

"""What an organisation without log-in opens from its message: one ticket, its own part in it, and the forms for it. No log-in, no names."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.photos import picture
from gridops.api.requests import NOBODY, Call, reading, writing
from gridops.api.safety import takes_photos
from gridops.domain.lifecycle import ACTIONS
from gridops.errors import GridopsError, Invalid, NotFound
from gridops.models import Department
from gridops.services import assignment_links, photos
from gridops.web import action_words, staff_photos, ticket_view
from gridops.web.action_bodies import body_of
from gridops.web.action_forms import Sent
from gridops.web.frame import check_same_origin
from gridops.web.telling import MENDABLE

blueprint = Blueprint("link", __name__)
LEFT_OUT = ("comment", "recall")  # what is the street's own to say


@blueprint.get("/o/<token>")
@reading(limit="link")
def show(call: Call, token: str) -> str | tuple[str, int]:
    try:
        return _page(*_opened(call, token), token)
    except NotFound:
        return render_template("link/over.html"), 404


@blueprint.post("/o/<token>/<action>")
@takes_photos
def act(token: str, action: str) -> Any:
    check_same_origin()
    if action not in ACTIONS:
        raise NotFound()
    wrong: dict[str, list[str]] = {}
    sent = Sent(action, request.form, staff_photos.kept(wrong, keep=_keep), wrong)
    try:
        _act(token, sent)
    except MENDABLE as error:
        return _again(token, sent, error)
    flash(_("Done: %(action)s", action=action_words.action(action)))
    return redirect(url_for("link.show", token=token), 303)


@writing(limit="photo")
def _keep(call: Call, blob: bytes) -> str:
    """Nobody's until the step claims it, whoever may be logged in at this browser."""
    return str(photos.store(call.session, blob, actor=NOBODY, now=call.now).id)


@writing(limit="link")
def _act(call: Call, token: str, sent: Sent) -> None:
    if sent.errors:
        raise Invalid(fields=sent.errors)
    own, opened = _opened(call, token)
    body = body_of(sent, ticket_view.Lists(own, opened.ticket))
    assignment_links.act(call.session, token, sent.action, body, vault=call.vault, now=call.now)


@reading(limit="link")
def _again(call: Call, token: str, sent: Sent, error: GridopsError) -> tuple[str, int]:
    shown = errors.payload(error)
    own, opened = _opened(call, token)
    again = Sent(sent.action, sent.typed, sent.photos, shown.get("fields", {}))
    return _page(own, opened, token, sent=again, refused=shown["message"]), errors.status_of(error)


@blueprint.get("/o/<token>/photos/<uuid:photo_id>")
@reading(limit="link")
def photo(call: Call, token: str, photo_id: uuid.UUID) -> Response:
    thumbnail = request.args.get("size") == "thumbnail"
    own, _ticket = _opened(call, token)
    return picture(photos.photo_for_staff(call.session, photo_id, own.actor, thumbnail=thumbnail), thumbnail)


def _opened(call: Call, token: str) -> tuple[Call, assignment_links.Opened]:
    """The request as the organisation's, whoever may be logged in at this browser."""
    opened = assignment_links.opened(call.session, token, vault=call.vault, now=call.now)
    return replace(call, actor=opened.actor), opened


def _page(call: Call, opened: assignment_links.Opened, token: str, *, sent: Sent | None = None, refused: str | None = None) -> str:
    shown = ticket_view.facts(call, opened.ticket, sent)
    shown["forms_list"] = [form for form in shown["forms_list"] if form.action not in LEFT_OUT]
    return render_template(
        "link/ticket.html", call=call, token=token, own=_own(shown["ticket"], opened.department), expires_by=opened.link.expires_by,
        refused=refused, **shown)


def _own(ticket: dict[str, Any], department: Department) -> dict[str, Any]:
    return next(row for row in ticket["round"]["assignments"] if row["department"]["code"] == department.code)

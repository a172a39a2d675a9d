"""Files of the city by page, and where its list and ours do not say the same."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from gridops.api import errors, language
from gridops.api import upstream as api
from gridops.api.field_messages import in_chinese
from gridops.api.places import takes_file
from gridops.api.requests import Call, reading, writing
from gridops.api.uploads import sent_file
from gridops.errors import Conflict, Invalid, NotFound
from gridops.models import UpstreamDifference, UpstreamFile, UpstreamList
from gridops.services.upstream import files, profiles, reconcile
from gridops.services.upstream.files import Taken
from gridops.web import upstream_words

blueprint = Blueprint("lists", __name__)
LATEST = 15


@blueprint.get("/upstream/lists")
@reading(*api.READERS)
def show(call: Call) -> str:
    return _page(call)


def _page(call: Call, **more: Any) -> str:
    latest = select(UpstreamList.source, func.max(UpstreamList.came_at), func.max(UpstreamList.compared_at)).group_by(UpstreamList.source)
    return render_template(
        "upstream/lists.html", call=call, active="upstream", tab="lists", differences=_differences(call), either=upstream_words.either,
        lists=call.session.execute(latest.order_by(UpstreamList.source)).all(), sources=profiles.every(call.session), said_fault=_said,
        files=call.session.scalars(select(UpstreamFile).order_by(UpstreamFile.came_at.desc(), UpstreamFile.id.desc()).limit(LATEST)).all(),
        speaks=bool(call.actor.roles.intersection(api.DESK)), **({"taken": None, "message": None} | more))


def _differences(call: Call) -> list[UpstreamDifference]:
    return [row for profile in profiles.every(call.session) for row in reconcile.still_open(call.session, profile.source)]


@blueprint.post("/upstream/files")
@takes_file
def send() -> str | tuple[str, int]:
    try:
        taken = writing(*api.DESK)(_take)()
    except (Invalid, NotFound) as error:
        return reading(*api.DESK)(_page)(message=errors.payload(error)["message"]), errors.status_of(error)
    return reading(*api.DESK)(_page)(taken=taken), 200 if taken.accepted else 422


def _take(call: Call) -> Taken:
    name, content = sent_file()
    kind = request.form.get("kind") if request.form.get("kind") in ("orders", "list") else "orders"
    source = request.form.get("source", "")
    return files.take_file(call.session, source, kind, name, content, now=call.now, vault=call.vault, actor=call.actor)


@blueprint.post("/upstream/compare/<source>")
@writing(*api.DESK)
def compare(call: Call, source: str) -> Response:
    flash(_("Differences: %(count)s", count=len(reconcile.compare(call.session, source, now=call.now))))
    return redirect(url_for("upstream_pages.lists.show"), 303)


@blueprint.post("/upstream/differences/<source>/<int:no>/settle")
def settle(source: str, no: int) -> Response:
    try:
        writing(*api.DESK)(_settle)(source, no)
        flash(_("Settled."))
    except (Conflict, Invalid) as error:
        flash(errors.payload(error)["message"], "error")
    return redirect(url_for("upstream_pages.lists.show"), 303)


def _settle(call: Call, source: str, no: int) -> None:
    note = request.form.get("note", "").strip()[:500]
    if not note:
        raise Invalid(_("Please write why it is right so."))
    reconcile.settle(call.session, source, no, note, actor=call.actor, now=call.now)


def _said(text: str) -> str:
    return in_chinese(text) if language.of_request() == "zh" else text

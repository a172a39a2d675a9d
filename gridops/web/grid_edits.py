"""Forms of the grid editor: one edit, undo, a reason for a problem, giving the draft up. A script asks for JSON and gets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, writing
from gridops.errors import GridopsError, Invalid
from gridops.services.grid_drafts import coverage, drafting, editing
from gridops.web import grid_forms, grid_words
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("grid_edits", __name__)
LONGEST_REASON = 500


def said(error: dict[str, Any]) -> str:
    """One line out of an error: the message, what the fields say, or what somebody else did first."""
    if error["code"] == "conflict":
        return grid_words.last_edit((error.get("details") or {}).get("last_edit"))
    fields = [text for texts in (error.get("fields") or {}).values() for text in texts if text not in error["message"]]
    return " ".join([error["message"], *dict.fromkeys(fields)])


def answered(work: Callable[[], dict[str, Any]], *, done: str, back: str) -> Response:
    """Runs ``work``; says what came of it as JSON where a script asks, else on the page ``back``."""
    wants_json = request.accept_mimetypes.best == "application/json"
    try:
        changed = work()
    except MENDABLE as error:
        return _refused(error, back, wants_json)
    if wants_json:
        return jsonify(changed)
    flash(done)
    return redirect(back, 303)


def _refused(error: GridopsError, back: str, wants_json: bool) -> Response:
    shown = errors.payload(error)
    if wants_json:
        answer = jsonify({"error": shown})
        answer.status_code = errors.status_of(error)
        return answer
    flash(said(shown), "error")
    return redirect(back, 303)


def _page(grid_id: int) -> str:
    return url_for("grid.grid_page.show", grid_id=grid_id, cell=request.form.get("cell") or request.form.get("keep") or None)


@blueprint.post("/grid/<int:grid_id>/edits")
def edit(grid_id: int) -> Response:
    back = url_for("grid.grid_page.problems", grid_id=grid_id) if request.form.get("from") == "problems" else _page(grid_id)
    what = grid_words.OPERATIONS.get(request.form.get("operation", ""), "")
    return answered(lambda: _edit(grid_id), done=_("Done: %(action)s", action=str(what)), back=back)


@writing(ANY_STAFF)
def _edit(call: Call, grid_id: int) -> dict[str, Any]:
    return editing.edit(call.session, grid_id, grid_forms.edit_body(request.form), actor=call.actor, now=call.now)


@blueprint.post("/grid/<int:grid_id>/undo")
def undo(grid_id: int) -> Response:
    return answered(lambda: _undo(grid_id), done=_("The last step was taken back."), back=_page(grid_id))


@writing(ANY_STAFF)
def _undo(call: Call, grid_id: int) -> dict[str, Any]:
    revision = grid_forms.number(request.form, "expected_revision")
    return editing.undo(call.session, grid_id, expected_revision=revision, actor=call.actor, now=call.now)


@blueprint.post("/grid/<int:grid_id>/reasons")
def state_reason(grid_id: int) -> Response:
    back = url_for("grid.grid_page.problems", grid_id=grid_id)
    return answered(lambda: _state_reason(grid_id), done=_("Saved."), back=back)


@writing(ANY_STAFF)
def _state_reason(call: Call, grid_id: int) -> dict[str, Any]:
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    kind = request.form.get("kind", "")
    if not reason or kind not in coverage.KINDS:
        raise Invalid(fields={"reason": [_("Please say why it may stand.")]})
    coverage.state_reason(call.session, grid_id, kind, request.form.get("subject", ""), reason, actor=call.actor, now=call.now)
    return {"reason": reason}


@blueprint.post("/grid/<int:grid_id>/discard")
def discard(grid_id: int) -> Response:
    return answered(lambda: _discard(grid_id), done=_("The draft is given up. Its codes stay used."), back=url_for("grid.show"))


@writing(ANY_STAFF)
def _discard(call: Call, grid_id: int) -> dict[str, Any]:
    return {"status": drafting.discard(call.session, grid_id, actor=call.actor).status}

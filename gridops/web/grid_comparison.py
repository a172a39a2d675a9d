"""The draft beside the active version: two maps that move together, what would move, and the way to make it count."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.errors import Invalid
from gridops.models import Street
from gridops.services import grids, scope
from gridops.services.grid_drafts import activation, comparison, coverage, drafting, rebasing
from gridops.web import grid_edits, grid_forms, grid_frame, grid_words, words
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("grid_comparison", __name__)
NAMED = 100  # tickets and posts in a list on the page; the numbers above it count all


@blueprint.get("/grid/<int:grid_id>/comparison")
@reading(ANY_STAFF)
def show(call: Call, grid_id: int) -> str:
    grid = drafting.opened(call.session, grid_id, actor=call.actor)
    covered = scope.covers(call.actor, grid.street_code)
    active = grids.active_grid(call.session, grid.street_code)
    found = comparison.compare(call.session, grid_id, actor=call.actor, now=call.now) if covered else None
    return render_template(
        "grid/comparison.html", **grid_frame.frame(call, grid), before=active.id if active else None, found=found, most=NAMED,
        standing=len(coverage.standing(call.session, grid)), outdated=activation.is_outdated(call.session, grid),
        changes=grid_words.CHANGES, role_of=words.role)


@blueprint.post("/grid/<int:grid_id>/activation")
def activate(grid_id: int) -> Response:
    back = url_for("grid.grid_comparison.show", grid_id=grid_id)
    try:
        done = _activate(grid_id)
    except MENDABLE as error:
        flash(grid_edits.said(errors.payload(error)), "error")
        return redirect(back + "#activate", 303)
    if done == "active":
        flash(_("The version is active. Open tickets, posts and places have gone to their new cells."))
        return redirect(url_for("grid.show"), 303)
    flash(_("It will be activated at the time you gave."))
    return redirect(back, 303)


@writing(ANY_STAFF)
def _activate(call: Call, grid_id: int) -> str:
    grid = drafting.opened(call.session, grid_id, actor=call.actor)
    revision = grid_forms.number(request.form, "expected_revision")
    at = _instant(request.form.get("at", "").strip(), call.session.get_one(Street, grid.street_code).timezone)
    reason = request.form.get("reason", "").strip()[:grid_edits.LONGEST_REASON] or None
    return activation.activate(call.session, grid_id, expected_revision=revision, reason=reason, at=at, actor=call.actor, now=call.now).status


def _instant(typed: str, zone: str) -> datetime | None:
    """What a person of the street means by "2026-03-04T18:00". Raises Invalid."""
    if not typed:
        return None
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise Invalid(fields={"at": [_("Please give date and time.")]}) from None


@blueprint.post("/grid/<int:grid_id>/rebase")
def rebase(grid_id: int) -> Response:
    back = url_for("grid.grid_comparison.show", grid_id=grid_id)
    return grid_edits.answered(lambda: _rebase(grid_id), done=_("The draft has taken over what was changed meanwhile."), back=back)


@writing(ANY_STAFF)
def _rebase(call: Call, grid_id: int) -> dict[str, Any]:
    revision = grid_forms.number(request.form, "expected_revision")
    return rebasing.rebase(call.session, grid_id, expected_revision=revision, actor=call.actor, now=call.now)

"""A draft's cells from a GeoJSON file: read whole or not at all, with each fault named beside the form."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from gridops.api import catalogue, errors
from gridops.api.places import takes_file
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import CRS
from gridops.errors import Invalid, NotFound
from gridops.services.grid_drafts import drafting, replacing
from gridops.services.imports.readers import UNSTORABLE
from gridops.web import grid_edits, grid_forms, grid_frame
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("grid_upload", __name__)
MOST_FEATURES = 5000
SHOWN_FAULTS = 100
FIELDS = ("file", "crs")  # of the form, as far as anybody fills them in


@blueprint.get("/grid/<int:grid_id>/file")
@reading(ANY_STAFF)
def show(call: Call, grid_id: int) -> str:
    return _page(call, grid_id)


@blueprint.post("/grid/<int:grid_id>/file")
@takes_file
def send(grid_id: int) -> Response | tuple[str, int]:
    found: dict[str, Any] = {}
    try:
        done = _read_in(grid_id, found)
    except MENDABLE as error:
        return _again(grid_id, error, found.get("features", [])), errors.status_of(error)
    flash(ngettext("The file is read: %(num)s cell changed, %(removed)s ended.", "The file is read: %(num)s cells changed, %(removed)s ended.", len(done["changed"]), removed=len(done["removed"])))
    return redirect(url_for("grid.grid_page.show", grid_id=grid_id), 303)


@writing(ANY_STAFF)
def _read_in(call: Call, grid_id: int, found: dict[str, Any]) -> dict[str, Any]:
    """``found`` keeps the features for the words about what is wrong with them."""
    drafting.opened(call.session, grid_id, actor=call.actor)
    revision = grid_forms.number(request.form, "expected_revision")
    crs = request.form.get("crs", "")
    if crs not in CRS:
        raise Invalid(fields={"crs": [_("Please say where the coordinates come from.")]})
    found["features"] = _features()
    return replacing.replace(call.session, grid_id, found["features"], crs, expected_revision=revision, actor=call.actor, now=call.now)


def _features() -> list[Any]:
    """Raises Invalid."""
    sent = request.files.get("file")
    try:
        document = json.loads(sent.read().decode("utf-8-sig")) if sent else None
    except (ValueError, RecursionError):
        document = None
    features = document.get("features") if isinstance(document, dict) and document.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise Invalid(fields={"file": [_("This is not a GeoJSON file with a FeatureCollection, in UTF-8.")]})
    if not _cells(features) or len(features) > MOST_FEATURES:
        raise Invalid(fields={"file": [_("The file must have at least one cell, and at most %(most)s features.", most=MOST_FEATURES)]})
    return features


def _cells(features: list[Any]) -> bool:
    """Without any, each cell of the draft would end: nobody means that."""
    levels = [_properties(feature).get("level", "cell") for feature in features if isinstance(feature, dict)]
    return len(levels) < len(features) or "cell" in levels


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


@reading(ANY_STAFF)
def _again(call: Call, grid_id: int, error: Any, features: list[Any]) -> str:
    shown = errors.payload(error)
    fields: dict[str, list[str]] = error.fields or {}
    faults = [_fault(call, name, codes, features) for name, codes in fields.items() if name.startswith("features.")]
    beside = {name: texts for name, texts in fields.items() if name in FIELDS}
    above = {name: texts for name, texts in fields.items() if name not in beside and not name.startswith("features.")}
    return _page(call, grid_id, crs=request.form.get("crs", ""), wrong=beside, faults=faults, message=grid_edits.said(shown | {"fields": above}))


def _fault(call: Call, name: str, codes: list[str], features: list[Any]) -> tuple[int, str, str]:
    """(which feature from one on, what it is called, what is wrong)"""
    number = int(name.partition(".")[2])
    properties = _properties(features[number])
    called = UNSTORABLE.sub("�", " ".join(str(properties[key])[:40] for key in ("code", "name") if properties.get(key)))
    return number + 1, called or "–", " ".join(_text(code, call.locale) for code in codes)


def _text(code: str, locale: str) -> str:
    entry = catalogue.CODES.get(code)
    return (entry.zh if locale == "zh" else entry.en) if entry else code


def _page(call: Call, grid_id: int, **more: Any) -> str:
    frame = grid_frame.frame(call, drafting.opened(call.session, grid_id, actor=call.actor))
    if not frame["keeps"] and not more:
        raise NotFound()  # there is nothing to send here
    return render_template("grid/file.html", **frame, **({"crs": "wgs84", "wrong": {}, "faults": [], "message": None} | more), most=SHOWN_FAULTS)

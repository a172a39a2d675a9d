"""The forms of the grid editor into the bodies that the API takes, so that the list can do all that the map can."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from gridops.errors import Invalid
from gridops.services import grid_editor
from gridops.services.cell_building import Size
from gridops.services.grid_drafts.bodies import GridEditSchema

NUMBERS: dict[str, Callable[[str], Any]] = {
    "expected_revision": int, "parts": int, "households": int, "count": int, "target_area_m2": float, "metres": float}
TEXTS = ("operation", "cell", "keep", "community", "place", "by", "name", "name_en")
SIZES = ("count", "households", "target_area_m2")
OF_A_VERTEX = ("move_vertex", "add_vertex", "remove_vertex")
MOST_DIGITS = 12


def edit_body(form: MultiDict[str, str]) -> dict[str, Any]:
    """Raises Invalid with fields. What is empty was not said, except where a new name says that there is none."""
    body: dict[str, Any] = {name: form[name].strip() for name in TEXTS if form.get(name, "").strip()}
    body |= {name: number(form, name) for name in ("expected_revision", "parts", "households") if form.get(name, "").strip()}
    body |= {name: positions(form[name], name) for name in ("line", "polygon") if form.get(name, "").strip()}
    if form.getlist("cells"):
        body["cells"] = form.getlist("cells")
    body |= {name: positions(form[name], name)[0] for name in ("at", "to") if form.get(name, "").strip()}
    body |= _whither(form, body)
    if body.get("operation") in OF_A_VERTEX:
        body.pop("cell", None)  # says which page the reader comes back to
    if body.get("operation") == "rename":
        body |= {name: None for name in ("name_en", "households") if name in form and name not in body}
    if body.get("operation") == "recut":
        body |= _size(form)
    return _checked(body)


def _whither(form: MultiDict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """A vertex goes some metres in a direction, or to numbers that were typed."""
    if form.get("direction") and "at" in body:
        return {"operation": "move_vertex", "to": grid_editor.nudged(body["at"], form["direction"], number(form, "metres"))}
    if body.get("operation") == "move_vertex" and form.get("lng", "").strip():
        return {"to": positions(f"{form['lng']},{form.get('lat', '')}", "lng")[0]}
    return {}


def _size(form: MultiDict[str, str]) -> dict[str, Any]:
    by = form.get("size_by")
    return {by: number(form, "size", kind=by)} if by in SIZES else {}


def size_of(form: MultiDict[str, str]) -> Size | None:
    """Of a draft that is begun: None leaves one cell to each community."""
    return Size(**_size(form)) if form.get("size", "").strip() else None


def number(form: MultiDict[str, str], name: str, *, kind: str | None = None) -> Any:
    typed = form.get(name, "").strip().replace(",", "")
    try:
        if len(typed) > MOST_DIGITS:
            raise ValueError
        return NUMBERS[kind or name](typed)
    except ValueError:
        raise Invalid(fields={name: [_("Please give a number.")]}) from None


def positions(typed: str, name: str) -> list[list[float]]:
    """One "longitude, latitude" a line. Raises Invalid."""
    try:
        found = [[float(part) for part in re.split(r"[,，\s]+", line.strip())] for line in typed.splitlines() if line.strip()]
    except ValueError:
        found = []
    if not found or any(len(pair) != 2 for pair in found):
        raise Invalid(fields={name: [_("Please give longitude and latitude, one place in each line, as 121.40512, 31.20431.")]})
    return found


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    try:
        return GridEditSchema().load(body)
    except ValidationError as error:
        raise Invalid(fields=_flat(error.messages)) from None


def _flat(messages: Any) -> dict[str, list[str]]:
    found = messages if isinstance(messages, dict) else {"form": messages}
    return {name: texts if isinstance(texts, list) else [str(text) for inner in _flat(texts).values() for text in inner] for name, texts in found.items()}

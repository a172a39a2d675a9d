"""All places of an area as a file: what the import reads again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from flask import Response, request
from shapely import Point
from sqlalchemy.orm import Session

from gridops.api import sheets
from gridops.services.exports import writers
from gridops.services.exports.records import Record, collect_places

MIMES = {mime: form for mime, form in sheets.FORMS.items()} | {"application/geo+json": "geojson"}


def wanted() -> str | None:
    """csv, xlsx, geojson, or None for JSON."""
    return MIMES.get(request.accept_mimetypes.best_match(["application/json", *MIMES], "application/json"))


def places(session: Session, prefixes: Collection[str], form: str) -> Response:
    columns, found = [], []
    for prefix in prefixes:
        columns, records = collect_places(session, prefix)
        found += records
    content = writers.write(columns, [_on_map(record) for record in found] if form == "geojson" else found, form)
    response = Response(content, mimetype=next(mime for mime, known in MIMES.items() if known == form))
    response.headers["Content-Disposition"] = f'attachment; filename="places.{form}"'
    return response


def _on_map(record: Record) -> Record:
    """A place without a boundary is a point there."""
    if record.geometry is not None or record.cells["lng"] is None:
        return record
    return replace(record, geometry=Point(record.cells["lng"], record.cells["lat"]))

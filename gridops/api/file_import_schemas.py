"""Files that come in as a whole."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

IMPORTED: dict[str, Any] = {"created": 3, "changed": 1, "unchanged": 12, "errors": [], "notes": [], "dry_run": True}


class FileImportQuerySchema(Schema):
    dry_run = fields.Boolean(load_default=False)


class AreaImportQuerySchema(FileImportQuerySchema):
    crs = fields.String(validate=validate.OneOf(("wgs84", "gcj02", "bd09")), metadata={"description": "of shapes that do not say it themselves"})
    stand_in_community = fields.Boolean(load_default=False, metadata={"description": "a street without communities gets one, or several where it is large"})


class FileImportedSchema(Schema):
    created = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    errors = fields.List(fields.Dict(), required=True)
    notes = fields.List(fields.String(), required=True)
    dry_run = fields.Boolean(required=True)

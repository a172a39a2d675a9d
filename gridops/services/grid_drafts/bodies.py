"""What each edit of a draft takes: one schema, and which fields an operation needs and may have."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

LONGEST_NAME, MOST_POINTS, MOST_PARTS = 200, 5000, 200


def _position(**options: Any) -> fields.List:
    """[longitude, latitude], WGS-84."""
    return fields.List(fields.Float(allow_nan=False), validate=[validate.Length(equal=2), _on_earth], **options)


def _on_earth(position: list[float]) -> None:
    if not (abs(position[0]) <= 180 and abs(position[1]) <= 90):
        raise ValidationError("Not a position: longitude before latitude, in degrees.")


def _code() -> fields.String:
    return fields.String(validate=validate.Regexp(r"[0-9]{1,24}\Z"), metadata={"pattern": "^[0-9]{1,24}$"})


# operation -> (fields it needs, fields it may have besides)
OPERATIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "split": (("cell",), ("line", "parts", "by")),
    "merge": (("cells",), ("keep",)),
    "move_vertex": (("at", "to"), ()),
    "add_vertex": (("at",), ()),
    "remove_vertex": (("at",), ()),
    "draw": (("community", "polygon"), ("name", "name_en")),
    "assign": (("place", "cell"), ()),
    "fill": (("at", "cell"), ()),
    "rename": (("cell",), ("name", "name_en", "households")),
    "recut": (("community",), ("count", "households", "target_area_m2", "lines")),
}
COMMON = ("expected_revision", "operation")


class GridEditSchema(Schema):
    expected_revision = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    operation = fields.String(required=True, validate=validate.OneOf(list(OPERATIONS)))
    cell = _code()
    cells = fields.List(_code(), validate=validate.Length(min=2, max=999))
    keep = _code()
    community = _code()
    place = fields.String(validate=validate.Length(min=1, max=LONGEST_NAME))
    line = fields.List(_position(), validate=validate.Length(min=2, max=MOST_POINTS))
    lines = fields.List(fields.List(_position(), validate=validate.Length(min=2, max=MOST_POINTS)), validate=validate.Length(max=2000))
    polygon = fields.List(_position(), validate=validate.Length(min=3, max=MOST_POINTS))
    parts = fields.Integer(strict=True, validate=validate.Range(min=2, max=MOST_PARTS))
    by = fields.String(validate=validate.OneOf(["households", "area"]))
    at = _position()
    to = _position()
    name = fields.String(validate=validate.Length(min=1, max=LONGEST_NAME))
    name_en = fields.String(allow_none=True, validate=validate.Length(max=LONGEST_NAME))
    households = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0, max=10_000_000))
    count = fields.Integer(strict=True, validate=validate.Range(min=1, max=999))
    target_area_m2 = fields.Float(allow_nan=False, validate=validate.Range(min=1))

    @validates_schema
    def _fits_the_operation(self, body: dict[str, Any], **_: Any) -> None:
        needed, possible = OPERATIONS[body["operation"]]
        faults = {name: ["Missing data for required field."] for name in needed if name not in body}
        faults |= {name: ["Unknown field."] for name in body if name not in (*COMMON, *needed, *possible)}
        if body["operation"] == "split" and ("line" in body) == ("parts" in body):
            faults["line"] = ["Give either a line or a number of parts."]
        if faults:
            raise ValidationError(faults)

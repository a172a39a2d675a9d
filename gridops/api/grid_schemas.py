"""Grid versions: what is sent and what is answered."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.area_schemas import FeatureSchema
from gridops.api.shapes import CRS, CodeNameSchema, Words, instant
from gridops.services.grid_drafts.bodies import GridEditSchema, LONGEST_NAME
from gridops.services.grid_drafts.coverage import KINDS
from gridops.services.grid_drafts.drafting import STARTS

__all__ = ["GridEditSchema"]  # documented as it is checked
STATUSES = ("draft", "active", "retired", "discarded")


class GridRevisionSchema(Schema):
    expected_revision = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0), metadata={"description": "the one that was looked at; another is 409"})


class GridCutSchema(Schema):
    """Exactly one."""

    count = fields.Integer(strict=True, validate=validate.Range(min=1, max=999), metadata={"description": "cells of each community"})
    households = fields.Integer(strict=True, validate=validate.Range(min=1))
    target_area_m2 = fields.Float(allow_nan=False, validate=validate.Range(min=1))


class GridBeginSchema(Schema):
    title = Words(longest=LONGEST_NAME)
    start = fields.String(load_default="active", validate=validate.OneOf(STARTS))
    cut = fields.Nested(GridCutSchema)


class GridSummarySchema(Schema):
    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    revision = fields.Integer(required=True)
    title = fields.String(required=True, allow_none=True)
    cells = fields.Integer(required=True)
    created_at = instant(required=True)
    planned_for = instant(required=True, allow_none=True)
    activated_at = instant(required=True, allow_none=True)
    retired_at = instant(required=True, allow_none=True)


class GridVersionsSchema(Schema):
    items = fields.List(fields.Nested(GridSummarySchema), required=True)


class GridLastEditSchema(Schema):
    seq = fields.Integer(required=True)
    at = instant(required=True)
    by = fields.String(required=True, allow_none=True)
    operation = fields.String(required=True)
    cells = fields.List(fields.String(), required=True)


class GridStatedReasonSchema(Schema):
    kind = fields.String(required=True)
    subject = fields.String(required=True)
    reason = fields.String(required=True)
    by = fields.String(required=True)
    at = fields.String(required=True)


class GridSchema(GridSummarySchema):
    street = fields.Nested(CodeNameSchema, required=True)
    based_on = fields.Integer(required=True, allow_none=True, metadata={"description": "id of the version that was active when it was begun"})
    reasons = fields.List(fields.Nested(GridStatedReasonSchema), required=True)
    can_undo = fields.Boolean(required=True)
    last_edits = fields.List(fields.Nested(GridLastEditSchema), required=True)


class GridChangedSchema(Schema):
    revision = fields.Integer(required=True)
    changed = fields.List(fields.Nested(FeatureSchema), required=True)
    removed = fields.List(fields.String(), required=True)
    can_undo = fields.Boolean(required=True)


class GridFeatureSchema(Schema):
    type = fields.String(validate=validate.Equal("Feature"))
    id = fields.Raw()
    properties = fields.Dict(required=True)
    geometry = fields.Dict(required=True, allow_none=True)


class GridReplaceSchema(GridRevisionSchema):
    type = fields.String(validate=validate.Equal("FeatureCollection"))
    crs = fields.String(required=True, validate=validate.OneOf(CRS), metadata={"description": "never guessed"})
    features = fields.List(fields.Nested(GridFeatureSchema), required=True, validate=validate.Length(max=5000))


class GridPlacesQuerySchema(Schema):
    places = fields.Integer(load_default=0, validate=validate.OneOf([0, 1]), metadata={"description": "1: compounds, buildings and yards as well"})


class GridProblemSchema(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    subject = fields.String(required=True, metadata={"description": "stays the same while the problem does"})
    severity = fields.String(required=True, validate=validate.OneOf(["blocking", "notice"]))
    cells = fields.List(fields.String(), required=True)
    place = fields.String(required=True, allow_none=True)
    area_m2 = fields.Float(required=True, allow_none=True)
    at = fields.List(fields.Float(), required=True, allow_none=True)
    bbox = fields.List(fields.Float(), required=True, allow_none=True, metadata={"description": "west, south, east, north"})
    accepted = fields.String(required=True, allow_none=True, metadata={"description": "why it may stand"})


class GridCoverageSchema(Schema):
    complete = fields.Boolean(required=True)
    gap_m2 = fields.Float(required=True)
    overlap_m2 = fields.Float(required=True)
    problems = fields.List(fields.Nested(GridProblemSchema), required=True)


class GridReasonSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    subject = Words(required=True, longest=20_000)
    reason = Words(required=True, longest=500)


class GridActivationSchema(GridRevisionSchema):
    reason = Words(longest=500, metadata={"description": "lets stand on purpose what would forbid it"})
    at = instant(metadata={"description": "in the future: a worker does it then"})


class GridDiscardSchema(Schema):
    """Nothing is needed."""


class GridRebasedSchema(GridChangedSchema):
    conflicts = fields.List(fields.String(), required=True, metadata={"description": "communities that both changed: the draft's cells stand"})


class GiverSchema(Schema):
    code = fields.String(required=True)
    households = fields.Integer(required=True, allow_none=True)


class CellChangeSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    change = fields.String(required=True, validate=validate.OneOf(["same", "reshaped", "renamed", "new", "ended"]))
    households_before = fields.Integer(required=True, allow_none=True)
    households_after = fields.Integer(required=True, allow_none=True)
    from_ = fields.List(fields.Nested(GiverSchema), required=True, data_key="from", attribute="from")


class MovedCountsSchema(Schema):
    households = fields.Integer(required=True)
    open_tickets = fields.Integer(required=True)
    postings = fields.Integer(required=True)
    posters = fields.Integer(required=True)
    buildings = fields.Integer(required=True)


class GridComparisonSchema(Schema):
    cells = fields.List(fields.Nested(CellChangeSchema), required=True)
    moved = fields.Nested(MovedCountsSchema, required=True)
    open_tickets = fields.List(fields.Dict(), required=True, metadata={"description": "number, from, to"})
    postings = fields.List(fields.Dict(), required=True, metadata={"description": "person, role, from, to (null: no cell takes over, the post ends)"})
    posters = fields.List(fields.Dict(), required=True, metadata={"description": "token, from, to"})

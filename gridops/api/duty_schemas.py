"""Duty: who is there now and tonight, what nobody covers, shifts, absences, hand-over, phone book."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, Words, instant
from gridops.domain.duty import DAYS, KINDS
from gridops.services.duty.vacancies import KINDS as VACANCIES


class DutyQuerySchema(Schema):
    at = instant(metadata={"description": "an instant with its zone; left out: now"})


class PersonOnDutySchema(Schema):
    posting = fields.Integer(required=True)
    person = fields.String(required=True)
    role = fields.String(required=True)
    part_time = fields.Boolean(required=True)
    area = fields.String(required=True, metadata={"description": "of the post: the cell, or the community or street over it"})
    stands_in_for = fields.String(required=True, allow_none=True)
    basis = fields.String(required=True, validate=validate.OneOf(("shift", "pattern", "hours")))
    since = instant(required=True)
    until = instant(required=True)


class CellDutySchema(CodeNameSchema):
    now = fields.List(fields.Nested(PersonOnDutySchema), required=True)
    tonight = fields.List(fields.Nested(PersonOnDutySchema), required=True)
    gap_s = fields.Integer(required=True, metadata={"description": "seconds of the night that no worker, leader or cadre covers"})


class NightSchema(Schema):
    since = instant(required=True)
    until = instant(required=True)


class AreaDutySchema(Schema):
    area = fields.Nested(CodeNameSchema, required=True)
    at = instant(required=True)
    night = fields.Nested(NightSchema, required=True)
    on_duty = fields.List(fields.Nested(PersonOnDutySchema), required=True, metadata={"description": "whose posts cover the whole area"})
    cells = fields.List(fields.Nested(CellDutySchema), required=True)


class VacancySchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(VACANCIES))
    area = fields.Nested(CodeNameSchema, required=True)
    person = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)
    posting = fields.Integer(required=True, allow_none=True)
    absence = fields.Integer(required=True, allow_none=True)
    on = fields.Date(required=True, allow_none=True, metadata={"description": "the day the post ends, the person left, or it was last confirmed"})
    until = instant(required=True, allow_none=True, metadata={"description": "the end of an absence"})


class VacanciesSchema(Schema):
    items = fields.List(fields.Nested(VacancySchema), required=True)


class ShiftSchema(Schema):
    posting = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**63 - 1))
    starts_at = instant(required=True)
    ends_at = instant(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    note = Words(longest=200, allow_none=True)


class PatternSchema(Schema):
    posting = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**63 - 1))
    days = fields.String(required=True, validate=validate.OneOf(DAYS))
    weekdays = fields.List(fields.Integer(strict=True, validate=validate.Range(1, 7)), metadata={"description": "ISO numbers; none: all"})
    opens = fields.Time(required=True, format="%H:%M", metadata={"example": "17:30"})
    closes = fields.Time(required=True, format="%H:%M", metadata={"description": "not after opens: the next morning"})
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)


class AbsenceSchema(Schema):
    person = Words(required=True, longest=64, metadata={"description": "code"})
    starts_at = instant(required=True)
    ends_at = instant(required=True)
    stand_in = Words(longest=64, allow_none=True, metadata={"description": "code of who takes all posts of the person meanwhile"})
    note = Words(longest=200, allow_none=True)


class OwnAbsenceSchema(Schema):
    starts_at = instant(required=True, metadata={"description": "not before today"})
    ends_at = instant(required=True)
    note = Words(longest=200, allow_none=True)


class OwnAbsenceShownSchema(Schema):
    id = fields.Integer(required=True)
    starts_at = instant(required=True)
    ends_at = instant(required=True)
    note = fields.String(required=True, allow_none=True)
    own = fields.Boolean(required=True, metadata={"description": "entered by oneself, and so may be taken back"})


class OwnAbsencesSchema(Schema):
    items = fields.List(fields.Nested(OwnAbsenceShownSchema), required=True)


class StandInSchema(Schema):
    stand_in = Words(required=True, longest=64, allow_none=True)


class PlansQuerySchema(Schema):
    since = instant(metadata={"description": "left out: now"})
    until = instant(metadata={"description": "left out: a week later; at most a year after since"})


class PlannedPostSchema(Schema):
    id = fields.Integer(required=True)
    posting = fields.Integer(required=True)
    person = fields.String(required=True)
    role = fields.String(required=True)
    area = fields.String(required=True)


class PlannedShiftSchema(PlannedPostSchema):
    starts_at = instant(required=True)
    ends_at = instant(required=True)
    kind = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)


class PlannedPatternSchema(PlannedPostSchema):
    days = fields.String(required=True)
    weekdays = fields.List(fields.Integer(), required=True)
    opens = fields.Time(required=True, format="%H:%M")
    closes = fields.Time(required=True, format="%H:%M")
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)


class PlannedAbsenceSchema(Schema):
    id = fields.Integer(required=True)
    person = fields.String(required=True)
    person_code = fields.String(required=True)
    starts_at = instant(required=True)
    ends_at = instant(required=True)
    stand_in = fields.String(required=True, allow_none=True)
    stand_in_code = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class PlansSchema(Schema):
    shifts = fields.List(fields.Nested(PlannedShiftSchema), required=True)
    patterns = fields.List(fields.Nested(PlannedPatternSchema), required=True)
    absences = fields.List(fields.Nested(PlannedAbsenceSchema), required=True)


class NewRowSchema(Schema):
    id = fields.Integer(required=True)


class HandOverNoteSchema(Schema):
    note = fields.String(load_default="", validate=validate.Length(max=4000))


class HandOverSchema(Schema):
    id = fields.Integer(required=True)
    area = fields.String(required=True)
    at = instant(required=True)
    given_by = fields.String(required=True)
    taken_by = fields.String(required=True, allow_none=True)
    taken_at = instant(required=True, allow_none=True)
    note = fields.String(required=True)
    sheet = fields.Dict(required=True, metadata={"description": "urgent and promised tickets, alarms and people on duty as they were"})


class HandOversSchema(Schema):
    items = fields.List(fields.Nested(HandOverSchema), required=True)


class NumberedOrganisationSchema(CodeNameSchema):
    phone = fields.String(required=True, allow_none=True)
    duty_phone = fields.String(required=True, allow_none=True)


class NumberedPersonSchema(PersonOnDutySchema):
    phone = fields.String(required=True, allow_none=True, metadata={"description": "null where unknown, or where the book was not opened"})


class PhoneBookSchema(Schema):
    organisations = fields.List(fields.Nested(NumberedOrganisationSchema), required=True)
    people = fields.List(fields.Nested(NumberedPersonSchema), required=True)

"""Duty: who is on duty now and tonight, vacancies, the roster."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response
from sqlalchemy import select

from gridops.api import duty_examples as examples
from gridops.api import duty_schemas as schemas
from gridops.api import sheets
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.domain.duty import YEARS
from gridops.errors import Invalid, NotFound
from gridops.models import Person
from gridops.services import areas, scope
from gridops.services.duty import Vacancy, overview, plans, roster, vacancies
from gridops.services.duty.overview import CellDuty
from gridops.services.people import access

blueprint = Blueprint("duty", __name__, url_prefix=PREFIX, description="Who is on duty where")
STAFF = {"security": [{"bearer": []}]}
A_WEEK, A_YEAR = timedelta(days=7), timedelta(days=366)
VACANCY_COLUMNS: tuple[sheets.Column, ...] = (
    ("kind", "事项", "What"), ("area", "区域编码", "Area"), ("area_name", "区域", "Area name"), ("person", "姓名", "Person"),
    ("role", "岗位", "Role"), ("on", "日期", "Day"), ("until", "离岗至", "Away until"))


@blueprint.route("/areas/<code>/duty", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.DutyQuerySchema, location="query")
@blueprint.response(200, schemas.AreaDutySchema, example=examples.DUTY)
@fails(blueprint, 401, 404, 422)
def show_duty(call: Call, query: dict[str, Any], code: str) -> dict[str, Any]:
    """Who is on duty at an instant and in the night, by cell

    The night runs from the end of the day's last working period to the next morning's opening. Posts of a community or street cover
    its cells; who is absent is represented by the stand-in, or by nobody.
    """
    check_covered(call, code)
    found = overview.now_and_tonight(call.session, code, _instant(query, "at", call.now))
    return {
        "area": _named(call, code), "at": found.at, "night": {"since": found.night[0], "until": found.night[1]},
        "on_duty": [overview.shown(one) for one in found.on_duty], "cells": [_cell(call, row) for row in found.cells]}


@blueprint.route("/areas/<code>/vacancies", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.VacanciesSchema, example=examples.VACANCIES)
@fails(blueprint, 401, 404)
def show_vacancies(call: Call, code: str) -> dict[str, Any] | Response:
    """What nobody covers, and posts that somebody must look at

    Also as text/csv and .xlsx.
    """
    check_covered(call, code)
    rows = vacancy_rows(call, vacancies(call.session, code, call.now))
    form = sheets.wanted()
    return vacancy_table(call, rows, form) if form else {"items": rows}


def vacancy_table(call: Call, rows: list[dict[str, Any]], form: str) -> Response:
    flat = [row | {"area": row["area"]["code"], "area_name": row["area"]["name"]} for row in rows]
    return sheets.table(call, "vacancies", VACANCY_COLUMNS, flat, form)


@blueprint.route("/areas/<code>/shifts", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.PlansQuerySchema, location="query")
@blueprint.response(200, schemas.PlansSchema, example=examples.PLANS)
@fails(blueprint, 401, 404, 422)
def show_plans(call: Call, query: dict[str, Any], code: str) -> dict[str, Any]:
    """What is planned: shifts, regular hours, absences

    Notes on absences are for the grid office and leaders.
    """
    check_covered(call, code)
    since = _instant(query, "since", call.now)
    until = query.get("until", since + A_WEEK)
    if not since < until <= since + A_YEAR:
        raise Invalid(fields={"until": ["It ends before it starts." if until <= since else "At most a year."]})
    found = plans.planned(call.session, code, since, until)
    if not scope.may_keep_grid(call.actor, code):  # why somebody is away concerns who plans, not every volunteer
        found["absences"] = [row | {"note": None} for row in found["absences"]]
    return found


@blueprint.route("/shifts", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.ShiftSchema, example=examples.SHIFT)
@blueprint.response(201, schemas.NewRowSchema, example={"id": 7})
@fails(blueprint, 401, 403, 404, 422)
def add_shift(call: Call, body: dict[str, Any]) -> Any:
    """Plan a shift of a post"""
    return roster.add_shift(call.session, body.pop("posting"), actor=call.actor, now=call.now, **body)


@blueprint.route("/shifts/<int:no>", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404)
def remove_shift(call: Call, no: int) -> None:
    """Take a shift back"""
    roster.remove_shift(call.session, no, actor=call.actor, now=call.now)


@blueprint.route("/shift-patterns", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.PatternSchema, example=examples.PATTERN)
@blueprint.response(201, schemas.NewRowSchema, example={"id": 7})
@fails(blueprint, 401, 403, 404, 422)
def add_pattern(call: Call, body: dict[str, Any]) -> Any:
    """Say when a post is regularly on duty

    On workdays it takes the place of the plain working hours, on rest days it comes on top of them.
    """
    return roster.add_pattern(call.session, body.pop("posting"), actor=call.actor, now=call.now, **body)


@blueprint.route("/shift-patterns/<int:no>", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404)
def end_pattern(call: Call, no: int) -> None:
    """End a pattern: yesterday was its last day"""
    roster.end_pattern_before(call.session, no, actor=call.actor, now=call.now)


@blueprint.route("/absences", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.AbsenceSchema, example=examples.ABSENCE)
@blueprint.response(201, schemas.NewRowSchema, example={"id": 7})
@fails(blueprint, 401, 403, 404, 422)
def add_absence(call: Call, body: dict[str, Any]) -> Any:
    """A person is away

    The stand-in takes all posts of the person meanwhile; without one it shows as a vacancy.
    """
    person_id, stand_in_id = person_of(call, body.pop("person"), "person"), person_of(call, body.pop("stand_in", None), "stand_in")
    return roster.add_absence(call.session, person_id, stand_in_id=stand_in_id, actor=call.actor, now=call.now, **body)


@blueprint.route("/absences/<int:no>", methods=["PATCH"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.StandInSchema, example=examples.STAND_IN)
@blueprint.response(200, schemas.NewRowSchema, example={"id": 7})
@fails(blueprint, 401, 403, 404, 422)
def change_absence(call: Call, body: dict[str, Any], no: int) -> Any:
    """Name or change the stand-in"""
    return roster.set_stand_in(call.session, no, person_of(call, body["stand_in"], "stand_in"), actor=call.actor, now=call.now)


@blueprint.route("/absences/<int:no>", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404)
def end_absence(call: Call, no: int) -> None:
    """The person is back, or does not go"""
    roster.end_absence(call.session, no, actor=call.actor, now=call.now)


def check_covered(call: Call, code: str) -> None:
    """Raises NotFound: names of staff are for those who work there."""
    if not scope.covers(call.actor, code):
        raise NotFound()
    areas.get_area(call.session, code)


def person_of(call: Call, code: str | None, field: str) -> int | None:
    """Raises Invalid for a code that nobody has whom the caller may see: a stand-in's phone is in the book of those whom he represents."""
    if code is None:
        return None
    found = call.session.scalar(select(Person.id).where(Person.code == code, access.visible_people(call.actor)))
    if found is None:
        raise Invalid(fields={field: ["There is no person with this code."]})
    return found


def _instant(query: dict[str, datetime], name: str, default: datetime) -> datetime:
    at = query.get(name, default)
    if at.year not in YEARS:
        raise Invalid(fields={name: ["Not a valid datetime."]})
    return at


def _named(call: Call, code: str) -> dict[str, str]:
    return {"code": code, "name": areas.path_name(call.session, code, call.locale)}


def _cell(call: Call, row: CellDuty) -> dict[str, Any]:
    return {
        "code": row.cell.code, "name": row.cell.called(call.locale), "now": [overview.shown(one) for one in row.now],
        "tonight": [overview.shown(one) for one in row.tonight], "gap_s": int(row.gap.total_seconds())}


def vacancy_rows(call: Call, found: list[Vacancy]) -> list[dict[str, Any]]:
    name = areas.path_names(call.session, call.locale)
    return [
        {"kind": one.kind, "area": {"code": one.area_code, "name": name(one.area_code)}, "person": one.person, "role": one.role,
         "posting": one.posting_id, "absence": one.absence_id, "on": one.on, "until": one.until} for one in found
    ]

"""Duty: who is there now and tonight, what nobody covers; the week, the hand-over and the phone book hang below this blueprint."""

from __future__ import annotations

from itertools import groupby

from flask import Response, render_template

from gridops.api import duty as api
from gridops.api.requests import Call, reading
from gridops.domain.area_codes import STREET_DIGITS
from gridops.domain.permissions import TICKET_ROLES
from gridops.services.duty import overview, vacancies, workload
from gridops.services.duty.overview import CellDuty
from gridops.web import duty_area, duty_away, duty_import, duty_sheets, duty_week
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("duty_pages", __name__)
blueprint.register_blueprint(duty_week.blueprint)
blueprint.register_blueprint(duty_sheets.blueprint)
blueprint.register_blueprint(duty_import.blueprint)
blueprint.register_blueprint(duty_away.blueprint)


@blueprint.get("/duty")
@reading(*TICKET_ROLES)
def show(call: Call) -> str:
    area = duty_area.chosen(call)
    found = overview.now_and_tonight(call.session, area.code, call.now)
    return render_template(
        "duty/now.html", **duty_area.around(call, area, "now"), found=found, communities=_by_community(found.cells), alike=_alike,
        distinct=overview.distinct, on_hand=workload.on_hand(call.session, area.code[:STREET_DIGITS]), own_posts=_own_posts)


def _by_community(cells: list[CellDuty]) -> list[tuple[str, list[CellDuty]]]:
    return [(name, list(rows)) for name, rows in groupby(cells, key=lambda row: row.community)]


def _alike(rows: list[CellDuty]) -> bool:
    """Only the street's duty, now and all night: one line says it for the community."""
    return all(not row.nobody_now and not row.gap and not _own_posts(row.now) and not _own_posts(row.tonight) for row in rows)


def _own_posts(present: list[overview.OnDuty]) -> list[overview.OnDuty]:
    """Of the cell or its community; the street's are said once, above the table."""
    return [one for one in overview.distinct(present) if len(one.area_code) > STREET_DIGITS]


@blueprint.get("/duty/vacancies")
@reading(*TICKET_ROLES)
def show_vacancies(call: Call) -> str:
    area = duty_area.chosen(call)
    found = vacancies(call.session, area.code, call.now)
    kinds = [(kind, list(rows)) for kind, rows in groupby(found, key=lambda one: one.kind)]
    return render_template("duty/vacancies.html", **duty_area.around(call, area, "vacancies"), kinds=kinds)


@blueprint.get("/duty/vacancies.<any(csv, xlsx):form>")
@reading(*TICKET_ROLES)
def download_vacancies(call: Call, form: str) -> Response:
    area = duty_area.chosen(call)
    rows = api.vacancy_rows(call, vacancies(call.session, area.code, call.now))
    return api.vacancy_table(call, rows, form)

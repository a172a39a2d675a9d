"""A plan of shifts brought in by page: whose hours are new or change is shown first, then written."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext as _

from gridops.api.people import takes_list
from gridops.api.requests import Call, reading
from gridops.api.sheets import FORMS
from gridops.domain.permissions import GRID_KEEPERS
from gridops.services import areas, scope
from gridops.services.exports import shift_sheet
from gridops.services.exports.writers import write
from gridops.services.imports.readers import read
from gridops.services.imports.shift_words import HEADINGS
from gridops.services.imports.shifts import ShiftReport, import_shifts
from gridops.services.kept_files import Importing, Sent
from gridops.web import duty_area, duty_words, file_import
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("shift_import", __name__)
XLSX = next(mime for mime, form in FORMS.items() if form == "xlsx")


@blueprint.get("/duty/import")
@reading(*GRID_KEEPERS)
def show(call: Call) -> str:
    return file_import.page(call, KIND, {})


@blueprint.get("/duty/shifts.xlsx")
@reading(*GRID_KEEPERS)
def to_fill_in(call: Call) -> Response:
    """The area's posts, with room for their shifts."""
    area = duty_area.chosen(call)
    columns, rows = shift_sheet.to_fill_in(
        call.session, area.code, duty_area.today(call, area), chinese=call.locale == "zh", called=areas.path_names(call.session, call.locale))
    answer = Response(write(columns, rows, "xlsx"), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="shifts-{area.code}.xlsx"'
    return answer


@blueprint.post("/duty/import")
@takes_list
def send() -> str | tuple[str, int]:
    return file_import.answer(KIND)


def _importing(call: Call) -> Importing:
    def importing(sent: Sent) -> ShiftReport:
        return import_shifts(call.session, read(sent.content, sent.name), now=call.now, may_keep=lambda area: scope.may_keep_grid(call.actor, area))

    return importing


def _around(call: Call) -> dict[str, Any]:
    area = duty_area.chosen(call)
    kept = [one for one in duty_area.around(call, area, "week")["areas"] if scope.may_keep_grid(call.actor, one.code)]
    return {
        "area": area, "areas": kept, "columns": {ours: theirs[0] for ours, theirs in HEADINGS.items()} if call.locale == "zh" else {},
        "post_words": duty_words.post, "path_name": areas.path_names(call.session, call.locale), "kinds": duty_words.SHIFTS | duty_words.DAYS,
        "outcomes": {"created": _("new"), "changed": _("changed")}}


KIND = file_import.Kind("shifts", GRID_KEEPERS, "duty/import.html", "duty", dict, _importing, _around)

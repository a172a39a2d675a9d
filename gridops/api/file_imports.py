"""Files that come in as a whole: streets and communities, and plans of shifts. People, places and duty catalogues have their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gridops.api import file_import_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.people import MULTIPART, takes_list
from gridops.api.places import takes_file
from gridops.api.requests import Call, writing
from gridops.api.shapes import fails
from gridops.api.uploads import sent_file
from gridops.domain.permissions import GRID_KEEPERS
from gridops.errors import Invalid
from gridops.services import scope
from gridops.services.imports.area_file import BRINGERS, import_area_file
from gridops.services.imports.readers import read
from gridops.services.imports.shifts import import_shifts
from gridops.services.imports.table import ImportReport

blueprint = Blueprint("file_imports", __name__, url_prefix=PREFIX, description="Files that come in as a whole")
STAFF = {"security": [{"bearer": []}]}
BODY = {"required": True, "content": MULTIPART}


@blueprint.route("/areas/import", methods=["POST"])
@takes_file
@writing(*BRINGERS)
@blueprint.doc(**STAFF, requestBody=BODY)
@blueprint.arguments(schemas.AreaImportQuerySchema, location="query")
@blueprint.response(200, schemas.FileImportedSchema, example=schemas.IMPORTED)
@fails(blueprint, 401, 403, 413, 422)
def bring_in_areas(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Bring in streets and communities: GeoJSON with shapes, or a table that changes names and numbers

    Administrators what they administer and streets that are not here yet; who keeps a grid its communities. All or nothing. Cells come
    by drafts of the grid.
    """
    name, content = sent_file()
    return _tried(call, query["dry_run"], lambda: import_area_file(
        call.session, content, name, actor=call.actor, now=call.now, crs=query.get("crs"), stand_in_community=query["stand_in_community"]))


@blueprint.route("/duty/shifts/import", methods=["POST"])
@takes_list
@writing(*GRID_KEEPERS)
@blueprint.doc(**STAFF, requestBody=BODY)
@blueprint.arguments(schemas.FileImportQuerySchema, location="query")
@blueprint.response(200, schemas.FileImportedSchema, example=schemas.IMPORTED)
@fails(blueprint, 401, 403, 413, 422)
def bring_in_shifts(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Bring in a plan of shifts: CSV or XLSX, in Chinese or with our columns; all or nothing"""
    name, content = sent_file()
    return _tried(call, query["dry_run"], lambda: import_shifts(
        call.session, read(content, name), now=call.now, may_keep=lambda area: scope.may_keep_grid(call.actor, area)))


def _tried(call: Call, dry_run: bool, act: Callable[[], ImportReport]) -> dict[str, Any]:
    """A dry run leaves nothing behind. Raises Invalid ``file_refused`` with every fault where something was to be written."""
    with call.session.begin_nested() as tried:
        report = act()
        call.session.flush()
        if dry_run:
            tried.rollback()
    errors = [{"row": fault.row, "column": fault.column, "code": fault.code, "message": fault.message} for fault in report.errors]
    if errors and not dry_run:
        raise Invalid("The file has errors: nothing was imported.", code="file_refused", details={"errors": errors})
    counts = {name: getattr(report, name) for name in ("created", "changed", "unchanged", "notes")}
    return counts | {"errors": errors, "dry_run": dry_run}

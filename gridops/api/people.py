"""People and their posts: found, entered, moved; who leaves; the roster of an area."""

from __future__ import annotations

from typing import Any

from flask import Response

from gridops.api import people_examples as examples
from gridops.api import people_schemas as schemas
from gridops.api import sheets
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.api.uploads import sent_file
from gridops.errors import Invalid
from gridops.services import areas
from gridops.services.exports import records, writers
from gridops.services.imports.people import import_people
from gridops.services.imports.people_staff import Gone, StaffReport
from gridops.services.imports.readers import read
from gridops.services.people import access, leaving, phones, posts, roster, view
from gridops.services.people.posts import Post

blueprint = Blueprint("people", __name__, url_prefix=PREFIX, description="People, their posts and duties")
STAFF = {"security": [{"bearer": []}]}
FILE_BYTES = 5 * 1024 * 1024
MULTIPART = {"multipart/form-data": {"schema": {
    "type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}}}


def takes_list(view_function):
    """Allows bodies of 5 MB: some ten thousand people."""
    view_function.max_body = FILE_BYTES
    return view_function


@blueprint.route("/people", methods=["GET"])
@reading(*access.READERS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.PeopleQuerySchema, location="query")
@blueprint.response(200, schemas.PeopleSchema, example=examples.PEOPLE)
@fails(blueprint, 401, 403, 422)
def list_people(call: Call, query: dict[str, Any]) -> dict[str, Any] | Response:
    """People by staff number, by name, role or area

    With `area` also as text/csv and .xlsx, in the columns that the import reads, without phones.
    """
    form = sheets.wanted()
    if form and query.get("area"):
        return sheet(call, query["area"], form)
    limit = query.pop("limit")
    found = roster.find_people(call.session, actor=call.actor, limit=limit + 1, **query)
    more = found[limit - 1].code if len(found) > limit else None
    return {"items": [view.brief(person, call.vault) for person in found[:limit]], "next_after": more}


def sheet(call: Call, area: str, form: str, *, with_phones: bool = False) -> Response:
    """All posts of an area, now and before. Raises NotFound."""
    access.check_reads(call.actor, area)
    columns, found = records.collect_people(call.session, call.vault if with_phones else None, area)
    response = Response(writers.write(columns, found, form), mimetype=next(mime for mime, known in sheets.FORMS.items() if known == form))
    response.headers["Content-Disposition"] = f'attachment; filename="people.{form}"'
    return response


@blueprint.route("/people", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.NewPersonSchema, example=examples.NEW_PERSON)
@blueprint.response(201, schemas.PersonSchema, example=examples.PERSON)
@fails(blueprint, 401, 403, 404, 422)
def add_person(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Enter a person with a first post"""
    post = _post(body.pop("post"))
    person = posts.add_person(call.session, body.pop("name"), post, actor=call.actor, now=call.now, vault=call.vault, **body)
    return _shown(call, person)


def _post(body: dict[str, Any]) -> Post:
    return Post(**body | {"duties": tuple(body["duties"])})


def _shown(call: Call, person: Any) -> dict[str, Any]:
    call.session.flush()
    return view.in_full(call.session, person, call.vault, call.now, call.locale)


@blueprint.route("/people/<code>", methods=["GET"])
@reading(*access.READERS)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.PersonSchema, example=examples.PERSON)
@fails(blueprint, 401, 403, 404)
def show_person(call: Call, code: str) -> dict[str, Any]:
    """Posts now and before, claims, check-ins; the phone masked"""
    return _shown(call, access.person_seen(call.session, code, call.actor))


@blueprint.route("/people/<code>", methods=["PATCH"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.PersonChangeSchema, example=examples.CHANGE)
@blueprint.response(200, schemas.PersonSchema, example=examples.PERSON)
@fails(blueprint, 401, 403, 404, 422)
def change_person(call: Call, body: dict[str, Any], code: str) -> dict[str, Any]:
    """Change name, phone or home organisation"""
    return _shown(call, posts.change_person(call.session, code, body, actor=call.actor, now=call.now, vault=call.vault))


@blueprint.route("/people/<code>/phone", methods=["POST"])
@writing(*access.READERS, keyed=False)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.StaffReasonSchema, example=examples.REASON)
@blueprint.response(200, schemas.StaffPhoneSchema, example=examples.PHONE)
@fails(blueprint, 401, 403, 404, 422)
def open_phone(call: Call, body: dict[str, Any], code: str) -> dict[str, Any]:
    """Open the phone number, with a reason that an auditor reads"""
    return {"phone": phones.reveal(call.session, call.vault, code, reason=body["reason"], actor=call.actor, now=call.now)}


@blueprint.route("/people/<code>/posts", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.NewPostSchema, example=examples.NEW_POST)
@blueprint.response(201, schemas.PersonSchema, example=examples.PERSON)
@fails(blueprint, 401, 403, 404, 422)
def add_post(call: Call, body: dict[str, Any], code: str) -> dict[str, Any]:
    """One more post"""
    person = access.person_seen(call.session, code, call.actor, lock=True)
    posts.add_post(call.session, person, _post(body), actor=call.actor, now=call.now)
    return _shown(call, person)


@blueprint.route("/people/<code>/leave", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.LastDaySchema, example=examples.LAST_DAY)
@blueprint.response(200, schemas.LeftSchema, example=examples.LEFT)
@fails(blueprint, 401, 403, 404, 422)
def leave(call: Call, body: dict[str, Any], code: str) -> leaving.Left:
    """All posts end, claims are released, the log-in closes after the last day"""
    return leaving.leave(call.session, code, last_day=body["last_day"], actor=call.actor, now=call.now)


@blueprint.route("/people/import", methods=["POST"])
@takes_list
@writing(ANY_STAFF)
@blueprint.doc(**STAFF, requestBody={"required": True, "content": MULTIPART})
@blueprint.arguments(schemas.PeopleImportQuerySchema, location="query")
@blueprint.response(200, schemas.PeopleImportedSchema, example=examples.IMPORTED)
@fails(blueprint, 401, 403, 404, 413, 422)
def bring_in(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Bring in a list of staff: CSV or XLSX, in Chinese or with our columns

    `dry_run` says who comes, moves, goes and leaves. All or nothing.
    """
    answer = reported(call, import_sent(call, **query), query["dry_run"])
    if answer["errors"] and not query["dry_run"]:
        raise Invalid("The file has errors: nothing was imported.", code="file_refused", details={"errors": answer["errors"]})
    return answer


def import_sent(call: Call, **options: Any) -> StaffReport:
    """Raises Invalid ``file_missing`` unless the request carries one file."""
    name, content = sent_file()
    return import_people(call.session, read(content, name), now=call.now, vault=call.vault, actor=call.actor, **options)


def reported(call: Call, report: StaffReport, dry_run: bool) -> dict[str, Any]:
    errors = [{"row": fault.row, "column": fault.column, "code": fault.code, "message": fault.message} for fault in report.errors]
    counts = {name: getattr(report, name) for name in ("created", "changed", "unchanged", "notes")}
    return counts | said(report, areas.path_names(call.session, call.locale)) | {"errors": errors, "dry_run": dry_run}


def said(report: StaffReport, named: view.Named) -> dict[str, list[dict[str, Any]]]:
    """Who comes, moves, goes and leaves, with the names of areas."""
    people = {name: [{"code": one.code, "name": one.name} for one in getattr(report, name)] for name in ("comes", "leaves")}
    return people | {
        "moves": [_gone(one, named) | {"to": {"role": one.to_role, "area": _area(one.to_area, named)}} for one in report.moves],
        "goes": [_gone(one, named) for one in report.goes]}


def _gone(one: Gone, named: view.Named) -> dict[str, Any]:
    return {"code": one.code, "name": one.name, "role": one.role, "area": _area(one.area, named)}


def _area(code: str, named: view.Named) -> dict[str, str]:
    return {"code": code, "name": named(code)}


@blueprint.route("/areas/<code>/roster", methods=["GET"])
@reading(*access.READERS)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.RosterSchema, example=examples.ROSTER)
@fails(blueprint, 401, 403, 404)
def show_roster(call: Call, code: str) -> dict[str, Any]:
    """Who serves in the area, by community and cell, and what is missing"""
    return {"items": [view.shown_row(row, call.locale) for row in roster.roster(call.session, code, actor=call.actor, now=call.now)]}

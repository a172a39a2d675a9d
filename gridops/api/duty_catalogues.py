"""The duty catalogue (派单目录): versions, drafts, holes and conflicts, dry runs, activation."""

from __future__ import annotations

from typing import Any

from flask import Response

from gridops.api import catalogue_examples as examples
from gridops.api import catalogue_schemas as schemas
from gridops.api import sheets
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.people import MULTIPART, takes_list
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.api.uploads import sent_file
from gridops.errors import NotFound
from gridops.models import DutyCatalogue
from gridops.services.duty_catalogue import activation, checking, comparing, editing, filing, trial, versions, view
from gridops.services.exports import writers
from gridops.services.imports.readers import read

blueprint = Blueprint("duty_catalogues", __name__, url_prefix=f"{PREFIX}/duty-catalogues", description="The duty catalogue in versions")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.RealmQuerySchema, location="query")
@blueprint.response(200, schemas.CataloguesSchema, example=examples.VERSIONS)
@fails(blueprint, 401, 404, 422)
def list_versions(call: Call, query: dict[str, str]) -> dict[str, Any]:
    """Versions of a street's own rules, or of those that hold everywhere, newest first"""
    street = query.get("street")
    if not versions.may_see(call.session, call.actor, street):
        raise NotFound()
    return {"items": [_shown(call, found) for found in versions.listed(call.session, street)]}


@blueprint.route("", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.CatalogueBeginSchema, example=examples.BEGIN)
@blueprint.response(201, schemas.CatalogueSchema, example=examples.VERSION)
@fails(blueprint, 401, 403, 404, 422)
def begin_draft(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Begin a draft that says what is in force"""
    return _shown(call, versions.begin(call.session, body["street"], title=body.get("title"), actor=call.actor, now=call.now))


@blueprint.route("/<int:no>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.CatalogueSchema, example=examples.VERSION)
@fails(blueprint, 401, 404)
def show_version(call: Call, no: int) -> dict[str, Any]:
    """One version"""
    return _shown(call, versions.seen(call.session, no, actor=call.actor))


@blueprint.route("/<int:no>/rules", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.CatalogueRulesSchema, example=examples.RULES)
@fails(blueprint, 401, 404)
def show_rules(call: Call, no: int) -> dict[str, Any] | Response:
    """What a version says; as text/csv and .xlsx in the columns that a draft takes in"""
    catalogue = versions.seen(call.session, no, actor=call.actor)
    rules, form = versions.rules_of(call.session, catalogue), sheets.wanted()
    if form:
        return as_file(catalogue, form, writers.write(list(filing.COLUMNS), filing.records(rules), form))
    return {"revision": catalogue.revision, "rules": view.rules(rules, view.Names(call.session, call.locale))}


@blueprint.route("/<int:no>/rules", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.RuleGivenSchema, example=examples.RULE_GIVEN)
@blueprint.response(200, schemas.CatalogueSchema, example=examples.VERSION)
@fails(blueprint, 401, 403, 404, 409, 422)
def put_rule(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Write one rule of a draft: the one of this category, area and kind of community is replaced, or added"""
    revision = body.pop("expected_revision")
    return _shown(call, editing.put_rule(call.session, no, body, expected_revision=revision, actor=call.actor))


@blueprint.route("/<int:no>/rules/drop", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.RuleKeySchema, example=examples.RULE_KEY)
@blueprint.response(200, schemas.CatalogueSchema, example=examples.VERSION)
@fails(blueprint, 401, 403, 404, 409, 422)
def drop_rule(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Take one rule out of a draft"""
    revision = body.pop("expected_revision")
    return _shown(call, editing.drop_rule(call.session, no, body, expected_revision=revision, actor=call.actor))


@blueprint.route("/<int:no>/file", methods=["POST"])
@takes_list
@writing(ANY_STAFF)
@blueprint.doc(**STAFF, requestBody={"required": True, "content": MULTIPART})
@blueprint.response(200, schemas.CatalogueSchema, example=examples.VERSION)
@fails(blueprint, 401, 403, 404, 409, 413, 422)
def bring_in(call: Call, no: int) -> dict[str, Any]:
    """Replace all rules of a draft by those of a CSV or XLSX file; all or nothing"""
    name, content = sent_file()
    draft, report = filing.bring_in(call.session, no, read(content, name), expected_revision=None, actor=call.actor)
    if report.errors:
        raise filing.refused(report)
    return _shown(call, draft)


@blueprint.route("/<int:no>/problems", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.ProblemsSchema, example=examples.PROBLEMS)
@fails(blueprint, 401, 404)
def show_problems(call: Call, no: int) -> dict[str, Any]:
    """Holes and conflicts

    Blocking: no_rule, committee_may_not_lead, no_department, tie. Notices: partly_covered, same_type_twice, only_informed, never_applies.
    """
    catalogue = versions.seen(call.session, no, actor=call.actor)
    return {"revision": catalogue.revision, "problems": [found.to_json() for found in checking.problems(call.session, catalogue)]}


@blueprint.route("/<int:no>/comparison", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.ComparisonQuerySchema, location="query")
@blueprint.response(200, schemas.ChangesSchema, example=examples.CHANGES)
@fails(blueprint, 401, 404, 422)
def compare(call: Call, query: dict[str, int], no: int) -> dict[str, Any]:
    """What differs from the version in force, or from another one"""
    catalogue, names = versions.seen(call.session, no, actor=call.actor), view.Names(call.session, call.locale)
    other = compared_with(call, catalogue, query.get("against"))
    before = versions.rules_of(call.session, other) if other else ()
    found = comparing.changes(before, versions.rules_of(call.session, catalogue))
    return {"against": other.version if other else None, "changes": [view.change(change, names) for change in found]}


@blueprint.route("/<int:no>/trials", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.TrialAskSchema, example=examples.TRIAL_ASK)
@blueprint.response(202, schemas.TrialSchema, example=examples.TRIAL)
@fails(blueprint, 401, 403, 404, 422)
def ask_trial(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Dry run: what would the tickets of a period have done under this version?

    Workers look through them; `done` of `total` says how far they are.
    """
    return view.trial(trial.ask(call.session, no, actor=call.actor, now=call.now, **body))


@blueprint.route("/<int:no>/trials/latest", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.TrialSchema, example=examples.TRIAL)
@fails(blueprint, 401, 404)
def show_trial(call: Call, no: int) -> dict[str, Any]:
    """The latest dry run of a version"""
    found = trial.latest(call.session, versions.seen(call.session, no, actor=call.actor))
    if found is None:
        raise NotFound()
    return view.trial(found)


@blueprint.route("/<int:no>/activation", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.CatalogueActivateSchema, example=examples.ACTIVATE)
@blueprint.response(200, schemas.CatalogueSchema, example=examples.VERSION)
@fails(blueprint, 401, 403, 404, 409, 422)
def activate(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Put a draft in force, at once or `at` an instant

    New holes or conflicts need a `reason`. Rounds that have begun keep the rule they used.
    """
    return _shown(call, activation.activate(call.session, no, actor=call.actor, now=call.now, **body))


@blueprint.route("/<int:no>/discard", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.CatalogueRevisionSchema, example=examples.REVISION)
@blueprint.response(200, schemas.CatalogueSchema, example=examples.VERSION)
@fails(blueprint, 401, 403, 404, 409, 422)
def discard(call: Call, body: dict[str, int], no: int) -> dict[str, Any]:
    """Throw a draft away; its number is not used again"""
    return _shown(call, versions.discard(call.session, no, expected_revision=body["expected_revision"], actor=call.actor))


def _shown(call: Call, catalogue: DutyCatalogue) -> dict[str, Any]:
    return view.version(call.session, catalogue, actor=call.actor)


def compared_with(call: Call, catalogue: DutyCatalogue, against: int | None) -> DutyCatalogue | None:
    """Raises NotFound for a version of another realm."""
    if against is None:
        return versions.active(call.session, catalogue.street_code)
    other = versions.seen(call.session, against, actor=call.actor)
    if other.street_code != catalogue.street_code:
        raise NotFound()
    return other


def as_file(catalogue: DutyCatalogue, form: str, content: bytes) -> Response:
    mime = next(mime for mime, known in sheets.FORMS.items() if known == form)
    name = f"duty-catalogue-{catalogue.street_code or 'all'}-{catalogue.version}.{form}"
    return Response(content, mimetype=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})

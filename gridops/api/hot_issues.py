"""What keeps coming up in an area, and making a public issue of it."""

from __future__ import annotations

from typing import Any

from gridops.api import hot_issue_examples as examples
from gridops.api import hot_issue_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.models import PublicIssue
from gridops.services.hot_issues import public
from gridops.services.hot_issues.shown import hot_issues

blueprint = Blueprint("hot_issues", __name__, url_prefix=f"{PREFIX}/areas", description="What keeps coming up: hot issues, surges, repeat sites")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("/<code>/hot-issues", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.HotIssuesSchema, example=examples.HOT_ISSUES)
@fails(blueprint, 401, 404)
def show_hot_issues(call: Call, code: str) -> dict[str, Any]:
    """Hot issues, surges and repeat sites of an area

    Hot: three different people within three calendar days about the same place and category, merged reports included, in the last two
    weeks. Surge: far more people in a cell in seven days than its own two months before. Repeat: came back within 30 days of closing.
    Whoever calls often is one voice; what is never public or accuses somebody is told to
    leaders, dispatchers and clerks only, as a count in a cell.
    """
    return hot_issues(call.session, code, actor=call.actor, now=call.now, locale=call.locale)


@blueprint.route("/<code>/public-issues", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MakePublicSchema, example=examples.MAKE_PUBLIC)
@blueprint.response(201, schemas.PublicIssueSchema, example=examples.PUBLIC_ISSUE)
@fails(blueprint, 401, 403, 404, 409, 422)
def make_public(call: Call, body: dict[str, str], code: str) -> PublicIssue:
    """Make a hot issue a public one: recorded with its tickets; one that shares a ticket with it is a 409"""
    return public.make_public(call.session, code, body["issue"], actor=call.actor, now=call.now)

"""What a poster's code opens. Scans are counted, those who scan are not known."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from gridops import db
from gridops.api import limits
from gridops.api.requests import context
from gridops.services import posters

blueprint = Blueprint("scanned", __name__)


@blueprint.get("/p/<token>")
def show(token: str) -> Response:
    """On to the report page, also with a code that nobody knows: it says so, and still takes a report."""
    house = context()
    limits.check(house, "public")
    if request.method == "GET":  # a messenger that only looks whether the address is there is nobody's scan
        with db.transaction(house.sessions) as session:
            found = posters.find(session, token)
            if found is not None:
                posters.count_scan(session, found.poster)
    answer = redirect(url_for("resident.report", poster=token[: posters.LONGEST_TYPED]), 302)
    answer.headers["Cache-Control"] = "no-store"
    return answer

"""Staff make and end the links of a ticket."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api.links import address
from gridops.api.requests import Call, writing
from gridops.errors import Invalid
from gridops.services import assignment_links
from gridops.services.behalf import STAND_INS
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("ticket_links", __name__)


@blueprint.post("/tickets/<number>/links")
@writing(*STAND_INS)
def make(call: Call, number: str) -> str:
    """The link is shown once, on the page that answers."""
    hours = request.form.get("hours", default=assignment_links.USUAL_HOURS, type=int)
    if not 1 <= hours <= assignment_links.MOST_HOURS:
        raise Invalid(fields={"hours": ["Not a valid integer."]})
    made = assignment_links.make(
        call.session, number, request.form.get("department", ""), actor=call.actor, now=call.now, vault=call.vault, hours=hours)
    return render_template("staff/link_made.html", call=call, active="tickets", number=number, made=made, url=address(made.token))


@blueprint.post("/tickets/<number>/links/<int:link_id>/revoke")
def revoke(number: str, link_id: int) -> Response:
    _revoke(number, link_id)
    flash(_("The link is ended."))
    return redirect(url_for("staff.ticket_page.show", number=number), 303)


@writing(*STAND_INS)
def _revoke(call: Call, number: str, link_id: int) -> None:
    assignment_links.revoke(call.session, number, link_id, actor=call.actor, now=call.now)

"""Jobs that could not be done, and how much is waiting: seen and run again by who looks after the system, and by the centre those of its own tickets."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.errors import NotAllowed
from gridops.services import dead_letters, figures, heartbeats
from gridops.web import work_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("jobs", __name__)
LIMIT = 100
SILENT_AFTER = timedelta(seconds=30)


@blueprint.get("/jobs")
@reading(*dead_letters.SEERS)
def show(call: Call) -> str:
    beat, seen = heartbeats.latest(call.session, heartbeats.BEAT), dead_letters.seen_by(call.actor)
    letters = dead_letters.waiting(call.session, limit=LIMIT, seen=seen)
    return render_template(
        "staff/jobs.html", call=call, active="jobs", letters=letters, tickets=dead_letters.tickets_of(call.session, letters),
        count=dead_letters.count(call.session, seen=seen), opens=bool(call.actor.areas(*dead_letters.CENTRE)),
        depth=figures.undone_by_queue(call.session), beat=beat, silent=beat is None or call.now - beat.at > SILENT_AFTER,
        topic_words=lambda topic: work_words.said("topic", topic))


@blueprint.post("/jobs/<int:letter_id>/rerun")
def rerun(letter_id: int) -> Response:
    try:
        _rerun(letter_id)
    except NotAllowed as error:
        flash(errors.payload(error)["message"], "warning")
    else:
        flash(_("It will be tried again at once."))
    return redirect(url_for("jobs.show"), 303)


@writing(*dead_letters.SEERS)
def _rerun(call: Call, letter_id: int) -> None:
    dead_letters.rerun(call.session, letter_id, by=call.actor.name, now=call.now, seen=dead_letters.seen_by(call.actor))


@blueprint.post("/jobs/rerun-all")
def rerun_all() -> Response:
    flash(ngettext("%(num)s job will be tried again at once.", "%(num)s jobs will be tried again at once.", _rerun_all()))
    return redirect(url_for("jobs.show"), 303)


@writing(*dead_letters.SEERS)
def _rerun_all(call: Call) -> int:
    return dead_letters.rerun_all(call.session, by=call.actor.name, now=call.now, seen=dead_letters.seen_by(call.actor))

"""Reporting: the start page, the one form, and the receipt. No log-in, no cookie."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading
from gridops.api.safety import takes_photos
from gridops.domain import codes
from gridops.errors import Conflict, NotFound
from gridops.services import areas, followers, intake, posters, resident_matters
from gridops.services.messages import policies
from gridops.web import already_told, posting, report_form
from gridops.web.already_told import AlreadyTold
from gridops.web.attached import keep_photos, store_photos
from gridops.web.found import about, find_report, qr, streets
from gridops.web.posting import MENDABLE
from gridops.web.report_form import ReportForm

blueprint = Blueprint("resident", __name__)


@blueprint.get("/")
@reading(limit="public")
def home(call: Call) -> str:
    return render_template("resident/home.html", streets=streets(call.session))


@blueprint.get("/report")
@reading(limit="public")
def report(call: Call) -> str:
    return _report_page(call, ReportForm.empty(request.args))


@blueprint.post("/report")
@takes_photos
def send_report() -> Response | tuple[str, int]:
    form = ReportForm.sent(request.form)
    try:
        return posting.once(lambda call: _submit(call, form), limit="report")
    except AlreadyTold as found:
        form.known = found.similar
        keep_photos(form.attached, form.errors)
        return _again(form, 200)
    except MENDABLE as error:
        form.blame(error)
        keep_photos(form.attached, form.errors)
        return _again(form, errors.status_of(error))


def _submit(call: Call, form: ReportForm) -> str:
    if form.follow:
        return _join(call, form)
    submission = form.submission(call.locale)
    if not form.another:
        already_told.look(call, submission)
    submission["photos"] += store_photos(call, most=form.attached.room)
    receipt = intake.submit(
        call.session, submission, actor=call.actor, now=call.now, vault=call.vault, channel="qr" if form.place_code or form.poster else "web",
        locale=call.locale)
    return url_for("resident.receipt", code=codes.format_code(receipt.code))


def _join(call: Call, form: ReportForm) -> str:
    """This is my problem too: what was typed goes along, and no second ticket is opened."""
    given = form.joining(call.locale)
    given["photos"] += store_photos(call, most=form.attached.room)
    try:
        joined = followers.follow(call.session, form.follow, given, actor=call.actor, now=call.now, vault=call.vault, locale=call.locale)
    except NotFound as gone:
        raise Conflict() from gone  # closed since it was shown: the form comes back with what was typed, and can be sent
    return url_for("resident.receipt", code=codes.format_code(joined.code))


@reading()
def _again(call: Call, form: ReportForm, status: int) -> tuple[str, int]:
    return _report_page(call, form), status


def _report_page(call: Call, form: ReportForm) -> str:
    aim = posters.find(call.session, form.poster)
    return render_template(
        "resident/report.html", form=form, form_key=posting.new_key(), aim=aim, aim_within=_within(call, aim),
        place=report_form.place_of(call.session, form.place_code),
        matters=resident_matters.newest(call.session, locale=call.locale), categories=report_form.common_categories(call.session, call.locale), streets=streets(call.session), limits=report_form)


def _within(call: Call, aim: posters.Aim | None) -> str:
    """The community that a poster hangs in."""
    return areas.area_name(call.session, aim.poster.community_code, call.locale) if aim else ""


@blueprint.get("/t/<code>/receipt")
@reading(limit="tracking")
def receipt(call: Call, code: str) -> str:
    found = find_report(call, code)
    texts = call.context.config.sms is not None and policies.wanted_by(call.session, found)
    return render_template("resident/receipt.html", **about(call, found, code), qr=qr(code), texts=texts)

"""Following a report with its tracking code: the story so far, rating, "not solved", and something to add."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading
from gridops.api.safety import takes_photos
from gridops.domain import codes
from gridops.domain.actor import reporter
from gridops.errors import GridopsError, Invalid, NotFound, TooMany
from gridops.models import Report, Ticket
from gridops.services import story, supplements, tickets
from gridops.services.messages import policies
from gridops.web import freshness, posting
from gridops.web.attached import PhotosSent, keep_photos, store_photos
from gridops.web.found import about, find_report, path_of
from gridops.web.posting import MENDABLE
from gridops.web.report_form import MOST_PHOTOS

blueprint = Blueprint("following", __name__)
LONGEST = 4000
SAID = ("rating", "reopen", "supplement", "withdraw", "messages")
Act = Callable[[Call, Report], None]


@blueprint.get("/track")
def track() -> str:
    return render_template("resident/track.html", typed="", errors={})


@blueprint.post("/track")
def look_up() -> Response | tuple[str, int]:
    typed = request.form.get("code", "")[:200]
    try:
        return redirect(posting.run(lambda call: find_report(call, typed) and path_of(typed), limit="tracking"), 303)
    except (NotFound, TooMany) as error:
        why = {"code": [_why_not_found(typed, error)]}
        return render_template("resident/track.html", typed=typed, errors=why), errors.status_of(error)


def _why_not_found(typed: str, error: GridopsError) -> str:
    if isinstance(error, TooMany):
        return errors.payload(error)["message"]
    if codes.parse_code(typed) is None:
        return _("This cannot be a tracking code: it has 24 digits, and one of these is missing or wrong.")
    return _("There is no report with this tracking code.")


@blueprint.get("/t/<code>")
@reading(limit="tracking")
def show(call: Call, code: str) -> str:
    return _page(call, code)


@blueprint.get("/t/<code>/newest")
@reading(limit="waiting")
def newest(call: Call, code: str) -> Response:
    """For the story that stays open: whether it has gone on."""
    return freshness.answer(_tag(call, find_report(call, code)))


@blueprint.post("/t/<code>/rating")
def rate(code: str) -> Response | tuple[str, int]:
    return _done(code, "rating", lambda call, report: _perform(call, report, "rate", _rating()))


@blueprint.post("/t/<code>/reopen")
def reopen(code: str) -> Response | tuple[str, int]:
    return _done(code, "reopen", lambda call, report: _perform(call, report, "reopen", {"text": _words(required=True)}))


@blueprint.post("/t/<code>/withdraw")
def withdraw(code: str) -> Response | tuple[str, int]:
    return _done(code, "withdraw", lambda call, report: _perform(call, report, "withdraw", {"reason": _words(required=True)}))


@blueprint.post("/t/<code>/supplements")
@takes_photos
def supplement(code: str) -> Response | tuple[str, int]:
    return _done(code, "supplement", _supplement)


@blueprint.post("/t/<code>/messages")
def choose_messages(code: str) -> Response | tuple[str, int]:
    return _done(code, "messages", lambda call, report: policies.choose(call.session, report, wanted=_wanted(), now=call.now))


def _wanted() -> bool:
    if request.form.get("wanted") not in ("yes", "no"):
        raise Invalid()
    return request.form["wanted"] == "yes"


def _supplement(call: Call, report: Report) -> None:
    sent = PhotosSent.of(request.form, most=MOST_PHOTOS)
    supplements.add(call.session, report, _words(required=True), [*sent.ids, *store_photos(call, most=sent.room)], now=call.now)


def _perform(call: Call, report: Report, action: str, body: dict) -> None:
    number = call.session.get_one(Ticket, report.ticket_id).number
    tickets.perform(call.session, number, action, body, actor=reporter(report.id), now=call.now)


def _done(code: str, form: str, act: Act) -> Response | tuple[str, int]:
    """Does it once and shows the story again; what can be mended is shown beside the form with what was typed."""
    try:
        return posting.once(lambda call: _act(call, code, form, act), limit="tracking")
    except MENDABLE as error:
        sent = PhotosSent.of(request.form, most=MOST_PHOTOS)
        wrong = dict(errors.payload(error).get("fields", {}))
        if form == "supplement":
            keep_photos(sent, wrong)
        return _again(code, form, error, wrong, sent.photos)


def _act(call: Call, code: str, form: str, act: Act) -> str:
    act(call, find_report(call, code))
    return f"{path_of(code)}?done={form}"


@reading()
def _again(call: Call, code: str, form: str, error: GridopsError, wrong: dict, photos: list[str]) -> tuple[str, int]:
    message = errors.payload(error)["message"]
    page = _page(call, code, failed=form, message=message, wrong=wrong, typed=request.form, kept=photos)
    return page, errors.status_of(error)


def _page(call: Call, code: str, **about_form) -> str:
    report = find_report(call, code)
    told = story.tell(call.session, report, now=call.now, locale=call.locale)
    done = request.args.get("done")
    form = {"failed": None, "message": None, "wrong": {}, "typed": {}, "kept": []} | about_form
    return render_template(
        "resident/story.html", newest=_tag(call, report), **about(call, report, code), story=told, heading=_heading(told), form_key=posting.new_key(), done=done if done in SAID else None,
        sends_messages=call.context.config.sms is not None, can_supplement=told["status"] not in supplements.OVER, longest=LONGEST, most_photos=MOST_PHOTOS, **form)


def _tag(call: Call, report: Report) -> str:
    return freshness.tag_of(report.id, *story.state(call.session, report, now=call.now))


def _heading(told: dict) -> str:
    """Who has rated is not asked to rate."""
    return _("Settled") if told["status"] == "closed" and told["rated"] else told["status_text"]


def _rating() -> dict:
    """The body of the action ``rate``. Raises Invalid for what was not chosen."""
    chosen = {"solved": request.form.get("solved"), "satisfaction": request.form.get("satisfaction")}
    wrong = {name: [_("Please choose one.")] for name, text in chosen.items() if not text}
    if chosen["solved"] not in (None, "", "yes", "no") or chosen["satisfaction"] not in (None, "", *"12345"):
        raise Invalid()
    if wrong:
        raise Invalid(fields=wrong)
    body = {"solved": chosen["solved"] == "yes", "satisfaction": int(chosen["satisfaction"])}
    called = {"yes": True, "no": False}.get(request.form.get("called", ""))
    return body | ({} if called is None else {"called": called}) | ({"text": words} if (words := _words()) else {})


def _words(*, required: bool = False) -> str:
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    if required and not text:
        raise Invalid(fields={"text": [_("Please say it in a few words.")]})
    if len(text) > LONGEST:
        raise Invalid(fields={"text": [_("At most %(most)s characters; these are %(given)s.", most=LONGEST, given=len(text))]})
    return text

"""An organisation's desk: what it has in hand, in lists, with one press for many tickets."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from gridops.api.requests import Call, reading
from gridops.services import inbox, listing
from gridops.services.organisation import colleagues, lists
from gridops.web import freshness, pickers
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("organisation", __name__)
LIMIT = 50
NAMES: dict[str, tuple[LazyString, LazyString]] = {
    "to_sign": (_l("To sign"), _l("Your organisation leads; the clock runs.")),
    "in_hand": (_l("In hand"), _l("Your organisation leads; suspended ones, too.")),
    "due_soon": (_l("Due soon"), _l("Late, or due within a working day; the least working time left comes first.")),
    "objections": (_l("Objections"), _l("Those to rule on, and your own that wait for a ruling.")),
    "supports": (_l("Requests for support"), _l("Others lead and wait for your part; or a support refuses and you coordinate.")),
    "more_time": (_l("More time asked for"), _l("Extensions and suspensions that are not decided yet.")),
}
WHO: dict[str, LazyString] = {"all": _l("everybody's"), "mine": _l("mine"), "nobody": _l("nobody's yet")}


@blueprint.get("/organisation")
@reading("department")
def show(call: Call) -> str:
    name = request.args.get("list") if request.args.get("list") in lists.LISTS else None
    asked = _asked(call)
    counts = lists.counts(call.session, asked)
    name = name or next((key for key, count in counts.items() if count), "to_sign")
    page, left = _page(call, name, asked)
    return render_template(
        "organisation/desk.html", call=call, active="organisation", name=name, who=asked.who, counts=counts, newest=_tag(call, counts), names=NAMES, whose=WHO,
        page=page, left=left,
        communities=pickers.communities(call.session, call.locale), people=people(call), own=colleagues.own(call.session, call.actor, call.locale),
        in_house=colleagues.of_tickets(call.session, [item["number"] for item in page.items], call.actor, call.locale),
        back=_back(name, asked.who), most=lists.MOST,
        more=url_for("organisation.show", list=name, who=asked.who, cursor=page.next_cursor) if page.next_cursor else None,
        first=_back(name, asked.who) if request.args.get("cursor") else None)


@blueprint.get("/organisation/newest")
@reading("department")
def newest(call: Call) -> Response:
    """For the desk that stays open: whether a list has grown or shrunk, or a message has come."""
    return freshness.answer(_tag(call, lists.counts(call.session, _asked(call))))


def _asked(call: Call) -> lists.Asked:
    who = request.args.get("who") if request.args.get("who") in WHO else "all"
    return lists.asked_by(call.session, call.actor, who, call.now)


def _tag(call: Call, counts: dict[str, int]) -> str:
    return freshness.tag_of(counts, inbox.newest(call.session, call.actor))


def _page(call: Call, name: str, asked: lists.Asked) -> tuple[listing.Page, dict[str, lists.Left]]:
    """What is due soon stands on one page, by the working time left; the other lists are paged by what is due first."""
    soon = name == "due_soon"
    found = listing.list_tickets(
        call.session, call.actor, {}, now=call.now, limit=lists.MOST if soon else LIMIT, sort="due_by", locale=call.locale,
        cursor=None if soon else request.args.get("cursor"), where=[lists.LISTS[name](asked)])
    left = lists.left(call.session, [item["number"] for item in found.items], call.actor, call.now)
    if soon:
        found = listing.Page(sorted(found.items, key=lambda item: left[item["number"]].seconds if item["number"] in left else 0), None)
    return found, left


def people(call: Call) -> list[tuple[int, str]]:
    """(account, name) to choose from; the name of the organisation beside it where the actor serves several."""
    names = {one.id: one.name for one in colleagues.own(call.session, call.actor, call.locale)}
    found = colleagues.of_organisations(call.session, list(names))
    return [(one.account_id, f"{one.name} · {names[one.department_id]}" if len(names) > 1 else one.name) for one in found]


def _back(name: str, who: str) -> str:
    return url_for("organisation.show", list=name, who=who)

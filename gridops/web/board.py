"""The leader's backlog: what is open by community or cell, as a table and as a map of the cells' own polygons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gridops.api import sheets
from gridops.api.requests import Call, reading
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.errors import NotFound
from gridops.services import areas, burning, load, scope
from gridops.services.backlog import BY, UNLOCATED, backlog
from gridops.services.lights import LIGHTS
from gridops.web import freshness, hot_issues, moments, paper, pickers
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("board", __name__)
ROLES = ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre", "grid_worker")
WORST_FIRST = ("red", "yellow", "suspended", "green")
LIGHT_WORDS = {"red": _l("Overdue"), "yellow": _l("Due soon"), "suspended": _l("Suspended"), "green": _l("In time")}


@blueprint.get("/board")
@reading(*ROLES)
def show(call: Call) -> Response | str:
    own = _own(call)
    if not own:
        raise NotFound()
    code = request.args.get("area") or own[0].code
    found = _found(call, code)
    zone = areas.location_of(call.session, code).street.timezone
    return render_template(
        "board/board.html", newest=_tag(found), wall="wall" in request.args, zone=zone, movers=burning.movers(call.session, code, now=call.now, locale=call.locale),
        ages=burning.ages(call.session, code, now=call.now), weeks=burning.weeks(call.session, code, zone, now=call.now),
        loads=load.of_organisations(call.session, code, now=call.now, locale=call.locale), call=call, active="board", found=found, by=_by(), own=own, level=areas.get_area(call.session, code).level,
        busy=busy(found["rows"]), calm=[row for row in found["rows"] if not row["open"]],
        communities=pickers.communities(call.session, call.locale),
        above=_above(call, code), hot_issues=bool(call.actor.roles.intersection(hot_issues.ROLES)), tone=tone, weight=weights(found["rows"]), lights=LIGHTS, unlocated=UNLOCATED,
        links=_links(found["area"]["code"], _by()))


@blueprint.get("/board/newest")
@reading(*ROLES)
def newest(call: Call) -> Response:
    """For the page that stays open: whether any number of it has changed."""
    own = _own(call)
    if not own:
        raise NotFound()
    return freshness.answer(_tag(_found(call, request.args.get("area") or own[0].code)))


def _tag(found: dict[str, Any]) -> str:
    return freshness.tag_of(found["totals"], found["rows"])


@blueprint.get("/board.<any(csv, xlsx, pdf):form>")
@reading(*ROLES)
def download(call: Call, form: str) -> Response:
    own = _own(call)
    if not own:
        raise NotFound()
    found = _found(call, request.args.get("area") or own[0].code)
    return _paper(call, found) if form == "pdf" else sheets.backlog(call, found, form)


def _paper(call: Call, found: dict[str, Any]) -> Response:
    """Every row, the calm ones too, in the order of the codes."""
    zone = areas.location_of(call.session, found["area"]["code"]).street.timezone
    headings = (_("Area"), _("Open"), *(str(LIGHT_WORDS[light]) for light in WORST_FIRST), _("Oldest"), _("Per 1,000 homes"))
    over = pickers.communities(call.session, call.locale) if _by() == "cell" else {}
    rows = [_paper_row(row, over.get((row["code"] or "")[:COMMUNITY_DIGITS], ""), zone) for row in found["rows"]]
    rows.append([_("Total"), found["totals"]["open"], *(found["totals"][light] for light in WORST_FIRST), "", ""])
    facts = [_("Scope: %(area)s, %(by)s", area=found["area"]["name"], by=_("by cell") if _by() == "cell" else _("by community")),
             _("Time: what is open at %(moment)s", moment=paper.instant(call.now, zone))]
    title = f"{_('Backlog')} · {found['area']['name']}"
    return paper.answer(call, "backlog", title, facts, [paper.block(_("Backlog"), headings, rows, last_is_sum=True)], zone)


def _paper_row(row: dict[str, Any], community: str, zone: str) -> list[object]:
    """Cells of two communities may have one name: the community stands before it."""
    oldest = moments.date(row["oldest_reported_at"], zone) if row["oldest_reported_at"] else "–"
    load = f"{row['open'] * 1000 / row['households']:.1f}" if row["households"] else "–"
    return [f"{community} {row['name']}".strip(), row["open"], *(row[light] for light in WORST_FIRST), oldest, load]


def _found(call: Call, code: str) -> dict[str, Any]:
    return backlog(call.session, code, _by(), actor=call.actor, now=call.now, locale=call.locale)


def _by() -> str:
    by = request.args.get("by")
    return by if by in BY else "cell"


def _own(call: Call) -> list[areas.Area]:
    """The areas of the actor's grants that exist, widest first."""
    codes = sorted({grant.area for grant in call.actor.grants if grant.role in ROLES}, key=lambda code: (len(code), code))
    exact = [area for code in codes if (area := areas.find_area(call.session, code))]
    return exact or [street for street in areas.all_streets(call.session) if scope.covers(call.actor, street.code)]


def _above(call: Call, code: str) -> list[areas.Area]:
    """The way up, as far as the actor may look."""
    location = areas.location_of(call.session, code)
    over = (location.street, location.community)
    return [area for area in over if area and area.code != code and scope.covers(call.actor, area.code)]


def _links(code: str, by: str) -> Callable[..., str]:
    """link(row, light) -> the list of exactly the tickets that a number counts."""

    def link(row: str | None, light: str | None = None) -> str:
        where = {"area": code if row in (None, UNLOCATED) else row, "light": light}
        if row == UNLOCATED:
            where |= {"unlocated" if by == "cell" else "without_community": "1"}
        return url_for("staff.ticket_list.show", status="open", **{name: value for name, value in where.items() if value})

    return link


def busy(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where something is open, the most overdue first; what has no place stays last."""
    return sorted((row for row in rows if row["open"]), key=lambda row: (row["code"] == UNLOCATED, -row["red"], -row["open"], row["code"]))


def tone(row: dict[str, Any]) -> str:
    """The worst light that is there."""
    return next((light for light in WORST_FIRST if row[light]), "none")


def weights(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Area code -> 1..3, how much is open there beside the fullest: the map's strength of colour."""
    most = max((row["open"] for row in rows if row["code"] != UNLOCATED), default=0)
    return {row["code"]: min(3, 1 + row["open"] * 3 // (most + 1)) for row in rows}

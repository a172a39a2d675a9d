"""Inbox: what waits for me, and what I was told. The ticket pages hang below this blueprint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug import Response

from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.models import Alarm, Ticket
from gridops.services import alarms, areas, dead_letters, inbox, scope
from gridops.web import freshness, pickers, queues, ticket_links, ticket_list, ticket_page, work_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("staff", __name__)
blueprint.register_blueprint(ticket_list.blueprint)
blueprint.register_blueprint(ticket_page.blueprint)
blueprint.register_blueprint(ticket_links.blueprint)
MESSAGES = 30
MOST_ALARMS = 20


class Ringing(NamedTuple):
    alarm: Alarm
    number: str | None
    area: str


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    return {"said": work_words.said, "left": work_words.left, "left_words": work_words.left, "limit_words": work_words.limit}


@blueprint.get("/inbox")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    before = request.args.get("before", type=int)
    communities = pickers.communities(call.session, call.locale)
    messages = inbox.inbox_for(call.session, call.actor, limit=MESSAGES, before=before)
    return render_template(
        "staff/inbox.html", call=call, active="inbox", waiting=queues.waiting(call) if before is None else [], first=before is None,
        communities=communities, alarms=_ringing(call, communities) if before is None else [], messages=messages,
        unread=inbox.unread_count(call.session, call.actor), newest=inbox.newest(call.session, call.actor),
        message_words=work_words.message, organisations=_organisations(call), next_before=messages[-1].id if len(messages) == MESSAGES else None,
        dead_letters=dead_letters.count(call.session, seen=dead_letters.seen_by(call.actor)) if call.actor.roles.intersection(dead_letters.SEERS) else None,
        has_tickets=sees_tickets(call.actor))


@blueprint.get("/inbox/newest")
@reading(ANY_STAFF)
def newest(call: Call) -> Response:
    """For pages that stay open: whether a message has come."""
    return freshness.answer(str(inbox.newest(call.session, call.actor)))


def _organisations(call: Call) -> dict[str, str]:
    return {option.code: option.name for option in pickers.departments(call.session, call.locale)}


@blueprint.post("/inbox/read")
def mark_read() -> Response:
    _mark_read()
    return redirect(url_for("staff.show") + "#messages", 303)


@writing(ANY_STAFF)
def _mark_read(call: Call) -> None:
    ids = request.form.getlist("message", type=int) or None
    done = inbox.mark_read(call.session, call.actor, ids, now=call.now)
    flash(ngettext("%(num)s message marked as read.", "%(num)s messages marked as read.", done))


def sees_tickets(actor: Actor) -> bool:
    return any(grant.role not in scope.WITHOUT_TICKETS for grant in actor.grants)


def _ringing(call: Call, communities: dict[str, str]) -> list[Ringing]:
    found = alarms.open_alarms(call.session, call.actor, limit=MOST_ALARMS)
    numbers = _numbers(call, [alarm.ticket_id for alarm in found if alarm.ticket_id])
    return [Ringing(alarm, numbers.get(alarm.ticket_id), _area(call, alarm.area_code, communities)) for alarm in found]


def _area(call: Call, code: str, communities: dict[str, str]) -> str:
    names = (communities.get(code[:COMMUNITY_DIGITS]), areas.area_name(call.session, code, call.locale))
    return " ".join(dict.fromkeys(filter(None, names)))


def _numbers(call: Call, ids: Sequence[int]) -> dict[int, str]:
    rows = call.session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(ids), scope.visible_tickets(call.actor)))
    return {row.id: row.number for row in rows}

"""A group chat pasted in: what is said in it becomes reports, and a card goes back to the chat."""

from __future__ import annotations

import json
from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.group_chat import LONGEST_CHAT, MOST_MATTERS
from gridops.errors import GridopsError
from gridops.services import chat_reports, idempotency
from gridops.services.chat_reports import ROLES
from gridops.web import chat_form, pickers, posting
from gridops.web.gate import staff_blueprint
from gridops.web.pickers import Option
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("chat", __name__)


class Lists:
    """What can be picked: all categories, and the writer's own cells."""

    def __init__(self, call: Call):
        self.call = call

    def __call__(self, name: str) -> Sequence[Option]:
        session, locale = self.call.session, self.call.locale
        if name == "categories":
            return pickers.categories(session, locale)
        over = pickers.communities(session, locale)
        cells = chat_reports.cells_of(session, self.call.actor)
        return [Option(cell.code, f"{over.get(cell.code[:COMMUNITY_DIGITS], '')} {cell.called(locale)}".strip()) for cell in cells]


@blueprint.get("/chat")
@reading(*ROLES)
def show(call: Call) -> str:
    return render_template("desk/chat.html", call=call, active="chat", longest=LONGEST_CHAT)


@blueprint.post("/chat/read")
@reading(*ROLES)
def read(call: Call) -> str:
    """By POST, so that nobody's words stand in an address or a log; nothing is kept."""
    return _matters(call, chat_form.read(call.session, request.form.get("chat", ""), Lists(call)))


@blueprint.post("/chat")
def send() -> Response | tuple[str, int]:
    try:
        numbers = _take()
    except MENDABLE as error:
        return _again(error), errors.status_of(error)
    return redirect(url_for("chat.card", tickets=numbers), 303)


@writing(*ROLES)
def _take(call: Call) -> str:
    key, caller = request.form.get(posting.KEY, ""), f"account:{call.actor.account_id}"
    typed = sorted(item for item in request.form.items(multi=True) if item[0] != "csrf_token")
    hashed = call.vault.blind_index(json.dumps(typed, ensure_ascii=False), purpose="idempotency.body")
    stored = idempotency.begin(call.session, key, caller, hashed, call.now, vault=call.vault) if key else None
    if stored is not None:
        return stored.answer
    told = chat_form.told(chat_form.sent(request.form), request.form.get("cell", ""), Lists(call))
    made = chat_reports.take(call.session, told, actor=call.actor, now=call.now, vault=call.vault, locale=call.locale)
    numbers = ",".join(ticket.number for ticket in made)
    if key:
        idempotency.finish(call.session, key, caller, status=303, answer=numbers, vault=call.vault)
    return numbers


@reading(*ROLES)
def _again(call: Call, error: GridopsError) -> str:
    shown = errors.payload(error)
    rows = chat_form.explained(call.session, chat_form.sent(request.form), Lists(call))
    return _matters(call, rows, wrong=shown.get("fields", {}), message=shown["message"])


@blueprint.get("/chat/card")
@reading(*ROLES)
def card(call: Call) -> str:
    numbers = [number for number in request.args.get("tickets", "").split(",") if number][:MOST_MATTERS]
    return render_template(
        "desk/chat_card.html", call=call, active="chat", lines=chat_reports.card(call.session, numbers, call.actor, locale=call.locale))


def _matters(call: Call, rows: list[chat_form.Row], *, wrong: dict | None = None, message: str | None = None) -> str:
    lists = Lists(call)
    cells = lists("cells")
    return render_template(
        "desk/chat_matters.html", call=call, active="chat", rows=rows, wrong=wrong or {}, message=message, lists=lists, form_key=posting.new_key(),
        cell=request.form.get("cell") or (cells[0].shown if len(cells) == 1 else ""))

"""Bodies for the actions of the lifecycle: the right one for a ticket as it stands now, and every sort of wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from marshmallow import fields
from sqlalchemy import select

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.models import Assignment, CategoryVersion, Department, Report, Ticket, UpstreamAct, UpstreamOrder
from gridops.services import merging
from gridops.services.actions.support import OPEN as SUPPORT_OPEN
from gridops.services.bodies import LONGEST, SCHEMAS, DayOrInstant
from tests.services.indicators.lives import BODIES, WITH_PHOTOS, Lives
from tests.small_street import RUBBISH

TEXT = {"text": "说明"}
FIXED = {
    "dispatch": {"lead": "D-SANITATION", "coordinate": "D-GRID_CENTER", "support": []}, "supervise": TEXT | {
        "level": 1, "addressee": "clerk", "due_by": "2027-01-04"},
    "recategorise": {"category": RUBBISH, "reason": "分类有误"}, "rate": {"solved": True, "satisfaction": 5}, "record_callback": {"solved": True},
}
FREE = ("next_step", "reason", "note", "text", "duty", "refer_to", "call_record")  # any words will do
THEIRS = ("external_ref",)  # whatever signs the city writes
NONSENSE: dict[type[fields.Field], list[Any]] = {
    fields.Boolean: ["yes", 2], fields.Integer: ["x", 1.5, -1, 10**30],
    fields.AwareDateTime: ["yesterday", "2026-03-04T10:00:00", 7],
    DayOrInstant: ["yesterday", "2026-03-04T10:00:00", 7, "2020-01-01", "2020-01-01T00:00:00Z", "8999-12-31", "9999-12-31"],
    fields.List: ["x", 7, [7], [None], [str(uuid4())] * 30, [{"department": "D-NOWHERE", "duty": "看"}], [{"department": "D-FIRE"}]],
    fields.String: [7, ["x"], {"a": 1}, "字" * (LONGEST + 1)],
}


def right(lives: Lives, ticket: Ticket, action: str, actor: Actor) -> dict[str, Any] | None:
    """None: nothing right can be said at present, for what it would have to name is not there."""
    if action in BY_TICKET:
        said = BY_TICKET[action](lives, ticket, actor)
    else:
        said = dict(FIXED.get(action) or BODIES.get(action, lambda _: TEXT)(lives))
    if said is not None and action in WITH_PHOTOS:
        said |= {"photos": [lives._photo(actor)]}
    return said


def wrong(action: str, body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is wrong, and the body that was right but for that."""
    yield "surprise", body | {"surprise": 1}
    for name, field in SCHEMAS[action].fields.items():
        if field.required:
            yield f"without {name}", {key: value for key, value in body.items() if key != name}
        for value in _nonsense(name, field):
            yield f"{name}={str(value)[:30]!r}", body | {name: value}


def _nonsense(name: str, field: fields.Field) -> list[Any]:
    kind = next(kind for kind in NONSENSE if isinstance(field, kind))
    more = [[str(uuid4())]] if isinstance(getattr(field, "inner", None), fields.UUID) else []
    if kind is fields.String and name not in THEIRS:
        more = ["  ", "a\x00b" if name in FREE else "NOWHERE"]  # elsewhere the edges have refused NUL before anything is looked up
    return [*NONSENSE[kind], *more, *([] if field.allow_none else [None])]


def _merge(lives: Lives, ticket: Ticket, actor: Actor) -> dict | None:
    """Into an open matter that may take it in; the system only where both lie."""
    for receipt in lives.receipts:
        master = merging.root_of(lives.session, receipt.ticket)
        fits = master.id != ticket.id and master.status in OPEN and master.never_public == ticket.never_public
        near = actor.kind != "system" or master.area_code == ticket.area_code
        if fits and near and master.emergency >= ticket.emergency:
            return {"into": receipt.ticket.number}
    return None


def _self_handle(lives: Lives, ticket: Ticket, actor: Actor) -> dict:
    return {"category": RUBBISH, "text": "已清理", "before": [lives._photo(actor)]}


def _with_call(lives: Lives, ticket: Ticket, actor: Actor) -> dict:
    mode = lives.session.scalar(select(CategoryVersion.check_mode).where(CategoryVersion.id == ticket.category_version_id))
    return TEXT | ({"call": "reached"} if mode == "call" else {})


def _support(*statuses: str):
    def named(lives: Lives, ticket: Ticket, actor: Actor) -> dict:
        parties = select(Department.code).join(Assignment, Assignment.department_id == Department.id)
        query = parties.where(Assignment.round_id == ticket.round_id, Assignment.role == "support", Assignment.status.in_(statuses))
        code = lives.session.scalar(query.limit(1))
        return TEXT | ({"department": code} if code else {})

    return named


def _order(lives: Lives, ticket: Ticket) -> str:
    behind = select(UpstreamOrder.external_number).join(Report, Report.id == UpstreamOrder.report_id)
    return lives.session.scalar(behind.where(merging.shown_with(ticket.id)).limit(1)) or "NOWHERE"


def _record(lives: Lives, ticket: Ticket, actor: Actor) -> dict:
    kind = lives.chance.choice(("urge", "callback", "rehandle")) if actor.kind != "system" else "urge"
    number = _order(lives, ticket)
    state = lives.session.scalar(select(UpstreamOrder.state).where(UpstreamOrder.external_number == number))
    return {"order": number, "kind": "urge" if state == "rehandling" else kind, "direction": "in"}


def _decide(lives: Lives, ticket: Ticket, actor: Actor) -> dict:
    asked = (
        select(UpstreamAct.kind, UpstreamOrder.external_number).join(UpstreamOrder, UpstreamOrder.id == UpstreamAct.order_id)
        .join(Report, Report.id == UpstreamOrder.report_id).where(merging.shown_with(ticket.id), UpstreamAct.state == "asked"))
    found = lives.session.execute(asked.limit(1)).one_or_none() or ("rehandle", _order(lives, ticket))
    return {"order": found[1], "kind": found[0], "granted": ticket.status == "closed"}


BY_TICKET = {
    "merge": _merge, "self_handle": _self_handle, "pass_check": _with_call, "observe": _with_call, "record_upstream": _record,
    "decide_upstream": _decide, "waive_support": _support(*SUPPORT_OPEN), "return_support": _support("refused"),
}

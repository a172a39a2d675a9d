"""What the city's platform and we say to each other about an order, written on its ticket. The table is domain.upstream."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from gridops.domain import clocks as rules
from gridops.domain import upstream
from gridops.errors import Forbidden, Invalid
from gridops.models import Report, UpstreamAct, UpstreamOrder
from gridops.services import alarms, merging
from gridops.services.actions import promise
from gridops.services.upstream.known import find_order, ticket_of
from gridops.services.work import Work

ASKED = "upstream_asks"  # an alarm until somebody decides
FACTS = ("due_by", "promise", "satisfied", "solved", "changed")


def may_record(work: Work) -> None:
    """Only where an order of the city stands behind the ticket, or behind one that was merged into it."""
    behind = exists().where(UpstreamOrder.report_id == Report.id, merging.shown_with(work.ticket.id))
    if not work.session.scalar(select(behind)):
        raise work.refuse("no_order", "No order of the city stands behind this ticket.")


def record(work: Work) -> str:
    order, body = _order(work), work.body
    row = upstream.ACTS.get((body["direction"], body["kind"]))
    if row is None:
        raise Invalid(fields={"direction": ["This is not said in this direction."]})
    _needs(work, row)
    if order.state not in row.sources:
        raise work.refuse("order_state", "The order's state does not allow this.")
    asks = row.asks and (body["kind"] != "update" or body.get("due_by") is not None)
    act = UpstreamAct(
        order_id=order.id, direction=row.direction, kind=row.kind, state="asked" if asks else "done", text=body.get("text"),
        facts=_facts(body), external_ref=body.get("external_ref"), at=work.now, account_id=work.actor.account_id)
    if asks:
        _only_one_asked(work, order, act)
    order.state = upstream.after(order.state, row.target)
    order.turn += row.kind == "rehandle"
    work.session.add(act)
    if asks and row.direction == upstream.IN:
        alarms.raise_alarm(
            work.session, ASKED, subject=_subject(order, act), area_code=work.ticket.area_code, ticket_id=work.ticket.id,
            facts={"order": order.external_number, "kind": act.kind}, now=work.now)
    _trail(work, order, act)
    return "="


def _needs(work: Work, row: upstream.Act) -> None:
    """A person speaks for us; what is asked needs a reason, an extension its date."""
    if row.direction == upstream.OUT and work.actor.kind == "system":
        raise Forbidden()
    missing = [name for name in ("text", "due_by") if work.body.get(name) is None and row.kind in _NEEDED[name]]
    if missing:
        raise Invalid(fields={name: ["Missing data for required field."] for name in missing})


_NEEDED = {"text": ("return", "extension"), "due_by": ("extension",)}


def _only_one_asked(work: Work, order: UpstreamOrder, act: UpstreamAct) -> None:
    """A later change of the city's takes the place of the one that nobody has decided; anything else is asked once at a time."""
    earlier = _asked(work, order, act.kind)
    if earlier is None:
        return
    if act.kind != "update":
        raise work.refuse("asked_before", "This was asked before and is not decided yet.")
    earlier.state, earlier.decided_at = "refused", work.now
    work.session.flush()


def may_decide(work: Work) -> None:
    """Something was asked about one of the orders; what the city asks, a person decides."""
    may_record(work)
    behind = select(UpstreamAct.direction).join(UpstreamOrder, UpstreamOrder.id == UpstreamAct.order_id).join(Report, Report.id == UpstreamOrder.report_id)
    asked = set(work.session.scalars(behind.where(merging.shown_with(work.ticket.id), UpstreamAct.state == "asked")))
    if not asked:
        raise work.refuse("nothing_to_decide", "Nothing of this kind waits for a decision.")
    if work.actor.kind == "system" and upstream.OUT not in asked:
        raise Forbidden()


def decide(work: Work) -> str:
    """Theirs on what we asked, ours on what they asked. The city's due moves with it; the promise only where that was said."""
    order, body = _order(work), work.body
    act = _asked(work, order, body["kind"])
    if act is None:
        raise work.refuse("nothing_to_decide", "Nothing of this kind waits for a decision.")
    if act.direction == upstream.IN and work.actor.kind == "system":
        raise Forbidden()
    act.state, act.decided_at, act.decided_by = "granted" if body["granted"] else "refused", work.now, work.actor.account_id
    act.decision_text = body.get("text")
    row = upstream.ACTS[(act.direction, act.kind)]
    order.state = upstream.after(order.state, row.granted if body["granted"] else row.refused)
    if body["granted"]:
        _granted(work, order, act)
    alarms.settle(work.session, ASKED, _subject(order, act), now=work.now, settled_by=work.actor.account_id)
    _trail(work, order, act)
    return "="


def _granted(work: Work, order: UpstreamOrder, act: UpstreamAct) -> None:
    if act.kind == "rehandle":
        _reopen(work, order, act)
    elif act.kind in ("extension", "update"):
        act.facts = act.facts | {name: _plain(work.body[name]) for name in ("due_by", "promise") if name in work.body}
        _move_due(work, order, datetime.fromisoformat(act.facts["due_by"]), bool(act.facts.get("promise")))


def _reopen(work: Work, order: UpstreamOrder, act: UpstreamAct) -> None:
    """A closed matter begins again; one that is still under way simply goes on."""
    if work.ticket.status in ("archived", *_ENDED):
        raise work.refuse("cannot_be_reopened", "This ticket is over for good: enter the matter anew and refuse this.")
    if work.ticket.status == "closed":
        work.follow_ups.append(("reopen", {"text": work.body.get("text") or act.text or "重办", "order": order.external_number}))


_ENDED = ("rejected", "referred", "voided")


def _move_due(work: Work, order: UpstreamOrder, due_by: datetime, with_promise: bool) -> None:
    order.external_due_by = due_by
    work.session.flush()
    if with_promise:
        promise.put_off(work, due_by, "upstream_extended")
    for clock in work.clocks.of(["promise"]):
        if clock.status == "running" and due_by < clock.due_by:
            _hurry(work, clock, due_by)


def _hurry(work: Work, clock: Any, due_by: datetime) -> None:
    """A promise is never later than the city's own due."""
    clocks, ticket = work.clocks, work.ticket
    clocks.write(clock, rules.bring_forward(clocks.state(clock), due_by, clocks.calendar, share=clocks.share))
    ticket.promised_by, ticket.promise_note = clock.due_by, "upstream_hurried"
    work.facts |= {"promised_by": clock.due_by.isoformat(), "promise_reason": "upstream_hurried"}


def _subject(order: UpstreamOrder, act: UpstreamAct) -> str:
    return f"{order.source}/{order.external_number}/{act.kind}"


def _order(work: Work) -> UpstreamOrder:
    order = find_order(work.session, work.body["source"], work.body["order"])
    if ticket_of(work.session, order).id != work.ticket.id:
        raise Invalid(fields={"order": ["This order belongs to another ticket."]})
    return order


def _asked(work: Work, order: UpstreamOrder, kind: str) -> UpstreamAct | None:
    return work.session.scalar(
        select(UpstreamAct).where(UpstreamAct.order_id == order.id, UpstreamAct.kind == kind, UpstreamAct.state == "asked"))


def _facts(body: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(body[name]) for name in FACTS if body.get(name) is not None}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _trail(work: Work, order: UpstreamOrder, act: UpstreamAct) -> None:
    work.facts |= {
        "order": order.external_number, "source": order.source, "kind": act.kind, "direction": act.direction, "state": act.state,
        "order_state": order.state, **{name: act.facts[name] for name in FACTS if name in act.facts}}


EFFECTS = {"record_upstream": record, "decide_upstream": decide}
GUARDS = {"record_upstream": may_record, "decide_upstream": may_decide}

"""Everything the ticket page shows, for this viewer and this instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from gridops.api.requests import Call
from gridops.domain.actor import Actor
from gridops.models import Assignment, CategoryVersion, Clock, Department, Objection, Street, Ticket
from gridops.services import areas, assignment_links, history, repeats, routing, ticket_detail, tickets
from gridops.services.actions import support
from gridops.services.behalf import STAND_INS
from gridops.services.organisation import colleagues, result_texts
from gridops.services.shapes import point_of
from gridops.web import action_forms, organisation, pickers, ticket_choices, understood, upstream_words
from gridops.web.action_forms import Sent

CLOCK_ORDER = ("running", "paused", "missed", "met", "cancelled")


class Lists:
    """What the pickers of one page offer, each list read once and only when a form asks for it."""

    def __init__(self, call: Call, ticket: Ticket):
        self.call, self.ticket = call, ticket
        self._read: dict[str, list[pickers.Option]] = {}

    def __call__(self, name: str) -> Sequence[pickers.Option]:
        if name not in self._read:
            self._read[name] = self._of(name)
        return self._read[name]

    def _of(self, name: str) -> list[pickers.Option]:
        session, locale = self.call.session, self.call.locale
        if name == "cells":
            return pickers.cells(session, self.ticket.street_code, locale)
        return pickers.categories(session, locale) if name == "categories" else pickers.departments(session, locale)


def facts(call: Call, ticket: Ticket, sent: Sent | None = None) -> dict[str, Any]:
    detail = ticket_detail.detail(call.session, ticket, call.actor, now=call.now, vault=call.vault, locale=call.locale)
    detail["clocks"] = _clocks(call, ticket, detail["clocks"])
    lists, category = Lists(call, ticket), _category(call, ticket)
    values = _values(call, ticket) | {"choices": ticket_choices.of(detail)}
    reports = len(detail["reports"])
    forms = action_forms.build(detail["allowed_actions"], values=values, reports=reports, sent=sent)
    stood_in = [
        (party, action_forms.build(actions, values=values, reports=reports, on_behalf_of=party["department"]["code"], sent=sent))
        for party, actions in _on_behalf(call, ticket, detail)]
    every = [form for forms_of in (forms, *(forms_of for _, forms_of in stood_in)) for form in forms_of]
    return {
        "ticket": detail, "steps": _steps(call, ticket, detail), "zone": call.session.get(Street, ticket.street_code).timezone,
        "above": _above(call, ticket), "forms_list": forms, "stood_in": stood_in, "lists": lists, "list_names": _list_names(every),
        "conditions": pickers.conditions(call.session, category.code if category else None), "rules_say": _rules_say(call, ticket, detail),
        **_own_desk(call, ticket, detail),
        "understood": understood.shown(call, ticket, detail), "repeats": _repeats(call, ticket, detail), "orders": upstream_words.box(call, ticket), "links": _links(call, ticket), "lost": sent if sent and not any(form.sent for form in every) else None,
    }


def _own_desk(call: Call, ticket: Ticket, detail: dict[str, Any]) -> dict[str, Any]:
    """For the people of an organisation: who of them works it, and the texts they keep for results."""
    if not call.actor.department_ids:
        return {}
    in_house = colleagues.of_tickets(call.session, [ticket.number], call.actor, call.locale).get(ticket.number)
    texts = "submit_result" in detail["allowed_actions"]
    return {
        "awaited": _awaited(call, ticket, detail), "in_house": in_house, "colleagues": organisation.people(call) if in_house else [],
        "result_texts": result_texts.offered(call.session, ticket, actor=call.actor, now=call.now, locale=call.locale) if texts else []}


def _awaited(call: Call, ticket: Ticket, detail: dict[str, Any]) -> list[dict[str, Any]]:
    """The supports without whose answer the lead cannot submit a result yet: the page says so, else the form is only missing."""
    if ticket.status != "in_progress" or ticket.lead_id not in call.actor.department_ids or not detail["round"]:
        return []
    return [party for party in detail["round"]["assignments"] if party["role"] == "support" and party["status"] in support.OPEN]


def _repeats(call: Call, ticket: Ticket, detail: dict[str, Any]) -> list[repeats.Likely]:
    """For who may merge."""
    return repeats.likely(call.session, ticket, actor=call.actor) if "merge" in detail["allowed_actions"] else []


def _list_names(forms: list[action_forms.ActionForm]) -> list[str]:
    names = {control.list_name for form in forms for control in form.controls if control.list_name}
    return sorted(names | ({"departments"} if any(control.kind == "supports" for form in forms for control in form.controls) else set()))


def _values(call: Call, ticket: Ticket) -> dict[str, Any]:
    category = _category(call, ticket)
    return {
        "category": pickers.category_shown(call.session, category.code, call.locale) if category else "",
        "lead": _suggested(call, ticket) if ticket.waiting_reason == "objection_upheld" else "",
        "needs_photo": category is not None and category.check_mode == "photo",
        "by_phone": category is not None and category.check_mode == "call"}


def _suggested(call: Call, ticket: Ticket) -> str:
    """Whom an objection that was upheld names: the duty rules alone would choose again who has just been let go."""
    query = (
        select(Department.code, Department.name, Department.name_en).join(Objection, Objection.suggested_id == Department.id)
        .where(Objection.ticket_id == ticket.id, Objection.ruling == "upheld", Department.ended_at.is_(None)).order_by(Objection.ruled_at.desc()).limit(1))
    row = call.session.execute(query).first()
    return pickers.Option(row.code, row.name_en or row.name if call.locale == "en" else row.name).shown if row else ""


def _category(call: Call, ticket: Ticket) -> CategoryVersion | None:
    return call.session.get(CategoryVersion, ticket.category_version_id) if ticket.category_version_id else None


def _clocks(call: Call, ticket: Ticket, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Running ones first; each with its unit, so that working time is called so, and whose it is."""
    query = select(Clock.limit_unit, Department.name, Department.name_en).outerjoin(Assignment, Assignment.id == Clock.assignment_id)
    rows = call.session.execute(
        query.outerjoin(Department, Department.id == Assignment.department_id).where(Clock.ticket_id == ticket.id).order_by(Clock.id))
    more = [{"unit": row.limit_unit, "whose": row.name_en if call.locale == "en" and row.name_en else row.name} for row in rows]
    full = [clock | own for clock, own in zip(shown, more, strict=True)]
    return sorted(full, key=lambda clock: (CLOCK_ORDER.index(clock["status"]), clock["due_by"] or clock["started_at"]))


def _on_behalf(call: Call, ticket: Ticket, detail: dict[str, Any]) -> list[tuple[dict[str, Any], list[str]]]:
    """Organisations of the round that cannot log in, with what may be done for them by who stands in."""
    if not detail["round"] or not call.actor.roles_at(ticket.area_code).intersection(STAND_INS):
        return []
    parties = [party for party in detail["round"]["assignments"] if not party["has_login"]]
    found = [(party, _actions_for(call, ticket, party["department"]["code"])) for party in parties]
    return [(party, actions) for party, actions in found if actions]


def _links(call: Call, ticket: Ticket) -> dict[str, Any]:
    """For who stands in: organisations of the round without log-in that may get a link, and links that open the ticket now."""
    if ticket.round_id is None or not call.actor.roles_at(ticket.area_code).intersection(STAND_INS):
        return {"for": [], "live": []}
    parties = select(Department).join(Assignment, Assignment.department_id == Department.id)
    without = parties.where(Assignment.round_id == ticket.round_id, Department.has_login.is_(False)).order_by(Assignment.id)
    return {"for": call.session.scalars(without).all(), "live": assignment_links.live_links(call.session, ticket, now=call.now)}


def _actions_for(call: Call, ticket: Ticket, code: str) -> list[str]:
    department_id = call.session.scalar(select(Department.id).where(Department.code == code))
    actor: Actor = call.actor.acting_for(department_id, "")
    return tickets.allowed_actions(call.session, ticket, actor, now=call.now)


def _steps(call: Call, ticket: Ticket, detail: dict[str, Any]) -> list[dict[str, Any]]:
    """Newest first, each with the photos that were sent with it."""
    photos: dict[int | None, list] = {}
    for row in detail["evidence"]:
        photos.setdefault(row["seq"], []).append(row)
    steps = history.history(call.session, ticket, call.actor, locale=call.locale)
    return [step | {"photos": photos.get(step["seq"], [])} for step in reversed(steps)]


def _above(call: Call, ticket: Ticket) -> list[str]:
    """Street, community, cell by name; a retired cell by its own row."""
    area = areas.find_area(call.session, ticket.area_code)
    if area is None:
        return [areas.area_name(call.session, ticket.street_code, call.locale)]
    location = areas.location_of(call.session, ticket.area_code)
    return [a.called(call.locale) for a in (location.street, location.community, location.cell) if a]


def _rules_say(call: Call, ticket: Ticket, detail: dict[str, Any]) -> str | None:
    """Before somebody dispatches: whom the duty rules would choose, and why."""
    if "dispatch" not in detail["allowed_actions"]:
        return None
    decision = routing.decide(
        call.session, category_version=_category(call, ticket), area_code=ticket.area_code,
        cell_id=ticket.cell_id, place_id=ticket.place_id, point=point_of(ticket.point), now=call.now)
    return routing.sentence(decision, call.locale)

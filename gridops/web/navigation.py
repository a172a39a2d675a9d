"""The sections of the staff pages, and who sees which. A link is a convenience: each page checks rights itself."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext

from gridops.domain.actor import Actor
from gridops.domain.permissions import TICKET_ROLES
from gridops.services import audit, chat_reports, dead_letters
from gridops.services.learned import versions as learned_versions
from gridops.services.log_ins import bounds
from gridops.services.messages import hooks, overview, policies
from gridops.services.poster_rights import PRINTERS
from gridops.web import today_words


class Section(NamedTuple):
    key: str
    path: str
    name: LazyString
    roles: tuple[str, ...]


START, START_OF_WALKERS = "/inbox", "/today"
EVERYBODY_WITH_TICKETS = (*TICKET_ROLES, "department")
# Of who has this one role: nothing ever waits in the inbox of administrators, and an organisation's work stands in the lists of its desk.
STARTS_OF_ONE_ROLE = {"security_admin": "/accounts", "audit_admin": "/security-events", "department": "/organisation"}
STAFF: tuple[Section, ...] = (
    Section("today", START_OF_WALKERS, lazy_gettext("My cells today"), today_words.WALK),
    Section("inbox", "/inbox", lazy_gettext("Inbox"), ()),
    Section("organisation", "/organisation", lazy_gettext("Our desk"), ("department",)),
    Section("desk", "/desk", lazy_gettext("Desk"), ("clerk", "dispatcher")),
    Section("chat", "/chat", lazy_gettext("Group chat"), chat_reports.ROLES),
    Section("upstream", "/upstream", lazy_gettext("Orders of the city"), ("clerk", "dispatcher", "leader")),
    Section("tickets", "/tickets", lazy_gettext("Tickets"), EVERYBODY_WITH_TICKETS),
    Section("supervisions", "/supervisions", lazy_gettext("Orders of leaders"), ("leader", "dispatcher", "clerk", "department")),
    Section("board", "/board", lazy_gettext("Backlog"), ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre")),
    Section("suspended", "/suspended", lazy_gettext("Tickets on hold"), ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre")),
    Section("hot_issues", "/hot-issues", lazy_gettext("Hot issues"), ("leader", "dispatcher", "clerk", "grid_leader", "cadre")),
    Section("indicators", "/indicators", lazy_gettext("Indicators"), (
        "leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre", "department")),
    Section("comparison", "/comparison", lazy_gettext("Communities beside each other"), ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre")),
    Section("trends", "/trends", lazy_gettext("Trends"), ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre")),
    Section("emergencies", "/emergencies", lazy_gettext("Emergencies"), EVERYBODY_WITH_TICKETS),
    Section("meetings", "/meetings", lazy_gettext("Meetings"), EVERYBODY_WITH_TICKETS),
    Section("duty", "/duty", lazy_gettext("Duty"), TICKET_ROLES),
    Section("catalogue", "/catalogue", lazy_gettext("Duty catalogue"), ("leader", "dispatcher", "grid_office", "system_admin")),
    Section("calendar", "/calendar", lazy_gettext("Calendar"), ("leader", "grid_office", "dispatcher", "system_admin")),
    Section("clocks", "/clocks", lazy_gettext("Time limits"), ("leader", "grid_office", "dispatcher", "system_admin")),
    Section("appeals", "/appeals", lazy_gettext("Appeals"), ("leader", "grid_office", "dispatcher", "department")),
    Section("people", "/people", lazy_gettext("People"), ("leader", "grid_office", "grid_leader", "cadre", "clerk", "dispatcher")),
    Section("places", "/places", lazy_gettext("Places"), EVERYBODY_WITH_TICKETS),
    Section("grid", "/grid", lazy_gettext("Grid"), ("leader", "grid_office", "grid_leader", "cadre", "clerk", "dispatcher", "grid_worker")),
    Section("posters", "/posters", lazy_gettext("Posters"), PRINTERS),
    Section("areas", "/areas/import", lazy_gettext("Areas"), ("system_admin",)),
    Section("sources", "/upstream/sources", lazy_gettext("Sources of orders"), ("system_admin",)),
    Section("learning", "/learning", lazy_gettext("Understanding"), learned_versions.KEEPERS),
    Section("taxonomy", "/taxonomy", lazy_gettext("Categories"), ("system_admin", "clerk", "dispatcher", "grid_office", "leader")),
    Section("labels", "/labels", lazy_gettext("Field terms"), ("system_admin",)),
    Section("accounts", "/accounts", lazy_gettext("Accounts"), bounds.KEEPERS),
    Section("events", "/security-events", lazy_gettext("Security events"), audit.READERS),
    Section("jobs", "/jobs", lazy_gettext("Failed jobs"), dead_letters.SEERS),
)


MESSAGES: tuple[Section, ...] = (
    Section("mine", "/messages", lazy_gettext("My settings"), ()),
    Section("deliveries", "/messages/deliveries", lazy_gettext("What became of messages"), overview.SEERS),
    Section("templates", "/messages/templates", lazy_gettext("Texts"), policies.EDITORS),
    Section("webhooks", "/messages/webhooks", lazy_gettext("Webhooks"), hooks.KEEPERS),
)


def staff(actor: Actor) -> list[Section]:
    return _open_to(actor, STAFF)


def start(actor: Actor) -> str:
    """Where somebody lands who has just logged in: whoever walks a cell, before the tickets that wait there; whoever has one role only, at its own work."""
    if "grid_worker" in actor.roles:
        return START_OF_WALKERS
    only = next(iter(actor.roles)) if len(actor.roles) == 1 else None
    return STARTS_OF_ONE_ROLE.get(only, START)


def messages(actor: Actor) -> list[Section]:
    return _open_to(actor, MESSAGES)


def _open_to(actor: Actor, sections: tuple[Section, ...]) -> list[Section]:
    return [section for section in sections if not section.roles or actor.roles.intersection(section.roles)]

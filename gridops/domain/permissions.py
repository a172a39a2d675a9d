"""In which capacities somebody may act on a ticket. Roles over an area are granted; lead, coordinate and support follow from the round.

Pure: the caller says which organisations are in the round and whether the actor handled the matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gridops.domain.actor import Actor

INTEGRATION = "integration"  # a program of the city: brings orders and says what the city decides, and sees nothing
STAFF_ROLES = (
    "clerk", "dispatcher", "grid_office", "grid_worker", "grid_leader", "cadre", "volunteer", "party_member", "department", "leader",
    "system_admin", "security_admin", "audit_admin", INTEGRATION,
)
# These see tickets of their area; administrators of the system, of rights and of audits do not, unless granted a role here too.
TICKET_ROLES = ("clerk", "dispatcher", "grid_office", "grid_worker", "grid_leader", "cadre", "volunteer", "party_member", "leader")
CHECKERS = ("clerk", "grid_worker", "grid_leader", "cadre")  # whoever may be chosen to look may also say what he saw
GRID_KEEPERS = ("grid_office", "leader")  # draw the grid of their area, keep its places and its people
# 三员分立: who reads what administrators did is none of them. System and rights may be one person's in a small street.
NEVER_TOGETHER = (frozenset({"security_admin", "audit_admin"}), frozenset({"system_admin", "audit_admin"}))


def kept_apart(roles: Collection[str]) -> frozenset[str] | None:
    """Two of the roles that one account may not hold at once; None when all may stand together."""
    return next((pair for pair in NEVER_TOGETHER if pair <= set(roles)), None)


def capacities(actor: Actor, area_code: str, parties: Mapping[int, str], *, own_report: bool, handled_it: bool) -> frozenset[str]:
    """``parties``: department id -> role in the current round. ``own_report``: the actor is the reporter of one of the ticket's reports.

    ``handled_it`` keeps a handler, and the handler's own unit, from checking the result.
    """
    if actor.kind == "system":
        return frozenset({"system"})
    if actor.kind == "reporter":
        return frozenset({"reporter"} if own_report else ())
    if actor.on_behalf_of is not None:
        return frozenset({parties[actor.on_behalf_of]} if actor.on_behalf_of in parties else ())
    granted = actor.roles_at(area_code)
    found = set(granted.intersection(STAFF_ROLES))
    found.update(parties[d] for d in actor.department_ids if d in parties)
    if not handled_it and granted.intersection(CHECKERS):
        found.add("checker")
    if found:
        found.add("staff")
    return frozenset(found)

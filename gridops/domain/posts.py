"""The posts of a grid, by the names that files and pages use, and how long a post is believed without being confirmed.

Source of the roles: 将所有的社区干部、志愿者、在职党员合理地安排到对应的网格里 (docs/domain-rules.md); full-time and part-time grid workers are one role with a mark.
"""

from __future__ import annotations

from datetime import date, timedelta

ROLES = (
    "grid_leader", "grid_worker", "cadre", "volunteer", "party_member", "building_steward", "room_steward", "police_liaison",
    "property_contact",
)
OF_PLACES = ("building_steward", "room_steward", "property_contact")  # may be posted at a place; the others at an area only
WALKERS = ("grid_worker", "grid_leader", "cadre")  # who goes and looks, in this order
STALE_AFTER = timedelta(days=180)


def holds(starts_on: date, ends_on: date | None, day: date) -> bool:
    """Is the post held on that day? Both ends belong to it."""
    return starts_on <= day and (ends_on is None or day <= ends_on)


def is_stale(starts_on: date, confirmed_on: date | None, day: date) -> bool:
    """Nobody has said for half a year that it is still so."""
    return day - max(starts_on, confirmed_on or starts_on) > STALE_AFTER

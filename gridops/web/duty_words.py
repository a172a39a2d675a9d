"""Posts, shifts and vacancies in words; for each vacancy what mends it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from gridops.web import words

POSTS = {
    "building_steward": _l("Building steward"), "room_steward": _l("Room steward"), "police_liaison": _l("Police liaison"),
    "property_contact": _l("Property contact"),
}
BASES = {"shift": _l("shift"), "pattern": _l("regular"), "hours": _l("working hours")}
SHIFTS = {"day": _l("Day"), "night": _l("Night"), "holiday": _l("Holiday")}
DAYS = {"workdays": _l("on workdays"), "rest_days": _l("on rest days and holidays"), "every_day": _l("every day")}
WEEKDAYS = (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun"))
VACANCIES = {  # kind -> (what, what mends it)
    "no_worker": (_l("No grid worker is posted in the cell"), _l("Post somebody there; until then neighbours and the community are asked.")),
    "no_leader": (_l("No grid leader is posted in the cell or its community"), _l("Post a leader in the cell or for the whole community.")),
    "nobody_now": (_l("Nobody is on duty now"), _l("Enter a shift for today, or a stand-in for who is away.")),
    "nobody_tonight": (_l("The coming night is not covered throughout"), _l("Enter a night shift, in the cell or for the whole street.")),
    "left_but_posted": (_l("Has left and is still posted"), _l("End the post and name a successor.")),
    "no_stand_in": (_l("Is away and nobody stands in"), _l("Name a stand-in in the week's absences.")),
    "stand_in_away": (_l("The stand-in is away too"), _l("Name another stand-in.")),
    "post_ends": (_l("The post ends soon"), _l("Prolong it, or name a successor.")),
    "stale_post": (_l("Nobody has confirmed the post for half a year"), _l("Ask, then confirm or end it.")),
}


def post(role: str) -> str:
    return str(POSTS.get(role) or words.role(role))

"""What the words say, for who files: suggestions to take with one press, where else it may belong, and what speaks of danger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _

from gridops.api.requests import Call
from gridops.models import Ticket
from gridops.services.places_said import places_said
from gridops.web import pickers

PRESSES = ("file", "recategorise")  # the first that is allowed


class Choice(NamedTuple):
    """``share`` in percent; ``present``: filed so already."""

    code: str
    name: str
    share: int
    words: list[str]
    present: bool = False

    @property
    def shown(self) -> str:
        """As the field of a category takes it."""
        return pickers.Option(self.code, self.name).shown


def choices(read: dict[str, Any], options: Sequence[pickers.Option], present: str | None = None) -> list[Choice]:
    """Of what ``services.reading.read`` found: those that can be chosen, the likeliest first."""
    names = {option.code: option.name for option in options}
    return [
        Choice(one["code"], names[one["code"]], round(one["confidence"] * 100), one["words"], one["code"] == present)
        for one in read["categories"] if one["code"] in names]


def besides(read: dict[str, Any], locale: str) -> dict[str, Any]:
    """What else the words say: ``dangers`` and ``protect`` as (reason, the words), ``elsewhere`` with ``doubt`` where it may be no matter of a street."""
    language, scope = "en" if locale == "en" else "zh", read["scope"]
    return {
        "elsewhere": scope["referral"] if not scope["inside"] else None, "doubt": scope["doubt"],
        "dangers": [(reason[language], reason["said"]) for reason in read["urgency"]["reasons"]],
        "protect": [(reason[language], reason["said"]) for reason in read["protect"]]}


def shown(call: Call, ticket: Ticket, detail: dict[str, Any]) -> dict[str, Any] | None:
    """None for who does not file, and where nothing was read."""
    press = next((action for action in PRESSES if action in detail["allowed_actions"]), None)
    read = ticket.understood
    if press is None or read is None:
        return None
    present = detail["category"]["code"] if detail["category"] and ticket.filed_at is not None else None
    places = [] if ticket.cell_id else places_said(call.session, ticket.description, street=ticket.street_code, locale=call.locale)
    return besides(read, call.locale) | {
        "press": press, "choices": choices(read, pickers.categories(call.session, call.locale), present), "places": places,
        "cell": _only_cell(places), "reason": _("Filed anew by the words of the report."),
        "by_words": bool(ticket.automatic and ticket.automatic.get("by") == "words" and present)}


def _only_cell(places: list[dict[str, Any]]) -> str | None:
    """The cell to file with, where all that the words may mean lies in one."""
    cells = {place["cell"]["code"] if place["cell"] else None for place in places}
    return next(iter(cells)) if len(cells) == 1 else None

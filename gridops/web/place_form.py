"""The form of one place: as typed, what it becomes, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from gridops.api import errors
from gridops.errors import GridopsError, Invalid
from gridops.models import Place
from gridops.services.imports.places import KINDS
from gridops.web.pickers import Option, code_of

FIELDS = (
    "kind", "name", "aliases", "address", "community", "parent", "households", "lng", "lat", "crs", "property", "owners_committee", "ended")
LONGEST = {"name": 200, "address": 500, "aliases": 2000}
PICKED = ("parent", "property", "owners_committee")
WHOLE = re.compile(r"[0-9]{1,6}")
Options = Callable[[str], Sequence[Option]]


@dataclass
class PlaceForm:
    typed: dict[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)
    message: str | None = None

    @classmethod
    def new(cls, within: Place | None, community: str) -> PlaceForm:
        start = {"kind": "building", "parent": f"{within.name} ({within.code})", "community": within.community_code} if within else {
            "kind": "compound", "community": community}
        return cls(dict.fromkeys(FIELDS, "") | start | {"crs": "wgs84"})

    @classmethod
    def of(cls, place: dict[str, Any]) -> PlaceForm:
        """``place`` as services.place_view gives it."""
        parent, location = place["parent"], place["location"] or {"lng": "", "lat": "", "crs": "wgs84"}
        parties = {name: _shown(place[name]) if place[name] and place[name]["own"] else "" for name in ("property", "owners_committee")}
        return cls({
            "kind": place["kind"], "name": place["name"], "aliases": "；".join(place["aliases"]), "address": place["address"] or "",
            "community": place["community"]["code"], "parent": _shown(parent) if parent else "", "households": str(place["households"] or ""),
            "lng": str(location["lng"]), "lat": str(location["lat"]), "crs": location["crs"], "ended": "1" if place["ended_at"] else "",
        } | parties)

    @classmethod
    def sent(cls, form: MultiDict) -> PlaceForm:
        return cls({name: form.get(name, "").strip() for name in FIELDS})

    def values(self, options: Options) -> dict[str, Any]:
        """For services.places. Raises Invalid with every field that is wrong."""
        typed, wrong = self.typed, self._wrong()
        picked = {name: _picked(typed[name], options(name), name, wrong) for name in PICKED}
        if wrong:
            raise Invalid(_("Please look at this again:"), fields=wrong)
        where = {"location": {name: typed[name] for name in ("lng", "lat", "crs")}} if typed["lng"] or typed["lat"] else {}
        aliases = [alias.strip() for alias in typed["aliases"].replace(";", "；").split("；") if alias.strip()]
        return picked | where | {
            "kind": typed["kind"], "name": typed["name"], "aliases": aliases, "address": typed["address"] or None,
            "community": typed["community"] or None, "households": int(typed["households"] or 0), "ended": typed["ended"] == "1"}

    def _wrong(self) -> dict[str, list[str]]:
        typed = self.typed
        wrong = {name: [_("At most %(most)s characters.", most=most)] for name, most in LONGEST.items() if len(typed[name]) > most}
        if typed["kind"] not in KINDS:
            wrong["kind"] = [_("Please choose one.")]
        if not typed["name"]:
            wrong["name"] = [_("What is it called?")]
        if typed["households"] and not WHOLE.fullmatch(typed["households"]):
            wrong["households"] = [_("A whole number, please.")]
        return wrong

    def blame(self, error: GridopsError) -> None:
        shown = errors.payload(error)
        self.message, self.errors = shown["message"], shown.get("fields", {})


def _shown(named: dict[str, Any]) -> str:
    return f"{named['name']} ({named['code']})"


def _picked(typed: str, options: Sequence[Option], name: str, wrong: dict[str, list[str]]) -> str | None:
    try:
        return code_of(typed, options, name)
    except Invalid as error:
        wrong |= error.fields
        return None

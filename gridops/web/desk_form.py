"""The desk's form: what a clerk takes down during a call, as typed, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from gridops.api import errors
from gridops.domain.lifecycle import KINDS, VISIBILITIES
from gridops.errors import GridopsError, Invalid
from gridops.services.desk import AT_ONCE
from gridops.web.moments import DEFAULT_ZONE
from gridops.web.pickers import Option, code_of

FIELDS = (
    "kind", "description", "category", "condition_no", "street", "place", "cell", "address", "name", "phone", "visibility",
    "external_number", "external_due_by", "secret", "then", "text", "outcome",
)
DEFAULTS = {"kind": "complaint", "visibility": "named", "then": "leave", "outcome": "explained"}
LONGEST = {"description": 4000, "text": 4000, "address": 300, "name": 100, "external_number": 60}
HOTLINE = "12345"
FORM_NAMES = {"place_code": "place", "location": "place"}  # fields of a submission, as the form calls them
Lists = Callable[[str], Sequence[Option]]  # "categories", "cells", "places"


@dataclass
class DeskForm:
    typed: dict[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)
    message: str | None = None

    @classmethod
    def empty(cls, phone: str = "") -> DeskForm:
        return cls(dict.fromkeys(FIELDS, "") | DEFAULTS | {"phone": phone})

    @classmethod
    def sent(cls, form: MultiDict) -> DeskForm:
        return cls({name: form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip() for name in FIELDS})

    def blame(self, error: GridopsError) -> None:
        shown = errors.payload(error)
        self.message = shown["message"]
        fields = {name.removeprefix("contact."): texts for name, texts in shown.get("fields", {}).items()}
        self.errors = {FORM_NAMES.get(name, name): texts for name, texts in fields.items()}

    @property
    def then(self) -> str | None:
        return self.typed["then"] if self.typed["then"] in AT_ONCE else None

    def submission(self, lists: Lists, locale: str) -> dict[str, Any]:
        """For services.intake. Raises Invalid with every field that is wrong."""
        wrong = self._wrong()
        picked = {name: _picked(self.typed[name], lists(many), name, wrong) for name, many in PICKED.items()}
        upstream = self._upstream(wrong)
        if self.then == "file" and not picked["category"] and "category" not in wrong:
            wrong["category"] = [_("Choose a category to file it.")]
        if wrong:
            raise Invalid(_("Please look at this again:"), fields=wrong)
        typed = self.typed
        return {
            "kind": typed["kind"], "description": typed["description"], "category": picked["category"], "cell": picked["cell"],
            "place_code": picked["place"], "address": typed["address"] or None, "street": typed["street"] or None,
            "visibility": typed["visibility"], "contact": self._contact(), "upstream": upstream, "locale": locale,
        }

    def body(self, submission: dict[str, Any]) -> dict[str, Any]:
        """Of the action that follows at once."""
        if self.then == "answer":
            return {"text": self.typed["text"], "outcome": self.typed["outcome"]}
        number = self.typed["condition_no"]
        chosen = {"condition_no": int(number)} if number.isascii() and number.isdigit() else {}
        return {"category": submission["category"]} | chosen

    def _contact(self) -> dict[str, str] | None:
        """An anonymous caller's name and number are not kept."""
        typed = self.typed
        if typed["visibility"] == "anonymous" or not (typed["name"] or typed["phone"]):
            return None
        return {"name": typed["name"], "phone": typed["phone"]}

    def _wrong(self) -> dict[str, list[str]]:
        typed = self.typed
        wrong = {name: [_("At most %(most)s characters.", most=most)] for name, most in LONGEST.items() if len(typed[name]) > most}
        for name, known in (("kind", KINDS), ("visibility", VISIBILITIES)):
            if typed[name] not in known:
                wrong[name] = [_("Please choose one.")]
        if not typed["description"]:
            wrong["description"] = [_("Please say in a few words what it is about.")]
        if self.then == "answer" and not typed["text"]:
            wrong["text"] = [_("Write down the answer you gave.")]
        return wrong

    def _upstream(self, wrong: dict[str, list[str]]) -> dict[str, Any] | None:
        typed = self.typed
        if not typed["external_number"]:
            if typed["external_due_by"]:
                wrong["external_number"] = [_("A due time of the hotline needs its order number.")]
            return None
        return {
            "source": HOTLINE, "external_number": typed["external_number"], "secret": typed["secret"] == "1", "reply_wanted": True,
            "external_due_by": _instant(typed["external_due_by"], wrong), "row": {}, "category_text": None,
        }


PICKED = {"category": "categories", "cell": "cells", "place": "places"}


def _picked(typed: str, options: Sequence[Option], name: str, wrong: dict[str, list[str]]) -> str | None:
    try:
        return code_of(typed, options, name)
    except Invalid as error:
        wrong |= error.fields
        return None


def _instant(typed: str, wrong: dict[str, list[str]]) -> datetime | None:
    """Of a date-and-time field, in the street's time."""
    if not typed:
        return None
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(DEFAULT_ZONE))
    except ValueError:
        wrong["external_due_by"] = [_("This is not a date and time.")]
        return None

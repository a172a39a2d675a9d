"""The report page's form: what can be chosen, what was typed, what it becomes, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from gridops.api import errors
from gridops.domain.lifecycle import KINDS, VISIBILITIES
from gridops.domain.wording import WORDLESS
from gridops.errors import GridopsError, Invalid
from gridops.models import CategoryVersion, Place
from gridops.services.similar import Similar
from gridops.web.attached import PhotosSent

LONGEST, LONGEST_ADDRESS, MOST_PHOTOS = 4000, 300, 9
LONGEST_TOKEN = 40
NEEDS_A_PLACE = frozenset({"help", "complaint", "tipoff"})
FIELDS = (
    "kind", "description", "matter", "category", "address", "place_code", "chosen_place", "poster", "lng", "lat", "crs", "unsure", "name", "phone",
    "visibility", "another", "follow")
DEFAULTS = {"kind": "help", "visibility": "protected"}


@dataclass
class ReportForm:
    """As typed, to be shown again as it was."""

    typed: dict[str, str]
    attached: PhotosSent
    errors: dict[str, list[str]] = field(default_factory=dict)
    message: str | None = None
    known: Sequence[Similar] = ()  # what others have told of the same spot: shown before it is sent

    @classmethod
    def empty(cls, asked: MultiDict) -> ReportForm:
        kind = asked.get("kind")
        wanted = {"kind": kind} if kind in KINDS else {}
        wanted |= {"place_code": asked.get("place", "")[:64], "poster": asked.get("poster", "")[:LONGEST_TOKEN]}
        return cls(dict.fromkeys(FIELDS, "") | DEFAULTS | wanted, PhotosSent(MOST_PHOTOS))

    @classmethod
    def sent(cls, form: MultiDict) -> ReportForm:
        typed = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
        return cls(typed, PhotosSent.of(form, most=MOST_PHOTOS))

    def __getattr__(self, name: str) -> str:
        if name in FIELDS:
            return self.typed[name]
        raise AttributeError(name)

    @property
    def has_point(self) -> bool:
        return bool(self.lng and self.lat and self.crs)

    def submission(self, locale: str) -> dict[str, Any]:
        """For services.intake. Raises Invalid with a text for each wrong field."""
        wrong = self._wrong()
        if wrong:
            raise Invalid(_("Please look at this again:"), fields=wrong)
        return {
            "kind": self.kind, "description": self.description or WORDLESS, "category": self.chosen, "address": self.address or None,
            "visibility": self.visibility, "contact": self._contact(), "photos": self.attached.ids,
            "locale": locale, **self._where(),
        }

    @property
    def chosen(self) -> str | None:
        """The sort of matter: from the long list where one was picked there, else the button."""
        return self.category or self.matter or None

    def joining(self, locale: str) -> dict[str, Any]:
        """For services.followers: what goes with "this is my problem too". Raises Invalid."""
        wrong = {name: texts for name, texts in self._wrong().items() if name in ("description", "name", "visibility") and self.description}
        if wrong:
            raise Invalid(_("Please look at this again:"), fields=wrong)
        return {
            "text": self.description or None, "visibility": self.visibility, "contact": self._contact(), "photos": self.attached.ids,
            "locale": locale}

    def _where(self) -> dict[str, Any]:
        if self.has_point:
            return {"location": {"lng": self.lng, "lat": self.lat, "crs": self.crs}}
        place = self.place_code or self.chosen_place  # chosen by name: it says more than the poster of a whole cell
        if place or not self.poster:
            return {"place_code": place} if place else {}
        return {"poster": self.poster}

    def _contact(self) -> dict[str, str] | None:
        """An anonymous reporter's name and number are not kept, whatever was typed before choosing so."""
        if self.visibility == "anonymous" or not (self.name or self.phone):
            return None
        return {"name": self.name, "phone": self.phone}

    def _wrong(self) -> dict[str, list[str]]:
        wrong = {
            "kind": self.kind not in KINDS and _("Please choose one."),
            "description": self._wrong_description(),
            "where": self._wrong_place(),
            "address": len(self.address) > LONGEST_ADDRESS and _("At most %(most)s characters.", most=LONGEST_ADDRESS),
            "name": len(self.name) > 100 and _("At most %(most)s characters.", most=100),
            "visibility": self.visibility not in VISIBILITIES and _("Please choose one."),
        }
        return {name: [text] for name, text in wrong.items() if text}

    def _wrong_description(self) -> str | None:
        if not (self.description or self.chosen or self.attached.some):
            return _("Please say in a few words what it is about, choose a matter, or add a photo.")
        if len(self.description) > LONGEST:
            return _("At most %(most)s characters; these are %(given)s.", most=LONGEST, given=len(self.description))
        return None

    def _wrong_place(self) -> str | None:
        if self.kind not in NEEDS_A_PLACE or self.has_point or self.place_code or self.poster or self.address or self.unsure:
            return None
        return _("Please say where it is, or tick that you cannot say.")

    def blame(self, error: GridopsError) -> None:
        """Keeps what is wrong, in the reader's language and under the names of this form's fields."""
        shown = errors.payload(error)
        known = _of_code(error)
        self.message = known[1] if known else shown["message"]
        fields = {known[0]: [known[1]]} if known else shown.get("fields", {})
        self.errors = {_place_of(name): texts for name, texts in fields.items()}


def _of_code(error: GridopsError) -> tuple[str, str] | None:
    if error.code == "outside":
        return "where", _outside(error)
    return {
        "place_unknown": ("where", _("The code of this poster is not known here. Please give an address.")),
        "poster_unknown": ("where", _("The code of this poster is not known here. Please give an address.")),
        "category_unknown": ("category", _("Please choose one.")),
        "photo_unknown": ("files", _("Please choose the photos again.")),
        "idempotency_mismatch": ("description", _("This form was sent before. Press the button again to send it as a new report.")),
    }.get(error.code)


def _outside(error: GridopsError) -> str:
    nearest = (error.details or {}).get("nearest")
    if not nearest:
        return _("This spot is in none of our streets. Please call 12345.")
    return _("This spot is in none of our streets; the nearest is %(name)s, %(metres)s m away. Please call 12345.",
             name=nearest["name"], metres=round(error.details["distance_m"]))


def _place_of(name: str) -> str:
    """Fields of a submission, as the form calls them."""
    known = {"location": "where", "place_code": "where", "poster": "where", "photos": "files", "photo": "files"}
    return known.get(name.split(".")[0], name.removeprefix("contact."))


def common_categories(session: Session, locale: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(class, [(code, name), …]), …]: what residents bring most and what cannot wait; the whole taxonomy is for the desk."""
    common = or_(CategoryVersion.hot_issue_watch, CategoryVersion.emergency)
    query = select(CategoryVersion).where(CategoryVersion.valid_to.is_(None), common, ~CategoryVersion.accuses_person)
    rows = session.scalars(query.order_by(CategoryVersion.kind.desc(), CategoryVersion.class_code, CategoryVersion.code))
    english = locale == "en"
    return [
        (name, [(row.code, row.name_en if english else row.name) for row in group])
        for name, group in groupby(rows, lambda row: row.class_name_en if english else row.class_name)
    ]


def place_of(session: Session, code: str) -> Place | None:
    return session.scalar(select(Place).where(Place.code == code)) if code else None

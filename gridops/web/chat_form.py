"""The matters of a group chat on a form: each with its words, its cell, its category, and whether it is one at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from gridops.domain.group_chat import MOST_MATTERS, matters
from gridops.domain.redaction import redact
from gridops.errors import Invalid
from gridops.services import reading, remembered
from gridops.services.chat_reports import Told
from gridops.web import pickers, understood
from gridops.web.understood import Choice

LONGEST_WORDS = 4000
LIKELY = 60  # percent from which a suggestion is filled in: the writer reads it


@dataclass
class Row:
    """As typed; ``taken`` where it is to become a report, ``guess`` where its category comes from the words."""

    words: str
    people: int = 1
    cell: str = ""
    category: str = ""
    taken: bool = True
    guess: Choice | None = None


def read(session: Session, chat: str, lists: Any) -> list[Row]:
    """Numbers that somebody wrote into the chat are masked before anybody keeps them; the likeliest category stands there, to be changed."""
    rows = [Row(redact(matter.words), matter.people) for matter in matters(chat)]
    for row, guess in zip(rows, _guesses(session, rows, lists), strict=True):
        if guess is not None and guess.share >= LIKELY:
            row.category, row.guess = guess.shown, guess
    return rows


def explained(session: Session, rows: list[Row], lists: Any) -> list[Row]:
    """As they were sent; where the guess still stands its reason does, too."""
    for row, guess in zip(rows, _guesses(session, rows, lists), strict=True):
        row.guess = guess if guess is not None and guess.shown == row.category else None
    return rows


def _guesses(session: Session, rows: list[Row], lists: Any) -> list[Choice | None]:
    """The likeliest category of each, with the words that decided."""
    options = lists("categories")
    with remembered.batch(session):
        found = [reading.read(session, row.words[:LONGEST_WORDS]) for row in rows]
    return [next(iter(understood.choices(read, options)), None) for read in found]


def sent(form: MultiDict) -> list[Row]:
    return [_row(form, place) for place in range(MOST_MATTERS) if f"words-{place}" in form]


def _row(form: MultiDict, place: int) -> Row:
    people = form.get(f"people-{place}", "1")
    return Row(
        form.get(f"words-{place}", "").replace("\r\n", "\n").strip(), int(people) if people.isdecimal() and len(people) < 4 else 1,
        form.get(f"cell-{place}", "").strip(), form.get(f"category-{place}", "").strip(), form.get(f"take-{place}") == "1")


def told(rows: list[Row], cell: str, lists: Any) -> list[Told]:
    """``cell`` holds where a row names none. Raises Invalid with every field that is wrong."""
    wrong: dict[str, list[str]] = {}
    chosen = [(place, row) for place, row in enumerate(rows) if row.taken]
    found = [_told(place, row, cell, lists, wrong) for place, row in chosen]
    if not chosen:
        wrong["matters"] = [_("Choose at least one matter.")]
    if wrong:
        raise Invalid(_("Please look at this again:"), fields=wrong)
    return found


def _told(place: int, row: Row, cell: str, lists: Any, wrong: dict[str, list[str]]) -> Told:
    if not row.words or len(row.words) > LONGEST_WORDS:
        wrong[f"words-{place}"] = [_("Please say in a few words what it is about.") if not row.words else _("At most %(most)s characters.", most=LONGEST_WORDS)]
    picked = {name: _picked(name, text, lists, place, wrong) for name, text in (("cell", row.cell or cell), ("category", row.category))}
    if picked["cell"] is None and f"cell-{place}" not in wrong:
        wrong[f"cell-{place}"] = [_("Please choose a cell.")]
    return Told(row.words, picked["cell"] or "", picked["category"], row.people)


def _picked(name: str, typed: str, lists: Any, place: int, wrong: dict[str, list[str]]) -> str | None:
    try:
        return pickers.code_of(typed, lists("cells" if name == "cell" else "categories"), f"{name}-{place}")
    except Invalid as error:
        wrong.update(error.fields)
        return None

"""Texts that an organisation keeps for its results: what may stand in them, and how they are filled in.

They go to many residents, so they hold nobody's name, phone or door; what is particular comes from placeholders.
"""

from __future__ import annotations

import string
from collections.abc import Collection
from datetime import date

from gridops.domain.redaction import redact

PLACEHOLDERS: dict[str, tuple[str, str]] = {"place": ("{地点}", "{place}"), "date": ("{日期}", "{date}"), "category": ("{小类}", "{category}")}
_MEANT = {written.strip("{}"): name for name, both in PLACEHOLDERS.items() for written in both}
LONGEST_NAME, LONGEST_TEXT = 40, 500
MOST = 60  # of one organisation: more are not chosen from but searched in
MISSING = "Missing data for required field."
ONE_LINE = "One line only."
LONE_BRACE = "A brace { or } stands alone."
PERSONAL = "It holds somebody's name, phone, number or door: a text for many must not."


def problems(name: str, text: str, *, own_phones: Collection[str | None] = ()) -> dict[str, list[str]]:
    """What is wrong, by field; empty where it may be kept. ``own_phones`` are the organisation's and may stand in it."""
    found = {"name": _name(name), "text": _text(text, own_phones)}
    return {field: wrong for field, wrong in found.items() if wrong}


def _name(name: str) -> list[str]:
    if not name.strip():
        return [MISSING]
    if len(name) > LONGEST_NAME:
        return [f"Longer than maximum length {LONGEST_NAME}."]
    return [ONE_LINE] if len(name.splitlines()) > 1 else []


def _text(text: str, own_phones: Collection[str | None]) -> list[str]:
    if not text.strip():
        return [MISSING]
    if len(text) > LONGEST_TEXT:
        return [f"Longer than maximum length {LONGEST_TEXT}."]
    try:
        names = [_whole(*part[1:]) for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return [LONE_BRACE]
    unknown = [f"There is no placeholder {{{name}}}." for name in dict.fromkeys(names) if name not in _MEANT]
    return unknown or ([PERSONAL] if _is_personal(text, own_phones) else [])


def _whole(name: str, form: str, conversion: str | None) -> str:
    """{date:%Y} is no placeholder of ours: only the bare name is."""
    return name if not form and not conversion else f"{name}:{form}!{conversion}"


def _is_personal(text: str, own_phones: Collection[str | None]) -> bool:
    for phone in filter(None, own_phones):
        text = text.replace(phone, "")
    return redact(text, door_numbers=True, names=True) != text


def filled(text: str, *, place: str, day: date, category: str) -> str:
    """A text without ``problems``; the date as the text's own language writes it."""
    chinese = any("一" <= char <= "龥" for char in text)
    said = {
        "place": redact(place, door_numbers=True), "category": category,
        "date": f"{day.month}月{day.day}日" if chinese else f"{day.day} {day:%B}"}
    return text.format_map({written: said[name] for written, name in _MEANT.items()})

"""What forms of the duty pages say, read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from gridops.domain.duty import YEARS
from gridops.errors import Invalid, NotFound


class Typed:
    """What was typed, read; Invalid by field."""

    def __init__(self, zone: ZoneInfo):
        self.zone = zone

    def text(self, name: str) -> str | None:
        return request.form.get(name, "").strip()[:200] or None

    def number(self, name: str) -> int:
        typed = request.form.get(name, "")
        if not typed.isascii() or not typed.isdigit() or len(typed) > 18:
            raise NotFound() if name == "id" else Invalid(fields={name: ["Missing data for required field."]})
        return int(typed)

    def day(self, name: str, *, needed: bool = True) -> date | None:
        return self._read(name, date.fromisoformat, "Not a valid date.", needed)

    def clock(self, name: str) -> time:
        return self._read(name, time.fromisoformat, "Not a valid time.", True)

    def instant(self, name: str) -> datetime:
        """A wall-clock time of the street."""
        return self._read(name, datetime.fromisoformat, "Not a valid datetime.", True).replace(tzinfo=self.zone)

    def _read(self, name: str, parse: Callable[[str], Any], wrong: str, needed: bool) -> Any:
        typed = request.form.get(name, "").strip()
        if not typed:
            if needed:
                raise Invalid(fields={name: ["Missing data for required field."]})
            return None
        try:
            read = parse(typed)
        except ValueError:
            raise Invalid(fields={name: [wrong]}) from None
        if getattr(read, "year", YEARS[0]) not in YEARS:
            raise Invalid(fields={name: [wrong]})
        return read

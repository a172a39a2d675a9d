"""Hours of the day in forms: as they stand in a field, and what was typed into it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from flask import request
from flask_babel import gettext as _

from gridops.errors import Invalid

LONGEST = 8


def shown(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def typed(names: Iterable[str]) -> dict[str, str]:
    """To be shown again as it was typed."""
    return {name: request.form.get(name, "").strip()[:LONGEST] for name in names}


def read(names: Iterable[str]) -> dict[str, time | None]:
    """None where nothing was typed. Raises Invalid with every field that is no hour."""
    found, wrong = {}, {}
    for name, text in typed(names).items():
        try:
            found[name] = time.fromisoformat(text) if text else None
        except ValueError:
            wrong[name] = [_("Like 21:00.")]
    if wrong:
        raise Invalid(fields=wrong)
    return found

"""What staff are told who pressed something: done, or why not, where it was pressed and with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.field_messages import in_chinese
from gridops.api.language import of_request
from gridops.errors import Conflict, Forbidden, Invalid, NotAllowed, TooMany
from gridops.web import catalogue_words

MENDABLE = (Invalid, NotAllowed, Conflict, Forbidden, TooMany)  # what is none of them has a page of its own


def press(act: Callable[[], Any], where: str, told: str) -> Response:
    """One press that needs no page: done, or why not in one line. Raises what is not MENDABLE."""
    try:
        act()
    except MENDABLE as error:
        flash(said(errors.payload(error)), "error")
    else:
        flash(told)
    return redirect(where, 303)


def said(error: dict[str, Any]) -> str:
    """The message, and of a file or a catalogue what is wrong in it."""
    details = error.get("details") or {}
    lines = [f"{_('row')} {fault['row']}: {_in(fault['message'])}" for fault in details.get("errors", ())[:5]]
    lines += [str(catalogue_words.PROBLEMS[problem["kind"]]) for problem in details.get("problems", ())[:3]]
    lines += [text for texts in (error.get("fields") or {}).values() for text in texts]
    return " ".join([error["message"], *dict.fromkeys(lines)])


def _in(text: str) -> str:
    return in_chinese(text) if of_request() == "zh" else text

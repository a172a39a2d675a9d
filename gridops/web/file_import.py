"""What all pages share that bring a file in: it is looked through, shown, and imported on a second word without being sent again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from flask import render_template, request

from gridops.api import catalogue, errors, language
from gridops.api.field_messages import in_chinese
from gridops.api.requests import Call, reading, writing
from gridops.api.uploads import sent_file
from gridops.domain import terms
from gridops.errors import Conflict, Invalid
from gridops.services import kept_files
from gridops.services.imports.table import Fault
from gridops.services.kept_files import Checked, Importing, Sent


_PLACE = re.compile(r" at (-?[\d.]+ -?[\d.]+)$")  # where in a shape


class Kind(NamedTuple):
    """``asked``: what the form chooses beside the file. ``around``: what the template needs besides."""

    name: str
    roles: tuple[str, ...]
    template: str
    active: str
    asked: Callable[[], dict[str, Any]]
    importing: Callable[[Call], Importing]
    around: Callable[[Call], dict[str, Any]]


def _around(call: Call, kind: Kind) -> dict[str, Any]:
    """``columns``: our names of columns -> as the file says them, which the installation may say otherwise."""
    found = kind.around(call)
    return found | {"columns": {ours: terms.said(theirs) for ours, theirs in found.get("columns", {}).items()}}


def page(call: Call, kind: Kind, asked: dict[str, Any], *, checked: Checked | None = None, message: str | None = None) -> str:
    return render_template(
        kind.template, **{"call": call, "active": kind.active} | _around(call, kind), asked=asked, checked=checked, message=message,
        said=_said, wrong=_wrong)


def answer(kind: Kind) -> str | tuple[str, int]:
    """To a form with a file, or to the one that says: import what I was shown."""
    again = reading(*kind.roles)(page)
    try:
        checked = writing(*kind.roles, keyed=False)(_checked)(kind)
    except (Invalid, Conflict) as error:
        return again(kind, kind.asked(), message=errors.payload(error)["message"]), errors.status_of(error)
    return again(kind, checked.sent.asked, checked=checked), 422 if checked.report.errors else 409 if checked.differs else 200


def _checked(call: Call, kind: Kind) -> Checked:
    known = {"actor": call.actor, "now": call.now, "vault": call.vault}
    importing = kind.importing(call)
    if request.form.get("step") == "import":
        return kept_files.apply(call.session, kind.name, _number(), importing, **known)
    name, content = sent_file()
    return kept_files.check(call.session, kind.name, Sent(name, content, kind.asked()), importing, **known)


def _number() -> int:
    typed = request.form.get("kept", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0


def _said(text: str) -> str:
    return in_chinese(text) if language.of_request() == "zh" else text


def _wrong(fault: Fault) -> str:
    """What a shape's fault is in Chinese stands with its code."""
    said = _said(fault.message)
    entry = catalogue.CODES.get(fault.code)
    if said != fault.message or entry is None or language.of_request() != "zh":
        return said
    place = _PLACE.search(fault.message)
    words = terms.said(entry.zh)
    return f"{words.removesuffix('。')}（{place[1]}）。" if place else words

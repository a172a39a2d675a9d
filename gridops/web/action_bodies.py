"""A sent form as the body that tickets.perform takes: empty fields are left out, names become codes, numbers numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from marshmallow import fields

from gridops.errors import Invalid
from gridops.services.bodies import SCHEMAS
from gridops.web.action_forms import PICKED, Sent, supports
from gridops.web.pickers import Option, code_of

Lists = Callable[[str], Sequence[Option]]  # "categories", "cells", "departments"
TRUE_FALSE = {"yes": True, "no": False, "1": True}


def body_of(sent: Sent, lists: Lists) -> dict[str, Any]:
    """Raises Invalid with every name that fits nothing or several. What the schema finds wrong is left to the schema."""
    body: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    schema = SCHEMAS.get(sent.action)
    for name, given in schema.fields.items() if schema else ():
        try:
            value = _value(name, given, sent, lists)
        except Invalid as error:
            wrong |= error.fields
            continue
        if value is not None:
            body[name] = value
    if wrong:
        raise Invalid(fields=wrong)
    return body


def _value(name: str, given: fields.Field, sent: Sent, lists: Lists) -> Any:
    if name in sent.photos:
        return sent.photos[name]
    if name == "support":
        return _supports(sent, lists)
    text = sent.typed.get(name, "").replace("\r\n", "\n").strip()
    if not text:
        return None
    if name in PICKED:
        return code_of(text, lists(PICKED[name]), name)
    if isinstance(given, fields.Boolean):
        return TRUE_FALSE.get(text, text)
    if isinstance(given, fields.Integer):
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    return text


def _supports(sent: Sent, lists: Lists) -> list[dict[str, str]] | None:
    """None where nothing was named: the duty rules decide. The box "without support" says so expressly."""
    rows = supports(sent.typed)
    if not rows:
        return [] if sent.typed.get("support_none") == "1" else None
    return [{"department": code_of(department, lists("departments"), "support") or "", "duty": duty} for department, duty in rows]

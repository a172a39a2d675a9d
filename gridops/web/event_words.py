"""Security events in words: what happened, and the facts that stand with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gridops.web import words

KINDS = {
    "logged_in": _l("log-in succeeded"), "logged_out": _l("logged out"), "login_failed": _l("log-in failed"), "account_locked": _l("account locked"),
    "account_created": _l("account made"), "account_disabled": _l("account closed"), "account_enabled": _l("account opened again"),
    "password_set": _l("password made anew"), "password_changed": _l("own password changed"), "sessions_ended": _l("sessions ended"),
    "totp_set": _l("second factor set"), "totp_removed": _l("second factor taken off"), "role_granted": _l("role given"),
    "role_withdrawn": _l("role taken back"), "role_moved": _l("role moved with a post"), "contact_opened": _l("contact opened"),
    "staff_phone_opened": _l("phone of staff opened"), "phone_book_opened": _l("duty phones opened"), "areas_imported": _l("areas imported"),
    "message_settings": _l("message settings changed"), "message_policy": _l("message policy changed"), "message_template": _l("message text changed"),
    "webhook_made": _l("webhook made"), "webhook_ended": _l("webhook ended"), "events_exported": _l("security events exported"),
    "label_changed": _l("field term changed"), "category_changed": _l("category changed"), "category_words": _l("words of a category changed"),
    "taxonomy_imported": _l("categories imported"),
}
FACTS = {
    "role": _l("Role"), "area": _l("Area"), "before": _l("Before"), "address": _l("Address"), "reason": _l("Reason"), "report": _l("Report"),
    "people": _l("People"), "rows": _l("Rows"), "street": _l("Street"), "sessions": _l("Sessions"), "code": _l("Code"), "term": _l("Term"),
    "word": _l("Word"), "version": _l("Version"), "webhook": _l("Webhook"), "event": _l("Event"), "audience": _l("Audience"), "locale": _l("Language"),
    "act": _l("Act"),
}


def kind(name: str) -> str:
    return str(KINDS.get(name, name))


def facts(found: dict[str, Any], named: Callable[[str], str]) -> str:
    """One line. ``named``: of an area's code."""
    return _("; ").join(f"{FACTS.get(key, key)}{_(': ')}{_value(key, value, named)}" for key, value in found.items() if value not in (None, [], ""))


def _value(key: str, value: Any, named: Callable[[str], str]) -> str:
    if key == "role":
        return words.role(str(value))
    if key in ("area", "street", "before") and isinstance(value, str):
        return named(value) if named(value) == value else f"{named(value)} ({value})"
    return _(", ").join(map(str, value)) if isinstance(value, list) else str(value)

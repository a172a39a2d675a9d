"""A lost tracking code: phone, one-time code, list. Without text messages the page names the desk instead."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from gridops.api import errors
from gridops.api.lost_codes import PER_PHONE, WINDOW
from gridops.api.requests import Call, context, reading
from gridops.errors import GridopsError, Invalid, TooMany
from gridops.services import lost_codes, rates
from gridops.services.accounts import Refused
from gridops.web import posting
from gridops.web.found import streets

blueprint = Blueprint("lost_code", __name__, url_prefix="/lost-code")
Answer = str | tuple[str, int]


@blueprint.get("")
@reading(limit="public")
def ask(call: Call) -> str:
    return _page(call.session, "phone")


@blueprint.post("")
def send() -> Answer:
    """The answer is the same whether the phone is known or not."""
    phone = _typed("phone", 40)
    try:
        posting.run(lambda call: _send(call, phone), limit="lost_code")
    except (Invalid, TooMany) as error:
        return _again("phone", phone, error)
    return _shown("code", phone)


@blueprint.post("/confirm")
def confirm() -> Answer:
    phone, once = _typed("phone", 40), _typed("one_time_code", 20)
    try:
        found = posting.run(lambda call: lost_codes.confirm_codes(call.session, call.vault, phone, once, now=call.now), limit="lost_code_confirm")
        if isinstance(found, Refused):  # its try has been counted and committed
            raise found.error
    except (Invalid, TooMany) as error:
        return _again("code", phone, error)
    return _shown("list", phone, found=found)


def _send(call: Call, phone: str) -> None:
    if call.context.config.rate_limits:
        index = lost_codes.phone_index(call.vault, phone)
        rates.hit(call.context.bind, f"lost_code:{index.hex()}", limit=PER_PHONE, window=WINDOW, now=call.now)
    lost_codes.request_codes(call.session, call.vault, phone, locale=call.locale, now=call.now)


def _typed(name: str, longest: int) -> str:
    return request.form.get(name, "").strip()[:longest]


def _again(step: str, phone: str, error: GridopsError) -> Answer:
    shown = errors.payload(error)
    field = "phone" if step == "phone" else "one_time_code"
    return _shown(step, phone, errors={field: [shown["message"]]}), errors.status_of(error)


@reading()
def _shown(call: Call, step: str, phone: str, **more: Any) -> str:
    return _page(call.session, step, phone=phone, **more)


def _page(session: Session, step: str, **more: Any) -> str:
    known = {"phone": "", "errors": {}, "found": []} | more
    return render_template(
        "resident/lost_code.html", step=step, streets=streets(session), sends_messages=context().config.sms is not None, **known)

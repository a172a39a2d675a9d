"""One report, found by its tracking code, and what each of its pages shows."""

from __future__ import annotations

from typing import Any

import segno
from flask import request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.api.requests import Call, context
from gridops.domain import codes
from gridops.errors import NotFound
from gridops.models import Report, Street, Ticket
from gridops.services import areas, intake


def find_report(call: Call, typed: str) -> Report:
    """Raises NotFound for anything that is no code of a report."""
    report = intake.find_report(call.session, call.vault, typed)
    if report is None:
        raise NotFound()
    return report


def canonical(typed: str) -> str:
    return codes.format_code(codes.parse_code(typed) or "")


def path_of(typed: str) -> str:
    return url_for("following.show", code=canonical(typed))


def about(call: Call, report: Report, typed: str) -> dict[str, Any]:
    ticket = call.session.get_one(Ticket, report.ticket_id)
    street = call.session.get_one(Street, ticket.street_code)
    code = canonical(typed)
    known = ticket.area_code != street.code
    return {
        "report": report, "ticket": ticket, "street": street, "code": code, "groups": code.split("-"), "address": _outside_address(code),
        "area_name": areas.path_name(call.session, ticket.area_code, call.locale) if known else None,
    }


def qr(typed: str) -> str:
    """The tracking page's address for another phone's camera, as a data: URI."""
    return segno.make(_outside_address(canonical(typed)), error="m").svg_data_uri(scale=4, border=2)


def _outside_address(code: str) -> str:
    base = (context().config.public_url or request.host_url).rstrip("/")
    return f"{base}/t/{code}"


def streets(session: Session) -> list[Street]:
    """Those with a desk to call come first."""
    return list(session.scalars(select(Street).order_by(Street.phone.is_(None), Street.code).limit(200)))

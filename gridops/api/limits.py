"""How often one address may knock. Mobile carriers put a whole quarter behind one address, so the limits stop floods, not neighbours."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from flask import request

from gridops.context import Context
from gridops.services import rates


class Limit(NamedTuple):
    times: int
    window: timedelta
    staff_exempt: bool = True  # a clerk at the desk enters many reports


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS: dict[str, Limit] = {
    "report": Limit(300, MINUTE),
    "photo": Limit(60, MINUTE),
    "tracking": Limit(300, MINUTE),
    "waiting": Limit(1200, MINUTE),  # pages that stay open ask every half minute
    "public": Limit(600, MINUTE),
    "link": Limit(60, MINUTE, staff_exempt=False),
    "suggest": Limit(300, MINUTE),  # a letter each; a hundred reporters behind one carrier
    "login": Limit(30, MINUTE, staff_exempt=False),
    "lost_code": Limit(30, HOUR, staff_exempt=False),
    "lost_code_confirm": Limit(30, HOUR, staff_exempt=False),
}


def check(house: Context, name: str | None) -> None:
    """Raises TooMany. A request with a bearer token is exempt where staff are: with a wrong token it ends as 401 anyway."""
    if name is None or not house.config.rate_limits:
        return
    limit = LIMITS[name]
    if limit.staff_exempt and request.authorization is not None and request.authorization.type == "bearer":
        return
    rates.hit(house.bind, f"{name}:{address()}", limit=limit.times, window=limit.window, now=house.now())


def address() -> str:
    """The caller's address as far as one household can change it: of IPv6 the first 64 bits."""
    text = request.remote_addr or "unknown"
    try:
        parsed = ip_address(text)
    except ValueError:
        return text
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return text

"""Orders of the city on the small street."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests import small_street

from gridops.models import Ticket, UpstreamOrder
from gridops.services import tickets
from gridops.services.upstream.known import find_order

DUE = timedelta(days=3)


@pytest.fixture
def street(session, config, now) -> small_street.SmallStreet:
    return small_street.build(session, config, now)


@pytest.fixture
def make_order(session, street, now) -> Callable[..., UpstreamOrder]:
    """make_order("A-1") -> an order with a ticket of its own in ``reported``."""

    def make_order(number: str = "A-1", **changes) -> UpstreamOrder:
        upstream = {"source": "12345", "external_number": number, "external_due_by": now + DUE} | changes
        street.submit(session, now, upstream=upstream)
        return find_order(session, "12345", number)

    return make_order


@pytest.fixture
def do(session, street, now) -> Callable[..., Ticket]:
    """do("sign", ticket, "SANITATION", hours=2, …body)"""

    def do(action: str, ticket: Ticket, who: str = "clerk", *, at: datetime | None = None, hours: float = 0, **body) -> Ticket:
        return tickets.perform(session, ticket.number, action, body, actor=street.actors[who], now=(at or now) + timedelta(hours=hours))

    return do


@pytest.fixture
def close(do) -> Callable[[Ticket], Ticket]:
    """Filed, dispatched, handled by the sanitation, checked."""

    def close(ticket: Ticket) -> Ticket:
        do("file", ticket, category=small_street.ILLEGAL_BUILDING)
        do("dispatch", ticket, "dispatcher", lead="D-SANITATION", coordinate="D-GRID_CENTER", support=[])
        do("sign", ticket, "SANITATION", hours=1)
        do("submit_result", ticket, "SANITATION", hours=2, outcome="solved", text="已清运，联系电话13812345678。")
        return do("pass_check", ticket, "worker_west", hours=3, text="现场已干净")

    return close

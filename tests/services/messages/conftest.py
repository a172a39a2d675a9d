from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.context import Context
from gridops.models import MessageDelivery, Outbox, Photo, Ticket
from gridops.services import tickets
from gridops.services.messages import written
from gridops.services.reactions import REACTIONS
from tests import small_street
from tests.small_street import RUBBISH, SmallStreet

PHONE = "13812345678"


@dataclass
class Told:
    """The street with a way for every message; ``work`` does what beat and workers do until nothing is left, but for the sending."""

    session: Session
    street: SmallStreet
    context: Context
    at: datetime

    def work(self) -> None:
        undone = select(Outbox).where(Outbox.done_at.is_(None), Outbox.available_at <= self.at).order_by(Outbox.id)
        self.session.info.clear()  # a transaction of its own, in the workers
        while rows := self.session.scalars(undone).all():
            for row in rows:
                REACTIONS[row.topic](self.session, row, self.at, self.context)
                row.done_at = self.at
            self.session.flush()

    def after(self, **delta: float) -> Told:
        self.at += timedelta(**delta)
        return self

    def report(self, phone: str | None = PHONE, **changes):
        contact = {"contact": {"name": "王小明", "phone": phone}} if phone else {}
        receipt = self.street.submit(self.session, self.at, **contact, **changes)
        self.work()
        return receipt

    def do(self, ticket: Ticket, action: str, who: str, **body) -> None:
        tickets.perform(self.session, ticket.number, action, body, actor=self.street.actors[who], now=self.at)
        self.work()

    def photo(self) -> str:
        """A photo's id, ready to be shown with a result or a check."""
        row = Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"", thumbnail=b"", uploaded_at=self.at)
        self.session.add(row)
        self.session.flush()
        return str(row.id)

    def rows(self, **which) -> list[MessageDelivery]:
        return list(self.session.scalars(select(MessageDelivery).filter_by(**which).order_by(MessageDelivery.id)))

    def texts(self, **which) -> list[str]:
        """Words of the text messages, oldest first."""
        return [self.words(row) for row in self.rows(channel="text", **which)]

    def words(self, row: MessageDelivery) -> str:
        return self.context.vault.decrypt(row.text_cipher, purpose=written.TEXT)

    def address(self, row: MessageDelivery) -> str:
        return self.context.vault.decrypt(row.address_cipher, purpose=written.ADDRESS)


@pytest.fixture
def told(session, config, now) -> Told:
    told = replace(config, sms="file:/nowhere", mail="file:/nowhere", public_url="https://street.example")
    street = small_street.build(session, config, now)
    return Told(session, street, Context(told, lambda: session, street.vault, lambda: now), now)


@pytest.fixture
def in_hand(told) -> Callable[..., object]:
    """A report about rubbish, dispatched by the rules and signed by sanitation: its receipt."""

    def in_hand(**changes):
        receipt = told.report(category=RUBBISH, **changes)
        told.do(receipt.ticket, "sign", "SANITATION")
        return receipt

    return in_hand

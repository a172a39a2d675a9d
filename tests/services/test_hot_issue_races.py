"""Two clicks at once make one public issue; the hourly housekeeping finds an issue once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from gridops import db
from gridops.context import Context
from gridops.domain.actor import SYSTEM
from gridops.errors import Conflict
from gridops.models import HotIssue, Outbox, PublicIssue
from gridops.services import tickets
from gridops.services.hot_issues import alerts, finding, public
from gridops.vault import Vault
from tests import small_street
from tests.small_street import RUBBISH, STREET
from workers import chores


@pytest.fixture
def street(fresh, now):
    """With three people's heap of rubbish, really committed."""
    with db.transaction(fresh.sessions) as session:
        street = small_street.build(session, fresh.config, now)
        for person in range(3):
            number = street.submit(session, now, contact={"phone": f"1381234000{person}"}).ticket.number
            tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
    return street


def test_two_clicks_make_one(fresh, street, now):
    with fresh.sessions() as session:
        key = finding.found(session, STREET, now=now)["hot"][0].key
    together = Barrier(2)

    def click(_):
        together.wait()
        try:
            with db.transaction(fresh.sessions) as session:
                public.make_public(session, STREET, key, actor=street.actors["leader"], now=now)
        except Conflict as refusal:
            return refusal.code
        return "made"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(click, range(2))) == ["made", "public_issue_exists"]
    with fresh.sessions() as session:
        assert session.scalar(select(func.count()).select_from(PublicIssue)) == 1


def test_the_housekeeping_finds_it_once(fresh, street, now):
    context = Context(fresh.config, fresh.sessions, Vault(fresh.config.vault_keys, fresh.config.secret_key), lambda: now)
    for _ in range(2):
        chores.keep_house(context)
    with fresh.sessions() as session:
        assert session.scalar(select(func.count()).select_from(HotIssue)) == 1
        assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.topic == alerts.FOUND)) == 1

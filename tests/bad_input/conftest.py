"""The application over a database that is really committed to, and a fingerprint of everything that stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, box
from sqlalchemy import text

from config import Config
from gridops import create_app
from gridops.context import Context
from gridops.db import Base, make_engine, make_sessions, transaction
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Street
from gridops.services import accounts, tickets
from gridops.vault import Vault
from tests import small_street
from tests.conftest import NOW
from tests.running import PASSWORD

PASSING = {"rate_counter", "login_session"}  # count and prolong with every request, refused or not
ELSEWHERE = "310199002"
IN_ELSEWHERE = {"lng": 121.455, "lat": 31.205, "crs": "wgs84"}


@dataclass
class World:
    config: Config
    context: Context
    client: FlaskClient
    people: dict[str, dict[str, str]]  # name -> headers
    ours: str  # a dispatched ticket of the small street
    theirs: str  # one of another street
    environment: dict[str, str]

    def fingerprint(self) -> dict[str, tuple[int, int]]:
        """Rows of each table and a sum over their contents: equal before and after means that nothing was written at all."""
        with self.context.sessions() as session:
            return {
                name: tuple(session.execute(text(f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {name} t")).one())
                for name in Base.metadata.tables if name not in PASSING
            }


@pytest.fixture(scope="module")
def world(servers, redis_number) -> Iterator[World]:
    name = f"bad_input_{redis_number}"
    servers.clone(name)
    config = servers.config(name, redis_number)
    engine = make_engine(config.database_url)
    try:
        yield _settled(config, Context(config, make_sessions(engine), Vault(config.vault_keys, config.secret_key), lambda: NOW), servers)
    finally:
        engine.dispose()
        servers.drop(name)


def _settled(config: Config, context: Context, servers) -> World:
    client = create_app(config, context=context).test_client()
    with transaction(context.sessions) as session:
        street = small_street.build(session, config, NOW)
        boundary = from_shape(MultiPolygon([box(121.45, 31.20, 121.46, 31.21)]), srid=4326)
        session.add(Street(code=ELSEWHERE, name="另一街道", boundary=boundary))
        sanitation = street.departments["SANITATION"].id
    with transaction(context.sessions) as session:
        ours = street.submit(session, NOW).ticket.number
        theirs = street.submit(session, NOW, location=IN_ELSEWHERE).ticket.number
        tickets.perform(session, ours, "file", {"category": small_street.RUBBISH}, actor=SYSTEM, now=NOW)
        tickets.perform(session, ours, "dispatch", {"support": []}, actor=SYSTEM, now=NOW)
    grants = {
        "clerk": Grant("clerk", small_street.STREET), "dispatcher": Grant("dispatcher", small_street.STREET),
        "sanitation": Grant("department", small_street.STREET, sanitation), "volunteer": Grant("volunteer", small_street.WEST),
    }
    people = {name: _logged_in(context, client, name, grant) for name, grant in grants.items()}
    return World(config, context, client, people, ours, theirs, servers.environment(config))


def _logged_in(context: Context, client: FlaskClient, name: str, grant: Grant) -> dict[str, str]:
    with transaction(context.sessions) as session:
        accounts.create_account(session, f"bad-{name}", PASSWORD, name=name, grants=[grant], actor=SYSTEM, now=NOW)
    token = client.post("/api/v1/session", json={"username": f"bad-{name}", "password": PASSWORD}).json["token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def unchanged(world: World) -> Iterator[World]:
    """The world, which must be the same afterwards to the last row."""
    before = world.fingerprint()
    assert before["ticket"][0] >= 2, "a fingerprint of nothing would prove nothing"
    yield world
    after = world.fingerprint()
    assert {name: after[name] for name in after if after[name] != before[name]} == {}


@pytest.fixture
def refused(unchanged: World) -> Callable[..., dict[str, Any]]:
    """refused(answer, status, code): one shape, a message in words, and a code that the list of codes knows."""

    def check(answer, status: int, code: str) -> dict[str, Any]:
        assert (answer.status_code, (answer.json or {}).get("error", {}).get("code")) == (status, code), answer.text[:500]
        error = answer.json["error"]
        assert error["message"] and error["request_id"] == answer.headers["X-Request-ID"]
        assert code in {row["code"] for row in unchanged.client.get("/api/v1/errors").json["items"]}
        return error

    return check

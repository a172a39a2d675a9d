"""Real PostgreSQL and Redis for every test that asks.

``session``/``sessions``   one connection whose outer transaction is rolled back after the test; commits inside are savepoints
``fresh``                  a migrated database of the test's own, really committed to, for races, processes and faults
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from gridops.db import make_engine, make_sessions
from tests.servers import RunningServers, Servers

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # Wednesday 10:00 in Shanghai, an ordinary working day
STARTED = pytest.StashKey[RunningServers]()
_numbers = itertools.count(1)


def pytest_configure_node(node) -> None:
    """With xdist the controller starts the servers once, before its first worker, and tells each worker where they are."""
    if STARTED not in node.config.stash:
        node.config.stash[STARTED] = RunningServers.start()
    node.workerinput["gridops_servers"] = str(node.config.stash[STARTED].servers.folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if STARTED in config.stash:
        config.stash[STARTED].stop()


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    if hasattr(pytestconfig, "workerinput"):
        return Servers.at(Path(pytestconfig.workerinput["gridops_servers"]))
    pytestconfig.stash[STARTED] = RunningServers.start()
    return pytestconfig.stash[STARTED].servers


@pytest.fixture(scope="session")
def redis_number() -> int:
    """Each worker's own Redis database."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def config(servers: Servers, redis_number: int) -> Config:
    """This worker's database, as the application's role; nothing is ever committed to it."""
    servers.clone(f"worker_{redis_number}")
    return servers.config(f"worker_{redis_number}", redis_number)


@pytest.fixture(scope="session")
def engine(config: Config) -> Iterator[Engine]:
    engine = make_engine(config.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def sessions(connection: Connection) -> sessionmaker[Session]:
    """Like gridops.db.make_sessions, but a commit is only a savepoint and gone after the test. One thread only."""
    return sessionmaker(connection, expire_on_commit=False, autoflush=False, join_transaction_mode="create_savepoint")


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        yield session


@dataclass(frozen=True)
class Fresh:
    """A database of one test: several sessions, threads and processes may use it and commit."""

    config: Config
    engine: Engine
    sessions: sessionmaker[Session]
    environment: dict[str, str]  # for a process that the test starts


@pytest.fixture
def make_fresh(servers: Servers, redis_number: int) -> Iterator[Callable[..., Fresh]]:
    """make_fresh(rate_limits=False, …): as ``fresh``, with other settings of Config."""
    made: list[tuple[str, Fresh]] = []

    def make(**changes) -> Fresh:
        name = f"fresh_{redis_number}_{next(_numbers)}"
        servers.clone(name)
        config = servers.config(name, redis_number, **changes)
        engine = make_engine(config.database_url)
        made.append((name, Fresh(config, engine, make_sessions(engine), servers.environment(config))))
        return made[-1][1]

    yield make
    for name, fresh in made:
        fresh.engine.dispose()
        servers.drop(name)


@pytest.fixture
def fresh(make_fresh: Callable[..., Fresh]) -> Fresh:
    return make_fresh()


@pytest.fixture
def redis_url(servers: Servers, redis_number: int) -> str:
    """This worker's Redis database, empty."""
    assert servers.redis.command(f"SELECT {redis_number}", "FLUSHDB") == b"+OK"
    return servers.redis.url(redis_number)


@pytest.fixture
def now() -> datetime:
    return NOW

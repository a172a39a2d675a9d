"""Real workers and beats as processes, against a database and a Redis of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from gridops.context import wall_clock
from gridops.db import reading, transaction
from gridops.models import Outbox
from gridops.private.program import Program, wait_ready
from gridops.private.redis import Redis
from gridops.services import outbox
from tests.conftest import Fresh
from tests.servers import ROOT, Servers

PROCESS = Path(__file__).parent / "process.py"


def wait_until(condition: Callable[[], object], *, within: float = 20, why: str = "") -> None:
    give_up = time.monotonic() + within
    while not condition():
        assert time.monotonic() < give_up, f"not within {within} s: {why or condition}"
        time.sleep(0.05)


@dataclass
class Background:
    """Starts ``tests/workers/process.py`` (the project's own worker and beat with topics of the tests); ends what is left."""

    fresh: Fresh
    folder: Path
    redis_url: str
    started: list[subprocess.Popen] = field(default_factory=list)

    def start(self, role: str, **settings: object) -> subprocess.Popen:
        words = [f"{name}={value}" for name, value in settings.items()]
        environment = os.environ | self.fresh.environment | {"REDIS_URL": self.redis_url}
        with open(self.log, "ab") as log:
            process = subprocess.Popen([sys.executable, str(PROCESS), role, *words], env=environment, cwd=ROOT, stdout=log, stderr=log)
        self.started.append(process)
        return process

    @property
    def log(self) -> Path:
        return self.folder / "background.log"

    def stop(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()

    # What the tests look at.

    def publish(self, topic: str, count: int = 1, *, queue: str = "default", **payload: object) -> list[int]:
        with transaction(self.fresh.sessions) as session:
            rows = [outbox.publish(session, topic, now=wall_clock(), payload=payload, queue=queue) for _ in range(count)]
            session.flush()
            return [row.id for row in rows]

    def effects(self) -> list[int]:
        """Outbox ids in the order in which their effect was committed, one for each time."""
        with reading(self.fresh.sessions) as session:
            return list(session.scalars(text("SELECT outbox_id FROM effect ORDER BY id")))

    def undone(self) -> int:
        with reading(self.fresh.sessions) as session:
            return len(session.scalars(select(Outbox.id).where(Outbox.done_at.is_(None))).all())

    def look(self, question: Callable[[Session], object]) -> object:
        with self.fresh.sessions() as session:  # closed without a rollback, which would empty the objects
            return question(session)

    def wait_done(self, *, within: float = 30) -> None:
        wait_until(lambda: self.undone() == 0, within=within, why=f"{self.undone()} rows undone\n{self.log.read_text()[-3000:]}")


@pytest.fixture
def background(fresh: Fresh, tmp_path: Path, redis_url: str) -> Iterator[Background]:
    _make_effects(fresh)
    background = Background(fresh, tmp_path, redis_url)
    yield background
    background.stop()


def _make_effects(fresh: Fresh) -> None:
    """A table for the effects of the tests' own reactions: one row for each time a reaction was committed."""
    engine = create_engine(fresh.config.owner_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY, outbox_id bigint, words text)"))
        connection.execute(text("GRANT SELECT, INSERT ON effect TO gridops_app"))
    engine.dispose()


@dataclass
class OwnRedis:
    """A Redis that this test may stop, kill and rob of its file."""

    server: Redis
    log: Path
    process: subprocess.Popen | None = None

    @property
    def program(self) -> Program:
        return self.server.program(self.log)

    def start(self) -> None:
        self.process = self.program.spawn()
        wait_ready(self.program, self.process)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def lose_file(self) -> None:
        files = [path for path in self.server.folder.rglob("*") if path.is_file()]
        assert files, "a Redis that keeps no file would make this test prove nothing"
        for path in files:
            path.unlink()


@pytest.fixture
def own_redis(servers: Servers) -> Iterator[OwnRedis]:
    home = Path(tempfile.mkdtemp(prefix="r-", dir=servers.folder / "run"))
    servers.account.folder(home)
    redis = OwnRedis(Redis(servers.account.folder(home / "d"), home, servers.account), servers.folder / f"{home.name}.log")
    redis.start()
    yield redis
    if redis.process.poll() is None:
        redis.program.stop(redis.process)
    shutil.rmtree(home)


@pytest.fixture
def background_on_own_redis(background: Background, own_redis: OwnRedis) -> Background:
    background.redis_url = own_redis.server.url()
    return background

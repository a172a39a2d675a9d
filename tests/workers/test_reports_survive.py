"""Real reports through the real reactions while servers fail: each is dispatched exactly once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from gridops import schema
from gridops.context import wall_clock
from gridops.db import make_engine, make_sessions, transaction
from gridops.models import Outbox, Round, Ticket, Trail
from gridops.private.cluster import Cluster
from gridops.private.program import wait_ready
from tests import small_street
from tests.conftest import Fresh
from tests.servers import ROOT, Servers
from tests.workers.conftest import wait_until

pytestmark = pytest.mark.faults


def _report(fresh, street) -> None:
    with transaction(fresh.sessions) as session:
        street.submit(session, wall_clock())


def _street(fresh):
    with transaction(fresh.sessions) as session:
        return small_street.build(session, fresh.config, wall_clock())


def _settled(fresh) -> bool:
    with fresh.sessions() as session:
        return session.scalar(select(func.count()).where(Outbox.done_at.is_(None))) == 0


def _assert_each_dispatched_once(fresh, count: int) -> None:
    with fresh.sessions() as session:
        assert session.execute(select(Ticket.status, func.count()).group_by(Ticket.status)).all() == [("dispatched", count)]
        assert session.scalar(select(func.count()).select_from(Round)) == count
        actions = session.execute(select(Trail.action, func.count()).group_by(Trail.action)).all()
    assert dict(actions) == {"submit": count, "file": count, "dispatch": count}


def test_two_hundred_reports_while_redis_is_stopped_and_loses_its_file(background_on_own_redis, own_redis):
    background = background_on_own_redis
    fresh, street = background.fresh, _street(background.fresh)
    for role in ("beat", "worker", "worker"):
        background.start(role)
    for _ in range(20):
        _report(fresh, street)
    own_redis.kill()
    for _ in range(180):
        _report(fresh, street)
    own_redis.lose_file()
    own_redis.start()
    wait_until(lambda: _settled(fresh), within=60, why=background.log.read_text()[-2000:])
    _assert_each_dispatched_once(fresh, 200)


def test_a_stream_of_reports_is_dispatched_by_two_workers_each_once(background):
    """Fifty a second where the machine can; how soon they are dispatched is measured by ``make bench``, not asserted here."""
    fresh, street = background.fresh, _street(background.fresh)
    for role in ("beat", "worker", "worker"):
        background.start(role)
    wait_until(lambda: background.log.read_text().count("worker_ready") == 2)
    start = time.monotonic()
    for number in range(150):
        time.sleep(max(0.0, start + number / 50 - time.monotonic()))
        _report(fresh, street)
    wait_until(lambda: _settled(fresh), within=60)
    _assert_each_dispatched_once(fresh, 150)


@pytest.fixture
def own_cluster(servers: Servers):
    """A durable PostgreSQL that this test may kill."""
    folder = Path(tempfile.mkdtemp(prefix="p-", dir=servers.folder / "run"))
    servers.account.folder(folder)
    cluster = Cluster(folder / "d", folder, servers.account)
    cluster.create()
    running = OwnCluster(cluster, folder / "log")
    running.start()
    cluster.provision("own")
    yield running
    running.cluster.program(running.log).stop(running.process)
    shutil.rmtree(folder)


class OwnCluster:
    def __init__(self, cluster: Cluster, log: Path):
        self.cluster, self.log = cluster, log

    def start(self) -> None:
        program = self.cluster.program(self.log)
        self.process = program.spawn()
        wait_ready(program, self.process)

    def fresh(self, servers: Servers, fresh: Fresh) -> Fresh:
        urls = [self.cluster.url("own", *role).replace("postgresql:", "postgresql+psycopg:") for role in ((), ("gridops_owner",))]
        config = replace(fresh.config, database_url=urls[0], owner_database_url=urls[1])
        schema.upgrade(config.owner_database_url)
        engine = make_engine(config.database_url)
        return Fresh(config, engine, make_sessions(engine), servers.environment(config))


def test_postgresql_killed_under_load_loses_and_doubles_nothing(own_cluster, servers, fresh, redis_url, tmp_path):
    fresh = own_cluster.fresh(servers, fresh)
    street, log = _street(fresh), tmp_path / "log"
    environment = os.environ | fresh.environment | {"REDIS_URL": redis_url}
    with open(log, "wb") as out:
        command = [sys.executable, "-m", "workers"]
        background = [subprocess.Popen([*command, role], env=environment, cwd=ROOT, stdout=out, stderr=out) for role in ("beat", "worker", "worker")]
    try:
        wait_until(lambda: log.read_text().count("worker_ready") == 2)
        taken = sum(_try_report(fresh, street, own_cluster if number == 40 else None) for number in range(120))
        assert taken >= 119, "only the report during which the server was killed may be refused"
        start = time.monotonic()
        wait_until(lambda: _settled(fresh), within=90, why=log.read_text()[-3000:])
        print(f"settled {time.monotonic() - start:.1f} s after the last report")
        assert [process.poll() for process in background] == [None] * 3
        _assert_each_dispatched_once(fresh, taken)
    finally:
        for process in background:
            process.kill()
            process.wait()
        fresh.engine.dispose()


def _try_report(fresh, street, kill: OwnCluster | None) -> bool:
    if kill is not None:
        kill.process.kill()
        kill.process.wait()
        kill.start()
    try:
        _report(fresh, street)
        return True
    except DBAPIError:
        return False

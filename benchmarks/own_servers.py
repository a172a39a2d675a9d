"""A durable private PostgreSQL with a migrated database and the small street in it, and gunicorn processes beside it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from config import Config
from gridops import schema
from gridops.cli.processes import web_command
from gridops.context import Context, wall_clock
from gridops.db import transaction
from gridops.private.account import service_account
from gridops.private.cluster import Cluster
from gridops.private.program import wait_ready
from tests import small_street
from tests.running import wait_until
from tests.servers import ROOT, Servers

DATABASE = "bench"


@dataclass(frozen=True)
class Bench:
    folder: Path
    config: Config
    environment: dict[str, str]

    def context(self) -> Context:
        return Context.of(self.config)


@contextmanager
def street() -> Iterator[tuple[Bench, small_street.SmallStreet]]:
    """Durable, as in use: what a commit costs belongs to what is measured."""
    account = service_account()
    folder = account.folder(Path(tempfile.mkdtemp(prefix="gridops-bench-", dir="/tmp")))
    cluster = Cluster(folder / "postgres", account.folder(folder / "run"), account)
    cluster.create()
    program = cluster.program(folder / "postgres.log")
    process = program.spawn()
    try:
        wait_ready(program, process)
        cluster.provision(DATABASE)
        yield _settled(Servers(folder, account))
    finally:
        program.stop(process)
        shutil.rmtree(folder)


def _settled(servers: Servers) -> tuple[Bench, small_street.SmallStreet]:
    config = servers.config(DATABASE)
    schema.upgrade(config.owner_database_url)
    bench = Bench(servers.folder, config, servers.environment(config))
    context = bench.context()
    with transaction(context.sessions) as session:
        built = small_street.build(session, config, wall_clock())
    context.bind.dispose()
    return bench, built


@contextmanager
def gunicorn(application: str, bench: Bench, **env: str) -> Iterator[int]:
    """``application`` (module:name) under the settings of ``gridops web``; the port."""
    port = free_port()
    command = [*web_command(port)[:-1], application]
    environment = {"PATH": os.environ["PATH"], "HOME": str(bench.folder)} | bench.environment | env
    log = bench.folder / f"{application.replace(':', '-')}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        wait_until(lambda: _answers(port), within=60, why=log.read_text)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
    except requests.RequestException:
        return False

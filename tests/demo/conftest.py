"""The demonstration street, loaded once by its command for all tests that only read it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config import Config
from gridops.db import make_engine, make_sessions, reading
from tests.servers import ROOT, Servers


@dataclass(frozen=True)
class Demo:
    config: Config
    engine: Engine
    file: Path
    run: Callable[[], subprocess.CompletedProcess]
    first_run: subprocess.CompletedProcess

    @property
    def logins(self) -> list[dict]:
        return json.loads(self.file.read_text("utf-8"))


@pytest.fixture(scope="module")
def demo(servers: Servers, redis_number: int, tmp_path_factory) -> Iterator[Demo]:
    name = f"demo_{redis_number}"
    servers.clone(name)
    config, home = servers.config(name, redis_number), tmp_path_factory.mktemp("home")
    engine = make_engine(config.database_url)
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | servers.environment(config)

    def run() -> subprocess.CompletedProcess:
        command = [sys.executable, "-W", "error", "-m", "gridops", "demo", "--home", str(home)]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)

    yield Demo(config, engine, home / "demo-logins.json", run, run())
    engine.dispose()
    servers.drop(name)


@pytest.fixture
def read(demo: Demo) -> Iterator[Session]:
    with reading(make_sessions(demo.engine)) as session:
        yield session

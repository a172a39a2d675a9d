"""A short folder below /tmp that the service user can enter; pytest's tmp_path is closed to it and too long for sockets."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridops.private.cluster import Cluster
from gridops.private.program import Program, wait_ready


@contextmanager
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gridops-test-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def running(program: Program):
    process = program.spawn()
    try:
        wait_ready(program, process)
        yield process
    finally:
        program.stop(process)


def insert(cluster: Cluster, value: int) -> None:
    with cluster.connect("postgres") as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", (value,))


def kept(cluster: Cluster) -> list[int]:
    with cluster.connect("postgres") as connection:
        return [value for (value,) in connection.execute("SELECT value FROM kept ORDER BY 1")]

"""The application as it runs: two processes of gunicorn over a database that is really committed to."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from gridops.cli.processes import web_command
from gridops.models import OneTimeCode
from tests.api.conftest import picture

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def url(fresh, tmp_path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = web_command(port)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | fresh.environment
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", server, tmp_path / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait(url: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            requests.get(url, timeout=20)
            return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_as_it_runs(url, fresh):
    assert requests.get(f"{url}/readyz", timeout=10).json()["status"] == "ready"
    _a_photo_of_30_mb_gets_its_answer(url)
    _a_body_that_is_wrongly_chunked_is_malformed(url)
    _no_header_says_which_path_was_asked_for(url)
    _the_same_key_at_once_in_two_processes_is_one_effect(url, fresh)
    assert "gridops_outbox_undone" in requests.get(f"{url}/metrics", timeout=10).text


def _a_photo_of_30_mb_gets_its_answer(url):
    sent = requests.post(f"{url}/api/v1/photos", files={"photo": ("big.jpg", b"\xff\xd8\xff" + bytes(30_000_000))}, timeout=60)
    assert (sent.status_code, sent.json()["error"]["code"]) == (413, "too_large")
    chunks = (b"x" * 65_536 for _ in range(300))  # no Content-Length: counted as it comes
    streamed = requests.post(f"{url}/api/v1/session", data=chunks, headers={"Content-Type": "application/json"}, timeout=60)
    assert (streamed.status_code, streamed.json()["error"]["code"]) == (413, "too_large")
    assert requests.post(f"{url}/api/v1/photos", files={"photo": ("a.png", picture())}, timeout=10).status_code == 201


def _a_body_that_is_wrongly_chunked_is_malformed(url):
    head = b"POST /api/v1/reports HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=10) as phone:
        phone.sendall(head + b'3\r\n{"kind": 1}\r\n0\r\n\r\n')
        assert phone.recv(100).startswith(b"HTTP/1.1 400")


def _no_header_says_which_path_was_asked_for(url):
    # gunicorn takes this one from whoever comes over loopback, unless told otherwise.
    assert requests.get(f"{url}/public/metrics", headers={"SCRIPT_NAME": "/public"}, timeout=10).status_code == 404


def _the_same_key_at_once_in_two_processes_is_one_effect(url, fresh):
    answers, key = [], {"Idempotency-Key": str(uuid.uuid4())}

    def send():
        answers.append(requests.post(f"{url}/api/v1/lost-codes", json={"phone": "13812341234"}, headers=key, timeout=20))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Six times, although one phone may ask only three times an hour: a repetition is not asked anew.
    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.text for answer in answers}) == 1
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers].count("true") == 5
    with fresh.sessions() as session:
        assert session.scalar(select(func.count()).select_from(OneTimeCode)) == 1

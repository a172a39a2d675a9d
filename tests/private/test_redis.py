import signal
import socket

import pytest

from gridops.private.redis import Redis
from tests.private.places import running


@pytest.fixture
def redis(place, account):
    account.folder(place / "redis")
    return Redis(place / "redis", account.folder(place / "run"), account)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_entries_survive_its_end(redis, place, end):
    program = redis.program(place / "redis.log")
    with running(program) as process:
        assert redis.command("SET kept 1") == b"+OK"
        process.send_signal(end)
        process.wait()
    with running(program):
        assert redis.command("EXISTS kept") == b":1"


def test_it_listens_on_no_network_port_and_never_drops_entries(redis, place):
    with running(redis.program(place / "redis.log")):
        assert _setting(redis, "port") == b"0"
        assert _setting(redis, "maxmemory-policy") == b"noeviction"


def _setting(redis, name):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(redis.socket_path))
        connection.sendall(f"CONFIG GET {name}\r\n".encode())
        return connection.recv(1000).splitlines()[-1]

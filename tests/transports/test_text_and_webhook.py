"""Text messages into a file and through a gateway; webhooks whose signature the specification's own library accepts."""

from __future__ import annotations

import base64
import json
import threading
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from gridops.transports import Away, Later, Refused, text, webhook
from tests.transports.other_side import web_server

SECRET = bytes(range(24))
BODY = json.dumps({"type": "ticket.closed", "data": {"number": "260304-00001"}}).encode()


@pytest.fixture
def server():
    with web_server() as running:
        yield running


def test_a_file_takes_whole_lines_however_many_write(tmp_path):
    send = text.driver(f"file:{tmp_path / 'sms.jsonl'}", None)
    threads = [threading.Thread(target=lambda n=n: [send(f"{n}-{i}", "13812345678", "字" * 2000) for i in range(20)]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [json.loads(line) for line in (tmp_path / "sms.jsonl").read_text("utf-8").splitlines()]
    assert len({line["id"] for line in lines}) == 160 and (tmp_path / "sms.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_away():
    with pytest.raises(Away):
        text.driver("file:/proc/none/sms", None)("1", "13812345678", "x")


def test_a_gateway_gets_the_message_its_id_and_the_token(server):
    text.driver(server.address, "secret-token")("gridops-7-1", "13812345678", "您好")
    ((path, headers, body),) = server.requests
    assert path == "/told" and json.loads(body) == {"id": "gridops-7-1", "phone": "13812345678", "text": "您好"}
    assert headers["Authorization"] == "Bearer secret-token" and headers["Idempotency-Key"] == "gridops-7-1"


def test_a_driver_that_nobody_brings_is_named():
    with pytest.raises(Refused, match="no_driver: carrierpigeon"):
        text.driver("carrierpigeon:roof", None)


@pytest.mark.parametrize(("status", "meant"), [(500, Later), (503, Later), (429, Later), (400, Refused), (410, Refused), (307, Refused)])
def test_what_an_answer_means(server, status, meant):
    server.answers = [status]
    with pytest.raises(meant) as error:
        webhook.send(server.address, SECRET, "m1", BODY, now=datetime.now(UTC))
    assert error.value.code == f"http_{status}"
    assert len(server.requests) == 1, "a redirect is not followed"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://no-such-host.invalid/"])
def test_nobody_there_is_away(address):
    with pytest.raises(Away):
        webhook.send(address, SECRET, "m1", BODY, now=datetime.now(UTC))


def test_the_receiver_can_trust_what_it_gets_and_nothing_else(server):
    webhook.send(server.address, SECRET, "gridops-7-1", BODY, now=datetime.now(UTC))
    ((_, headers, body),) = server.requests
    receiver = Webhook(f"whsec_{base64.b64encode(SECRET).decode()}")
    given = {name.lower(): value for name, value in headers.items()}
    assert receiver.verify(body, given) == json.loads(BODY) and given["webhook-id"] == "gridops-7-1"
    with pytest.raises(WebhookVerificationError):
        receiver.verify(body.replace(b"00001", b"00002"), given)
    with pytest.raises(WebhookVerificationError):
        Webhook(f"whsec_{base64.b64encode(b'x' * 24).decode()}").verify(body, given)

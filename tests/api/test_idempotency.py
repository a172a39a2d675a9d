"""The same key and body: one effect, one answer, however often it is sent."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from gridops.models import IdempotencyKey, OneTimeCode, Photo
from tests.api.conftest import picture, send_photo

URL = "/api/v1/lost-codes"


@pytest.fixture
def count(sessions):
    def count(model):
        with sessions() as session:
            return session.scalar(select(func.count()).select_from(model))

    return count


def test_the_first_answer_is_repeated(client, count):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = client.post(URL, json={"phone": "13812341234"}, headers=key)
    second = client.post(URL, json={"phone": "13812341234"}, headers=key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json == second.json
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert count(OneTimeCode) == 1


def test_the_order_of_keys_in_the_body_does_not_matter(client):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    confirm = f"{URL}/confirm"
    first = client.post(confirm, data='{"phone": "138", "one_time_code": "1"}', content_type="application/json", headers=key)
    second = client.post(confirm, data='{"one_time_code": "1", "phone": "138"}', content_type="application/json", headers=key)
    assert first.status_code == second.status_code == 422
    assert second.json["error"]["code"] == "phone_invalid"


def test_another_body_is_a_mismatch(client):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    client.post(URL, json={"phone": "13812341234"}, headers=key)
    answer = client.post(URL, json={"phone": "13812341235"}, headers=key)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "idempotency_mismatch")


def test_errors_are_not_stored(client, count):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert client.post(URL, json={"phone": "nonsense"}, headers=key).status_code == 422
    assert client.post(URL, json={"phone": "13812341234"}, headers=key).status_code == 202
    assert client.post(f"{URL}/confirm", json={"phone": "13812341234", "one_time_code": "x"},
                       headers={"Idempotency-Key": "a-wrong-code-is-recorded"}).status_code == 422
    assert count(IdempotencyKey) == 1


def test_a_photo_sent_twice_is_one_photo_although_the_boundaries_differ(client, count):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [send_photo(client, picture(), headers=key) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert count(Photo) == 1
    other = send_photo(client, picture("blue"), headers=key)
    assert other.json["error"]["code"] == "idempotency_mismatch"


def test_callers_do_not_share_keys(client, log_in):
    for headers in (log_in("clerk"), log_in("clerk")):
        answer = send_photo(client, picture(), headers=headers | {"Idempotency-Key": "1"})
        assert answer.status_code == 201
        assert "Idempotency-Replayed" not in answer.headers


def test_a_short_key_of_strangers_counts_per_address(client):
    key = {"Idempotency-Key": "1"}
    first = client.post(URL, json={"phone": "13812341234"}, headers=key, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    second = client.post(URL, json={"phone": "13812341235"}, headers=key, environ_base={"REMOTE_ADDR": "192.0.2.2"})
    assert (first.status_code, second.status_code) == (202, 202)


@pytest.mark.parametrize("key", ["x" * 201, "with space", "é" * 3])
def test_a_strange_key_is_refused(client, key):
    answer = client.post(URL, json={"phone": "13812341234"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "idempotency_key_invalid")


def test_the_stored_answer_is_encrypted(client, sessions):
    client.post(URL, json={"phone": "13812341234"}, headers={"Idempotency-Key": str(uuid.uuid4())})
    with sessions() as session:
        row = session.scalars(select(IdempotencyKey)).one()
    assert row.status == 202
    assert b"sent" not in row.answer
    assert b"138" not in row.body_hash


def test_parts_without_a_name_are_no_accident(client):
    body = b'--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x\r\nContent-Disposition: form-data; name="b"\r\n\r\nb\r\n--x--\r\n'
    answer = client.post("/api/v1/photos", data=body, content_type="multipart/form-data; boundary=x", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "photo_missing")

"""Every kind of bad input has its own clear answer in one shape."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg.errors import NumericValueOutOfRange, UniqueViolation
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from gridops import create_app, errors
from gridops.api import catalogue, requests
from gridops.api import errors as edge
from gridops.api.openapi import Blueprint
from gridops.context import Context
from tests.api.conftest import send_photo

URL = "/api/v1/session"


def post(client, body: bytes | str, content_type="application/json", **headers):
    return client.post(URL, data=body, content_type=content_type, headers=headers)


def problem(answer):
    assert set(answer.json) == {"error"}
    assert answer.json["error"]["request_id"] == answer.headers["X-Request-ID"]
    return answer.status_code, answer.json["error"]["code"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{", (400, "malformed")),
        (b'{"username": "\xff"}', (400, "malformed")),
        ('{"username": NaN}', (400, "malformed")),
        ('{"username": ' + "[" * 40 + "]" * 40 + "}", (400, "malformed")),
        ('{"username": ' + "[" * 100_000 + "]" * 100_000 + "}", (400, "malformed")),
        ('{"username": ' + "9" * 5000 + "}", (400, "malformed")),
        ('[]', (422, "invalid")),
        ('"text"', (422, "invalid")),
        ('{"username": "a\\u0000b", "password": "x"}', (422, "invalid")),
        ('{"username": "a\\ud800b", "password": "x"}', (422, "invalid")),
        ('{"username": 5, "password": "x"}', (422, "invalid")),
        ('{"username": "a", "password": "x", "colour": 1}', (422, "invalid")),
        ('', (422, "invalid")),
        ('{"username": "😀", "password": "😀"}', (401, "login_failed")),
    ],
)
def test_bad_bodies(client, body, expected):
    assert problem(post(client, body)) == expected


def test_the_field_with_the_unstorable_character_is_named(client):
    answer = post(client, '{"username": "a\\u0000b", "password": "x"}')
    assert list(answer.json["error"]["fields"]) == ["username"]


def test_another_content_type_is_415(client):
    assert problem(post(client, "username=a", "application/x-www-form-urlencoded")) == (415, "unsupported_media")


def test_json_over_256_kb_is_413(client):
    assert problem(post(client, json.dumps({"username": "a" * 300_000}))) == (413, "too_large")


def test_a_photo_of_30_mb_is_413(client):
    assert problem(send_photo(client, b"\xff\xd8\xff" + bytes(30_000_000))) == (413, "too_large")


def test_unknown_address_and_method(client):
    assert problem(client.get("/api/v1/nothing")) == (404, "not_found")
    answer = client.put(URL, json={})
    assert problem(answer) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_nul_in_an_address(client):
    assert problem(client.get("/api/v1/a%00b")) == (404, "not_found")
    assert problem(client.get("/api/v1/errors?q=%00")) == (400, "malformed")


def test_messages_come_in_the_callers_language(client):
    chinese = client.get(URL, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).json["error"]["message"]
    english = client.get(URL, headers={"Accept-Language": "en-GB"}).json["error"]["message"]
    assert (chinese, english) == ("请先登录。", "Please log in.")
    fields = client.post(URL, json={}, headers={"Accept-Language": "zh"}).json["error"]["fields"]
    assert fields["username"] == ["必填。"]


def test_a_strange_request_id_is_replaced_and_a_good_one_kept(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abcdefgh-1"}).headers["X-Request-ID"] == "abcdefgh-1"
    assert client.get("/healthz", headers={"X-Request-ID": "a b\tc<script>"}).headers["X-Request-ID"] != "a b\tc<script>"


def test_security_headers_are_on_every_answer(client):
    for answer in (client.get("/healthz"), client.get("/nothing"), client.get("/api/docs")):
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.fixture
def failing(app):
    """A route that fails as told, registered as any other blueprint would be."""
    blueprint = Blueprint("failing", __name__)
    told: dict = {}

    @blueprint.route("/api/v1/fail", methods=["POST"])
    @requests.writing()
    def fail(call):
        raise told["error"]

    app.register_blueprint(blueprint)
    return app.test_client(), told


ALL = [
    (errors.Malformed(), 400), (errors.NotLoggedIn(), 401), (errors.Forbidden(), 403), (errors.NotFound(), 404),
    (errors.NotAllowed(details={"status": "closed", "version": 3, "allowed_actions": ["rate"]}), 409),
    (errors.Conflict(), 409), (errors.TooLarge(), 413), (errors.UnsupportedMedia(), 415),
    (errors.Invalid(fields={"x": ["no"]}), 422), (errors.TooMany(details={"retry_after": 7}), 429), (errors.Unavailable(), 503),
]


@pytest.mark.parametrize(("error", "expected"), [
    (IntegrityError("", {}, UniqueViolation()), (409, "conflict")),  # two at once wrote what may stand there once
    (DataError("", {}, NumericValueOutOfRange()), (422, "invalid")),
    (DataError("", {}, psycopg.DataError("a text cannot contain NUL")), (422, "invalid")),  # the driver's word, without a sqlstate
    (OperationalError("", {}, psycopg.OperationalError("connection refused")), (503, "unavailable")),
])
def test_what_the_database_refuses_is_no_fault_of_ours(failing, error, expected):
    client, told = failing
    told["error"] = error
    assert problem(client.post("/api/v1/fail")) == expected


@pytest.mark.parametrize(("error", "status"), ALL, ids=lambda value: getattr(value, "code", None))
def test_every_error_of_the_house_has_its_status(failing, error, status):
    client, told = failing
    told["error"] = error
    answer = client.post("/api/v1/fail")
    assert problem(answer) == (status, error.code)
    assert answer.json["error"].get("details") == error.details
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)


def test_every_error_class_is_covered():
    declared = {kind for kind in errors.GridopsError.__subclasses__() if kind.__module__ == "gridops.errors"}
    assert {type(error) for error, _ in ALL} == set(edge.STATUS) == declared


def _vault_error():
    from gridops.vault import VaultError

    return VaultError


def test_the_unexpected_is_500_without_inner_text(failing, capsys):
    client, told = failing
    told["error"] = KeyError("13812341234 secret")
    answer = client.post("/api/v1/fail")
    assert problem(answer) == (500, "internal")
    written = capsys.readouterr()
    assert "secret" not in answer.text + written.out + written.err
    assert "KeyError" in written.out + written.err


def test_a_vault_error_says_nothing_of_keys(failing):
    client, told = failing
    told["error"] = _vault_error()(code="vault_unknown_key", message="needs the key k7")
    answer = client.post("/api/v1/fail", headers={"Accept-Language": "en"})
    assert problem(answer) == (500, "internal")
    assert answer.json["error"]["message"] == "Something went wrong."


def test_without_a_database_it_is_503_and_readyz_says_so(config, vault, now):
    from dataclasses import replace

    away = replace(config, database_url="postgresql+psycopg://nobody@/nothing?host=/nowhere")
    context = Context.of(away)
    client = create_app(away, context=context).test_client()
    answer = client.post(URL, json={"username": "a", "password": "b"})
    assert problem(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["database"]) == (503, "away")
    context.bind.dispose()


def test_an_error_outside_the_api_is_shown_as_a_page_once_the_pages_say_how(app, client):
    edge.show_as_page(app, lambda status, error: f"<h1>{status} {error['code']}</h1>")
    assert client.get("/nothing").text == "<h1>404 not_found</h1>"
    assert client.get("/api/v1/nothing").json["error"]["code"] == "not_found"


def test_codes_are_listed(client):
    items = client.get("/api/v1/errors").json["items"]
    assert {row["code"] for row in items} == set(catalogue.CODES)
    assert all(row["message"] and row["message_zh"] for row in items)

from __future__ import annotations

import json
import re

from sqlalchemy import select

from gridops.models import LoginSession


def test_alive(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_metrics_count_requests_tickets_and_the_outbox(client, submit):
    submit()
    client.get("/healthz")
    text = client.get("/metrics").text
    assert 'gridops_tickets{status="reported"} 1.0' in text
    assert 'gridops_outbox_undone{queue="default"} 1.0' in text
    assert 'gridops_requests_total{method="GET",route="/healthz",status="200"}' in text


def test_metrics_are_for_the_machine_itself(client):
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 404


def test_the_openapi_document_describes_what_is_there(client, app):
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api-docs.openapi_json":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            assert path in document["paths"], path
    post = document["paths"]["/api/v1/session"]["post"]
    assert post["summary"] == "Log in"
    assert post["requestBody"]["content"]["application/json"]["example"]
    assert {"$ref": "#/components/parameters/idempotency_key"} in post["parameters"]


def test_the_docs_page_shows_every_operation_without_scripts(client):
    document = client.get("/api/v1/openapi.json").json
    page = client.get("/api/docs")
    assert page.mimetype == "text/html"
    assert "<script" not in page.text
    for path in document["paths"]:
        assert path in page.text
    assert client.get("/api/docs/style.css").mimetype == "text/css"


def test_the_log_names_no_path_no_phone_and_no_body(client, submit, capsys):
    receipt = submit(contact={"phone": "13812341234"})
    client.post("/api/v1/lost-codes", json={"phone": "13812341234"})
    client.get(f"/api/v1/reports/{receipt.code}/photos/7f7c8f0e-0000-4000-8000-000000000000")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["route"] for line in lines] == ["/api/v1/lost-codes", "/api/v1/reports/<code>/photos/<uuid:photo_id>"]
    assert all(line["request_id"] for line in lines)
    assert receipt.code not in json.dumps(lines)


def test_only_the_hash_of_a_token_is_stored(client, log_in, sessions):
    token = log_in("clerk")["Authorization"].removeprefix("Bearer ")
    with sessions() as session:
        row = session.scalars(select(LoginSession)).one()
    assert token.encode() not in row.token_hash
    assert len(token) >= 43

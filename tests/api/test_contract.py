"""The OpenAPI document is the contract: it is complete, it is true, and nothing that anybody may send is answered with 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from marshmallow import RAISE
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from gridops.api import action_docs, area_schemas, examples, report_schemas, reports, ticket_schemas
from gridops.services.bodies import load_body
from tests.small_street import STREET

DOCUMENT = "/api/v1/openapi.json"
VERBS = ("get", "post", "put", "patch", "delete")
FILLED = {"grant": "1", "term": "cell", "audience": "resident", "event": "closed", "locale": "zh", "street": "310199001", "source": "12345", "code": "x", "number": "x", "action": "comment", "no": "1", "grid": "1", "kind": "x", "photo_id": "7f0c2a52-0f0a-4d6e-a5a5-1c9d0a4f5f11", "link_id": "1", "category": "E0110"}
PAGES = ("/api/docs", "/healthz", "/readyz", "/metrics")  # no JSON errors to document beyond the default


@pytest.fixture
def document(client) -> dict[str, Any]:
    return client.get(DOCUMENT).json


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                yield verb, path, item[verb]


def filled(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: FILLED[found[1]], path)


def json_body(operation: dict[str, Any]) -> dict[str, Any] | None:
    return operation.get("requestBody", {}).get("content", {}).get("application/json")


class TestTheDocument:
    def test_it_is_openapi_3_1_and_names_the_promised_addresses(self, document):
        assert document["openapi"].startswith("3.1")
        promised = {
            "/api/v1/reports", "/api/v1/reports/{code}", "/api/v1/reports/{code}/rating", "/api/v1/reports/{code}/reopen",
            "/api/v1/reports/{code}/supplements", "/api/v1/reports/{code}/withdraw", "/api/v1/categories", "/api/v1/locate",
            "/api/v1/responsible", "/api/v1/session", "/api/v1/tickets", "/api/v1/tickets/{number}", "/api/v1/tickets/{number}/history",
            "/api/v1/tickets/{number}/actions/{action}", "/api/v1/areas/{code}", "/api/v1/areas/{code}/children",
            "/api/v1/areas/{code}/geojson", "/api/v1/areas/{code}/backlog", "/api/v1/photos",
        }
        assert promised <= set(document["paths"])

    def test_every_operation_is_summed_up_and_documents_its_errors(self, document):
        for verb, path, operation in operations(document):
            assert operation.get("summary"), (verb, path)
            assert "security" in operation, (verb, path)
            assert "default" in operation["responses"], (verb, path)

    def test_every_json_body_refuses_unknown_fields_and_has_an_example(self, document):
        for verb, path, operation in operations(document):
            body = json_body(operation)
            if body is not None:
                assert "example" in body or "examples" in body, (verb, path)
                for schema in body["schema"].get("anyOf", [body["schema"]]):
                    name = schema.get("$ref", "").rpartition("/")[2]
                    resolved = document["components"]["schemas"][name] if name else schema
                    assert resolved["additionalProperties"] is False, (verb, path)

    def test_every_post_takes_an_idempotency_key(self, document):
        for verb, path, operation in operations(document):
            taken = any(parameter.get("$ref", "").endswith("idempotency_key") for parameter in operation.get("parameters", ()))
            assert taken == (verb == "post"), (verb, path)

    def test_each_action_for_staff_is_described(self, document):
        body = json_body(document["paths"]["/api/v1/tickets/{number}/actions/{action}"]["post"])
        assert {schema["title"] for schema in body["schema"]["anyOf"]} == set(action_docs.FOR_STAFF) == set(body["examples"])

    @pytest.mark.parametrize("action", action_docs.FOR_STAFF)
    def test_the_example_of_an_action_is_a_valid_body(self, action):
        assert load_body(action, action_docs.EXAMPLES[action]) is not None

    @pytest.mark.parametrize(("schema", "example"), [
        (report_schemas.SubmissionSchema, reports.SUBMISSION), (report_schemas.ReceiptSchema, examples.RECEIPT),
        (report_schemas.StorySchema, examples.STORY), (ticket_schemas.ItemsSchema, examples.ITEMS),
        (ticket_schemas.TicketSchema, examples.TICKET), (ticket_schemas.HistorySchema, examples.HISTORY),
        (ticket_schemas.OpenedSchema, examples.OPENED), (area_schemas.AreaInFullSchema, examples.AREA_IN_FULL),
        (area_schemas.AreasSchema, examples.AREAS), (area_schemas.FeaturesSchema, examples.FEATURES),
        (area_schemas.BacklogSchema, examples.BACKLOG), (area_schemas.LocationSchema, examples.LOCATION),
        (area_schemas.ResponsibleSchema, examples.RESPONSIBLE), (area_schemas.CategoriesSchema, examples.CATEGORIES),
    ])
    def test_examples_fit_their_schemas(self, schema, example):
        assert schema(unknown=RAISE).validate(example) == {}


class TestTheAddresses:
    def test_every_one_answers_in_the_documented_shape(self, client, street, document):
        for verb, path, operation in operations(document):
            answer = client.open(filled(path), method=verb.upper())
            assert answer.status_code < 500 and answer.status_code != 405, (verb, path, answer.status_code)
            if answer.status_code >= 400:
                assert {"code", "message", "request_id"} <= set(answer.json["error"]), (verb, path)

    def test_what_asks_for_a_log_in_is_401_without(self, client, street, document):
        for verb, path, operation in operations(document):
            answer = client.open(filled(path), method=verb.upper())
            assert (answer.status_code == 401) == (operation["security"] == [{"bearer": []}]), (verb, path, answer.status_code)

    def test_an_unknown_field_is_refused_by_name(self, client, log_in, submit, document):
        clerk, number = log_in("clerk"), submit().ticket.number
        for verb, path, operation in operations(document):
            if json_body(operation) is not None:
                address = filled(path.replace("{number}", number))
                answer = client.open(address, method=verb.upper(), json={"nonsense": 1}, headers=clerk)
                assert (answer.status_code, "nonsense" in answer.json["error"]["fields"]) == (422, True), (verb, path, answer.json)

    def test_an_unknown_filter_is_refused_by_name(self, client, log_in, street, document):
        clerk = log_in("clerk")
        for verb, path, operation in operations(document):
            if verb == "get" and any(parameter.get("in") == "query" for parameter in operation.get("parameters", ())):
                answer = client.get(filled(path.replace("{code}", STREET)), query_string={"nonsense": 1}, headers=clerk)
                assert "nonsense" in answer.json["error"]["fields"], (path, answer.json)

    @pytest.mark.parametrize(("sent", "status"), [
        (b"{", 400), (b'{"a": NaN}', 400), (b'{"a": "\xff"}', 400), (b"[" * 5000 + b"]" * 5000, 400), (b'{"description": "\\ud800"}', 422),
    ])
    def test_what_is_no_json_is_said_to_be_none(self, client, street, sent, status):
        answer = client.post("/api/v1/reports", data=sent, content_type="application/json")
        assert answer.status_code == status, answer.json

    def test_another_kind_of_content_is_415_and_too_much_is_413(self, client, street):
        assert client.post("/api/v1/reports", data=b"<a/>", content_type="text/xml").status_code == 415
        assert client.post("/api/v1/reports", json={"description": "x" * 300_000}).status_code == 413


QUICK = settings(
    max_examples=12, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck))
OPEN_TO_ALL = (
    ("/api/v1/reports", "POST"), ("/api/v1/reports/{code}", "GET"), ("/api/v1/reports/{code}/rating", "POST"),
    ("/api/v1/reports/{code}/reopen", "POST"), ("/api/v1/reports/{code}/supplements", "POST"), ("/api/v1/reports/{code}/withdraw", "POST"),
    ("/api/v1/categories", "GET"), ("/api/v1/locate", "GET"), ("/api/v1/responsible", "GET"),
)
FOR_STAFF = (
    ("/api/v1/tickets", "GET"), ("/api/v1/tickets/{number}", "GET"), ("/api/v1/tickets/{number}/actions/{action}", "POST"),
    ("/api/v1/areas/{code}/backlog", "GET"), ("/api/v1/areas/{code}/geojson", "GET"),
)


class TestGeneratedInput:
    """Bounded to a few seconds, the same input each time."""

    @pytest.mark.parametrize(("path", "verb"), OPEN_TO_ALL)
    def test_anybody(self, app, street, path, verb):
        self.check(schemathesis.openapi.from_wsgi(DOCUMENT, app)[path][verb])

    @pytest.mark.parametrize(("path", "verb"), FOR_STAFF)
    def test_staff(self, app, log_in, street, path, verb):
        self.check(schemathesis.openapi.from_wsgi(DOCUMENT, app)[path][verb], headers=log_in("clerk"))

    def check(self, operation, headers=None):
        headers = {"Accept-Encoding": "identity"} | (headers or {})  # the WSGI transport does not unpack
        modes = list(schemathesis.GenerationMode) if list(operation.body) or list(operation.query) else [schemathesis.GenerationMode.POSITIVE]
        for mode in modes:

            @QUICK
            @given(case=operation.as_strategy(generation_mode=mode))
            def run(case):
                case.call_and_validate(checks=[not_a_server_error, response_schema_conformance], headers=headers)

            run()

"""The OpenAPI 3.1 document, made from the endpoints themselves, and a page to read it."""

from __future__ import annotations

import flask_smorest
from flask import Flask
from marshmallow import Schema, fields

from gridops.api.bodies import StrictParser

PREFIX = "/api/v1"
DESCRIPTION = (
    "Residents report without log-in and follow their report with its tracking code; staff log in. Every POST takes an "
    "`Idempotency-Key`: the first answer is repeated for the same caller and body, for 30 days. Errors always have the shape of "
    "`Error`; all codes are listed at `/api/v1/errors`."
)

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "required": False,
    "description": "Best a random UUID; one shorter than 16 characters counts, without log-in, only for the caller's network address.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


class ErrorBody(Schema):
    code = fields.String(required=True, metadata={"description": "stable", "example": "invalid"})
    message = fields.String(required=True, metadata={"description": "in the caller's language"})
    fields_ = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), data_key="fields", metadata={"description": "field path -> messages"})
    details = fields.Dict(keys=fields.String(), metadata={"description": "what a program may need to go on"})
    request_id = fields.String(required=True)


class ErrorSchema(Schema):
    error = fields.Nested(ErrorBody, required=True)


class Blueprint(flask_smorest.Blueprint):
    """All endpoints parse with the strict parser."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_document_idempotency)


def _document_idempotency(doc: dict, doc_info: dict, *, method: str, **_) -> dict:
    if method.lower() == "post":
        doc.setdefault("parameters", []).append("idempotency_key")
    return doc


class Api(flask_smorest.Api):
    ERROR_SCHEMA = ErrorSchema

    def __init__(self, app: Flask):
        app.config.update(
            API_TITLE="gridops", API_VERSION="1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX=PREFIX, OPENAPI_JSON_PATH="openapi.json",
            API_SPEC_OPTIONS={"info": {"description": DESCRIPTION}, "servers": [{"url": "/"}]},
        )
        super().__init__(app)
        self.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
        self.spec.components.parameter("idempotency_key", "header", IDEMPOTENCY_KEY)

    def _register_error_handlers(self) -> None:
        """gridops.api.errors is the one place for that."""

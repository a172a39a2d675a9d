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


class Api(flask_smorest.Api):
    ERROR_SCHEMA = ErrorSchema

    def __init__(self, app: Flask):
        app.config.update(
            API_TITLE="gridops", API_VERSION="1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX=PREFIX, OPENAPI_JSON_PATH="openapi.json",
            API_SPEC_OPTIONS={"info": {"description": DESCRIPTION}, "servers": [{"url": "/"}]},
        )
        super().__init__(app)
        self.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})

    def _register_error_handlers(self) -> None:
        """gridops.api.errors is the one place for that."""


def described(*, staff: bool = False, public: bool = False) -> dict:
    """Keyword arguments for ``blueprint.doc``: who may call."""
    return {"security": [{"bearer": []}]} if staff else {"security": [] if public else [{}, {"bearer": []}]}

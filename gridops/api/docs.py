"""What the API says about itself: its error codes, and its OpenAPI document as a page without scripts."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, render_template
from flask_smorest import current_api
from marshmallow import Schema, fields

from gridops.api import catalogue
from gridops.api.openapi import Blueprint

blueprint = Blueprint("docs", __name__, url_prefix="/api", template_folder="templates", description="About this API")
VERBS = ("get", "post", "put", "patch", "delete")


class CodeSchema(Schema):
    code = fields.String(required=True)
    status = fields.Integer(required=True)
    message = fields.String(required=True)
    message_zh = fields.String(required=True)


class CodesSchema(Schema):
    items = fields.List(fields.Nested(CodeSchema), required=True)


@blueprint.route("/v1/errors", methods=["GET"])
@blueprint.doc(security=[])
@blueprint.response(200, CodesSchema)
def list_codes() -> dict:
    """All error codes"""
    rows = catalogue.CODES.items()
    return {"items": [{"code": code, "status": entry.status, "message": entry.en, "message_zh": entry.zh} for code, entry in rows]}


@blueprint.route("/docs", methods=["GET"])
@blueprint.doc(security=[])
@blueprint.response(200, content_type="text/html")
def show_docs() -> Response:
    """This document as a page"""
    document = current_api.spec.to_dict()
    page = render_template("api_docs.html", document=document, operations=_operations(document), schemas=_schemas(document))
    return current_app.response_class(page, mimetype="text/html")


@blueprint.route("/docs/style.css", methods=["GET"])
@blueprint.doc(security=[])
@blueprint.response(200, content_type="text/css")
def show_style() -> Response:
    """The page's style"""
    return current_app.response_class(render_template("api_docs.css"), mimetype="text/css")


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """By tag, in the order of their registration."""
    groups: dict[str, list] = {tag["name"]: [] for tag in document.get("tags", ())}
    for path, item in document["paths"].items():
        for verb in filter(item.__contains__, VERBS):
            operation = item[verb] | {"path": path, "verb": verb.upper()}
            operation["parameters"] = [_resolved(document, p) for p in [*item.get("parameters", ()), *operation.get("parameters", ())]]
            groups.setdefault(operation["tags"][0], []).append(operation | {"body": _body(operation)})
    about = {tag["name"]: tag.get("description") for tag in document.get("tags", ())}
    return [{"tag": tag, "about": about.get(tag), "operations": rows} for tag, rows in groups.items() if rows]


def _body(operation: dict[str, Any]) -> dict[str, Any] | None:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        example = content.get("example")
        shown = json.dumps(example, ensure_ascii=False, indent=2) if example is not None else None
        return {"kind": kind, "schema": _name(content.get("schema", {})), "example": shown}
    return None


def _schemas(document: dict[str, Any]) -> dict[str, str]:
    known = document.get("components", {}).get("schemas", {})
    return {name: json.dumps(schema, ensure_ascii=False, indent=2) for name, schema in sorted(known.items())}


def _name(schema: dict[str, Any]) -> str | None:
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None


def _resolved(document: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    return document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]

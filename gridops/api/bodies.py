"""Reading a request's body strictly: one place for JSON, and the parser that all endpoints share."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any, NoReturn

from flask import Request, g, request
from gunicorn.http.errors import ParseException
from marshmallow import RAISE, ValidationError
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from gridops.errors import Invalid, Malformed, TooLarge, UnsupportedMedia

DEEPEST = 30
UNSTORABLE = "Contains a character that cannot be stored."


class StrictParser(FlaskParser):
    """Unknown fields are refused everywhere; a misspelled filter would silently show the wrong list."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": RAISE, "query": RAISE, "form": RAISE}

    def _raw_load_json(self, req: Request) -> Any:
        body = strict_json()
        return missing if body is None else body

    def handle_error(self, error: ValidationError, req, schema, *, error_status_code, error_headers) -> NoReturn:
        raise Invalid(fields=flat_messages(error.messages)) from error


def take_in() -> None:
    """Reads the whole body now. Raises TooLarge, and Malformed for a body that breaks off or is wrongly chunked."""
    try:
        raw = request.get_data(parse_form_data=True, cache=True)
    except (OSError, ParseException) as error:  # the second is gunicorn's, of wrong chunks
        raise Malformed("The body breaks off.") from error
    # Werkzeug cuts a body without Content-Length at the limit and says nothing.
    if request.content_length is None and len(raw) >= (request.max_content_length or sys.maxsize):
        raise TooLarge()


def strict_json() -> Any:
    """The parsed body, None when there is none. Raises Malformed, UnsupportedMedia, or Invalid for NUL and lone surrogates."""
    if "json_body" not in g:
        g.json_body = _parse(request.get_data())
    return g.json_body


def canonical_body() -> str:
    """The same text for the same content: order of keys and boundaries of parts do not matter."""
    if request.mimetype != "multipart/form-data":
        return json.dumps(strict_json(), ensure_ascii=False, sort_keys=True)
    files = [[name, hashlib.sha256(file.read()).hexdigest()] for name, file in request.files.items(multi=True)]
    for file in request.files.values():
        file.seek(0)
    # A part may come without a name: then it is None.
    return json.dumps([sorted((str(name), value) for name, value in request.form.items(multi=True)), files], ensure_ascii=False)


def flat_messages(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as {"location.crs": [...]}; of the whole body under "body"."""
    if isinstance(messages, list):
        return {path or "body": [str(message) for message in messages]}
    if not isinstance(messages, dict):
        return {path or "body": [str(messages)]}
    flat: dict[str, list[str]] = {}
    for name, inner in messages.items():
        # webargs puts the location (json, query) around everything.
        known = not path and name in ("json", "query", "form", "files", "path", "json_or_form")
        step = "" if known or name == "_schema" else str(name)
        flat |= flat_messages(inner, ".".join(filter(None, (path, step))))
    return flat


def _parse(raw: bytes) -> Any:
    # Flask has taken a form apart already: of such a body nothing is left to read.
    if request.mimetype != "application/json" and (raw.strip() or request.form or request.files):
        raise UnsupportedMedia("The body must be application/json.")
    if not raw.strip():
        return None
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON in UTF-8.") from error
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _depth(body) > DEEPEST:
        raise Malformed("The body is nested too deeply.")
    if b"\\u" in raw:  # only an escape can bring in NUL or half a character
        _check_texts(body, "")
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _depth(body: Any) -> int:
    """Level by level, so that depth costs no recursion."""
    depth, level = 0, [body]
    while level := [child for node in level for child in _children(node)]:
        depth += 1
    return depth


def _children(node: Any) -> list:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _check_texts(node: Any, path: str) -> None:
    if isinstance(node, str) and not _storable(node):
        raise Invalid(fields={path or "body": [UNSTORABLE]})
    if isinstance(node, dict):
        if not all(map(_storable, node)):
            raise Invalid(fields={path or "body": [UNSTORABLE]})
        for name, value in node.items():
            _check_texts(value, f"{path}.{name}" if path else name)
    if isinstance(node, list):
        for index, value in enumerate(node):
            _check_texts(value, f"{path}.{index}" if path else str(index))


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text

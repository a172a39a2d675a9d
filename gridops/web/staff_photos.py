"""Photos that come with a form of staff. They are kept in a transaction of their own, so that a wrong word elsewhere loses none."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import request
from werkzeug.datastructures import FileStorage

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, writing
from gridops.errors import GridopsError, NotLoggedIn
from gridops.services import photos

PARTS = {"photos": "files", "before": "files_before"}  # field of the body -> part of the form
MOST = 9


@writing(ANY_STAFF)
def _keep(call: Call, blob: bytes) -> str:
    return str(photos.store(call.session, blob, actor=call.actor, now=call.now).id)


def kept(wrong: dict[str, list[str]], keep: Callable[[bytes], str] = _keep) -> dict[str, list[str]]:
    """Ids by field: those sent earlier and those of files sent now; what cannot be kept is named in ``wrong``."""
    return {field: _of_field(field, part, wrong, keep) for field, part in PARTS.items()}


def _of_field(field: str, part: str, wrong: dict[str, list[str]], keep: Callable[[bytes], str]) -> list[str]:
    ids = [text for text in request.form.getlist(field) if _is_id(text)]
    for file in request.files.getlist(part)[: MOST - len(ids)]:
        blob = file.read()
        if not blob:
            continue
        try:
            ids.append(keep(blob))
        except NotLoggedIn:
            raise
        except GridopsError as error:
            wrong.setdefault(field, []).append(_why(file, error))
    return ids


def _why(file: FileStorage, error: GridopsError) -> str:
    return f"{file.filename}: {errors.payload(error)['message']}"


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False

"""The one file that a request carries."""

from __future__ import annotations

from contextlib import closing

from flask import request

from gridops.errors import Invalid


def sent_file() -> tuple[str, bytes]:
    """Its name and content. Raises Invalid ``file_missing`` unless there is exactly one."""
    sent = [file for file in request.files.values() if file.filename]
    if len(sent) != 1:
        raise Invalid("Send one file as a part of multipart/form-data.", code="file_missing", fields={"file": ["file_missing"]})
    with closing(sent[0]) as file:
        return file.filename, file.read()

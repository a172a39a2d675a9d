"""gzip for long answers of the API.

Pages stay as they are: a page holds a CSRF value beside what somebody typed, and compressing both together leaks (BREACH).
Answers of the API hold no such pair.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

SMALLEST = 1024  # below it packing costs more than it saves
LEVEL = 5
PACKED = ("application/json", "application/geo+json", "text/csv", "text/plain")


def install(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not request.path.startswith("/api/") or response.mimetype not in PACKED or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or request.accept_encodings["gzip"] <= 0:
        return response
    plain = response.get_data()
    if len(plain) >= SMALLEST:
        response.set_data(gzip.compress(plain, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response

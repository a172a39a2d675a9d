"""Request ids, one log line a request, and counters for Prometheus."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
REQUESTS = Counter("gridops_requests", "Answered requests", ["method", "route", "status"])
SECONDS = Histogram("gridops_request_seconds", "Time to answer", ["route"], buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10))
SILENT = frozenset({"health.alive", "health.ready", "health.metrics", "static"})

log = structlog.get_logger()


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    seconds = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else "none"
    REQUESTS.labels(_method(), route, response.status_code).inc()
    SECONDS.labels(route).observe(seconds)
    if request.endpoint not in SILENT:
        log.info("answered", method=_method(), route=route, status=response.status_code, ms=round(seconds * 1000, 1))
    return response


def _method() -> str:
    # A stranger may invent methods; each would be a new line in Prometheus.
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "OTHER"

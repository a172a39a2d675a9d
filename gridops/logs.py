"""JSON logs, one line an event. Never in them: bodies, names, phones, codes, tokens, paths (a path may hold a tracking code)."""

from __future__ import annotations

import logging
import traceback

import structlog


def configure(level: int = logging.INFO) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=False,
    )


def described(error: BaseException) -> dict[str, object]:
    """Type and place of an error, without its message: that may quote a row, a phone or a password."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    where = [f"{frame.filename.rpartition('/site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    described = {"error": type(error).__qualname__, "where": where}
    origin = getattr(error, "orig", None)
    if origin is not None:
        described |= {"database_error": type(origin).__qualname__, "sqlstate": getattr(origin, "sqlstate", None)}
    return described

"""Open grid management for streets, communities and cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Config
    from gridops.context import Context


def create_app(config: Config, *, context: Context | None = None) -> Flask:
    """The web application; connects to nothing before its first request. ``context`` replaces what would be made of ``config``."""
    from gridops.application import build  # the workers import gridops too, and need no Flask

    return build(config, context)

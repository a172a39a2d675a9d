"""Puts the web application together: settings of Flask, logs, headers, the API and the pages."""

from __future__ import annotations

from importlib.util import find_spec

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from gridops import api, logs
from gridops.api import field_terms, language, observation, safety
from gridops.context import Context


def build(config: Config, context: Context | None) -> Flask:
    logs.configure()
    app = Flask("gridops", static_folder="web/static", template_folder="web/templates")
    app.extensions["gridops"] = context or Context.of(config)
    _configure(app, config)
    Babel(app, default_locale=config.default_locale, default_translation_directories="web/translations",
          locale_selector=language.of_request)
    field_terms.install(app)
    observation.install(app)
    safety.install(app)
    api.register(app)
    _register_pages(app)
    return app


def _configure(app: Flask, config: Config) -> None:
    app.secret_key = config.secret_key
    app.json.ensure_ascii = False
    app.json.sort_keys = False
    app.config.update(
        MAX_CONTENT_LENGTH=safety.JSON_BYTES, MAX_FORM_MEMORY_SIZE=safety.JSON_BYTES, MAX_FORM_PARTS=200,
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=config.cookie_secure,
    )
    hops = config.trusted_proxies
    if hops:
        # Only what the documented proxy sets itself: of other X-Forwarded-* headers it would pass on whatever a stranger sent.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_prefix=0)


def _register_pages(app: Flask) -> None:
    pages = find_spec("gridops.web")
    if pages is not None and pages.origin is not None:  # a folder of assets alone is no package
        from gridops import web

        web.register(app)

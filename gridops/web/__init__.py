"""The pages: for residents without log-in, for staff with one. Templates, styles and words are shared; each blueprint has its own file."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask, render_template

from gridops.api import errors
from gridops.web import frame, moments, navigation, words

PAGES = ("language", "outlines", "resident", "following", "lost_code", "link", "responsible", "scanned", "session", "installable", "today", "staff", "together", "organisation", "organisation_texts", "desk", "chat", "board", "hot_issues", "supervisions", "suspended", "indicators", "comparison", "trends", "score_weights", "grid", "area_import", "place_import", "places", "posters", "duty", "catalogue", "calendar", "clock_policy", "overdue_appeals", "people", "jobs", "learning", "emergencies", "paged", "meetings", "upstream", "matter", "messages", "message_deliveries", "message_templates", "webhooks", "own_account", "accounts", "audit", "taxonomy", "labels")


def register(app: Flask) -> None:
    """Every module of PAGES holds a Flask ``blueprint``."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(moments.FILTERS, code_groups=frame.code_groups)
    app.jinja_env.globals.update(
        asset=frame.asset, language_link=frame.language_link, size_link=frame.size_link, status_words=words.status, outcome_words=words.outcome,
        kind_words=words.kind, role_words=words.role, staff_navigation=navigation.staff, messages_navigation=navigation.messages)
    app.context_processor(frame.around_every_page)
    app.after_request(frame.keep_fingerprinted)
    errors.show_as_page(app, _error_page)
    for name in PAGES:
        if find_spec(f"gridops.web.{name}"):
            app.register_blueprint(import_module(f"gridops.web.{name}").blueprint)


def _error_page(status: int, error: dict) -> str:
    return render_template("error.html", status=status, error=error)

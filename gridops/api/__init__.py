"""API v1. Views load, call, dump; a new module of endpoints exports ``blueprint`` and is named in MODULES."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from gridops.api import compression, errors
from gridops.api.openapi import Api

MODULES = ("session", "reports", "photos", "lost_codes", "categories", "tickets", "understand", "followers", "links", "supervisions", "timing", "overdue_appeals", "areas", "places", "duty", "duty_sheets", "own_absences", "file_imports", "duty_catalogues", "communities", "templates", "grids", "posters", "people", "posts", "check_ins", "upstream", "upstream_replies", "indicators", "hot_issues", "filing_rules", "emergencies", "meetings", "message_settings", "message_deliveries", "message_templates", "webhooks", "accounts", "audit", "field_terms", "taxonomy", "category_words", "docs", "health")


def register(app: Flask) -> None:
    documented = Api(app)
    errors.install(app)
    compression.install(app)
    for name in MODULES:
        module = import_module(f"gridops.api.{name}")
        documented.register_blueprint(module.blueprint)

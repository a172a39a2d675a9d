"""Whoever raises an error with a new code also explains it in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridops import errors
from gridops.api import catalogue
from gridops.api.field_messages import in_chinese

PACKAGE = Path(errors.__file__).parent
RAISED = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.GridopsError)}
SHORTHANDS = {"refuse", "_invalid"}  # take the code first
# Rows of a file are judged on the command line; the others are defects of the house and end as ``internal``.
NOT_FOR_CALLERS = ("services/imports/", "cli/", "private/")


def codes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            given = [word.value for word in node.keywords if word.arg == "code" and name in RAISED]
            given += node.args[:1] if name in SHORTHANDS and len(node.args) > 1 else []
            yield from (value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str))


def test_every_code_in_the_sources_is_in_the_catalogue():
    missing = {
        (str(path.relative_to(PACKAGE)), code)
        for path in PACKAGE.rglob("*.py") if not str(path.relative_to(PACKAGE)).startswith(NOT_FOR_CALLERS)
        for code in codes(path) if code not in catalogue.CODES
    }
    assert missing == set()


def test_the_search_finds_codes():
    assert {"login_failed", "totp_required"} <= set(codes(PACKAGE / "services" / "accounts.py"))


def test_every_class_is_explained_with_its_own_code():
    for name in RAISED - {"GridopsError"}:
        assert getattr(errors, name).code in catalogue.CODES


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Missing data for required field.", "必填。"), ("Length must be between 1 and 4000.", "长度应为1至4000。"),
        ("Must be one of: a, b.", "应为以下之一：a, b。"), ("Nobody has translated this.", "Nobody has translated this."),
    ],
)
def test_messages_about_fields(english, chinese):
    assert in_chinese(english) == chinese

"""Every text of the pages in both languages: a missing Chinese entry, or one whose placeholders differ, fails here."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "gridops/web/translations/zh/LC_MESSAGES/messages.po"
METHODS = [("gridops/web/**.py", "python"), ("gridops/web/templates/**.html", "jinja2")]
KEYWORDS = {name: None for name in ("_", "gettext", "lazy_gettext", "_l")} | {"ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def chinese():
    with CATALOG.open("rb") as file:
        return {entry.id: entry for entry in read_po(file, locale="zh") if entry.id}


@cache
def extracted() -> dict[str, set[str]]:
    """Text -> the files it stands in."""
    found: dict[str, set[str]] = {}
    rows = extract_from_dir(str(ROOT / "gridops/web"), [(p.removeprefix("gridops/web/"), m) for p, m in METHODS], keywords=KEYWORDS)
    for file, _, texts, _, _ in rows:
        found.setdefault(texts if isinstance(texts, str) else texts[0], set()).add(file)
    return found


def test_the_pages_are_read():
    assert len(extracted()) > 150


def test_every_text_has_its_chinese(chinese):
    missing = {text: sorted(files) for text, files in extracted().items() if text not in chinese or not chinese[text].string}
    assert not missing


def test_no_chinese_stands_there_for_a_text_that_is_gone(chinese):
    """A plural is known by its first form."""
    gone = [text for text in chinese if (text if isinstance(text, str) else text[0]) not in extracted()]
    assert not gone


def test_placeholders_are_the_same_in_both_languages(chinese):
    wrong = [
        text for text, entry in chinese.items()
        if isinstance(text, str) and sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.string))
    ]
    assert not wrong


def test_chinese_uses_chinese_punctuation(chinese):
    half_width = [entry.string for entry in chinese.values() if re.search(r"[一-鿿][,;:?!]|[,;?!][一-鿿]", str(entry.string))]
    assert not half_width

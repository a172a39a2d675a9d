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
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# A number in front of what is counted, at most two words further on: "%(num)s open tickets", "%(num)s have".
COUNTED = re.compile(r"(?:%\((\w+)\)[sd]|\{(\w+)\}) (?:(?!in )[a-z0-9]+ ){0,2}?(?!(?:is|was|has|this|its|as|less|us|always)\b)(?:[a-z]+s|people|have|are|were|wait|differ)\b")
LIMITS = {"most", "few", "least", "longest"}  # numbers of the code, never 1
NO_NUMBERS = {"name", "who", "year"}
Text = str | tuple[str, str]  # one of several forms: of one, of many


@pytest.fixture(scope="module")
def chinese():
    with CATALOG.open("rb") as file:
        return {_key(entry.id): entry for entry in read_po(file, locale="zh") if entry.id}


def _key(texts) -> Text:
    return texts if isinstance(texts, str) else tuple(texts[:2])


def _strings(entry) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


@cache
def extracted() -> dict[Text, set[str]]:
    """Text -> the files it stands in."""
    found: dict[Text, set[str]] = {}
    rows = extract_from_dir(str(ROOT / "gridops/web"), [(p.removeprefix("gridops/web/"), m) for p, m in METHODS], keywords=KEYWORDS)
    for file, _, texts, _, _ in rows:
        found.setdefault(_key(texts), set()).add(file)
    return found


def test_the_pages_are_read():
    assert len(extracted()) > 150 and sum(isinstance(text, tuple) for text in extracted()) > 40


def test_every_text_has_its_chinese(chinese):
    missing = {text: sorted(files) for text, files in extracted().items() if text not in chinese or not all(_strings(chinese[text]))}
    assert not missing


def test_no_chinese_stands_there_for_a_text_that_is_gone(chinese):
    assert not [text for text in chinese if text not in extracted()]


def test_placeholders_are_the_same_in_both_languages(chinese):
    """Of one, English may say it in words ("told by one person")."""
    wrong = [text for text, entry in chinese.items() if sorted(PLACEHOLDER.findall(_of_many(text))) != sorted(PLACEHOLDER.findall(_strings(entry)[0]))]
    wrong += [text for text in chinese if isinstance(text, tuple) and not set(PLACEHOLDER.findall(text[0])) <= set(PLACEHOLDER.findall(text[1]))]
    assert not wrong


def _of_many(text: Text) -> str:
    return text if isinstance(text, str) else text[1]


def test_chinese_has_one_form_for_one_and_many_and_english_two(chinese):
    assert not [text for text, entry in chinese.items() if len(_strings(entry)) != 1]
    assert not [text for text in extracted() if isinstance(text, tuple) and text[0] == text[1]]


def test_chinese_uses_chinese_punctuation(chinese):
    every = [string for entry in chinese.values() for string in _strings(entry)]
    half_width = [string for string in every if re.search(r"[一-鿿][,;:?!]|[,;?!][一-鿿]", string)]
    assert not half_width


def counts(text: str) -> bool:
    """Whether a number of it stands before what is counted, so that 1 needs another form."""
    return any((found[1] or found[2]) not in LIMITS | NO_NUMBERS for found in COUNTED.finditer(text))


@pytest.mark.parametrize("text", ["%(count)s reports", "%(n)s open tickets wait", "All %(count)s cells", "{count} photos", "%(count)s rules", "%(count)s people", "%(count)s of 2 have looked"])
def test_a_count_before_its_noun_is_noticed(text):
    assert counts(text)


@pytest.mark.parametrize("text", ["At most %(most)s photos.", "%(count)s unread", "%(name)s rules on the objection.", "%(count)s of %(all)s acknowledged"])
def test_what_needs_no_other_form_is_let_alone(text):
    assert not counts(text)


def test_what_is_counted_has_a_form_for_one():
    """English says "1 day": a plain text with a number before its noun cannot. ngettext can."""
    assert not {text: sorted(files) for text, files in extracted().items() if isinstance(text, str) and counts(text)}

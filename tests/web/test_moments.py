"""Promises in words, as a resident reads them on a Wednesday at 10:00 in Shanghai."""

from datetime import UTC, datetime

import pytest
from flask import render_template_string

from gridops.web import moments

CASES = [
    ("2026-03-04 17:30", "今天 17:30 前", "by today 17:30"),
    ("2026-03-05 09:00", "明天 09:00 前", "by tomorrow 09:00"),
    ("2026-03-06 17:30", "周五 17:30 前", "by Friday 17:30"),
    ("2026-03-08 23:59", "周日 23:59 前", "by Sunday 23:59"),
    ("2026-03-09 09:00", "3月9日（周一） 09:00 前", "by 9 Mar (Monday) 09:00"),
    ("2026-03-11 10:00", "3月11日（周三） 10:00 前", "by 11 Mar (Wednesday) 10:00"),
    ("2026-03-03 17:30", "3月3日（周二） 17:30 前", "by 3 Mar (Tuesday) 17:30"),
    ("2027-01-04 09:00", "2027年1月4日（周一） 09:00 前", "by 4 Jan 2027 (Monday) 09:00"),
]


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00").astimezone(UTC)


@pytest.mark.parametrize(("by", "chinese", "english"), CASES)
def test_a_deadline_is_said_as_people_say_it(app, by, chinese, english):
    for language, words in (("zh-CN", chinese), ("en", english)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert moments.deadline(shanghai(by)) == words


def test_the_streets_own_zone_rules_its_days(app):
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        late = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
        assert (moments.deadline(late, "Asia/Shanghai"), moments.deadline(late, "UTC")) == ("明天 01:00 前", "今天 17:00 前")


def test_paper_is_read_on_another_day(app):
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert moments.date(shanghai("2026-03-04 09:05")) == "2026年3月4日"
        assert moments.moment(shanghai("2026-03-04 09:05")) == "今天 09:05"


def test_a_page_shows_the_exact_instant_on_hover(app):
    at, element = shanghai("2026-03-04 09:05"), '<time datetime="2026-03-04T01:05:00+00:00" title="{}">{}</time>'
    for language, exact, said, by in (
            ("zh-CN", "2026年3月4日 周三 09:05:00 GMT+08:00", "今天 09:05", "今天 09:05 前"),
            ("en", "Wed 4 Mar 2026 09:05:00 GMT+08:00", "today 09:05", "by today 09:05")):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert moments.FILTERS["moment"](at) == element.format(exact, said)
            assert moments.FILTERS["deadline"](at, "Asia/Shanghai") == element.format(exact, by)
            assert moments.FILTERS["moment"](None) == ""
            sentence = render_template_string('{{ _("until %(moment)s", moment=at|moment) }}', at=at)
            assert element.format(exact, said) in sentence

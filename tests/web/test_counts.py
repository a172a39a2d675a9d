"""One is one: what is counted has its own form for 1 in English, and Chinese is as ever."""

import pytest

from gridops.domain.counted import counted
from gridops.models import Community
from gridops.web import today_words, work_words
from tests.small_street import COMMUNITY, STREET
from tests.web.test_staff import account, browser  # noqa: F401

LIMITS = [
    (1, "work_day", "1 working day", "1个工作日"), (2, "work_day", "2 working days", "2个工作日"), (0.5, "work_hour", "0.5 working hours", "0.5个工作小时"),
    (1, "urgent_hour", "1 hour, day and night", "1小时（不分昼夜）"), (30, "urgent_minute", "30 minutes, day and night", "30分钟（不分昼夜）"),
    (1, "urgent_day", "1 day, holidays included", "1天（含节假日）"),
]


@pytest.mark.parametrize(("value", "unit", "english", "chinese"), LIMITS)
def test_a_time_limit(app, value, unit, english, chinese):
    for language, words in (("en", english), ("zh-CN", chinese)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert work_words.limit(value, unit) == words


def test_communities_of_one_kind(browser, street, sessions):  # noqa: F811
    leader = browser("leader")
    with sessions() as session, session.begin():
        session.add(Community(code=STREET + "002", street_code=STREET, name="榕树居民区", kind="old_town", households=1))
    page = leader.get("/comparison")
    assert page.count(">1 community</small>") == 2 and "1 communities" not in page
    with sessions() as session, session.begin():
        session.get_one(Community, COMMUNITY).kind = "old_town"
    assert ">2 communities</small>" in leader.get("/comparison")
    assert "2 个社区" in leader.client.get("/comparison", headers={"Accept-Language": "zh-CN"}).text


def test_homes_that_are_none_or_not_known(browser, street, sessions):  # noqa: F811
    office = browser("grid_office")
    for households, english, chinese in ((None, "– homes", "–户"), (0, "0 homes", "0户"), (1, "1 home ", "1户"), (2, "2 homes", "2户")):
        with sessions() as session, session.begin():
            session.get_one(Community, COMMUNITY).households = households
        assert english in office.get("/grid") and chinese in office.client.get("/grid", headers={"Accept-Language": "zh-CN"}).text


@pytest.mark.parametrize(("people", "english", "chinese"), [(1, "told by one person", "1人反映"), (2, "told by 2 people", "2人反映")])
def test_who_told_of_it(app, people, english, chinese):
    for language, words in (("en", english), ("zh-CN", chinese)):
        with app.test_request_context(headers={"Accept-Language": language}):
            text = '{{ ngettext("told by one person", "told by %(num)s people", people) }}'
            assert app.jinja_env.from_string(text).render(people=people) == words


def test_what_script_says_of_one_and_of_several(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert today_words.script()["photos"] == ["{count} photo", "{count} photos"]
        one, several = today_words.script()["logOut"]
        assert one.startswith("{count} act has") and several.startswith("{count} acts have")
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        one, several = today_words.script()["photos"]
        assert one == several == "{count}张照片"


def test_messages_and_the_command_line():
    assert [counted(number, "cell") for number in (0, 1, 2)] == ["0 cells", "1 cell", "2 cells"]
    assert (counted(1, "person", "people"), counted(3, "person", "people")) == ("1 person", "3 people")

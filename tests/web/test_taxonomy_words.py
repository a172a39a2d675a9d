"""Categories, their classes and conditions stand on a page in its reader's language, and not in the other one."""

import pytest
from sqlalchemy import select
from tests.small_street import RUBBISH
from tests.web.test_staff import account, browser, dispatched, do  # noqa: F401

from gridops.models import FilingCondition

CHINESE = ("暴露垃圾", "市容环境", "公共场所有生活垃圾散落在收集容器外", "已清运")
ENGLISH = ("Exposed household rubbish", "City appearance &amp; environment", "Household rubbish outside containers in a public place", "Removed")
LANGUAGES = [("zh-CN", CHINESE, ENGLISH), ("en", ENGLISH, CHINESE)]


@pytest.fixture
def pages(browser, dispatched):  # noqa: F811
    number = dispatched()
    clerk = browser("clerk")

    def page(path, language):
        answer = clerk.client.get(path.format(number=number), headers={"Accept-Language": language})
        assert answer.status_code == 200
        return answer

    return page


@pytest.mark.parametrize(("language", "own", "other"), LANGUAGES)
@pytest.mark.parametrize(("path", "words"), [
    ("/tickets/{number}", (0, 2)), (f"/filing-conditions?category={RUBBISH}", (2,)), ("/tickets?status=all", (0,)), ("/desk", (0,)),
    ("/report", (0, 1)),
])
def test_a_page_has_the_words_of_its_language(pages, language, own, other, path, words):
    page = pages(path, language).text
    assert [own[at] in page for at in words] == [True] * len(words)
    assert [other[at] in page for at in words] == [False] * len(words)


@pytest.mark.parametrize(("language", "own", "other"), LANGUAGES)
def test_the_api_gives_a_ticket_in_the_callers_language(pages, language, own, other):
    shown = pages("/api/v1/tickets/{number}", language).json
    found = (shown["category"]["name"], shown["condition"]["filing"], shown["condition"]["closing"])
    assert found == (own[0], own[2], own[3])


@pytest.mark.parametrize(("language", "own", "other"), LANGUAGES)
def test_the_api_gives_the_tree_in_the_callers_language(pages, language, own, other):
    tree = pages("/api/v1/categories", language).json["items"]
    names = {group["name"]: [row["name"] for row in group["categories"]] for group in tree}
    assert own[0] in names[own[1].replace("&amp;", "&")]


def test_events_and_components_do_not_share_a_class_of_the_same_code(pages):
    tree = pages("/api/v1/categories", "zh-CN").json["items"]
    first = [(group["kind"], group["name"], group["categories"][0]["code"]) for group in tree if group["code"] == "01"]
    assert first == [("event", "市容环境", "E0101"), ("component", "公用设施", "C0101")]
    assert all({row["kind"] for row in group["categories"]} == {group["kind"]} for group in tree)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_condition_without_chinese_is_shown_in_english(pages, sessions, language):
    with sessions() as session, session.begin():
        for row in session.scalars(select(FilingCondition)):
            row.filing_zh = None
    assert ENGLISH[2] in pages("/tickets/{number}", language).text

"""The clerk sees what the words say, with the words, and files with one press; the resident's own choice of nothing else changes."""

import pytest
from sqlalchemy import select

from gridops.models import Outbox, Ticket
from gridops.services.reactions import REACTIONS
from tests.small_street import STREET
from tests.web.test_staff import account, browser  # noqa: F401


@pytest.fixture
def taken(street, submit, sessions, now):
    def taken(description, **changes):
        number = submit(description=description, category=None, **changes).ticket.number
        with sessions() as session, session.begin():
            for row in session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)).all():
                REACTIONS[row.topic](session, row, now, None)
                row.done_at = now
        return number

    return taken


def standing(sessions, number) -> Ticket:
    with sessions() as session:
        return session.scalars(select(Ticket).where(Ticket.number == number)).one()


def test_a_suggestion_is_filed_with_one_press(browser, taken, sessions):  # noqa: F811
    number = taken("路口井盖松动，走过去会晃")
    clerk = browser("clerk")
    page = clerk.get(f"/tickets/{number}")
    assert "What the words say" in page and "<q>" in page and 'name="category" value="C0123"' in page
    clerk.act(number, "file", {"category": "C0123"})
    assert standing(sessions, number).filed_at is not None


def test_what_was_filed_by_its_words_is_filed_otherwise_with_one_press(browser, taken, sessions):  # noqa: F811
    number = taken("小区垃圾桶满溢好几天没人清运，垃圾堆了一地，下水道也有点臭")
    before = standing(sessions, number)
    assert before.automatic["by"] == "words"
    clerk = browser("clerk")
    assert "Filed by its words" in clerk.get(f"/tickets/{number}")
    clerk.act(number, "recategorise", {"category": "E0110", "reason": "Filed anew by the words of the report."})
    assert standing(sessions, number).category_version_id != before.category_version_id


def test_what_belongs_elsewhere_says_where_with_a_text(browser, taken):  # noqa: F811
    page = browser("clerk").get(f"/tickets/{taken('公积金贷款审批了三个月还没放款，怎么提取住房公积金')}")
    assert "Perhaps no matter of a street" in page and "Text for the resident" in page


def test_who_does_not_file_sees_none_of_it(browser, taken):  # noqa: F811
    number = taken("路口井盖松动，走过去会晃")
    assert "What the words say" not in browser("leader").get(f"/tickets/{number}")
    assert "What the words say" not in browser("volunteer", STREET).get(f"/tickets/{number}")


def test_the_clerk_sees_likely_repeats_and_compares_them(browser, taken):  # noqa: F811
    first = taken("门口的垃圾桶满了好几天没有人清运，味道很大")
    second = taken("垃圾桶满了没人管，味道大得很，请来清一清", kind="consult")
    page = browser("clerk").get(f"/tickets/{second}")
    assert "Perhaps told already" in page and f"/tickets/{second}/compare?into={first}" in page
    assert "Perhaps told already" not in browser("leader").get(f"/tickets/{second}")


def test_what_the_system_merged_says_on_what_it_rests(browser, taken, sessions):  # noqa: F811
    first, second = taken("门口的垃圾桶满了好几天没有人清运，味道很大"), taken("门口的垃圾桶满了好几天没人清运，味道很大！")
    assert standing(sessions, second).status == "merged"
    page = browser("clerk").get(f"/tickets/{second}")
    assert "Merged by the system" in page and f"/tickets/{second}/compare?into={first}" in page

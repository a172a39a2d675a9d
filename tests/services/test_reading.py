"""What the words say, what the system does by itself with it, and what it leaves to a clerk."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridops.models import CategoryVersion, Outbox, Ticket
from gridops.services import reading
from gridops.services.reactions import REACTIONS
from tests import small_street

CLEAR = "小区垃圾桶满溢好几天没人清运，垃圾堆了一地"
UNCLEAR = "有件事想麻烦你们看一下"


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def taken(street, session, now):
    """A report without a category, and what a worker makes of it."""

    def taken(description: str, **changes) -> Ticket:
        ticket = street.submit(session, now, description=description, **({"category": None} | changes)).ticket
        for row in session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)).all():
            REACTIONS[row.topic](session, row, now, None)
            row.done_at = now
        session.flush()
        return ticket

    return taken


def test_a_suggestion_has_its_words(street, session):
    read = reading.read(session, CLEAR)
    best = read["categories"][0]
    assert best["code"] == "E0192" and any("垃圾" in word for word in best["words"])
    assert sum(one["confidence"] for one in read["categories"]) <= 1
    assert all(len(one["words"]) == len(set(one["words"])) for one in reading.read(session, "地锁又装回来了，私装了好几个地锁占公共车位")["categories"])
    assert read["scope"]["inside"] and read["urgency"]["level"] == "routine"


def test_what_is_beyond_doubt_is_filed_by_its_words(taken, session):
    """And what it was decided on stands with it: the share and the words."""
    ticket = taken(CLEAR)
    assert ticket.filed_at is not None and ticket.automatic["category"] == "E0192"
    assert ticket.automatic["by"] == "words" and ticket.automatic["confidence"] >= 0.95 and ticket.automatic["words"]


def test_people_in_a_lift_are_an_emergency_without_anybody_choosing_it(taken):
    ticket = taken("3号楼的电梯困人了，电梯里有人被困出不来")
    assert ticket.understood["categories"][0]["code"] == "E2202" and ticket.emergency and ticket.filed_at is not None


def test_what_accuses_a_person_is_never_filed_by_its_words(taken):
    ticket = taken("隔壁男人打老婆，家庭暴力，经常听到哭喊")
    assert ticket.understood["categories"][0]["code"] == small_street.DOMESTIC
    assert ticket.status == "reported" and ticket.filed_at is None


def test_what_is_unclear_waits_for_a_clerk_with_nothing_made_up(taken):
    ticket = taken(UNCLEAR)
    assert (ticket.status, ticket.waiting_reason) == ("reported", "no_category")
    assert all(one["confidence"] < 0.5 for one in ticket.understood["categories"])


def test_what_is_no_matter_for_a_street_waits_and_says_where_it_belongs(taken):
    ticket = taken("公积金贷款审批了三个月还没放款，怎么提取住房公积金")
    assert (ticket.status, ticket.waiting_reason) == ("reported", "perhaps_elsewhere")
    assert ticket.understood["scope"]["referral"]["text"]


def test_danger_in_the_words_raises_a_harmless_category_and_is_never_filed_away(taken):
    ticket = taken("垃圾桶旁边闻到煤气味，好像燃气泄漏了", category=small_street.RUBBISH)
    assert ticket.emergency and (ticket.status, ticket.waiting_reason) == ("reported", "danger_in_words")


def test_calm_words_lower_no_emergency(taken):
    assert taken("没什么大事，就是随便说说", category=small_street.GAS).emergency


@pytest.mark.parametrize(("words", "chosen", "kept"), [
    ("物业不作为，态度恶劣，投诉物业公司", "named", "protected"), ("投诉物业公司不作为", "anonymous", "anonymous"), ("路口垃圾没人收", "named", "named"),
])
def test_who_complains_about_an_organisation_is_protected_unless_he_wants_more(street, session, now, words, chosen, kept):
    assert street.submit(session, now, description=words, visibility=chosen).report.visibility == kept


def test_a_category_that_is_no_longer_in_force_is_not_suggested(street, session, now):
    best = reading.read(session, CLEAR)["categories"][0]["code"]
    session.scalars(select(CategoryVersion).where(CategoryVersion.code == best, CategoryVersion.valid_to.is_(None))).one().valid_to = now
    session.flush()
    assert best not in [one["code"] for one in reading.read(session, CLEAR)["categories"]]


def test_places_are_read_out_of_the_text(street, session):
    places = reading.read(session, "梧桐花园3号楼2单元楼道堆满纸箱")["places"]
    assert places and places[0]["compound"] == "梧桐花园" and places[0]["building"] == "3"


class TestWhatClerksOverrule:
    def file_otherwise(self, session, ticket, code):
        version = session.scalars(select(CategoryVersion.id).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None))).one()
        ticket.category_version_id = version
        session.flush()

    def test_a_category_that_clerks_file_otherwise_is_no_longer_filed_by_words(self, taken, session):
        filed = [taken(f"{CLEAR}，这是第{number}次") for number in range(10)]
        assert all(ticket.filed_at is not None for ticket in filed)
        self.file_otherwise(session, filed[0], "E0110")
        again = taken(CLEAR)
        assert (again.status, again.waiting_reason) == ("reported", "no_category") and again.understood["categories"][0]["code"] == "E0192"

    def test_one_of_twenty_is_forgiven(self, taken, session):
        filed = [taken(f"{CLEAR}，这是第{number}次") for number in range(20)]
        self.file_otherwise(session, filed[0], "E0110")
        assert taken(CLEAR).filed_at is not None

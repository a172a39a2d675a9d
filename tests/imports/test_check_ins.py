"""Check-ins and claims as tables: what a file says waits to be confirmed; what is wrong is named row by row."""

import pytest
from sqlalchemy import select
from tests.imports.own_files import counts, table

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.models import CheckIn, DutyClaim, Person, Posting
from gridops.services.imports.check_ins import import_check_ins
from gridops.services.imports.claims import import_claims
from gridops.services.people import check_ins
from tests import small_street
from tests.small_street import COMMUNITY, WEST

CHINESE = "居民区,姓名,手机,工作单位,报到日期\n菩提居民区,赵春,139 1234 5678,第一中学,2026年3月2日"
STRANGER = Actor("staff", "stranger", grants=(Grant("grid_office", "310199002"),))


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def take(session, street, now):
    def take(text, actor=SYSTEM):
        return import_check_ins(session, table(text), now=now, vault=street.vault, actor=actor)

    return take


def test_a_list_in_chinese_makes_members_who_wait_to_be_confirmed(session, take, now):
    assert counts(take(CHINESE)) == (1, 0, 0)
    found = session.scalars(select(CheckIn)).one()
    assert (found.community_code, found.checked_in_on.isoformat(), found.confirmed_at) == (COMMUNITY, "2026-03-02", None)
    assert session.scalars(select(Posting.role)).all() == ["party_member"]
    check_ins.confirm(session, found.id, actor=SYSTEM, now=now)
    assert counts(take(CHINESE)) == (0, 0, 1) and found.confirmed_at == now
    assert counts(take(CHINESE.replace("3月2日", "3月3日"))) == (0, 1, 0) and len(session.scalars(select(Person)).all()) == 1


@pytest.mark.parametrize(("row", "code"), [
    (f"{WEST},赵春,2026-03-02", "not_a_community"), ("银杏,赵春,2026-03-02", "unknown_area"), (f"{COMMUNITY},赵春,soon", "not_a_date"),
    (f"{COMMUNITY},,2026-03-02", "missing_value"), (f"{COMMUNITY},赵春,", "missing_value"), (f"{COMMUNITY},赵春,0001-01-01", "not_a_date"),
])
def test_what_is_wrong_is_named_and_nothing_is_written(session, take, row, code):
    report = take(f"area,name,checked_in_on\n{row}\n{COMMUNITY},钱二,2026-03-02")
    assert code in {fault.code for fault in report.errors}
    assert session.scalars(select(CheckIn)).all() == []


def test_only_who_takes_check_ins_there_brings_them_in(take):
    assert [fault.code for fault in take(CHINESE, STRANGER).errors] == ["out_of_scope"]


def test_claims_are_known_again_and_only_of_who_may_claim(session, take, now):
    take(CHINESE)
    code = session.scalar(select(Person.code))
    text = f"网格,工号,事项,认领日期,完成日期\n西网格,{code},巡查楼道,2026-03-02,"
    assert counts(import_claims(session, table(text), now=now)) == (1, 0, 0)
    assert counts(import_claims(session, table(f"{text}2026-03-03"), now=now)) == (0, 1, 0)
    assert counts(import_claims(session, table(f"{text}2026-03-03"), now=now)) == (0, 0, 1)
    assert session.scalars(select(DutyClaim.done_on)).one().isoformat() == "2026-03-03"
    early = import_claims(session, table(f"area,code,text,claimed_on\n{WEST},{code},x,2026-03-01\n{WEST},nobody,x,2026-03-02"), now=now)
    assert [fault.code for fault in early.errors] == ["may_not_claim", "unknown_person"]

"""Lists of staff as streets keep them; the whole staff of an area; every open ticket still has a person."""

from datetime import date

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.domain.lifecycle import OPEN
from gridops.domain.posts import holds
from gridops.models import Account, Outbox, Person, Place, Posting, RoleGrant, Ticket
from gridops.services import accounts, ticket_workers
from gridops.services.exports import records
from gridops.services.exports.writers import write
from gridops.services.imports.people import import_people
from gridops.services.imports.people_staff import Gone, Moved, Named
from gridops.services.imports.readers import read
from tests import small_street
from tests.imports.own_files import counts, faults, table, workbook
from tests.small_street import COMMUNITY, EAST, WEST

CHINESE = """
    姓名,手机,岗位,居民区,网格,小区,楼栋,职责,工作单位
    张一,138 1234 1234,网格长,菩提居民区,,,,,
    张二,13812341235,专职网格员,菩提居民区,西网格,,,E01；巡查,
    张三,,兼职网格员,,东网格,,,,
    张四,13812341237,在职党员,菩提居民区,,,,,第一中学
    张五,,楼组长,菩提居民区,,绿苑,1号楼,,
    张二,13812341235,志愿者,,菩提居民区,,,,
    """


@pytest.fixture
def street(session, config, now):
    built = small_street.build(session, config, now)
    compound = Place(code="C1", kind="compound", name="绿苑", community_code=COMMUNITY)
    session.add(compound)
    session.flush()
    session.add(Place(code="B1", kind="building", name="1号楼", community_code=COMMUNITY, parent_id=compound.id))
    session.flush()
    return built


@pytest.fixture
def take(session, street, now):
    def take(text, **options):
        content = text if not isinstance(text, str) else table(text)
        return import_people(session, content, now=now, vault=street.vault, **options)

    return take


def held(session, day=date(2026, 3, 4)):
    rows = session.execute(select(Person.name, Posting).join(Posting, Posting.person_id == Person.id).order_by(Person.name, Posting.id))
    return [(name, post.role, post.area_code or "place", post.part_time) for name, post in rows if holds(post.starts_on, post.ends_on, day)]


def test_a_list_in_chinese_without_codes_or_days(session, take):
    assert counts(take(CHINESE)) == (6, 0, 0)
    assert held(session) == [
        ("张一", "grid_leader", COMMUNITY, False), ("张三", "grid_worker", EAST, True), ("张二", "grid_worker", WEST, False),
        ("张二", "volunteer", COMMUNITY, False), ("张五", "building_steward", "place", False), ("张四", "party_member", COMMUNITY, False)]
    assert session.scalar(select(Posting.duties).where(Posting.role == "grid_worker", Posting.area_code == WEST)) == ["E01", "巡查"]
    assert counts(take(CHINESE)) == (0, 0, 6)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_imported_again_changes_nothing(session, street, take, form):
    take(CHINESE)
    columns, found = records.collect_people(session, street.vault)
    content = write(columns, found, form)
    assert counts(take(read(content, f"x.{form}"))) == (0, 0, 6)
    assert [record.cells for record in records.collect_people(session, street.vault)[1]] == [record.cells for record in found]


@pytest.mark.parametrize(("line", "fault"), [
    ("甲,国王,西网格", (2, "role", "bad_choice")), ("甲,志愿者,北网格", (2, "area", "unknown_area")),
    ("甲,楼组长,", (2, "area", "missing_value")),
])
def test_what_is_not_understood_is_named(take, line, fault):
    assert faults(take(f"姓名,岗位,网格\n{line}")) == [fault]


def test_two_of_one_name_need_a_phone(take):
    take("姓名,电话,岗位,网格\n李四,13800000001,志愿者,西网格\n李四,13800000002,志愿者,东网格")
    assert faults(take("姓名,岗位,网格\n李四,志愿者,西网格")) == [(2, "code", "ambiguous_person")]


def test_a_keeper_imports_into_his_own_street_only(take):
    keeper = Actor("staff", "office", grants=(Grant("grid_office", EAST),))
    assert faults(take("姓名,岗位,网格\n甲,志愿者,西网格\n乙,志愿者,东网格", actor=keeper)) == [(2, "area", "out_of_scope")]


@pytest.fixture
def before(session, street, take, now):
    """Two workers, the first with a log-in."""
    take("code,name,role,area,starts_on\nW1,王一,grid_worker,西网格,2026-01-01\nW2,王二,grid_worker,东网格,2026-01-01")
    person = session.scalar(select(Person).where(Person.code == "W1"))
    return accounts.create_account(
        session, "w1", "a long enough password", name="王一", grants=[Grant("grid_worker", WEST)], actor=SYSTEM, now=now, person_id=person.id)


WHOLE = "code,name,role,area\nW1,王一,grid_worker,东网格\nW3,王三,grid_worker,西网格"


def test_a_dry_run_says_who_comes_goes_and_moves(session, take, before):
    report = take(WHOLE, complete=COMMUNITY, dry_run=True)
    assert (report.comes, report.leaves) == ([Named("W3", "王三")], [Named("W2", "王二")])
    assert report.moves == [Moved("W1", "王一", "grid_worker", WEST, "grid_worker", EAST)]
    assert report.goes == [Gone("W2", "王二", "grid_worker", EAST)]
    assert held(session) == [("王一", "grid_worker", WEST, False), ("王二", "grid_worker", EAST, False)]


def test_the_whole_staff_ends_who_is_not_named(session, take, before):
    take(WHOLE, complete=COMMUNITY)
    assert held(session) == [("王一", "grid_worker", EAST, False), ("王三", "grid_worker", WEST, False)]
    assert session.execute(select(RoleGrant.role, RoleGrant.area_code).where(RoleGrant.account_id == before.id)).all() == [("grid_worker", EAST)]
    assert session.scalar(select(Person.left_on).where(Person.code == "W2")) == date(2026, 3, 4)
    assert counts(take(WHOLE, complete=COMMUNITY)) == (0, 0, 2)


def test_a_complete_list_that_names_nobody_closes_the_log_in(session, take, before):
    take("code,name,role,area\nW9,新,grid_worker,西网格", complete=COMMUNITY)
    assert session.get(Account, before.id).disabled_at is not None


def test_after_a_change_of_staff_by_xlsx_every_open_ticket_still_has_a_person(session, street, take, before, now):
    for place in (small_street.IN_WEST, small_street.IN_EAST, None) * 3:
        street.submit(session, now, location=place)
    session.flush()
    ticket_workers.renew_missing(session, now, limit=100)
    session.flush()
    old = set(session.scalars(select(Person.id)))
    assert {ticket.verifier_id for ticket in open_tickets(session)} <= old
    lines = [("姓名", "电话", "岗位", "网格")] + [(f"新{n}", f"1390000000{n}", "专职网格员", cell) for n, cell in enumerate(("西网格", "东网格"))]
    assert not take(read(workbook(*lines), "staff.xlsx"), complete=COMMUNITY).errors
    fact = session.scalars(select(Outbox).where(Outbox.topic == "people.changed").order_by(Outbox.id.desc())).first()
    ticket_workers.renew_missing(session, now, limit=100, area=fact.payload["area"])
    session.flush()
    present = set(session.scalars(select(Posting.person_id).where(Posting.ends_on.is_(None))))
    assert not present & old
    assert len(open_tickets(session)) == 9
    assert all({ticket.verifier_id, ticket.checker_id} <= present for ticket in open_tickets(session))


def open_tickets(session):
    return session.scalars(select(Ticket).where(Ticket.status.in_(OPEN)).execution_options(populate_existing=True)).all()

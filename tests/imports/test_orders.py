"""Hotline orders: one ticket per number."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from tests.imports.own_files import COMMUNITY, STREET, WEST, counts, faults, table

from gridops.models import CategoryVersion, Clock, Place, Report, Ticket, UpstreamAct, UpstreamOrder
from gridops.services.imports.orders import import_orders
from gridops.services.seed import ensure_defaults

ORDERS = """
    number,received_at,due_by,kind,title,content,category,secret,address,lng,lat,crs,name,phone
    H-1,2026-03-03 16:20,2026-03-05 17:00,投诉,楼道堆物,三楼堆满纸箱,E0136,0,,121.402,31.105,wgs84,张三,138 1234 1234
    H-2,2026-03-03,,咨询,,怎么办居住证,不认识的类,1,一号路1号,,,,,
    """


@pytest.fixture
def ready(town, now):
    ensure_defaults(town, now)
    return town


def load(session, text, now, vault, **options):
    return import_orders(session, table(text), now=now, vault=vault, **options)


def tickets(session):
    return session.scalars(select(Ticket).order_by(Ticket.id)).all()


def test_each_order_becomes_a_ticket_in_its_cell(ready, now, vault):
    assert counts(load(ready, ORDERS, now, vault)) == (2, 0, 0)
    first, second = tickets(ready)
    assert (first.area_code, first.kind, first.status, first.description) == (WEST, "complaint", "reported", "楼道堆物\n三楼堆满纸箱")
    assert ready.get(CategoryVersion, first.category_version_id).code == "E0136"
    assert (second.area_code, second.kind, second.category_version_id) == (STREET, "consult", None)


def test_the_citys_own_words_are_kept_beside_the_order(ready, now, vault):
    load(ready, ORDERS, now, vault)
    first, second = ready.scalars(select(UpstreamOrder).order_by(UpstreamOrder.external_number))
    assert (first.secret, first.category_text, first.external_due_by) == (False, "E0136", datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    assert (second.secret, second.category_text, second.external_due_by) == (True, "不认识的类", None)


def test_a_secret_orders_reporter_is_protected_and_contacts_are_sealed(ready, now, vault):
    load(ready, ORDERS, now, vault)
    reports = ready.scalars(select(Report).order_by(Report.id)).all()
    assert [report.visibility for report in reports] == ["named", "protected"]
    assert reports[0].channel == "hotline"
    assert ready.scalar(select(func.count()).where(Report.contact_id.is_not(None))) == 1
    assert "13812341234" not in str([order.row for order in ready.scalars(select(UpstreamOrder))])


def test_the_same_file_again_makes_no_second_ticket(ready, now, vault):
    load(ready, ORDERS, now, vault)
    assert counts(load(ready, ORDERS, now + timedelta(days=1), vault)) == (0, 0, 2)
    assert len(tickets(ready)) == 2


def test_the_promise_is_never_later_than_the_citys_due(ready, now, vault):
    load(ready, ORDERS, now, vault)
    first = tickets(ready)[0]
    assert first.promised_by <= datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    promise = ready.scalar(select(Clock.due_by).where(Clock.ticket_id == first.id, Clock.kind == "promise"))
    assert promise == first.promised_by


def test_another_due_in_a_later_file_is_said_and_not_taken_over(ready, now, vault):
    load(ready, ORDERS, now, vault)
    report = load(ready, ORDERS.replace("2026-03-05 17:00", "2026-04-05 17:00"), now, vault)
    assert counts(report) == (0, 1, 1)
    assert any("H-1" in note and "due_by" in note for note in report.notes)
    first = ready.scalar(select(UpstreamOrder).where(UpstreamOrder.external_number == "H-1"))
    assert first.external_due_by == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    act = ready.scalars(select(UpstreamAct)).one()
    assert (act.kind, act.direction, act.state, act.facts) == (
        "update", "in", "asked", {"changed": ["due_by"], "due_by": "2026-04-05T09:00:00+00:00"})


def test_changed_words_are_an_act_of_their_own_told_once(ready, now, vault):
    load(ready, ORDERS, now, vault)
    changed = ORDERS.replace("三楼堆满纸箱", "四楼堆满纸箱").replace("张三", "李四")
    assert counts(load(ready, changed, now, vault)) == (0, 1, 1)
    assert counts(load(ready, changed, now, vault)) == (0, 0, 2)
    act = ready.scalars(select(UpstreamAct)).one()
    assert (act.state, act.facts["changed"], act.text) == ("done", ["content", "contact"], "楼道堆物\n四楼堆满纸箱")
    assert "李四" not in str(ready.scalars(select(UpstreamOrder.said)).all())


def test_two_sources_may_use_the_same_number(ready, now, vault):
    load(ready, ORDERS, now, vault)
    assert counts(load(ready, ORDERS, now, vault, source="mayor")) == (2, 0, 0)


def test_columns_that_are_not_known_are_kept_only_when_named(ready, now, vault):
    load(ready, "number,content,river,caller\nN1,水脏,苏州河,张三", now, vault, keep=("river",))
    assert ready.scalar(select(UpstreamOrder.row)) == {"river": "苏州河"}


def test_an_order_repeated_in_its_file_counts_once(ready, now, vault):
    assert counts(load(ready, "number,content\nN1,a\nN1,a", now, vault)) == (1, 0, 0)


@pytest.mark.parametrize(("line", "fault"), [
    ("N1,,,,,,,,,", (2, "content", "missing_value")), ("N1,a,soon,,,,,,,", (2, "received_at", "not_a_date")),
    ("N1,a,2027-01-01,,,,,,,", (2, "received_at", "in_the_future")), ("N1,a,,song,,,,,,", (2, "kind", "bad_choice")),
    ("N1,a,,,310199009,,,,,", (2, "street", "unknown_area")), ("N1,a,,,,C9,,,,", (2, "place", "unknown_place")),
    ("N1,a,,,,,121.3,31.1,wgs84,", (2, "lng", "outside")), ("N1,a,,,,,121.3,31.1,,", (2, "crs", "missing_crs")),
    ("N1,a,,,,,,,,12", (2, "phone", "phone_invalid")), (" ,a,,,,,,,,", (2, "number", "missing_value")),
    ("N1," + "长" * 4001 + ",,,,,,,,", (2, "content", "too_long")), ("N1,a,,,,,,,,\nN1,b,,,,,,,,", (3, "number", "duplicate_row")),
])
def test_a_bad_order_is_named_and_nothing_is_written(ready, now, vault, line, fault):
    report = load(ready, f"number,content,received_at,kind,street,place,lng,lat,crs,phone\nN0,a,,,,,,,,\n{line}", now, vault)
    assert (fault[0] + 1, *fault[1:]) in faults(report)
    assert tickets(ready) == []
    assert ready.scalars(select(UpstreamOrder)).all() == []


def test_an_order_at_a_known_place_lands_in_its_community(ready, now, vault):
    ready.add(Place(code="C1", kind="compound", name="绿苑", community_code=COMMUNITY))
    ready.flush()
    load(ready, "number,content,place\nN1,a,C1", now, vault)
    assert tickets(ready)[0].area_code == COMMUNITY

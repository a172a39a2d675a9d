"""A report is located, promised and safe in the request itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gridops.domain import codes
from gridops.errors import Invalid
from gridops.models import Clock, Contact, Outbox, Report, Ticket, UpstreamOrder
from gridops.services import intake, tickets
from tests import small_street
from tests.small_street import EAST, STREET, WEST


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


def test_a_point_finds_its_cell(street, session, now):
    ticket = street.submit(session, now).ticket
    assert (ticket.area_code, ticket.status, ticket.number) == (WEST, "reported", ticket.number)
    assert street.submit(session, now, location=small_street.IN_EAST).ticket.area_code == EAST


def test_a_gcj02_point_is_moved_before_it_is_located(street, session, now):
    """0.0045 degrees east of where it is: as WGS-84 it would lie in the east cell."""
    shifted = {"lng": 121.4118, "lat": 31.2035, "crs": "gcj02"}
    assert street.submit(session, now, location=shifted).ticket.area_code == WEST


def test_a_point_in_no_street_is_refused_with_the_nearest(street, session, now):
    with pytest.raises(Invalid) as refusal:
        street.submit(session, now, location={"lng": 123.0, "lat": 31.2, "crs": "wgs84"})
    assert refusal.value.code == "outside"
    assert refusal.value.details["nearest"]["code"] == EAST
    assert refusal.value.details["distance_m"] > 100_000


def test_without_a_place_it_is_unlocated_never_lost(street, session, now):
    ticket = street.submit(session, now, location=None, address="菩提路口").ticket
    assert (ticket.cell_id, ticket.area_code) == (None, STREET)


def test_the_code_opens_only_as_a_whole(street, session, now):
    receipt = street.submit(session, now)
    read_out = codes.format_code(receipt.code)
    assert intake.find_report(session, street.vault, read_out).id == receipt.report.id
    assert intake.find_report(session, street.vault, receipt.code[:-1]) is None
    assert receipt.code.encode() not in receipt.report.code_cipher


def test_name_and_phone_are_sealed(street, session, now):
    report = street.submit(session, now, contact={"name": "王小明", "phone": "138 1234 1234"}).report
    contact = session.get(Contact, report.contact_id)
    assert b"13812341234" not in contact.phone_cipher and "王".encode() not in contact.name_cipher


def test_a_protecting_category_protects_whoever_did_not_ask(street, session, now):
    assert street.submit(session, now, category=small_street.ILLEGAL_BUILDING).report.visibility == "protected"
    assert street.submit(session, now, category=small_street.ILLEGAL_BUILDING, visibility="anonymous").report.visibility == "anonymous"


@pytest.mark.parametrize(("asked", "kept"), [("named", "protected"), ("anonymous", "anonymous")])
def test_a_secret_order_of_the_city_protects_its_reporter(street, session, now, asked, kept):
    upstream = {"source": "12345", "external_number": "SH-2", "secret": True}
    assert street.submit(session, now, upstream=upstream, visibility=asked).report.visibility == kept


def test_the_promise_of_a_complaint_is_five_working_days(street, session, now):
    ticket = street.submit(session, now).ticket
    assert ticket.promised_by == now + timedelta(days=7)  # Wednesday 10:00 to the next Wednesday 10:00


def test_an_emergency_is_promised_within_a_day(street, session, now):
    assert street.submit(session, now, category=small_street.GAS).ticket.promised_by == now + timedelta(days=1)


def test_what_turns_out_to_be_an_emergency_is_promised_sooner_and_says_why(street, session, now):
    ticket = street.submit(session, now, category=None).ticket
    tickets.perform(session, ticket.number, "file", {"category": small_street.GAS}, actor=street.actors["clerk"], now=now)
    assert (ticket.promised_by, ticket.promise_note) == (now + timedelta(days=1), "emergency")


def test_the_promise_is_never_later_than_the_citys_due(street, session, now):
    due = now + timedelta(days=2)
    upstream = {"source": "12345", "external_number": "SH-1", "external_due_by": due, "secret": False}
    ticket = street.submit(session, now, upstream=upstream).ticket
    assert ticket.promised_by == due
    assert session.scalars(select(UpstreamOrder.external_number)).all() == ["SH-1"]


def test_ticket_clocks_trail_and_outbox_come_together(street, session, now):
    ticket = street.submit(session, now).ticket
    kinds = set(session.scalars(select(Clock.kind).where(Clock.ticket_id == ticket.id)))
    topics = session.scalars(select(Outbox.topic).where(Outbox.ticket_id == ticket.id)).all()
    assert kinds == {"accept", "promise"} and topics == ["report.submitted"] and ticket.trail_seq == 1
    assert ticket.due_by == now + timedelta(minutes=15)


@pytest.mark.parametrize("wrong", [
    {"category": "E9999"}, {"place_code": "nowhere", "location": None}, {"photos": ["00000000-0000-4000-8000-000000000000"]},
    {"contact": {"phone": "12"}}, {"location": {"lng": 200, "lat": 1, "crs": "wgs84"}},
])
def test_a_wrong_value_writes_nothing(street, session, now, wrong):
    with pytest.raises(Invalid), session.begin_nested():
        street.submit(session, now, **wrong)
    assert [session.scalar(select(func.count()).select_from(table)) for table in (Ticket, Report, Outbox, Clock)] == [0, 0, 0, 0]

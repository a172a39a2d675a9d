"""Who sees what of a reporter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridops.domain.actor import Actor, Grant
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Contact
from gridops.services import contacts, trail
from tests import small_street

CONTACT = {"name": "王小明", "phone": "138 1234 1234"}
MASKED = {"name": "王**", "phone": "138****1234"}
OPEN = {"name": "王小明", "phone": "13812341234"}


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def filed(street, session, now):
    """filed("named") -> a receipt whose ticket is led by the sanitation department."""

    def filed(visibility):
        receipt = street.submit(session, now, contact=CONTACT, visibility=visibility)
        receipt.ticket.lead_id = street.departments["SANITATION"].id
        session.flush()
        return receipt

    return filed


VOLUNTEER = Actor("staff", "volunteer", account_id=None, grants=(Grant("volunteer", small_street.WEST),))
ADMIN = Actor("staff", "admin", account_id=None, grants=(Grant("system_admin", small_street.STREET),))


@pytest.mark.parametrize(
    ("visibility", "who", "seen"),
    [
        ("named", "clerk", MASKED), ("named", "dispatcher", MASKED), ("named", "worker_west", MASKED), ("named", "SANITATION", MASKED),
        ("named", "PROPERTY", None), ("named", VOLUNTEER, MASKED), ("named", ADMIN, None), ("named", "worker_east", None),
        ("protected", "clerk", MASKED), ("protected", "SANITATION", None), ("protected", "worker_west", None), ("protected", "leader", None),
        ("anonymous", "dispatcher", MASKED), ("anonymous", "SANITATION", None), ("anonymous", VOLUNTEER, None),
    ],
)
def test_masks(street, filed, session, visibility, who, seen):
    receipt = filed(visibility)
    actor = who if isinstance(who, Actor) else street.actors[who]
    contact = session.get(Contact, receipt.report.contact_id)
    assert contacts.masked_for(street.vault, receipt.report, receipt.ticket, contact, actor) == seen


@pytest.mark.parametrize(
    ("visibility", "who", "error"),
    [
        ("named", "clerk", None), ("protected", "dispatcher", None), ("anonymous", "clerk", None),
        ("named", "leader", Forbidden), ("named", "worker_west", Forbidden), ("named", "worker_east", NotFound),
        ("named", "SANITATION", NotFound),  # leads by name only: without an assignment it does not see the ticket
    ],
)
def test_opening(street, filed, session, now, visibility, who, error):
    receipt = filed(visibility)

    def opened():
        return contacts.reveal(session, street.vault, receipt.report, actor=street.actors[who], reason="回电", now=now)

    if error is None:
        assert opened() == OPEN
        session.flush()
        assert trail.verify(session, receipt.ticket) == []
    else:
        with pytest.raises(error):
            opened()


def test_the_leads_department_opens_a_named_contact_never_a_protected_one(street, session, now):
    from gridops.services import tickets

    for visibility, may in (("named", True), ("protected", False)):
        receipt = street.submit(session, now, contact=CONTACT, visibility=visibility)
        number = receipt.ticket.number
        tickets.perform(session, number, "file", {"category": small_street.RUBBISH}, actor=street.actors["clerk"], now=now)
        tickets.perform(session, number, "dispatch", {}, actor=street.actors["dispatcher"], now=now)
        session.refresh(receipt.ticket)
        lead = next(type_code for type_code, row in street.departments.items() if row.id == receipt.ticket.lead_id)
        if may:
            assert contacts.reveal(session, street.vault, receipt.report, actor=street.actors[lead], reason="上门", now=now) == OPEN
        else:
            with pytest.raises(Forbidden):
                contacts.reveal(session, street.vault, receipt.report, actor=street.actors[lead], reason="上门", now=now)


def test_nothing_readable_is_stored(street, filed, session):
    contact = session.get(Contact, filed("named").report.contact_id)
    stored = contact.name_cipher + contact.phone_cipher + contact.phone_index
    assert b"13812341234" not in stored
    assert "王".encode() not in stored


def test_a_clerk_finds_a_caller_however_the_number_is_typed(street, session, now):
    first, second = (street.submit(session, now, contact={"phone": phone}) for phone in ("13812341234", "+86 138-1234-1234"))
    found = contacts.find_reports_by_phone(session, street.vault, "138 1234 1234", street.actors["clerk"])
    assert [report.id for report in found] == [second.report.id, first.report.id]


def test_only_in_scope_and_only_clerks(street, filed, session):
    filed("named")
    elsewhere = Actor("staff", "clerk", account_id=None, grants=(Grant("clerk", "310199002"),))
    assert contacts.find_reports_by_phone(session, street.vault, "13812341234", elsewhere) == []
    volunteer_here = replace(elsewhere, grants=(*elsewhere.grants, Grant("volunteer", small_street.STREET)))
    assert contacts.find_reports_by_phone(session, street.vault, "13812341234", volunteer_here) == []
    with pytest.raises(Forbidden):
        contacts.find_reports_by_phone(session, street.vault, "13812341234", street.actors["SANITATION"])


def test_a_bad_phone_is_named(street, session, now):
    with pytest.raises(Invalid) as refused:
        contacts.sealed(street.vault, "王", "12", now)
    assert refused.value.code == "phone_invalid"


def test_a_contact_may_lack_name_or_phone(street, session, now):
    contact = contacts.sealed(street.vault, "  ", "13812341234", now)
    assert contacts.masked(street.vault, contact) == {"name": None, "phone": "138****1234"}

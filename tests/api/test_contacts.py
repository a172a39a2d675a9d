from __future__ import annotations

from sqlalchemy import select

from gridops.models import SecurityEvent, Trail
from tests import small_street

CONTACT = {"name": "王小明", "phone": "13812341234"}
REASON = {"reason": "回电确认位置"}


def url(receipt, no=1):
    return f"/api/v1/tickets/{receipt.ticket.number}/reports/{no}/contact"


def test_a_clerk_opens_a_contact_and_it_is_written_down(client, submit, log_in, sessions):
    receipt = submit(contact=CONTACT, visibility="protected")
    answer = client.post(url(receipt), json=REASON, headers=log_in("clerk"))
    assert (answer.status_code, answer.json) == (200, CONTACT)
    with sessions() as session:
        event = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "contact_opened")).one()
        row = session.scalars(select(Trail).where(Trail.action == "open_contact")).one()
    assert (event.ticket_id, event.facts["reason"]) == (receipt.ticket.id, REASON["reason"])
    assert row.account_id == event.account_id
    assert "1234" not in str(row.facts) + str(event.facts)


def test_who_may_not(client, submit, log_in, sessions):
    receipt = submit(contact=CONTACT)
    assert client.post(url(receipt), json=REASON).status_code == 401
    assert client.post(url(receipt), json=REASON, headers=log_in("grid_worker", area=small_street.WEST)).status_code == 403
    assert client.post(url(receipt), json=REASON, headers=log_in("leader")).status_code == 403
    assert client.post(url(receipt), json=REASON, headers=log_in("clerk", area="310199002")).status_code == 404
    assert client.post(url(receipt), json=REASON, headers=log_in("security_admin")).status_code == 404
    with sessions() as session:
        assert session.scalars(select(Trail).where(Trail.action == "open_contact")).all() == []


def test_a_reason_is_needed(client, submit, log_in):
    receipt = submit(contact=CONTACT)
    for reason in ("", " "):
        assert client.post(url(receipt), json={"reason": reason}, headers=log_in("clerk")).status_code == 422


def test_a_report_that_is_not_there(client, submit, log_in):
    receipt = submit(contact=CONTACT)
    assert client.post(url(receipt, 2), json=REASON, headers=log_in("clerk")).status_code == 404

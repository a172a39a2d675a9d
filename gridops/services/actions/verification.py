"""Somebody goes and looks before the ticket is filed. The clock for accepting stands still meanwhile: the looking has its own."""

from __future__ import annotations

from sqlalchemy import select

from gridops.errors import Invalid
from gridops.models import Person, Verification
from gridops.services import clock_moves, ticket_workers
from gridops.services.actions import evidence
from gridops.services.work import Work


def send_verify(work: Work) -> str:
    """Whoever was named, else the ticket's own worker; where nobody is known, whoever walks there is told and an alarm rings."""
    ticket = work.ticket
    if "worker" in work.body:
        ticket.verifier_id = _named(work)
    elif ticket.verifier_id is None:
        ticket_workers.give_workers(work.session, ticket, work.now)
    work.session.add(Verification(
        ticket_id=ticket.id, person_id=ticket.verifier_id, sent_at=work.now, sent_by=work.actor.account_id))
    ticket.waiting_reason = None
    work.facts["named"] = "worker" in work.body
    work.text = work.body.get("note")
    clock_moves.pause(work.clocks, work.clocks.of(["accept"]), work.now)
    work.start("verify")
    return "verifying"


def _named(work: Work) -> int:
    person = work.session.scalar(select(Person).where(Person.code == work.body["worker"]))
    if person is None or not ticket_workers.may_go(work.session, work.ticket, person.id, work.now):
        raise Invalid(fields={"worker": ["Nobody with this number is posted there and at work."]})
    return person.id


def report_verification(work: Work) -> str:
    """What was seen decides nothing by itself: the clerk files, answers or rejects."""
    finding = work.body["finding"]
    evidence.attach(work, work.body["photos"], "verification", public=False)
    settle_verification(work, finding)
    work.ticket.waiting_reason = f"verified_{finding}"
    work.facts["finding"] = finding
    work.text = work.body["text"]
    return _back(work)


def settle_verification(work: Work, finding: str) -> None:
    """Of the one that is under way, if any."""
    row = _under_way(work)
    if row is not None:
        row.finding, row.found_at, row.found_by = finding, work.now, work.actor.account_id


def cancel_verify(work: Work) -> str:
    row = _under_way(work)
    if row is not None:
        row.cancelled_at = work.now
    work.ticket.waiting_reason = "verification_cancelled"
    work.text = work.body.get("text")
    return _back(work)


def _back(work: Work) -> str:
    clock_moves.resume(work.clocks, work.clocks.of(["accept"]), work.now)
    return "reported"


def _under_way(work: Work) -> Verification | None:
    query = select(Verification).where(Verification.ticket_id == work.ticket.id, Verification.found_at.is_(None))
    return work.session.scalar(query.where(Verification.cancelled_at.is_(None)))


EFFECTS = {"send_verify": send_verify, "report_verification": report_verification, "cancel_verify": cancel_verify}
GUARDS = {}

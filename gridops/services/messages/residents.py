"""Each step told to everybody behind the matter, in words: who is responsible, what was promised, how late it is and because of what.

Only to a phone that was given with the report; never to anonymous reporters, never to a phone that refuses, one message for each phone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from gridops.domain import codes
from gridops.domain import messages as rules
from gridops.models import CategoryVersion, Contact, Department, MessageDelivery, Remark, Report, Street, Ticket, Trail, UpstreamOrder
from gridops.services import areas, merging, promise_words, story_words
from gridops.services.contacts import PHONE
from gridops.services.intake import CODE
from gridops.services.messages import policies, templates, written
from gridops.services.shown import called
from gridops.services.story_words import said
from gridops.vault import Vault

KINDS = {
    "help": ("求助", "help"), "consult": ("咨询", "question"), "complaint": ("投诉", "complaint"), "suggestion": ("建议", "suggestion"),
    "tipoff": ("举报", "tip-off"), "praise": ("表扬", "praise")}
NEXT_STEP = ("下一步：{words}。", "Next step: {words}.")
TRACK = ("查询进度、评价：{link}", "Follow and rate: {link}")
CODE_SAID = ("查询码{code}，请勿告诉他人。", "Tracking code {code}: tell nobody.")
TO_LOOK = ("可凭查询码在受理页面查看。", "Look with your tracking code on our page.")
LONGEST_WORDS = 120  # of what a person wrote: a text message is no letter


def write(session: Session, vault: Vault, fact: Any, ticket: Ticket, *, base: str, now: datetime) -> int:
    """How many are new. ``fact``: following.Fact."""
    event, trail = rules.EVENT_OF.get(fact.topic), _trail(session, fact, ticket)
    if event is None or not _is_news(session, event, fact, ticket, trail):
        return 0
    policy = policies.of_street(session, ticket.street_code)
    if event in policy.off:
        return 0
    root = merging.root_of(session, ticket)
    urgent = event == "received" or root.emergency  # who has just reported is awake
    due_at = now if urgent else rules.not_before(now, session.get_one(Street, ticket.street_code).timezone, policies.quiet(policy))
    told = _Words(session, vault, event, root, trail, base, now)
    rows = [
        written.row(vault, "text", phone, told.to(report), topic=event, now=now, due_at=due_at, source_id=fact.source, ticket_id=ticket.id,
                    area_code=ticket.area_code, report_id=report.id, urgent=urgent, locale=_locale(report), template_id=told.template(report).template_id)
        for report, phone in _reached(session, vault, event, ticket, policy.upstream)]
    return written.put(session, rows)


def _trail(session: Session, fact: Any, ticket: Ticket) -> dict[str, Any]:
    """Facts of the step, with its number."""
    seq = fact.payload.get("seq")
    found = session.scalar(select(Trail.facts).where(Trail.ticket_id == ticket.id, Trail.seq == seq)) if seq else None
    return (found or {}) | ({"seq": seq} if seq else {})


def _is_news(session: Session, event: str, fact: Any, ticket: Ticket, trail: dict[str, Any]) -> bool:
    if event == "late":
        return fact.payload.get("clock") == "promise" and _newly_late(session, fact, ticket)
    if event == "promise_moved":
        return "promise_reason" in trail
    if event == "note":
        return _public_words(session, ticket, trail) != ""
    if fact.topic == "ticket.merged":
        return merging.root_of(session, ticket).lead_id is not None
    return True


def _newly_late(session: Session, fact: Any, ticket: Ticket) -> bool:
    """Once for each promise, whatever levels the street's policy has; told again it is the same one."""
    before = select(MessageDelivery.id).where(
        MessageDelivery.ticket_id == ticket.id, MessageDelivery.topic == "late", MessageDelivery.created_at >= ticket.promised_by,
        MessageDelivery.source_id != fact.source)
    return promise_words.is_late(ticket, fact.at) and session.scalar(before.limit(1)) is None


def _public_words(session: Session, ticket: Ticket, trail: dict[str, Any]) -> str:
    query = select(Remark.text).where(Remark.ticket_id == ticket.id, Remark.trail_seq == trail.get("seq"), Remark.public)
    return shortened(session.scalar(query) or "")


def shortened(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= LONGEST_WORDS else f"{plain[:LONGEST_WORDS - 1]}…"


def _reached(session: Session, vault: Vault, event: str, ticket: Ticket, upstream: bool) -> Iterator[tuple[Report, str]]:
    """Reports with their phones in clear, each phone once, oldest first."""
    rows = list(session.execute(_behind(event, ticket)))
    refusing = policies.refusing(session, {bytes(row.phone_index) for row in rows})
    seen = set(refusing)
    for row in rows:
        index = bytes(row.phone_index)
        if index in seen or not _may_be_told(row, upstream):
            continue
        seen.add(index)
        yield row.Report, vault.decrypt(row.phone_cipher, purpose=PHONE)


def _behind(event: str, ticket: Ticket):
    query = (
        select(Report, Contact.phone_index, Contact.phone_cipher, UpstreamOrder.id.label("order_id"), UpstreamOrder.secret)
        .join(Contact, Contact.id == Report.contact_id).outerjoin(UpstreamOrder, UpstreamOrder.report_id == Report.id)
        .where(Contact.phone_index.is_not(None), Report.withdrawn_at.is_(None), Report.redacted_at.is_(None), Report.visibility != "anonymous"))
    if event == "received":
        return query.where(Report.ticket_id == ticket.id, ~_told_at_the_desk(ticket)).order_by(Report.id)
    return query.where(merging.shown_with(ticket.id)).order_by(Report.id)


def _told_at_the_desk(ticket: Ticket):
    """The clerk's own message (services.desk) has said the same, with the tracking code."""
    return select(MessageDelivery.id).where(MessageDelivery.ticket_id == ticket.id, MessageDelivery.topic == written.TRACKING_CODE).exists()


def _may_be_told(row: Row, upstream: bool) -> bool:
    return row.order_id is None or (upstream and not row.secret)


def _locale(report: Report) -> str:
    return "en" if report.locale.startswith("en") else "zh"


class _Words:
    """The facts of one step, worked out once for each language."""

    def __init__(self, session: Session, vault: Vault, event: str, ticket: Ticket, trail: dict[str, Any], base: str, now: datetime):
        self._session, self._vault, self._event, self._ticket, self._trail = session, vault, event, ticket, trail
        self._base, self._now = base, now
        self._known: dict[str, dict[str, str]] = {}
        self._templates: dict[str, templates.Words] = {}

    def template(self, report: Report) -> templates.Words:
        locale = _locale(report)
        if locale not in self._templates:
            self._templates[locale] = templates.current(self._session, self._ticket.street_code, "resident", self._event, locale)
        return self._templates[locale]

    def to(self, report: Report) -> str:
        locale = _locale(report)
        if locale not in self._known:
            self._known[locale] = facts(self._session, self._ticket, locale=locale, words=self._words(), now=self._now)
        number = self._session.get_one(Ticket, report.ticket_id).number
        own = {"number": number, "link": self._link(report, locale)}
        return rules.filled(self.template(report).text, self._known[locale] | own)

    def _words(self) -> str:
        return _public_words(self._session, self._ticket, self._trail)

    def _link(self, report: Report, locale: str) -> str:
        """The code goes to nobody but the phone that the report was filed with; written out only once."""
        code = self._vault.decrypt(report.code_cipher, purpose=CODE)
        if self._base:
            return said(TRACK, locale).format(link=f"{self._base}/t/{code}")
        return said(CODE_SAID, locale).format(code=codes.format_code(code)) if self._event == "received" else said(TO_LOOK, locale)


def facts(session: Session, ticket: Ticket, *, locale: str, words: str, now: datetime) -> dict[str, str]:
    """Placeholders of a resident's template but ``number`` and ``link``; sentences, so that an empty one leaves no hole."""
    street = session.get_one(Street, ticket.street_code)
    until = promise_words.day_words(ticket.suspended_until, street.timezone, locale) if ticket.suspended_until else ""
    next_step = said(NEXT_STEP, locale).format(words=shortened(ticket.next_step)) if ticket.next_step else ""
    outcome = said(story_words.OUTCOME[ticket.outcome], locale) if ticket.outcome in story_words.OUTCOME else said(story_words.STATUS[ticket.status], locale)
    return {
        "street": areas.area_name(session, ticket.street_code, locale), "matter": matter(session, ticket, locale), "lead": _lead(session, ticket, locale),
        "promise": promise_words.sentence(session, ticket, now=now, locale=locale), "outcome": outcome, "result": _ended(ticket.result_text, locale),
        "until": until, "next_step": next_step, "words": _ended(words, locale)}


def _ended(words: str | None, locale: str) -> str:
    """As a sentence: what follows begins anew."""
    short = shortened(words or "")
    return short if not short or short[-1] in "。！？.!?…" else f"{short}{'.' if locale == 'en' else '。'}"


def matter(session: Session, ticket: Ticket, locale: str) -> str:
    """The category's name, else what kind of report it is."""
    found = session.get(CategoryVersion, ticket.category_version_id) if ticket.category_version_id else None
    return called(found, locale)["name"] if found else said(KINDS[ticket.kind], locale)


def _lead(session: Session, ticket: Ticket, locale: str) -> str:
    found = session.get(Department, ticket.lead_id) if ticket.lead_id else None
    return called(found, locale)["name"] if found else said(story_words.SOMEBODY, locale)

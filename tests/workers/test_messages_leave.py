"""Messages on their way out, through real servers: each is sent and marked, tried again with patience, or given up where a person sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.context import Context
from gridops.db import transaction
from gridops.domain.actor import Actor, Grant
from gridops.models import Alarm, Department, MessageDelivery, MessageSetting, Report
from gridops.services.messages import delivering, hooks, overview, written
from gridops.vault import Vault
from tests import small_street
from tests.small_street import STREET
from tests.transports.other_side import mail_server, web_server
from workers import messages

ADMIN = Actor("staff", "admin", account_id=None, grants=(Grant("system_admin", STREET),))
CLERK = Actor("staff", "clerk", account_id=None, grants=(Grant("clerk", STREET),))


@pytest.fixture
def mail():
    with mail_server() as running:
        yield running


@pytest.fixture
def city():
    with web_server() as running:
        yield running


class Post:
    def __init__(self, context: Context, at):
        self.context, self.at = context, at

    def work(self, **later: float) -> None:
        self.at += timedelta(**later)
        messages.deliver(self.context)

    def write(self, channel: str, address: str | None, text: str = "您好", **more) -> int:
        with transaction(self.context.sessions) as session:
            row = MessageDelivery(**written.row(self.context.vault, channel, address, text, topic="closed", now=self.at, area_code=STREET, **more))
            session.add(row)
            session.flush()
            return row.id

    def row(self, number: int) -> MessageDelivery:
        with self.context.sessions() as session:
            return session.get_one(MessageDelivery, number)

    def alarms(self) -> list[str]:
        with self.context.sessions() as session:
            return list(session.scalars(select(Alarm.subject).where(Alarm.kind == "message_failed", Alarm.settled_at.is_(None))))


@pytest.fixture
def post(config, sessions, mail, now, tmp_path) -> Post:
    told = replace(config, sms=f"file:{tmp_path / 'sms.jsonl'}", mail=mail.address, mail_from="gridops@street.example")
    with transaction(sessions) as session:
        small_street.build(session, config, now)
    post = Post(Context(told, sessions, Vault(config.vault_keys, config.secret_key), lambda: post.at), now)
    return post


def test_each_is_sent_once_and_marked(post, mail, tmp_path):
    letter = post.write("email", "wang@street.example", "第一行\n第二行", subject="工单：已派遣")
    text = post.write("text", "13812345678")
    assert post.context.sessions and delivering.something_is_due(post.context.sessions(), post.at)
    post.work()
    post.work(hours=1)
    assert [(row.state, row.attempts, row.sent_at) for row in (post.row(letter), post.row(text))] == [("sent", 1, post.at - timedelta(hours=1))] * 2
    assert [arrived["To"] for arrived in mail.letters] == ["wang@street.example"] and post.row(letter).remote_id == mail.letters[0]["Message-ID"]
    (line,) = map(json.loads, (tmp_path / "sms.jsonl").read_text("utf-8").splitlines())
    assert (line["phone"], line["text"]) == ("13812345678", "您好")
    assert not delivering.something_is_due(post.context.sessions(), post.at)


def test_what_is_not_due_waits(post, mail):
    post.write("email", "wang@street.example", due_at=post.at + timedelta(hours=2))
    post.work(hours=1)
    assert mail.letters == []
    post.work(hours=1)
    assert len(mail.letters) == 1


def test_an_address_that_is_refused_is_an_alarm_at_once_and_holds_up_nobody(post, mail):
    mail.refuse = {"gone": "550 no such box"}
    gone, other = post.write("email", "gone@street.example"), post.write("email", "li@street.example")
    post.work()
    assert (post.row(gone).state, post.row(gone).error) == ("failed", "smtp_550: no such box")
    assert post.row(other).state == "sent"
    assert post.alarms() == [f"email delivery {gone}"]


def test_a_busy_server_is_asked_again_with_growing_patience_until_it_is_given_up(post, mail):
    mail.refuse = {"busy": "451 come back"}
    number = post.write("email", "busy@street.example")
    waits = []
    while post.row(number).state == "waiting":
        post.work()
        waits.append((post.row(number).due_at - post.at) / timedelta(minutes=1))
        post.at = max(post.at, post.row(number).due_at)
    assert waits[:-1] == [1, 5, 30, 120, 360, 720] and post.row(number).attempts == 7
    assert post.alarms() == [f"email delivery {number}"]


def test_a_server_that_is_away_costs_the_first_an_attempt_and_the_others_nothing(post):
    post.context.config.__dict__["mail"] = "smtp://127.0.0.1:1"
    first, *others = [post.write("email", f"{name}@street.example") for name in ("a", "b", "c")]
    text = post.write("text", "13812345678")
    post.work()
    assert [post.row(one).attempts for one in (first, *others)] == [1, 0, 0]
    assert post.row(first).error.startswith("unreachable") and post.row(text).state == "sent", "another way is not held up"
    assert post.alarms() == []


def test_what_nobody_can_send_is_never_silent(post):
    post.context.config.__dict__["mail"] = None
    number = post.write("email", "wang@street.example")
    post.work()
    assert (post.row(number).state, post.row(number).error) == ("failed", "no_driver") and post.alarms()


def test_what_comes_too_late_is_given_up(post):
    number = post.write("text", "13812345678", give_up_by=post.at + timedelta(minutes=10))
    post.work(minutes=11)
    assert (post.row(number).state, post.row(number).error) == ("failed", "expired")


def test_a_worker_that_dies_between_sending_and_marking_leaves_a_message_that_comes_again_and_says_so(post, mail):
    number = post.write("email", "wang@street.example")
    with transaction(post.context.sessions) as session:
        delivering.claim(session, post.context.vault, "email", now=post.at, limit=1)  # and then nothing
    post.work()
    assert mail.letters == [], "it is in somebody's hands"
    post.work(minutes=1)
    assert (post.row(number).state, post.row(number).attempts, len(mail.letters)) == ("sent", 2, 1)


def test_what_arrives_in_the_end_settles_the_alarm(post, mail):
    mail.refuse = {"wang": "550 full"}
    number = post.write("email", "wang@street.example")
    post.work()
    mail.refuse = {}
    with transaction(post.context.sessions) as session:
        overview.again(session, number, actor=CLERK, now=post.at)
    post.work()
    assert post.row(number).state == "sent" and post.alarms() == []


def test_one_that_cannot_be_sent_or_read_at_all_holds_up_nobody(post, mail):
    broken, unread, fine = (post.write("email", address, subject="x") for address in ("a@street.example", "b@street.example", "c@street.example"))
    with transaction(post.context.sessions) as session:
        session.get_one(MessageDelivery, broken).subject = "two\nlines"
        session.get_one(MessageDelivery, unread).text_cipher = b"nothing of ours"
        held = written.row(post.context.vault, "email", "d@street.example", "x", topic="closed", now=post.at, area_code=STREET, state="held")
        session.add(MessageDelivery(**held | {"address_cipher": b"?"}))
    post.work()
    assert [(post.row(one).state, (post.row(one).error or "").partition(":")[0]) for one in (broken, unread, fine)] == [
        ("failed", "broken"), ("failed", "unreadable"), ("sent", "")]
    assert len(post.alarms()) == 3


def test_a_digest_shares_its_fate_with_its_parts(post, mail):
    with transaction(post.context.sessions) as session:
        owner = session.scalars(select(Department)).first().id
        session.add(MessageSetting(department_id=owner, locale="zh", changed_at=post.at))
    parts = [post.write("email", "desk@firm.example", f"第{n}条", subject=f"工单{n}", state="held", department_id=owner) for n in (1, 2)]
    mail.refuse = {"desk": "550 no"}
    post.work()
    assert [(post.row(one).state, post.row(one).error) for one in parts] == [("failed", "smtp_550: no")] * 2
    digest = post.row(parts[0]).digest_id
    mail.refuse = {}
    with transaction(post.context.sessions) as session:
        overview.again(session, digest, actor=CLERK, now=post.at)
    post.work()
    (letter,) = mail.letters
    assert letter["Subject"] == "gridops：2条消息" and "第1条" in letter.get_content() and "第2条" in letter.get_content()
    assert {post.row(one).state for one in parts} == {"sent"}


def test_webhooks_are_signed_and_one_that_is_away_holds_up_no_other(post, city):
    with transaction(post.context.sessions) as session:
        away = hooks.make(session, post.context.vault, name="away", url="http://127.0.0.1:1/", area=STREET, topics=[], actor=ADMIN, now=post.at).webhook
        there = hooks.make(session, post.context.vault, name="there", url=city.address, area=STREET, topics=[], actor=ADMIN, now=post.at).webhook
    lost = [post.write("webhook", None, "{}", webhook_id=away.id) for _ in range(3)]
    found = [post.write("webhook", None, json.dumps({"n": n}), webhook_id=there.id) for n in range(3)]
    post.work()
    assert [post.row(one).state for one in found] == ["sent"] * 3 and [post.row(one).attempts for one in lost] == [1, 0, 0]
    assert [json.loads(body)["n"] for _, _, body in city.requests] == [0, 1, 2]
    assert len({headers["webhook-id"] for _, headers, _ in city.requests}) == 3


def test_a_message_to_a_resident_that_failed_names_the_ticket(post, mail, now, tmp_path):
    (tmp_path / "sms.jsonl").mkdir()  # nothing can be written there
    with transaction(post.context.sessions) as session:
        street = small_street.SmallStreet({}, {}, post.context.vault)
        ticket = street.submit(session, now, contact={"phone": "13812345678"}).ticket
        report = session.scalars(select(Report.id).where(Report.ticket_id == ticket.id)).one()
    number = post.write("text", "13812345678", report_id=report, ticket_id=ticket.id)
    while post.row(number).state == "waiting":
        post.work()
        post.at = max(post.at, post.row(number).due_at)
    with post.context.sessions() as session:
        alarm = session.scalars(select(Alarm).where(Alarm.kind == "message_failed")).one()
        assert (alarm.ticket_id, alarm.facts["error"], alarm.facts["channel"]) == (ticket.id, "file", "text")
        (shown,) = overview.of_ticket(session, post.context.vault, ticket, CLERK)
    assert (shown.to, shown.receiver, shown.can_again) == ("138****5678", ticket.number, True)

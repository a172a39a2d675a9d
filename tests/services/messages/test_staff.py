"""Staff, organisations and programs hear by the ways and at the hours that they have chosen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time

import pytest

from gridops.domain.actor import Actor, Grant
from gridops.errors import Invalid, NotFound, TooMany
from gridops.models import Account, Outbox, RoleGrant
from gridops.services.hot_issues import alerts
from gridops.services.messages import digests, hooks, overview, settings, templates
from gridops.services.messages.settings import NOTHING
from tests.small_street import EAST, RUBBISH, STREET, WEST


@pytest.fixture
def wish(told, session):
    """Says what somebody of the small street wants; the account's grants are made real, for they decide who hears."""

    def wish(who: str, department: str | None = None, **wanted):
        actor = told.street.actors[who]
        for grant in actor.grants:
            session.add(RoleGrant(account_id=actor.account_id, role=grant.role, area_code=grant.area, department_id=grant.department_id))
        session.flush()
        owner = settings.owner_of(session, actor, department)
        usual = {"email": f"{who.lower()}@street.example", "locale": "zh"}
        return settings.save(session, told.context.vault, owner, NOTHING._replace(**usual | wanted), actor=actor, now=told.at)

    return wish


def test_who_wants_e_mail_gets_what_the_inbox_says(told, wish):
    wish("dispatcher", wanted={"asked": ["email"]})
    wish("SANITATION", wanted={"asked": ["email"], "news": ["email"]})
    receipt = told.report(category=RUBBISH)
    (row,) = told.rows(channel="email")
    assert (told.address(row), row.topic, row.subject) == ("sanitation@street.example", "ticket.dispatched", f"工单{receipt.ticket.number}：已派遣")
    assert told.words(row).splitlines() == [
        "已派遣", f"工单：{receipt.ticket.number}（暴露垃圾）", "位置：菩提居民区 西网格", "状态：已派给承办单位", told.words(row).splitlines()[4],
        f"https://street.example/tickets/{receipt.ticket.number}"]
    assert told.words(row).splitlines()[4].startswith("时限：3月4日（周三）")


def test_what_is_not_wanted_is_not_sent(told, wish):
    wish("SANITATION", wanted={"clock": ["email"]})
    told.report(category=RUBBISH)
    assert told.rows(channel="email") == []


def test_only_who_answers_for_the_area_hears(told, wish):
    wish("worker_west", wanted={"asked": ["email"]})
    wish("worker_east", wanted={"asked": ["email"]})
    receipt = told.report(category=RUBBISH)
    told.do(receipt.ticket, "sign", "SANITATION")
    told.street.without_support(told.session, receipt.ticket.number, told.at)
    told.do(receipt.ticket, "contact", "SANITATION", outcome="reached", text="已联系")
    told.do(receipt.ticket, "submit_result", "SANITATION", outcome="solved", text="已清运", photos=[told.photo()])
    assert [told.address(row) for row in told.rows(topic="ticket.handled", channel="email")] == ["worker_west@street.example"], (WEST, EAST)


def test_an_organisation_has_a_box_of_its_own(told, wish):
    wish("SANITATION", department="D-SANITATION", email="desk@sanitation.example", wanted={"asked": ["email"]})
    told.report(category=RUBBISH)
    (row,) = told.rows(channel="email")
    assert (told.address(row), row.account_id) == ("desk@sanitation.example", None) and row.department_id


def test_who_is_locked_out_hears_nothing(told, wish, session):
    wish("SANITATION", wanted={"asked": ["email"]})
    session.get_one(Account, told.street.actors["SANITATION"].account_id).disabled_at = told.at
    told.report(category=RUBBISH)
    assert told.rows(channel="email") == []


def test_an_organisation_of_others_is_not_there(told, session):
    with pytest.raises(NotFound):
        settings.owner_of(session, told.street.actors["FIRE"], "D-SANITATION")


def test_at_night_it_waits_unless_it_is_an_emergency(told, wish):
    told.at = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    wish("SANITATION", wanted={"asked": ["email"]}, quiet_from=time(22), quiet_until=time(7))
    wish("dispatcher", wanted={"emergency": ["text"]}, phone="13900000001", quiet_from=time(22), quiet_until=time(7))
    told.report(category=RUBBISH)
    assert [row.due_at.hour for row in told.rows(channel="email")] == [23], "07:00 in Shanghai"
    told.report(category="E2202", description="电梯困人")
    paged = told.rows(topic="emergency.paged", account_id=told.street.actors["dispatcher"].account_id)
    assert [(row.due_at, row.urgent, row.channel) for row in paged] == [(told.at, True, "text")]


def test_a_digest_gathers_a_day_in_one_letter(told, wish, session):
    wish("SANITATION", wanted={"asked": ["email"]}, digest_at=time(17))
    numbers = [told.report(category=RUBBISH).ticket.number for _ in range(3)]
    held = told.rows(channel="email", state="held")
    assert [row.due_at for row in held] == [datetime(2026, 3, 4, 9, tzinfo=UTC)] * 3
    assert digests.bundle(session, told.context.vault, now=told.at) == 0, "not before its hour"
    told.after(hours=8)
    assert digests.bundle(session, told.context.vault, now=told.at) == 1
    assert digests.bundle(session, told.context.vault, now=told.at) == 0
    (letter,) = told.rows(topic="digest")
    assert letter.subject == "gridops：3条消息" and all(number in told.words(letter) for number in numbers)
    assert {(row.state, row.digest_id) for row in held} == {("bundled", letter.id)}


@pytest.mark.parametrize(("changes", "field", "code"), [
    ({"email": "no address"}, "email", "This is not an e-mail address."), ({"email": "a@b.example\nBcc: c@d.example"}, "email", "This is not an e-mail address."),
    ({"phone": "12"}, "phone", "This is not a phone number."), ({"locale": "fr"}, "locale", "Not a valid choice."),
    ({"quiet_from": time(22)}, "quiet_until", "Quiet hours need a beginning and an end."), ({"wanted": {"gossip": ["email"]}}, "wanted", "Not a valid choice."),
    ({"wanted": {"clock": ["pigeon"]}}, "wanted", "Not a valid choice."), ({"wanted": {"clock": ["text"]}}, "phone", "To be told this way, an address is needed.")])
def test_settings_that_do_not_fit_are_refused_by_field(told, wish, changes, field, code):
    with pytest.raises(Invalid) as refused:
        wish("clerk", **changes)
    assert refused.value.fields[field] == [code]
    assert settings.own(told.session, told.context.vault, settings.owner_of(told.session, told.street.actors["clerk"], None)) == NOTHING


def test_settings_can_be_tried(told, wish, session):
    wish("clerk", phone="13900000001")
    owner = settings.owner_of(session, told.street.actors["clerk"], None)
    assert settings.attempt(session, told.context.vault, owner, now=told.at) == 2
    assert {(row.channel, row.topic, row.urgent) for row in told.rows()} == {("email", "settings.tried", True), ("text", "settings.tried", True)}


def test_trials_are_no_way_to_trouble_strangers(told, wish, session):
    wish("clerk")
    owner = settings.owner_of(session, told.street.actors["clerk"], None)
    for _ in range(10):
        settings.attempt(session, told.context.vault, owner, now=told.at)
    with pytest.raises(TooMany):
        settings.attempt(session, told.context.vault, owner, now=told.at)


def test_a_street_has_its_own_words_for_staff_and_others_for_one_topic(told, wish, session):
    wish("SANITATION", wanted={"asked": ["email"], "decided": ["email"]})
    leader = told.street.actors["leader"]
    for event, text, seen in (("any", "通用 {number} {event}", 0), ("ticket.dispatched", "派单 {number}", 0)):
        templates.save(session, STREET, "staff", event, "zh", text=text, subject="{number}", seen=seen, actor=leader, now=told.at)
    receipt = told.report(category=RUBBISH)
    told.do(receipt.ticket, "recall", "dispatcher", text="派错")
    number = receipt.ticket.number
    assert [told.words(row) for row in told.rows(channel="email")][:2] == [f"派单 {number}", f"通用 {number} 派单已撤回"]
    with pytest.raises(NotFound):
        templates.save(session, STREET, "staff", "gossip", "zh", text="x", subject=None, seen=0, actor=leader, now=told.at)


@pytest.mark.parametrize(("who", "seen"), [("clerk", "138****5678"), ("leader", "")])
def test_of_a_protected_reporter_only_who_may_open_the_contact_sees_the_mask(told, session, who, seen):
    told.report(visibility="protected")
    assert {row.to for row in overview.listed(session, told.context.vault, told.street.actors[who], channel="text")} == {seen}


@pytest.fixture
def admin(told, session):
    return Actor("staff", "admin", account_id=told.street.actors["leader"].account_id, grants=(Grant("system_admin", STREET),))


@pytest.fixture
def hook(told, session, admin):
    def hook(**changes):
        given = {"name": "市平台", "url": "https://city.example/told", "area": STREET, "topics": []} | changes
        return hooks.make(session, told.context.vault, **given, actor=admin, now=told.at)

    return hook


def test_a_program_elsewhere_gets_numbers_and_codes_of_its_area_alone(told, hook):
    everything, dispatches = hook().webhook, hook(name="看板", topics=["ticket.dispatched"]).webhook
    hook(name="东网格", area=EAST)
    receipt = told.report(category=RUBBISH)
    assert [(row.webhook_id, row.topic) for row in told.rows(channel="webhook")] == [
        (everything.id, "report.submitted"), (everything.id, "ticket.dispatched"), (dispatches.id, "ticket.dispatched")]
    body = json.loads(told.words(told.rows(webhook_id=dispatches.id)[0]))
    assert set(body) == {"type", "timestamp", "data"} and body["type"] == "ticket.dispatched"
    assert body["data"] == {
        "number": receipt.ticket.number, "status": "dispatched", "version": receipt.ticket.version, "street": STREET, "area": WEST, "action": "dispatch",
        "seq": body["data"]["seq"]}


def test_an_ended_one_gets_nothing_more(told, hook, session, admin):
    made = hook()
    hooks.end(session, made.webhook, actor=admin, now=told.at)
    told.report()
    assert told.rows(channel="webhook") == []
    assert hook().webhook.name == made.webhook.name, "its name is free again"


@pytest.mark.parametrize(("changes", "field", "code"), [
    ({"name": " "}, "name", "From 1 to 80 characters."), ({"url": "ftp://city.example"}, "url", "This is not a web address that can be told something."), ({"url": "http://u:p@city.example"}, "url", "This is not a web address that can be told something."),
    ({"url": "http://city.example:99999/"}, "url", "This is not a web address that can be told something."), ({"url": "https://"}, "url", "This is not a web address that can be told something."), ({"topics": ["gossip"]}, "topics", "Not a valid choice.")])
def test_a_webhook_that_cannot_work_is_refused_by_field(hook, changes, field, code):
    with pytest.raises(Invalid) as refused:
        hook(**changes)
    assert refused.value.fields == {field: [code]}


def test_no_two_go_by_one_name_and_nobody_makes_one_beyond_his_area(told, hook):
    hook()
    with pytest.raises(Invalid) as refused:
        hook()
    assert refused.value.fields == {"name": ["Another one goes by this name."]}
    with pytest.raises(NotFound):
        hook(name="别处", area="310199002")


class TestHotIssues:
    @pytest.fixture
    def found(self, told, session):
        """found("E0110") -> what the hourly look tells of when three people have spoken of it."""

        def found(category):
            for person in range(3):
                told.report(phone=f"1381234000{person}", category=category, description="每晚拍球到半夜，三单元502")
            session.flush()
            assert alerts.watch(session, told.at) == 1
            session.flush()
            told.work()

        return found

    def test_the_leader_hears_as_of_other_events(self, told, wish, found):
        wish("leader", wanted={"issues": ["email"]})
        wish("dispatcher", wanted={"issues": ["email"]})
        found(RUBBISH)
        (row,) = told.rows(topic=alerts.FOUND)
        assert (told.address(row), row.subject, row.ticket_id, row.area_code) == ("leader@street.example", "出现热点问题：暴露垃圾", None, WEST)
        said = told.words(row).splitlines()
        assert said[:3] == ["出现热点问题：暴露垃圾", "位置：菩提居民区 西网格", "3人反映"] and said[3].startswith(f"https://street.example/hot-issues?area={STREET}#hot-")

    def test_who_did_not_ask_hears_by_inbox_alone(self, told, wish, found):
        wish("leader", wanted={"asked": ["email"]})
        found(RUBBISH)
        assert told.rows(topic=alerts.FOUND) == []

    def test_of_who_is_accused_no_word_leaves_the_house(self, told, wish, found):
        wish("leader", wanted={"issues": ["email", "text"]}, phone="13900001111", locale="en")
        found("E2107")
        rows = told.rows(topic=alerts.FOUND)
        assert {row.channel for row in rows} == {"email", "text"}
        assert not any(part in told.words(row) for row in rows for part in ("拍球", "502", "1381234"))

    def test_it_is_written_once_however_often_the_row_comes(self, told, wish, found, session):
        wish("leader", wanted={"issues": ["email"]})
        found(RUBBISH)
        for row in session.query(Outbox).filter(Outbox.topic.in_((alerts.FOUND, "messages.wanted"))):
            row.done_at = None
        session.flush()
        told.work()
        assert len(told.rows(topic=alerts.FOUND)) == 1

    def test_a_street_writes_its_own_words_for_it(self, told, wish, found, session):
        leader = told.street.actors["leader"]
        assert templates.current(session, STREET, "staff", alerts.FOUND, "zh").subject == "{event}：{matter}"
        templates.save(session, STREET, "staff", alerts.FOUND, "zh", text="{matter}，{status}", subject="热点", seen=0, actor=leader, now=told.at)
        wish("leader", wanted={"issues": ["email"]})
        found(RUBBISH)
        (row,) = told.rows(topic=alerts.FOUND)
        assert (row.subject, told.words(row)) == ("热点", "暴露垃圾，3人反映")

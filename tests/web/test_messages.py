"""Pages of messages outside the inbox, and what a resident says about them on the own page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops import create_app
from gridops.context import Context
from gridops.models import Alarm, MessageDelivery, MessagePolicy, MessageRefusal, MessageTemplate
from gridops.services.messages import written
from tests.small_street import STREET
from tests.web.test_staff import account, browser  # noqa: F401

ZH = {"Accept-Language": "zh-CN"}


class TestMyOwn:
    GIVEN = {"email": "chen@street.example", "locale": "zh", "asked.email": "1", "quiet_from": "21:00", "quiet_until": "07:30"}

    def test_are_kept_and_shown_again(self, browser):  # noqa: F811
        opened = browser("clerk")
        assert 'href="/messages"' in opened.get("/inbox")
        opened.post("/messages", self.GIVEN, page="/messages")
        page = opened.get("/messages")
        assert 'value="chen@street.example"' in page and 'value="21:00"' in page
        assert re.search(r'name="asked\.email"[^>]* checked', page) and not re.search(r'name="news\.email"[^>]* checked', page)

    @pytest.mark.parametrize(("changes", "said"), [
        ({"email": "nothing"}, "This is not an e-mail address."), ({"asked.text": "1"}, "To be told this way, an address is needed."),
        ({"quiet_until": ""}, "Quiet hours need a beginning and an end."), ({"digest_at": "soon"}, "Like 21:00.")])
    def test_what_does_not_fit_is_told_and_kept(self, browser, changes, said):  # noqa: F811
        opened = browser("clerk")
        answer = opened.post("/messages", self.GIVEN | changes, page="/messages", status=422)
        assert said in answer.text and f'value="{(self.GIVEN | changes)["email"]}"' in answer.text
        assert 'value="chen@street.example"' not in opened.get("/messages")

    def test_a_test_message_is_seen_below(self, browser):  # noqa: F811
        opened = browser("clerk")
        opened.post("/messages/trial", page="/messages")
        assert "save an address" in opened.get("/messages")
        opened.post("/messages", self.GIVEN, page="/messages")
        opened.post("/messages/trial", page="/messages")
        page = opened.get("/messages")
        assert "Test message" in page and "c****@street.example" in page and "on its way" in page

    def test_those_of_an_organisation(self, browser):  # noqa: F811
        opened = browser("department", department="SANITATION")
        opened.post("/messages", self.GIVEN | {"department": "D-SANITATION", "email": "desk@firm.example"}, page="/messages")
        assert 'value="desk@firm.example"' in opened.get("/messages?department=D-SANITATION")
        assert 'value="desk@firm.example"' not in opened.get("/messages")
        browser("clerk").get("/messages?department=D-SANITATION", status=404)


@pytest.fixture
def failed(sessions, vault, submit, clock):
    """The ticket's number; a text message to its reporter has failed, and an alarm rings."""
    receipt = submit(contact={"phone": "13812341234"})
    with sessions() as session, session.begin():
        row = MessageDelivery(**written.row(
            vault, "text", "13812341234", "词", topic="assigned", now=clock(), ticket_id=receipt.ticket.id, report_id=receipt.report.id,
            area_code=receipt.ticket.area_code, state="failed"))
        row.error = "http_400: no such number"
        session.add_all([row, Alarm(kind="message_failed", subject="x", area_code=STREET, ticket_id=receipt.ticket.id, raised_at=clock())])
    return receipt.ticket.number


class TestWhatBecameOfThem:
    def test_the_alarm_leads_there_and_it_is_sent_again(self, browser, failed, sessions):  # noqa: F811
        opened = browser("clerk")
        assert "A message did not arrive" in opened.get("/inbox") and 'href="/messages/deliveries?state=failed"' in opened.get("/inbox")
        page = opened.get("/messages/deliveries?state=failed")
        assert "138****1234" in page and "no such number" in page and "13812341234" not in page
        again = re.search(r'action="(/messages/deliveries/\d+/again)"', page)[1]
        answer = opened.post(again, {"state": "failed"}, page="/messages/deliveries?state=failed")
        assert answer.headers["Location"].endswith("/messages/deliveries?state=failed")
        with sessions() as session:
            assert session.scalars(select(MessageDelivery.state)).one() == "waiting"
        opened.post(again, page="/messages/deliveries")
        assert "cannot be sent again" in opened.get("/messages/deliveries")

    def test_the_ticket_says_so_to_the_desk_alone(self, browser, failed):  # noqa: F811
        assert "please phone" in browser("clerk").get(f"/tickets/{failed}")
        assert "Told to residents" not in browser("grid_worker").get(f"/tickets/{failed}")

    def test_filters_that_there_are_not_filter_nothing_and_an_empty_list_says_so(self, browser, failed):  # noqa: F811
        opened = browser("leader")
        assert "138****1234" in opened.get("/messages/deliveries?state=nonsense&channel=x")
        assert "No messages here" in opened.get("/messages/deliveries?channel=webhook")
        assert "Send again" not in opened.get("/messages/deliveries")
        browser("grid_worker").get("/messages/deliveries", status=403)


    def test_the_desk_takes_down_what_a_caller_says(self, browser, sessions):  # noqa: F811
        opened, page = browser("clerk"), "/messages/deliveries"
        for wanted, rows in (("no", 1), ("yes", 0)):
            opened.post("/messages/refusals", {"phone": "138 1234 1234", "wanted": wanted}, page=page)
            with sessions() as session:
                assert len(session.scalars(select(MessageRefusal)).all()) == rows
        answer = opened.post("/messages/refusals", {"phone": "12", "wanted": "no"}, page=page, status=422)
        assert "This is not a phone number." in answer.text and 'value="12"' in answer.text
        assert "/messages/refusals" not in browser("leader").get(page)


class TestWords:
    ONE = f"/messages/templates/resident/rejected/zh?street={STREET}"

    def test_are_previewed_changed_and_taken_back(self, browser, sessions):  # noqa: F811
        opened = browser("leader")
        assert "{words}" in opened.get(self.ONE)
        text = "【{street}】工单{number}不予受理：{words}"
        shown = opened.post(self.ONE, {"street": STREET, "seen": "0", "text": text, "step": "preview"}, page=self.ONE, status=200).text
        assert "【星河街道】工单260304-00017不予受理：明天上午清运。" in shown and text in shown
        opened.post(self.ONE, {"street": STREET, "seen": "0", "text": text, "step": "save"}, page=self.ONE)
        assert "own" in opened.get(f"/messages/templates?street={STREET}") and text in opened.get(self.ONE)
        late = opened.post(self.ONE, {"street": STREET, "seen": "0", "text": "另一个{number}", "step": "save"}, page=self.ONE, status=409)
        assert "Somebody else has changed this" in late.text and "另一个{number}" in late.text
        opened.post(self.ONE, {"street": STREET, "seen": "1", "text": text, "step": "back"}, page=self.ONE)
        with sessions() as session:
            assert session.scalars(select(MessageTemplate.text).order_by(MessageTemplate.version)).all() == [text, None]

    def test_one_kind_of_message_to_staff_gets_its_own_words_and_is_counted_by_itself(self, browser, sessions):  # noqa: F811
        opened, one = browser("leader"), f"/messages/templates/staff/ticket.closed/zh?street={STREET}"
        assert one in opened.get(f"/messages/templates?street={STREET}")
        for event, seen in (("any", "0"), ("any", "1"), ("ticket.closed", "0")):
            page = one.replace("ticket.closed", event)
            assert f'name="seen" value="{seen}"' in opened.get(page)
            opened.post(page, {"street": STREET, "seen": seen, "subject": "{number}", "text": f"{event} {{number}}", "step": "save"}, page=page)
        assert "Back to" in opened.get(one)
        opened.post(one, {"street": STREET, "seen": "1", "step": "back"}, page=one)
        assert "any {number}</textarea>" in opened.get(one) and "Back to" not in opened.get(one)

    def test_a_placeholder_that_there_is_not_is_told_and_the_text_kept(self, browser):  # noqa: F811
        answer = browser("leader").post(self.ONE, {"street": STREET, "seen": "0", "text": "{phone}", "step": "save"}, page=self.ONE, status=422)
        assert "There is no placeholder {phone}." in answer.text and ">\n{phone}</textarea>" in answer.text

    def test_what_residents_are_told_is_the_streets_to_say(self, browser, sessions):  # noqa: F811
        opened = browser("grid_office")
        page = f"/messages/templates?street={STREET}"
        opened.post("/messages/policy", {"street": STREET, "told": ["received", "closed"], "quiet_from": "22:00", "quiet_until": "07:00"}, page=page)
        with sessions() as session:
            policy = session.get_one(MessagePolicy, STREET)
            assert "closed" not in policy.off and "assigned" in policy.off and policy.quiet_from.hour == 22 and not policy.upstream
        answer = opened.post("/messages/policy", {"street": STREET, "told": ["received"], "quiet_from": "22:00"}, page=page, status=422)
        assert "Quiet hours need a beginning and an end." in answer.text and 'value="22:00"' in answer.text

    def test_they_are_not_for_everybody(self, browser):  # noqa: F811
        browser("clerk").get("/messages/templates", status=403)
        browser("leader").get("/messages/templates/resident/gossip/zh", status=404)


class TestWebhooks:
    GIVEN = {"name": "市平台", "url": "https://city.example/told", "area": STREET, "which": "some", "topics": ["ticket.closed"]}

    def test_one_is_made_tried_and_ended_and_its_secret_shown_once(self, browser):  # noqa: F811
        opened = browser("system_admin")
        made = opened.post("/messages/webhooks", self.GIVEN, page="/messages/webhooks", status=200).text
        assert "whsec_" in made and "市平台" in made and "ticket.closed" in made
        page = opened.get("/messages/webhooks")
        assert "whsec_" not in page
        hook = re.search(r'action="(/messages/webhooks/\d+)/trial"', page)[1]
        opened.post(f"{hook}/trial", page="/messages/webhooks")
        assert "市平台" in opened.get("/messages/deliveries?channel=webhook")
        opened.post(f"{hook}/end", page="/messages/webhooks")
        assert "ended" in opened.get("/messages/webhooks")

    def test_what_cannot_work_is_told_and_kept(self, browser):  # noqa: F811
        answer = browser("system_admin").post("/messages/webhooks", self.GIVEN | {"url": "ftp://city.example"}, page="/messages/webhooks", status=422)
        assert "not a web address" in answer.text and 'value="ftp://city.example"' in answer.text
        browser("leader").get("/messages/webhooks", status=403)


class TestTheResidentsPage:
    @pytest.fixture
    def told(self, config, sessions, vault, clock):
        with_sms = replace(config, sms="file:/nonexistent")
        return create_app(with_sms, context=Context(with_sms, sessions, vault, clock)).test_client()

    def test_no_more_messages_and_again(self, told, submit, sessions):
        address = f"/t/{submit(contact={'phone': '13812341234'}).code}"
        for wanted, said, rows in (("no", "您已选择不接收进展短信。", 1), ("yes", "每有进展，您会收到短信。", 0)):
            key = re.search(r'name="form_key" value="([^"]+)"', told.get(address, headers=ZH).text)[1]
            answer = told.post(f"{address}/messages", data={"form_key": key, "wanted": wanted}, headers=ZH)
            assert answer.status_code == 303
            assert said in told.get(address, headers=ZH).text
            with sessions() as session:
                assert len(session.scalars(select(MessageRefusal)).all()) == rows

    def test_without_a_phone_or_a_driver_nothing_is_asked(self, told, client, submit):
        assert "短信" not in told.get(f"/t/{submit().code}", headers=ZH).text
        assert "短信" not in client.get(f"/t/{submit(contact={'phone': '13812341234'}).code}", headers=ZH).text

    def test_late_is_said_with_its_reason(self, client, submit, clock):
        code = submit().code
        assert "已晚" not in client.get(f"/t/{code}", headers=ZH).text
        clock.forward(timedelta(days=9))
        assert "已晚2天，因为还没有确定承办单位。" in client.get(f"/t/{code}", headers=ZH).text

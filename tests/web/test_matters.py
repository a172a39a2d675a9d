"""The forms and panels of the intake side: looking before filing, merging side by side, voiding by two, taking back."""

from __future__ import annotations

import re

from gridops.services import merging, tickets
from tests.small_street import GAS, RUBBISH, WEST
from tests.web.test_resident import only_report, post, sent
from tests.web.test_staff import account, browser, do, section  # noqa: F401 - fixtures


def test_somebody_is_sent_and_the_clerk_reads_what_was_found(browser, submit):  # noqa: F811
    number = submit().ticket.number
    clerk, worker = browser("clerk"), browser("grid_worker", area=WEST)
    clerk.act(number, "send_verify", {"note": "请看后巷"})
    assert "report_verification" in worker.offered(number)
    worker.act(number, "report_verification", {"finding": "gone", "text": "已无垃圾"})
    page = clerk.get(f"/tickets/{number}")
    assert "Looked on site: no longer there" in page and "No longer there" in section(page, "matter")
    assert "Looked on site: no longer there" in clerk.get("/tickets?waiting=1")


def test_a_merge_is_seen_side_by_side_first(browser, submit):  # noqa: F811
    child, master = submit(description="垃圾在左").ticket.number, submit(description="垃圾在右").ticket.number
    clerk = browser("clerk")
    assert "merge" not in clerk.offered(child) and f'action="/tickets/{child}/compare"' in clerk.get(f"/tickets/{child}")
    page = clerk.get(f"/tickets/{child}/compare?into={master}")
    assert "垃圾在左" in page and "垃圾在右" in page and "Both lie at the same spot." in page
    version = re.search(r'name="expected_version" value="(\d+)"', page)[1]
    clerk.post(f"/tickets/{child}/actions/merge", {"expected_version": version, "into": master}, page=f"/tickets/{child}/compare?into={master}")
    assert master in section(clerk.get(f"/tickets/{child}"), "matter")
    shown = clerk.get(f"/tickets/{master}")
    assert child in section(shown, "matter") and "垃圾在左" in section(shown, "reports")
    clerk.act(child, "unmerge", {"text": "两处"})
    assert child not in section(clerk.get(f"/tickets/{master}"), "reports")


def test_a_number_that_is_none_leads_back(browser, submit):  # noqa: F811
    number = submit().ticket.number
    clerk = browser("clerk")
    clerk.get(f"/tickets/{number}/compare?into=nothing", status=303)
    assert "There is no such ticket in your area." in clerk.get(f"/tickets/{number}")


def test_a_second_person_voids(browser, submit):  # noqa: F811
    number = submit().ticket.number
    first, second = browser("clerk"), browser("clerk", name="second")
    first.act(number, "request_void", {"reason": "测试误录"})
    assert "approve_void" not in first.offered(number)
    assert "测试误录" in section(second.get(f"/tickets/{number}"), "matter")
    second.act(number, "approve_void", {"text": "此件为误录。"})
    assert "Voided" in first.get(f"/tickets/{number}")


def test_a_call_is_asked_for_only_where_the_category_is_checked_by_phone(browser, submit, do, street, sessions, now):  # noqa: F811
    number = submit(category=GAS).ticket.number
    do(number, "file", street.actors["clerk"], category="E2401")
    do(number, "dispatch", street.actors["dispatcher"], lead="D-POLICE", support=[])
    do(number, "sign", street.actors["POLICE"])
    do(number, "submit_result", street.actors["POLICE"], outcome="explained", text="已调解")
    clerk = browser("clerk")
    page = clerk.get(f"/tickets/{number}")
    assert "By phone: reached?" in page and "observe" in clerk.offered(number)
    clerk.act(number, "observe", {"text": "无人接听", "call": "no_answer"})
    assert "No answer" in section(clerk.get(f"/tickets/{number}"), "steps")


def test_what_came_back_is_marked_in_the_list(browser, submit, do, street, sessions, now):  # noqa: F811
    with sessions() as session, session.begin():
        old = street.submit(session, now).ticket.number
        tickets.perform(session, old, "answer", {"text": "好"}, actor=street.actors["clerk"], now=now)
    number = submit().ticket.number
    do(number, "file", street.actors["clerk"], category=RUBBISH)
    clerk = browser("clerk")
    listed = clerk.get("/tickets?relapse=1")
    assert number in listed and old not in listed and "came back" in listed
    assert number in section(clerk.get(f"/tickets/{old}"), "matter")


def test_a_resident_takes_the_report_back(client, sessions, street):
    address = sent(client).removesuffix("/receipt")
    page = client.get(address).text
    key = re.search(r'name="form_key" value="([^"]+)"', page)[1]
    assert f'action="{address}/withdraw"' in page
    answer = post(client, f"{address}/withdraw", {"text": "自己解决了", "form_key": key})
    assert answer.status_code == 303
    assert "您已撤回反映" in client.get(answer.headers["Location"], headers={"Accept-Language": "zh-CN"}).text
    with sessions() as session:
        report = only_report(sessions)
        assert merging.lock_root(session, report.ticket_id).status == "voided" and report.withdrawn_at is not None

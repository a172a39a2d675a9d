"""Scripts of the round side: more time, matters that rest, transfers after a visit, a leader's orders."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gridops.demo.case import Act, Case
from gridops.demo.episodes import Script, begun, checked, handled, rated, supported

ZONE = ZoneInfo("Asia/Shanghai")


def extension_asked(case: Case) -> Script:
    yield from begun(case)
    yield Act(case.share(0.5), "lead", "request_extension", {"reason": "所需备件外地调运，预计两日内到货。"})


def extended(case: Case) -> Script:
    yield from extension_asked(case)
    yield Act(case.soon(10, 60), "dispatcher", "approve_extension", {"text": "情况属实，同意延期。"})
    yield from handled(case, 1.4)
    yield from checked(case)
    yield from rated(case)


def extension_refused(case: Case) -> Script:
    yield from extension_asked(case)
    yield Act(case.soon(10, 60), "dispatcher", "refuse_extension", {"text": "可先行临时处置，不予延期。"})
    yield from handled(case, 0.9)
    yield from checked(case)


def suspended(case: Case, days: int = 30) -> Script:
    yield from begun(case)
    yield from supported(case, 0.3)
    until = (case.at + timedelta(days=days)).astimezone(ZONE).date().isoformat()
    body = {"until": until, "reason": "须待汛期后方可开挖施工。", "next_step": "到期后三日内进场，先行围挡警示。"}
    yield Act(case.soon(20, 60), "lead", "request_suspension", body)
    yield Act(case.soon(20, 90), "dispatcher", "approve_suspension", {"text": "同意挂账，做好围挡。"})


def rested(case: Case) -> Script:
    """The sweep resumes it on the date."""
    yield from suspended(case, days=4)
    morning = datetime.combine((case.at + timedelta(days=4)).astimezone(ZONE).date(), time(10), ZONE).astimezone(UTC)
    yield Act(morning, "lead", "submit_result", {"outcome": "solved", "text": "条件具备后已完成施工。"})
    yield from checked(case)
    yield from rated(case)


def transfer_asked(case: Case) -> Script:
    yield from begun(case)
    body = {"reason_code": "not_our_duty", "text": "到场查看，损坏的是管线权属单位的设施。"}
    yield Act(case.soon(30, 90), "lead", "request_transfer", body)


def kept(case: Case) -> Script:
    yield from transfer_asked(case)
    yield Act(case.soon(20, 90), "coordinate", "overrule", {"text": "移交清单载明由你单位养护，继续办理。"})
    yield from handled(case, 0.8)
    yield from checked(case)


def supervised(case: Case) -> Script:
    yield from begun(case)
    due = (case.at + timedelta(days=2)).astimezone(ZONE).date().isoformat()
    yield Act(case.soon(30, 60), "leader", "supervise", {"level": 2, "addressee": "lead", "due_by": due, "text": "群众反复反映，请说明办理计划。"})


def supervised_and_answered(case: Case) -> Script:
    yield from supervised(case)
    yield Act(case.soon(30, 120), "lead", "answer_supervision", {"text": "已排定本周内完成，并安排专人盯守。"})


def supervised_to_the_end(case: Case) -> Script:
    yield from supervised_and_answered(case)
    yield Act(case.soon(30, 90), "leader", "accept_supervision", {"text": "请按计划落实。"})
    yield from handled(case, 0.9)
    yield from checked(case)

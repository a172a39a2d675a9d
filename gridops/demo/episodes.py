"""What people do after a report: scripts that yield one act after the other, each asked for when the one before is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gridops.demo.case import Act, Case
from gridops.demo.organisations import code_of

Script = Iterator[Act]
Episode = tuple[Case, Script]

# -- parts of scripts -------------------------------------------------------------------------------------------------


def filed(case: Case) -> Script:
    """Where the reporter named no category, or the category accuses somebody, a clerk files it."""
    if case.ticket.status == "reported":
        yield Act(case.soon(3, 12), "clerk", "file", {"category": case.category})


def begun(case: Case, *, signed: bool = True) -> Script:
    yield from filed(case)
    if signed:
        yield Act(case.share(case.chance.uniform(0.03, 0.2), timedelta(hours=3)), "lead", "sign")
    if case.reachable:
        outcome = case.chance.choice(("reached", "reached", "reached", "no_answer"))
        words = {"reached": "已电话联系，约好到场时间。", "no_answer": "无人接听，稍后再打。"}[outcome]
        yield Act(case.share(0.22, timedelta(hours=5)), "lead", "contact", {"outcome": outcome, "text": words})


def supported(case: Case, part: float) -> Script:
    """Each support answers for its part; now and then one says that it is not needed, and the coordinator agrees."""
    for _ in range(case.open_supports()):
        signed = case.ticket.status == "in_progress"
        if case.chance.random() < 0.9 or not signed:
            yield Act(case.soon(5, 45) if signed else case.share(part), "support", "answer_support", {"text": "已到场配合，本单位部分完成。"})
        else:
            yield Act(case.soon(5, 30), "support", "refuse_support", {"text": "现场已由主责单位处理，无需我方到场。"})
            yield Act(case.soon(5, 30), "coordinate", "waive_support", {"text": "同意，不再配合。"})


def handled(case: Case, part: float, outcome: str = "solved", text: str | None = None) -> Script:
    yield from supported(case, part)
    yield Act(case.share(part), "lead", "submit_result", {"outcome": outcome, "text": text or case.result})


def checked(case: Case) -> Script:
    """In the category's way: what vanishes is looked at twice, some matters are settled by a call, a desk looks at photos only."""
    mode = case.custom.check_mode
    if mode == "call":
        yield Act(case.soon(20, 150), "second_clerk", "pass_check", {"text": "电话回访，反映人确认情况属实。", "call": "reached"})
        return
    if mode == "repeat":
        yield Act(case.soon(20, 90), "worker", "observe", {"text": "到场查看，未再发现。"})
    wait = case.later(2.1, 6) if mode == "repeat" else case.soon(20, 150)
    who = case.chance.choice(("worker", "worker", "second_clerk")) if mode == "photo" else "worker"
    yield Act(wait, who, "pass_check", {"text": "现场核查，情况属实。"})


def rated(case: Case) -> Script:
    """Many say nothing; a few are called."""
    dice = case.chance.random()
    word = {"solved": True, "satisfaction": case.chance.choice((3, 4, 4, 5, 5, 5)), "called": case.chance.random() < 0.7}
    if dice < 0.5:
        yield Act(case.later(1, 40), "reporter", "rate", word)
    elif dice < 0.65 and case.reachable:
        yield Act(case.soon(200, 900), "second_clerk", "record_callback", word | {"text": "电话回访，表示满意。"})


# -- whole scripts ----------------------------------------------------------------------------------------------------


def untouched(case: Case) -> Script:
    yield from ()


def routine(case: Case, part: float = 0.0, outcome: str = "solved") -> Script:
    yield from begun(case)
    yield from handled(case, part or case.chance.triangular(0.06, 0.6, 0.18), outcome)
    yield from checked(case)
    yield from rated(case)


def slow(case: Case) -> Script:
    yield from routine(case, part=case.chance.uniform(1.05, 1.9))


def explained(case: Case) -> Script:
    yield from begun(case)
    yield from handled(case, 0.7, "explained", "现场查看后属正常使用范围，已当面说明。")
    yield from checked(case)
    yield from rated(case)


def unsigned(case: Case) -> Script:
    """The window ends, and the sweep signs."""
    yield from begun(case, signed=False)
    yield from handled(case, case.chance.uniform(1.0, 1.4))
    yield from checked(case)


def under_way(case: Case) -> Script:
    yield from begun(case)


def waits_for_check(case: Case) -> Script:
    yield from begun(case)
    yield from handled(case, 0.4)


def objected(case: Case) -> Script:
    yield from filed(case)
    reason, words = case.chance.choice((("not_our_duty", "现场属于另一家养护范围。"), ("not_our_area", "点位在我方作业区外侧。")))
    case.suggested = _other(case)
    yield Act(case.share(0.15, timedelta(hours=2)), "lead", "object", {"reason_code": reason, "text": words, "suggest": case.suggested})


def upheld(case: Case) -> Script:
    yield from objected(case)
    yield Act(case.soon(20, 90), "coordinate", "uphold", {"text": "核对界线图，异议成立，改派。"})


def bounced(case: Case) -> Script:
    yield from upheld(case)
    yield Act(case.soon(5, 25), "dispatcher", "dispatch", {"lead": case.suggested})
    yield Act(case.soon(10, 40), "lead", "sign")
    yield from handled(case, 0.8)
    yield from checked(case)
    yield from rated(case)


def overruled(case: Case) -> Script:
    yield from objected(case)
    yield Act(case.soon(30, 120), "coordinate", "overrule", {"text": "养护清单写明由你单位负责，按原时限办理。"})
    yield from handled(case, 0.9)
    yield from checked(case)
    yield from rated(case)


def recalled(case: Case) -> Script:
    yield from filed(case)
    yield Act(case.share(0.1, timedelta(hours=1)), "dispatcher", "recall", {"text": "地址看错，收回重派。"})


def sent_again(case: Case) -> Script:
    yield from recalled(case)
    yield Act(case.soon(5, 20), "dispatcher", "dispatch")
    yield from routine(case)


def reworked(case: Case) -> Script:
    yield from begun(case)
    yield from handled(case, 0.5)
    yield Act(case.soon(20, 90), "worker", "fail_check", {"text": "角落里还有残留，请返工。"})
    yield Act(case.soon(60, 180), "lead", "submit_result", {"outcome": "solved", "text": "已返工清理到位。"})
    yield from checked(case)
    yield from rated(case)


def not_solved(case: Case) -> Script:
    """The resident says so, and the matter is open again with the same lead."""
    yield from begun(case)
    yield from handled(case, 0.3)
    yield from checked(case)
    words = {"solved": False, "satisfaction": 2, "called": True, "text": "没过两天又是老样子。"}
    yield Act(case.later(3, 20), "reporter", "rate", words)


def reopened(case: Case) -> Script:
    yield from not_solved(case)
    yield Act(case.soon(120, 600), "lead", "submit_result", {"outcome": "solved", "text": "再次处理，并安排每周复查。"})
    yield from checked(case)
    yield Act(case.later(4, 30), "reporter", "rate", {"solved": True, "satisfaction": 4, "called": True})


def self_handled(case: Case) -> Script:
    yield Act(case.at + timedelta(minutes=20), "worker", "self_handle", {"category": case.category, "text": "巡查中随手处理完毕。"})
    if case.ticket.status == "handled":  # it is in the sample, or takes several looks
        yield from checked(case)


def self_handled_waits(case: Case) -> Script:
    yield Act(case.at + timedelta(minutes=10), "worker", "self_handle", {"category": case.category, "text": "巡查中随手处理完毕。"})


def answered(case: Case) -> Script:
    yield Act(case.soon(5, 60), "clerk", "answer", {"text": case.result})
    yield from rated(case)


def asked_again(case: Case) -> Script:
    """Answered, not understood; a clerk opens it again and the dispatcher has to find somebody."""
    yield Act(case.soon(5, 20), "clerk", "answer", {"text": case.result})
    yield Act(case.soon(10, 40), "second_clerk", "reopen", {"text": "来电表示没有听懂，希望上门说明。"})


def rejected(case: Case, reason: str, words: str) -> Script:
    yield Act(case.soon(5, 60), "clerk", "reject", {"reason_code": reason, "text": words})


def reinstated(case: Case, reason: str, words: str) -> Script:
    yield from rejected(case, reason, words)
    yield Act(case.soon(30, 60), "second_clerk", "reinstate", {"text": "反映人补充了照片，恢复受理。"})


def referred(case: Case, reason: str, to: str, words: str) -> Script:
    yield Act(case.soon(5, 60), "clerk", "refer", {"reason_code": reason, "refer_to": to, "text": words})


def _other(case: Case) -> str:
    """Somebody else than who has it now."""
    lead = case.cast.departments[case.ticket.lead_id].code
    return next(code for code in map(code_of, ("SANITATION", "ENFORCEMENT")) if code != lead)

"""What a resident reads of a ticket, in plain words: no codes, no blame, nothing said twice. Each entry is (Chinese, English)."""

from __future__ import annotations

from gridops.domain import terms

STATUS: dict[str, tuple[str, str]] = {
    "reported": ("已收到，正在受理", "Received, being looked at"),
    "verifying": ("网格员正在现场核实", "A grid worker is looking on site"),
    "filed": ("已受理，正在安排承办单位", "Accepted, being assigned"),
    "dispatched": ("已派给承办单位", "Assigned to an organisation"),
    "objected": ("正在协调由谁办理", "Being settled who handles it"),
    "in_progress": ("正在办理", "Being handled"),
    "suspended": ("暂缓办理，到期继续", "On hold until a set date"),
    "handled": ("已办理，正在核查结果", "Handled, the result is being checked"),
    "closed": ("已办结，请您评价", "Closed: please tell us whether it is solved"),
    "archived": ("已办结", "Closed"),
    "rejected": ("未予受理", "Not accepted"),
    "referred": ("已转请有权机关办理", "Passed on to the authority in charge"),
    "voided": ("已撤销", "Withdrawn"),
}

OUTCOME: dict[str, tuple[str, str]] = {
    "solved": ("已解决", "Solved"),
    "partly": ("部分解决", "Partly solved"),
    "explained": ("已解释说明", "Explained"),
    "not_found": ("现场未发现所述情况", "Not found on site"),
    "no_authority": ("不属于本街道职权", "Outside our powers"),
    "no_culprit": ("未能找到责任人", "Nobody responsible was found"),
}

PROMISE_NOTE: dict[str, tuple[str, str]] = {
    "emergency": ("属于紧急情况，承诺时间已提前。", "This is an emergency: the promise has been brought forward."),
    "upstream_extended": ("市级热线已同意延期。", "The city's hotline has agreed to more time."),
    "upstream_hurried": ("市级热线要求提前办结。", "The city's hotline wants it settled sooner."),
    "reopened": ("因您或邻居反映未解决，已重新办理，时限重新计算。", "Reopened because it was not solved: the time counts anew."),
    "joined": ("同一事项已有较早的承诺，按较早的时间办理。", "The same matter had been promised sooner: the sooner time counts."),
    "calendar_changed": ("工作日历调整，按较早的时间办理。", "The working days have changed: the sooner time counts."),
    "extended": ("经批准，办理时限延长。", "More time was approved."),
    "suspended": ("因暂缓办理，时限顺延。", "The time moved because the matter was on hold."),
}

# Only these actions are steps for a resident; "{lead}" is the organisation's name. A remark that is public follows after a colon.
STEP: dict[str, tuple[str, str]] = {
    "answer": ("已答复", "Answered"),
    "send_verify": ("已请网格员到现场核实", "A grid worker was asked to look on site"),
    "report_verification": ("网格员已到现场看过", "A grid worker has looked on site"),
    "self_handle": ("网格员已当场办理", "A grid worker handled it on the spot"),
    "file": ("已受理", "Accepted"),
    "recategorise": ("已重新归类", "Classified anew"),
    "reject": ("未予受理", "Not accepted"),
    "refer": ("已转请有权机关办理", "Passed on to the authority in charge"),
    "reinstate": ("已恢复受理", "Taken up again"),
    "dispatch": ("已派给{lead}办理", "Assigned to {lead}"),
    "sign": ("承办单位已签收，开始办理", "The organisation has taken it on"),
    "object": ("承办单位提出疑义，正在协调", "The organisation asks whether it is theirs; this is being settled"),
    "uphold": ("将改派其他单位", "Another organisation will be assigned"),
    "overrule": ("由原承办单位继续办理", "The same organisation goes on"),
    "request_transfer": ("承办单位到场后提出应由其他单位办理，正在协调", "After a visit the organisation says it is another's; this is being settled"),
    "approve_extension": ("办理时限已延长", "The time was extended"),
    "approve_suspension": ("暂缓办理", "On hold"),
    "resume": ("继续办理", "Work goes on"),
    "recall": ("派单已撤回，将重新安排", "The assignment was taken back"),
    "submit_result": ("承办单位已办理", "The organisation has handled it"),
    "pass_check": ("结果核查通过，已办结", "The result was checked; closed"),
    "fail_check": ("核查未通过，已退回继续办理", "The check found it unfinished; it goes on"),
    "reopen": ("因反映未解决，重新办理", "Reopened: not solved"),
    "comment": ("办理说明", "Note"),
    "archive": ("已归档", "Archived"),
    "follow": ("又有居民反映了同一件事", "Somebody else has told of the same matter"),
    "supplement": ("您补充了说明", "You added to your report"),
    "withdraw": ("您撤回了反映", "You took your report back"),
    "approve_void": ("经复核，此件已撤销", "Looked at by a second person: this was withdrawn"),
}

CONTACTED: dict[str, tuple[str, str]] = {
    "reached": ("承办单位已与反映人联系", "The organisation has spoken with the reporter"),
    "no_answer": ("承办单位来电未接通", "The organisation called; nobody answered"),
    "wrong_number": ("承办单位来电，号码有误", "The organisation called; the number was wrong"),
}

RECEIVED = ("已收到您的反映", "We have received your report")
RATED = {True: ("您评价：已解决", "You said: solved"), False: ("您评价：未解决", "You said: not solved")}
SOMEBODY = ("承办单位", "an organisation")


def said(words: tuple[str, str], locale: str) -> str:
    return words[1] if locale.startswith("en") else terms.said(words[0])

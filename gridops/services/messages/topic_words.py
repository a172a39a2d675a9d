"""What a topic says to staff outside the pages, where no request has a language: Chinese and English."""

from __future__ import annotations

from typing import Any

from gridops.services.story_words import said

TOPICS: dict[str, tuple[str, str]] = {
    "report.submitted": ("新的反映", "A new report"),
    "report.supplemented": ("居民有补充", "A resident added something"),
    "ticket.filed": ("已立案，待派单", "Filed, waits for dispatch"),
    "ticket.dispatched": ("已派遣", "Dispatched"),
    "ticket.signed": ("已签收", "Signed for"),
    "ticket.objected": ("主负责单位提出异议", "The lead objects"),
    "ticket.upheld": ("异议成立", "Objection upheld"),
    "ticket.overruled": ("异议不成立", "Objection overruled"),
    "ticket.recalled": ("派单已撤回", "Dispatch taken back"),
    "ticket.contacted": ("已联系反映人", "The reporter was contacted"),
    "ticket.handled": ("已办理，待核查", "Handled, waits for the check"),
    "ticket.returned": ("核查不通过，返工", "Check failed: rework"),
    "ticket.closed": ("已结案", "Closed"),
    "ticket.rated": ("居民已评价", "Rated by a resident"),
    "ticket.reopened": ("已重办", "Reopened"),
    "ticket.rejected": ("不予受理", "Rejected"),
    "ticket.referred": ("已转出", "Referred"),
    "ticket.reinstated": ("已恢复受理", "Taken up again"),
    "ticket.commented": ("新的备注", "A comment"),
    "ticket.worker_given": ("请您到场查看", "You were asked to go and look"),
    "ticket.given": ("本单位将此单交您办理", "Your organisation gave you this ticket to work"),
    "ticket.extension_requested": ("主负责单位申请延期", "The lead asks for more time"),
    "ticket.extension_approved": ("延期已获批准", "The extension was approved"),
    "ticket.extension_refused": ("延期未获批准", "The extension was refused"),
    "ticket.suspension_requested": ("主负责单位申请挂账", "The lead asks for a suspension"),
    "ticket.suspended": ("挂账中", "Suspended"),
    "ticket.suspension_refused": ("挂账未获批准", "The suspension was refused"),
    "ticket.resumed": ("恢复办理", "Work goes on"),
    "ticket.support_answered": ("配合单位已答复", "A support has answered"),
    "ticket.support_refused": ("配合单位拒绝配合", "A support refuses"),
    "ticket.support_waived": ("已免除一家单位的配合", "It goes on without a support"),
    "ticket.support_returned": ("主统筹单位坚持要求配合", "The coordinator insists on the support"),
    "ticket.supervised": ("领导督办，请答复", "A leader wants an answer"),
    "ticket.supervision_answered": ("督办已答复", "An order was answered"),
    "ticket.supervision_accepted": ("督办答复已采纳", "The answer was accepted"),
    "ticket.supervision_returned": ("督办答复被退回", "The answer was sent back"),
    "ticket.verification_sent": ("请到现场核实", "Please look on site"),
    "ticket.verified": ("已有人到现场核实", "Somebody looked on site"),
    "ticket.verification_cancelled": ("现场核实已取消", "The look on site was called off"),
    "ticket.joined": ("同一事项又有人反映", "Another report of the same matter"),
    "ticket.unmerged": ("已取消合并", "Taken out of a merge"),
    "ticket.withdrawn": ("居民撤回了反映", "A resident withdrew a report"),
    "ticket.void_requested": ("有人申请作废工单", "Somebody asks to void a ticket"),
    "ticket.voided": ("已作废", "Voided"),
    "ticket.void_refused": ("未作废", "Not voided"),
    "upstream.acted": ("上级平台对来件有新的反馈", "The city's platform says something about an order"),
    "ticket.appealed": ("承办单位就超期提出申诉", "An organisation appeals against an overdue"),
    "ticket.appeal_decided": ("申诉已有结论", "The appeal was decided"),
    "hot_issue.found": ("出现热点问题", "Something keeps coming up"),
    "emergency.paged": ("紧急事件，请确认", "Emergency: please acknowledge"),
    "emergency.acknowledged": ("紧急事件已有人确认", "An emergency was acknowledged"),
    "emergency.review_due": ("紧急事件待复盘", "An emergency is to be reviewed"),
    "whistle.blown": ("收到吹哨，请报到", "You are called by whistle"),
    "meeting.called": ("请参加现场办公会", "You are called to an on-site meeting"),
    "whistle.answered": ("单位答复到场", "An organisation comes"),
    "meeting.refused": ("单位拒绝到场", "An organisation refuses to come"),
    "meeting.decided": ("会议为贵单位确定了事项", "A meeting decided something for you"),
}
CLOCKS: dict[str, tuple[str, str]] = {
    "accept": ("受理", "Accept"),
    "verify": ("核实", "Verify"),
    "dispatch": ("派单", "Dispatch"),
    "sign": ("签收", "Sign"),
    "contact": ("联系反映人", "Contact the reporter"),
    "handle": ("办理", "Handle"),
    "support": ("主配合", "Support"),
    "rule": ("统筹裁定", "Ruling of the coordinator"),
    "check": ("核查", "Check"),
    "rating": ("评价", "Rating"),
    "promise": ("对居民的承诺", "Promise to the resident"),
    "decide": ("审批申请", "Decide on the request"),
    "suspension": ("挂账到期", "End of the suspension"),
    "supervise": ("答复督办", "Answer the leader's order"),
}
DUE_SOON, OVERDUE = ("“{clock}”即将到期", "“{clock}” is due soon"), ("“{clock}”已超时", "“{clock}” is overdue")


def topic_words(topic: str, payload: dict[str, Any], locale: str) -> str:
    """A clock's call says which clock, and whether it is only a warning."""
    if topic != "clock.escalated":
        return said(TOPICS[topic], locale)
    clock = said(CLOCKS[payload["clock"]], locale)
    return said(DUE_SOON if payload.get("level") == 1 else OVERDUE, locale).format(clock=clock)

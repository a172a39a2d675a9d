"""What answers about orders of the city look like."""

from __future__ import annotations

from typing import Any

from gridops.api.examples import AT, DUE, LATER

INCOMING: dict[str, Any] = {"orders": [{
    "工单编号": "20260304000123", "受理时间": "2026-03-04 09:30:00", "办理时限": "2026-03-11 17:00:00", "诉求类型": "投诉举报", "诉求标题": "楼道堆物",
    "诉求内容": "三楼堆满纸箱", "事发地址": "示范路1号", "是否保密": "公开"}]}
TAKEN: dict[str, Any] = {
    "created": 1, "changed": 0, "unchanged": 0, "notes": [], "items": [{"number": "20260304000123", "ticket": "260304-00017"}]}
REPLY: dict[str, Any] = {
    "turn": 0, "state": "approved", "text": "您好！您反映的诉求已办理。", "drafted_at": AT, "approved_at": LATER, "sent_at": None}
ACT: dict[str, Any] = {
    "kind": "extension", "direction": "out", "state": "granted", "text": "需协调产权单位", "facts": {"due_by": DUE, "promise": True}, "at": AT,
    "external_ref": None, "decided_at": LATER, "decision_text": "同意"}
ORDER: dict[str, Any] = {
    "source": "12345", "number": "20260304000123", "ticket": "260304-00017", "state": "accepted", "due_by": DUE, "secret": False,
    "reply_wanted": True, "category_text": "市容环卫/暴露垃圾", "turn": 0, "row": {}, "acts": [ACT], "reply": REPLY}
LISTED: dict[str, Any] = {
    "items": [{
        "source": "12345", "number": "20260304000123", "ticket": "260304-00017", "state": "rehandling", "due_by": DUE, "late": False,
        "reply": "draft", "waits": ["rehandle"]}],
    "next_offset": None}
SAID: dict[str, Any] = {"kind": "rehandle", "text": "市民表示仍未解决", "external_ref": "CB-7781"}
REPLIES: dict[str, Any] = {"items": [{"number": "20260304000123", "ticket": "260304-00017", "reply": REPLY}]}
DIFFERENCES: dict[str, Any] = {"items": [{
    "id": 4, "number": "20260304000123", "kind": "other_state", "ours": "accepted", "theirs": "closed", "found_at": AT}]}
LIST: dict[str, Any] = {"rows": [{"工单编号": "20260304000123", "办理时限": "2026-03-11 17:00:00", "工单状态": "办理中"}]}
RULES: dict[str, Any] = {
    "columns": {"number": "工单编号", "content": "诉求内容"},
    "reply": {"columns": [["工单编号", "number"], ["答复内容", "text"]], "template": "您好！{result}"}}
PROFILE: dict[str, Any] = {"source": "12345", "version": 2, "name": "本市12345", "rules": RULES, "valid_from": AT}

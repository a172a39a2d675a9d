"""What answers look like, for the OpenAPI document. A test loads each with its schema, so none can grow old."""

from __future__ import annotations

from typing import Any

CODE = "482901773550186620471938"
CELL = {"code": "310199001001001", "name": "第01网格"}
CATEGORY = {"code": "E0110", "name": "暴露垃圾"}
LEAD = {"code": "sanitation", "name": "绿化市容服务中心"}
AT, LATER, DUE = "2026-03-04T02:00:00+00:00", "2026-03-04T03:10:00+00:00", "2026-03-11T02:00:00+00:00"

RECEIPT: dict[str, Any] = {
    "code": CODE, "number": "260304-00017", "status": "reported", "tracking_url": f"http://127.0.0.1:8000/t/{CODE}", "cell": CELL,
    "category": CATEGORY, "kind": "complaint", "promised_by": DUE,
}
STORY: dict[str, Any] = {
    "code": CODE, "number": "260304-00017", "status": "in_progress", "status_text": "正在办理", "kind": "complaint", "category": CATEGORY,
    "cell": CELL, "lead": {"name": LEAD["name"]}, "reported_at": AT, "promised_by": DUE, "promise_note": None,
    "promise_text": "承诺3月11日（周三）10:00前办结。", "messages_wanted": True, "late": False,
    "promised_before": None, "suspended_until": None, "next_step": None, "outcome": None,
    "outcome_text": None, "result_text": None, "photos": [], "rated": False, "can_rate": False, "can_reopen": False, "can_withdraw": False,
    "steps": [{"at": AT, "text": "已收到您的反映"}, {"at": AT, "text": f"已派给{LEAD['name']}办理"}, {"at": LATER, "text": "承办单位已签收，开始办理"}],
}
ITEM: dict[str, Any] = {
    "number": "260304-00017", "status": "in_progress", "kind": "complaint", "category": CATEGORY, "cell": CELL, "street": "310199001",
    "street_name": "星河街道", "light": "green", "lead": LEAD, "reported_at": AT, "promised_by": DUE, "due_by": DUE, "reports": 1,
    "emergency": False, "waiting_reason": None, "relapse": False, "watched": False,
}
ITEMS: dict[str, Any] = {"items": [ITEM], "next_cursor": "WyItcmVwb3J0ZWRfYXQiLCAiMjAyNi0wMy0wNFQwMjowMDowMCswMDowMCIsIDE3XQ"}
REPORT: dict[str, Any] = {
    "no": 1, "ticket": None, "channel": "web", "kind": "complaint", "visibility": "named", "contact_masked": {"name": "王**", "phone": "138****1234"},
    "external_number": None, "external_due_by": None, "reported_at": AT, "occurred_at": None, "entered_by": None, "withdrawn_at": None,
    "description": "垃圾堆在路口", "address": None, "answers": {}, "rating": None,
}
ASSIGNMENT: dict[str, Any] = {
    "role": "lead", "department": LEAD, "status": "signed", "duty": None, "due_by": DUE, "signed_at": LATER, "signed_by": "person",
    "has_login": True, "phone": "021-60000001", "duty_phone": "021-60000002", "to_do": "handle", "may_refuse_by": "request_transfer",
}
CLOCK: dict[str, Any] = {
    "kind": "handle", "status": "running", "light": "green", "due_by": DUE, "remaining_s": 120600, "started_at": AT, "stopped_at": None, "red_waits": False}
TICKET: dict[str, Any] = ITEM | {
    "version": 4, "description": "垃圾堆在路口", "area": CELL["code"], "location": {"lng": 121.405, "lat": 31.205, "crs": "wgs84"},
    "place": None, "condition": None, "reports": [REPORT], "round": {"no": 1, "dispatched_at": AT, "assignments": [ASSIGNMENT], "basis": {}, "explanation": "主负责：绿化市容服务中心（按辖区310199001）；依据E0110派单规则第1版。"},
    "clocks": [CLOCK], "outcome": None, "result_text": None, "verifier": {"name": "李明远"}, "checker": {"name": "李明远"}, "evidence": [], "automatic": None, "self_handled": False,
    "suspended_until": None, "next_step": None, "rounds": [], "requests": [], "supervisions": [],
    "merged_into": None, "merged": [], "relapse_of": None, "relapses": [], "watch": None, "void_request": None,
    "verification": {"worker": {"name": "陈网格"}, "sent_at": AT, "finding": "true", "found_at": LATER, "cancelled_at": None},
    "counts": {"bounce": 0, "rework": 0, "reopen": 0}, "allowed_actions": ["contact", "submit_result", "comment"],
}
HISTORY: dict[str, Any] = {"items": [
    {"seq": 1, "at": AT, "actor": {"name": None, "role": "reporter", "on_behalf_of": None}, "action": "submit", "from": None,
     "to": "reported", "note": None, "public": False, "call_record": None, "facts": {"kind": "complaint", "channel": "web"}},
    {"seq": 2, "at": AT, "actor": None, "action": "file", "from": "reported", "to": "filed", "note": None, "public": False,
     "call_record": None, "facts": {"category": "E0110", "condition_no": 1}},
]}
OPENED: dict[str, Any] = {"name": "王小明", "phone": "13800001234"}
AREA: dict[str, Any] = {"code": "310199001001", "name": "菩提居民区", "name_en": "Linden", "level": "community", "households": 1820}
AREA_IN_FULL: dict[str, Any] = AREA | {
    "kind": "commercial", "timezone": "Asia/Shanghai", "above": [{"code": "310199001", "name": "星河街道"}]}
AREAS: dict[str, Any] = {"items": [AREA]}
FEATURES: dict[str, Any] = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "properties": {"code": CELL["code"], "name": CELL["name"], "level": "cell", "households": 320},
    "geometry": {"type": "MultiPolygon", "coordinates": [[[[121.40, 31.20], [121.41, 31.20], [121.41, 31.21], [121.40, 31.20]]]]},
}]}
OPEN_TICKETS: dict[str, Any] = {"type": "FeatureCollection", "without_point": 1, "features": [{
    "type": "Feature", "geometry": {"type": "Point", "coordinates": [121.40512, 31.20468]},
    "properties": {"level": "ticket", "number": "XH2611250001", "light": "yellow", "category": "E0110", "emergency": False},
}]}
COUNTS: dict[str, Any] = {"open": 3, "green": 2, "yellow": 0, "red": 1, "suspended": 0}
BACKLOG: dict[str, Any] = {
    "area": {"code": "310199001", "name": "星河街道"}, "totals": COUNTS | {"open": 4, "green": 3},
    "rows": [
        CELL | COUNTS | {"oldest_reported_at": AT, "households": 320},
        {"code": "unlocated", "name": "未定位", "oldest_reported_at": AT, "households": None} | COUNTS | {"open": 1, "green": 1, "red": 0},
    ],
}
LOCATION: dict[str, Any] = {
    "cell": CELL, "community": {"code": "310199001001", "name": "菩提居民区"}, "street": {"code": "310199001", "name": "星河街道"}}
PARTY: dict[str, Any] = LEAD | {"name_en": "Greening and sanitation"}
SIMILAR: dict[str, Any] = {
    "items": [{"number": "260304-00017", "category": CATEGORY, "distance_m": 40, "reported_at": AT, "reports": 3}],
}
FOLLOWED: dict[str, Any] = {
    "code": CODE, "number": "260304-00017", "status": "in_progress", "kind": "complaint", "promised_by": DUE,
    "tracking_url": f"http://127.0.0.1:8000/t/{CODE}",
}
RESPONSIBLE: dict[str, Any] = LOCATION | {
    "on_duty": {"department": PARTY, "phone": "021-60000000", "roles": ["grid_worker"], "now": ["grid_worker"]}, "lead": PARTY | {"why": "by area 310199001"},
    "coordinate": PARTY | {"why": "by area 310199001"}, "support": [],
    "rule": {"id": 12, "version": 1, "category": "E0110", "area": None, "community_kind": None},
    "explanation": "主负责：绿化市容服务中心（按辖区310199001）；依据E0110派单规则第1版。", "problems": [],
    "reachable": {"department": PARTY, "phone": "021-60000002", "until": DUE},
    "tonight": {"at": DUE, "reachable": {"department": PARTY, "phone": "021-60000001", "until": DUE}, "roles": []},
}
CATEGORIES: dict[str, Any] = {"items": [{"code": "01", "kind": "event", "name": "市容环境", "categories": [
    CATEGORY | {"kind": "event", "track": "government", "emergency": False, "protect_reporter": False, "questions": []}]}]}

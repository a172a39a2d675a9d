"""What answers and bodies about people look like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

AREA = {"code": "310199001001001", "name": "菩提居民区 第01网格"}
NEW_POST: dict[str, Any] = {"role": "grid_worker", "area": AREA["code"], "duties": ["E01"], "starts_on": "2026-03-01"}
NEW_PERSON: dict[str, Any] = {"name": "李明远", "phone": "13800001234", "post": NEW_POST}
BRIEF: dict[str, Any] = {"code": "W12", "name": "李明远", "home_organisation": None, "left_on": None, "phone_masked": "138****1234"}
POST: dict[str, Any] = {
    "id": 7, "role": "grid_worker", "part_time": False, "title": None, "area": AREA, "place": None, "duties": ["E01"], "starts_on": "2026-03-01",
    "ends_on": None, "confirmed_on": None, "present": True, "stale": False}
CLAIM_SHOWN: dict[str, Any] = {
    "id": 2, "area": AREA, "class_code": None, "text": "周末巡查楼道", "claimed_on": "2026-03-04", "released_on": None, "done_on": None}
CHECK_IN_SHOWN: dict[str, Any] = {
    "id": 3, "community": {"code": "310199001001", "name": "菩提居民区"}, "checked_in_on": "2026-03-04", "confirmed": True,
    "confirmed_by": "王敏", "confirmed_at": "2026-03-04T01:30:00+00:00", "thanked_on": None}
PERSON: dict[str, Any] = BRIEF | {"posts": [POST], "has_login": True, "claims": [CLAIM_SHOWN], "check_ins": [CHECK_IN_SHOWN]}
PEOPLE: dict[str, Any] = {"items": [BRIEF], "next_after": None}
CHANGE, POST_CHANGE = {"phone": "13800005678"}, {"duties": ["E01", "E02"]}
LAST_DAY, MOVE = {"last_day": "2026-03-31"}, {"on": "2026-04-01", "area": "310199001001002"}
NUMBERS, CONFIRMED = {"posts": [7]}, {"confirmed": 1}
LEFT: dict[str, Any] = {"posts": [AREA["code"]], "claims": 0, "stand_ins": [], "log_ins": 1}
REASON, PHONE = {"reason": "夜间突发漏水，需联系楼组长"}, {"phone": "13800001234"}
CHECK_IN: dict[str, Any] = {"community": "310199001001", "name": "赵春", "home_organisation": "第一中学", "on": "2026-03-04"}
LISTED: dict[str, Any] = {"person": {"code": "P0c1d2e3f4a", "name": "赵春"}, "home_organisation": "第一中学"}
CHECK_INS: dict[str, Any] = {"items": [CHECK_IN_SHOWN | LISTED], "next_after": None}
CLAIMS: dict[str, Any] = {"items": [CLAIM_SHOWN | LISTED], "next_after": None}
CLAIM, END_CLAIM = {"area": AREA["code"], "text": "周末巡查楼道", "on": "2026-03-04"}, {"done": True}
DUTIES: dict[str, Any] = {"items": [{"role": "cadre", "class_code": "E01", "text": "每周巡查", "area": "310199001"}]}
PUT_DUTIES: dict[str, Any] = {"area": "310199001", "role": "cadre", "items": [{"class_code": "E01", "text": "每周巡查"}]}
ROSTER: dict[str, Any] = {"items": [AREA | {"level": "cell", "missing": ["cadre"], "without_steward": ["3号楼"], "people": [{
    "code": "W12", "name": "李明远", "post": 7, "role": "grid_worker", "part_time": False, "title": None, "place": None, "duties": ["E01"],
    "home_organisation": None, "stale": False}]}]}
IMPORTED: dict[str, Any] = {
    "created": 3, "changed": 2, "unchanged": 40, "comes": [{"code": "P0c1d2e3f4a", "name": "王三"}],
    "moves": [{"code": "W12", "name": "李明远", "role": "grid_worker", "area": AREA, "to": {"role": "grid_leader", "area": AREA}}],
    "goes": [{"code": "W2", "name": "王二", "role": "grid_worker", "area": AREA}], "leaves": [{"code": "W2", "name": "王二"}],
    "errors": [], "notes": [], "dry_run": True}

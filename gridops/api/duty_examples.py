"""What answers about duty look like; a test loads each with its schema."""

from __future__ import annotations

from typing import Any

STREET, CELL = {"code": "310199001", "name": "星河街道"}, {"code": "310199001001001", "name": "西网格"}
NIGHT = {"since": "2026-03-06T09:30:00+00:00", "until": "2026-03-07T01:00:00+00:00"}
PERSON: dict[str, Any] = {
    "posting": 12, "person": "李明远", "role": "grid_worker", "part_time": False, "area": STREET["code"], "stands_in_for": None,
    "basis": "shift", **NIGHT,
}
DUTY: dict[str, Any] = {
    "area": STREET, "at": "2026-03-06T09:31:00+00:00", "night": NIGHT, "on_duty": [PERSON],
    "cells": [CELL | {"now": [PERSON], "tonight": [PERSON], "gap_s": 0}],
}
VACANCIES: dict[str, Any] = {"items": [
    {"kind": "no_worker", "area": CELL, "person": None, "role": None, "posting": None, "absence": None, "on": None, "until": None}]}
SHIFT: dict[str, Any] = {"posting": 12, "starts_at": "2026-03-06T17:30:00+08:00", "ends_at": "2026-03-07T09:00:00+08:00", "kind": "night"}
PATTERN: dict[str, Any] = {"posting": 12, "days": "rest_days", "opens": "09:00", "closes": "17:00", "starts_on": "2026-03-01"}
ABSENCE: dict[str, Any] = {
    "person": "XH0007", "starts_at": "2026-03-04T09:00:00+08:00", "ends_at": "2026-03-06T00:00:00+08:00", "stand_in": "XH0008"}
PLANS: dict[str, Any] = {
    "shifts": [{
        "id": 7, "posting": 12, "person": "李明远", "role": "grid_worker", "area": STREET["code"], "starts_at": NIGHT["since"],
        "ends_at": NIGHT["until"], "kind": "night", "note": None}],
    "patterns": [], "absences": [],
}
STAND_IN: dict[str, Any] = {"stand_in": "XH0008"}
NOTE: dict[str, Any] = {"note": "3号楼水管已报修，明早有人来。"}
HAND_OVER: dict[str, Any] = {
    "id": 3, "area": STREET["code"], "at": NIGHT["since"], "given_by": "王岚", "taken_by": None, "taken_at": None, "note": NOTE["note"],
    "sheet": {"urgent": [], "promised": [], "alarms": [], "on_duty": []},
}
HAND_OVERS: dict[str, Any] = {"items": [HAND_OVER]}
PHONE_BOOK: dict[str, Any] = {
    "organisations": [{"code": "gas", "name": "燃气公司", "phone": None, "duty_phone": "021-60000002"}],
    "people": [PERSON | {"phone": None}],
}
OWN_ABSENCE: dict[str, Any] = {"starts_at": "2026-03-05T00:00:00+08:00", "ends_at": "2026-03-06T00:00:00+08:00", "note": "看病"}
OWN_ABSENCES: dict[str, Any] = {"items": [OWN_ABSENCE | {"id": 7, "own": True}]}

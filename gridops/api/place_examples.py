"""What answers about places look like; a test loads each with its schema."""

from __future__ import annotations

from typing import Any

COMMUNITY = {"code": "310199001001", "name": "菩提居民区"}
CELL = {"code": "310199001001001", "name": "第01网格"}
COMPOUND: dict[str, Any] = {
    "code": "PQ3ZK7M2C4XA", "kind": "compound", "name": "共富花园", "address": "共富路228弄", "community": COMMUNITY["code"], "households": 420}
BUILDING: dict[str, Any] = {
    "code": "P5T2NB6WJ7DE", "kind": "building", "name": "1号楼", "address": "共富路228弄1号", "community": COMMUNITY["code"], "households": 40}
FIRM: dict[str, Any] = {"code": "lvyuan", "name": "绿源物业", "phone": "021-60000003", "where": "共富花园", "own": False}

SUGGESTIONS: dict[str, Any] = {"items": [{"code": COMPOUND["code"], "name": "共富花园", "address": "共富路228弄"}]}
PLACES: dict[str, Any] = {
    "items": [BUILDING | {"name": "共富花园1号楼", "households": None, "cell": CELL, "score": 0.95, "matched": "name"}], "next_offset": None}
PLACE: dict[str, Any] = BUILDING | {
    "aliases": ["东楼"], "community": COMMUNITY, "cells": [CELL], "parent": COMPOUND, "parts": [], "households_in_parts": 0,
    "location": {"lng": 121.405, "lat": 31.205, "crs": "wgs84"}, "boundary": None, "property": FIRM, "owners_committee": None,
    "stewards": [{"name": "王小明", "role": "building_steward", "place": "1号楼"}], "open_tickets": 2, "ended_at": None,
}
NEW_PLACE: dict[str, Any] = {
    "kind": "building", "name": "1号楼", "address": "共富路228弄1号", "parent": COMPOUND["code"], "households": 40, "aliases": ["东楼"],
    "location": {"lng": 121.4096, "lat": 31.2031, "crs": "gcj02"}, "property": "lvyuan",
}
CHANGE: dict[str, Any] = {"name": "一号楼", "households": 42, "owners_committee": None}
IMPORTED: dict[str, Any] = {
    "created": 120, "changed": 3, "unchanged": 0, "dry_run": False, "errors": [],
    "notes": ["kind not given, taken from the address: 100 building, 20 compound"],
}

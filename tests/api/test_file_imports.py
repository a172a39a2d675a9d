"""Streets and shifts as files over HTTP."""

from __future__ import annotations

import io
import json

import pytest
from shapely.geometry import box, mapping
from sqlalchemy import func, select

from gridops.models import Community, Shift, Street
from tests.small_street import COMMUNITY, STREET

AREAS, SHIFTS = "/api/v1/areas/import", "/api/v1/duty/shifts/import"
NEW = STREET + "002"


def collection(code=NEW, name="梧桐居民区"):
    shape = mapping(box(121.42, 31.20, 121.44, 31.21))
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": shape, "properties": {"code": code, "level": "community", "name": name, "crs": "wgs84"}}]})


@pytest.fixture
def send(client, street):
    def call(url, content, headers, name="a.geojson", **query):
        return client.post(url, data={"file": (io.BytesIO(content.encode()), name)}, query_string=query, headers=headers)

    return call


class TestAreas:
    def test_a_dry_run_writes_nothing_and_the_import_does(self, send, log_in, sessions):
        leader = log_in("leader")
        tried = send(AREAS, collection(), leader, dry_run=True)
        assert (tried.status_code, tried.json["created"]) == (200, 1)
        with sessions() as session:
            assert session.get(Community, NEW) is None
        assert send(AREAS, collection(), leader).json["created"] == 1
        with sessions() as session:
            assert session.get(Community, NEW).name == "梧桐居民区"

    def test_what_is_not_ones_own_is_refused_row_by_row(self, send, log_in, sessions):
        answer = send(AREAS, collection(code="310199009001"), log_in("leader"))
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "file_refused")
        assert answer.json["error"]["details"]["errors"][0]["row"] == 1

    def test_a_first_street_is_the_administrators(self, send, log_in, sessions):
        shape = mapping(box(121.5, 31.2, 121.52, 31.21))
        file = json.dumps({"type": "FeatureCollection", "features": [{
            "type": "Feature", "geometry": shape, "properties": {"code": "310199007", "level": "street", "name": "新街道", "crs": "wgs84"}}]})
        assert send(AREAS, file, log_in("clerk")).status_code == 403
        assert send(AREAS, file, log_in("system_admin", "310199"), stand_in_community=True).json["created"] == 2
        with sessions() as session:
            assert session.get(Street, "310199007") is not None

    def test_without_a_file_it_says_so(self, client, log_in, street):
        assert client.post(AREAS, headers=log_in("leader")).json["error"]["code"] == "file_missing"


class TestShifts:
    def test_bad_rows_are_named_and_nothing_is_written(self, send, log_in, sessions):
        sheet = f"code,area,role,starts_at,ends_at\nNOBODY,{COMMUNITY},grid_worker,2026-03-05 18:00,2026-03-06 08:00\n"
        answer = send(SHIFTS, sheet, log_in("grid_office"), name="s.csv")
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "file_refused"), answer.json
        assert send(SHIFTS, sheet, log_in("grid_office"), name="s.csv", dry_run=True).json["errors"]
        with sessions() as session:
            assert session.scalar(select(func.count()).select_from(Shift)) == 0

    def test_others_may_not(self, send, log_in):
        assert send(SHIFTS, "code\n", log_in("grid_worker"), name="s.csv").status_code == 403

"""Areas over HTTP, and a backlog that adds up."""

from __future__ import annotations

import csv
import gzip
import io
import json
import uuid
from datetime import timedelta

import pytest
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, box
from sqlalchemy import select

from gridops.models import Cell, Grid, Place
from gridops.services import listing, tickets
from tests.api.counting import statements
from tests.small_street import COMMUNITY, EAST, GAS, IN_EAST, STREET, WEST

URL = "/api/v1/areas"
LIGHTS = ("green", "yellow", "red", "suspended")


@pytest.fixture
def leader(log_in, street):
    return log_in("leader")


@pytest.fixture
def busy(submit, sessions, street, now):
    """Five open: two west, one east, two unlocated; and one that is over."""
    over = submit()
    with sessions() as session, session.begin():
        tickets.perform(
            session, over.ticket.number, "reject", {"reason_code": "no_fact", "text": "无"}, actor=street.actors["clerk"], now=now)
    emergency = submit(category=GAS)
    return [emergency, submit(), submit(location=IN_EAST), *(submit(location=None, address="说不清") for _ in range(2))]


@pytest.fixture
def backlog(client, leader):
    def ask(code=STREET, by="cell", **headers):
        answer = client.get(f"{URL}/{code}/backlog", query_string={"by": by}, headers=leader | headers)
        assert answer.status_code == 200, answer.json
        return answer.json

    return ask


class TestAreas:
    def test_an_area_knows_what_is_above_it(self, client, leader):
        answer = client.get(f"{URL}/{WEST}", headers=leader).json
        assert (answer["name"], answer["level"], answer["timezone"]) == ("西网格", "cell", "Asia/Shanghai")
        assert [area["code"] for area in answer["above"]] == [STREET, COMMUNITY]

    def test_children_are_the_next_level(self, client, leader):
        assert [area["code"] for area in client.get(f"{URL}/{STREET}/children", headers=leader).json["items"]] == [COMMUNITY]
        assert [area["code"] for area in client.get(f"{URL}/{COMMUNITY}/children", headers=leader).json["items"]] == [WEST, EAST]
        assert client.get(f"{URL}/{WEST}/children", headers=leader).json["items"] == []

    def test_shapes_of_everything_below(self, client, leader):
        features = client.get(f"{URL}/{STREET}/geojson", headers=leader).json["features"]
        assert {feature["properties"]["code"] for feature in features} == {STREET, COMMUNITY, WEST, EAST}
        assert {"code", "name", "level", "households"} <= set(features[0]["properties"])

    def test_a_worker_of_a_cell_sees_the_map_of_his_street(self, client, log_in, street):
        worker = log_in("grid_worker", WEST)
        assert client.get(f"{URL}/{STREET}/geojson", headers=worker).status_code == 200
        assert client.get(f"{URL}/{EAST}", headers=worker).status_code == 404
        assert client.get(f"{URL}/{STREET}/backlog", headers=worker).status_code == 404

    @pytest.mark.parametrize("code", ["310199002", "9", "x", "%", "310199001999", "1" * 400])
    @pytest.mark.parametrize("rest", ["", "/children", "/geojson", "/backlog"])
    def test_what_is_not_or_not_ones_own_is_404(self, client, leader, code, rest):
        assert client.get(f"{URL}/{code}{rest}", headers=leader).status_code == 404


class TestTheBacklog:
    def test_rows_and_unlocated_add_up_to_the_open_tickets(self, backlog, busy, sessions, street, clock, log_in):
        for hours in (0, 1, 5, 400):
            clock.forward(timedelta(hours=hours))
            leader = log_in("leader")
            for by in ("cell", "community"):
                found = backlog(by=by, **leader)
                for name in ("open", *LIGHTS):
                    assert sum(row[name] for row in found["rows"]) == found["totals"][name]
                assert found["totals"]["open"] == sum(found["totals"][light] for light in LIGHTS) == len(busy)
            with sessions() as session:
                for light in LIGHTS:
                    listed = listing.count_tickets(session, street.actors["leader"], {"light": [light]}, now=clock.at)
                    assert listed == found["totals"][light], (hours, light)

    def test_by_cell(self, backlog, busy):
        rows = {row["code"]: row for row in backlog()["rows"]}
        assert {code: row["open"] for code, row in rows.items()} == {WEST: 2, EAST: 1, "unlocated": 2}
        assert rows[WEST]["oldest_reported_at"] == "2026-03-04T02:00:00+00:00"
        assert rows["unlocated"]["name"] == "未定位"

    def test_by_community(self, backlog, busy):
        assert {row["code"]: row["open"] for row in backlog(by="community")["rows"]} == {COMMUNITY: 3, "unlocated": 2}

    def test_of_a_community_and_of_a_cell(self, backlog, busy):
        assert backlog(COMMUNITY)["totals"]["open"] == 3
        assert [row["open"] for row in backlog(WEST, by="community")["rows"]] == [2, 0]

    def test_empty_areas_have_rows_too(self, backlog, street):
        assert [row["open"] for row in backlog()["rows"]] == [0, 0, 0]

    def test_a_late_ticket_is_red(self, backlog, busy, clock, log_in):
        clock.forward(timedelta(days=60))
        assert backlog(**log_in("leader"))["totals"] == {"open": 5, "green": 0, "yellow": 0, "red": 5, "suspended": 0}

    def test_a_new_grid_keeps_old_tickets_in_their_cell_and_shows_what_lost_its_own(self, backlog, busy, sessions, now):
        with sessions() as session, session.begin():
            old = session.scalars(select(Grid)).one()
            west = session.scalars(select(Cell).where(Cell.code == WEST)).one()
            old.status = "retired"
            session.flush()
            new = Grid(street_code=STREET, version=2, status="active", created_at=now)
            session.add(new)
            session.flush()
            session.add(Cell(
                grid_id=new.id, community_code=COMMUNITY, code=COMMUNITY + "003", name="新西", lineage=west.lineage, boundary=west.boundary))
            session.add(Cell(grid_id=new.id, community_code=COMMUNITY, code=COMMUNITY + "004", name="新格", lineage=uuid.uuid4()))
        found = backlog()
        assert {row["code"]: row["open"] for row in found["rows"]} == {COMMUNITY + "003": 2, COMMUNITY + "004": 0, EAST: 1, "unlocated": 2}
        assert found["totals"]["open"] == 5

    def test_it_is_one_statement_of_counting(self, client, leader, busy, engine):
        client.get(f"{URL}/{STREET}/backlog?by=cell", headers=leader)
        with statements(engine) as sent:
            client.get(f"{URL}/{STREET}/backlog?by=cell", headers=leader)
        assert len(sent) <= 8, sent
        assert sum("FROM ticket" in statement for statement in sent) == 1

    def test_as_a_table_with_a_line_of_totals(self, client, leader, busy):
        answer = client.get(f"{URL}/{STREET}/backlog?by=cell", headers=leader | {"Accept": "text/csv"})
        rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert [(row["名称"], row["未办结"]) for row in rows] == [("西网格", "2"), ("东网格", "1"), ("未定位", "2"), ("星河街道", "5")]

    def test_a_wrong_division_is_422(self, client, leader):
        assert client.get(f"{URL}/{STREET}/backlog?by=moon", headers=leader).status_code == 422


class TestCompression:
    def test_long_answers_are_compressed_for_those_who_can_read_them(self, client, leader):
        plain = client.get(f"{URL}/{STREET}/geojson", headers=leader)
        packed = client.get(f"{URL}/{STREET}/geojson", headers=leader | {"Accept-Encoding": "br, gzip;q=0.8"})
        assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
        assert json.loads(gzip.decompress(packed.get_data())) == plain.json
        assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]

    def test_short_answers_and_refused_encodings_stay_plain(self, client, leader):
        assert "Content-Encoding" not in client.get(f"{URL}/{WEST}", headers=leader | {"Accept-Encoding": "gzip"}).headers
        assert "Content-Encoding" not in client.get(f"{URL}/{STREET}/geojson", headers=leader | {"Accept-Encoding": "gzip;q=0"}).headers


class TestOpenTicketsOnTheMap:
    @pytest.fixture
    def points(self, client, leader, busy):
        answer = client.get(f"{URL}/{STREET}/open-tickets", headers=leader)
        assert answer.status_code == 200, answer.json
        return answer

    def test_what_is_open_and_somewhere_is_a_point_and_the_rest_is_counted(self, points, busy):
        features = points.json["features"]
        assert [f["properties"]["number"] for f in features] == [r.ticket.number for r in busy[:3]] and points.json["without_point"] == 2
        assert features[0]["geometry"] == {"type": "Point", "coordinates": [121.405, 31.205]}
        assert features[0]["properties"] == {
            "level": "ticket", "number": busy[0].ticket.number, "light": "green", "category": GAS, "emergency": True}

    def test_a_ticket_without_a_point_lies_at_its_place(self, client, leader, submit, sessions):
        with sessions() as session, session.begin():
            session.add(Place(
                code="P1", kind="compound", name="桂苑", community_code=COMMUNITY, point=None,
                boundary=from_shape(MultiPolygon([box(121.401, 31.201, 121.403, 31.203)]), srid=4326)))
        submit(location=None, place_code="P1")
        found = client.get(f"{URL}/{STREET}/open-tickets", headers=leader).json
        assert [f["geometry"]["coordinates"] for f in found["features"]] == [[121.402, 31.202]] and found["without_point"] == 0

    def test_nothing_new_is_not_sent_again(self, client, leader, points):
        again = client.get(f"{URL}/{STREET}/open-tickets", headers=leader | {"If-None-Match": points.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    def test_a_foreign_area_is_not_there(self, client, log_in, busy):
        assert client.get(f"{URL}/{EAST}/open-tickets", headers=log_in("grid_worker", WEST)).status_code == 404

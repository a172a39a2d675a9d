"""Places over HTTP."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from marshmallow import RAISE
from sqlalchemy import select
from urllib3 import encode_multipart_formdata

from gridops.api import limits, place_examples, place_schemas
from gridops.models import Department, Jurisdiction, Person, Place, Posting
from tests import small_street
from tests.small_street import COMMUNITY, EAST, IN_EAST, STREET, WEST

URL = "/api/v1/places"
COMPOUND = {"kind": "compound", "name": "共富花园", "address": "共富路228弄", "community": COMMUNITY, "households": 420, "aliases": ["共富一村"]}
TOWER = {"kind": "building", "name": "聚科大厦", "address": "桂平路333号", "location": IN_EAST}
LIST = "name,address,lng,lat\n北楼,北路1号,121.405,31.205\n"


@pytest.fixture
def office(log_in, street):
    return log_in("grid_office")


@pytest.fixture
def add(client, office):
    def add(status=201, headers=None, **body):
        answer = client.post(URL, json=body, headers=headers or office)
        assert answer.status_code == status, answer.json
        return answer.json

    return add


@pytest.fixture
def get(client, office):
    def get(path="", status=200, headers=None, **query):
        answer = client.get(URL + path, query_string=query, headers=headers or office)
        assert answer.status_code == status, answer.json
        return answer.json

    return get


@pytest.fixture
def send(client, office):
    def send(content, name="list.csv", status=200, headers=None, **query):
        body, kind = encode_multipart_formdata({"file": (name, content if isinstance(content, bytes) else content.encode())})
        answer = client.post(f"{URL}/import", data=body, content_type=kind, query_string=query, headers=headers or office)
        assert answer.status_code == status, answer.json
        return answer.json

    return send


@pytest.mark.parametrize(("schema", "example"), [
    (place_schemas.PlaceSuggestionsSchema, place_examples.SUGGESTIONS), (place_schemas.PlacesSchema, place_examples.PLACES),
    (place_schemas.PlaceInFullSchema, place_examples.PLACE), (place_schemas.NewPlaceSchema, place_examples.NEW_PLACE),
    (place_schemas.PlaceChangeSchema, place_examples.CHANGE), (place_schemas.PlacesImportedSchema, place_examples.IMPORTED),
])
def test_examples_fit_their_schemas(schema, example):
    assert schema(unknown=RAISE).validate(example) == {}


class TestKeeping:
    def test_community_cell_and_code_are_made(self, add):
        made = add(**TOWER)
        assert (made["community"]["code"], [cell["code"] for cell in made["cells"]]) == (COMMUNITY, [EAST])
        assert made["code"].startswith("P") and made["location"] == IN_EAST
        assert (made["parent"], made["parts"], made["property"]["code"], made["property"]["own"]) == (None, [], "D-PROPERTY", False)

    def test_a_building_of_a_compound(self, add, get):
        compound = add(**COMPOUND)
        building = add(kind="building", name="1号楼", parent=compound["code"], cell=WEST, households=40)
        assert (building["parent"]["code"], building["community"]["code"]) == (compound["code"], COMMUNITY)
        found = get(f"/{compound['code']}")
        assert ([part["code"] for part in found["parts"]], found["households_in_parts"], found["cells"][0]["code"]) == ([building["code"]], 40, WEST)

    def test_only_what_is_sent_is_changed(self, add, client, office, get):
        code = add(**COMPOUND)["code"]
        answer = client.patch(f"{URL}/{code}", json={"name": "康乐新村"}, headers=office)
        assert (answer.json["name"], answer.json["households"], answer.json["aliases"]) == ("康乐新村", 420, ["共富一村"])
        assert [item["code"] for item in get(q="康乐村")["items"]] == [code]
        assert get(q="共富1村")["items"][0]["matched"] == "alias"

    def test_an_ended_place_is_found_no_more_but_opens(self, add, client, office, get):
        code = add(**TOWER)["code"]
        assert client.patch(f"{URL}/{code}", json={"ended": True}, headers=office).json["ended_at"]
        assert (get(q="聚科")["items"], get()["items"]) == ([], [])
        assert get(f"/{code}")["name"] == "聚科大厦"
        client.patch(f"{URL}/{code}", json={"ended": False}, headers=office)
        assert get(q="聚科")["items"][0]["code"] == code

    def test_the_same_place_twice_is_a_conflict(self, add):
        code = add(**TOWER)["code"]
        error = add(409, **TOWER)["error"]
        assert (error["code"], error["details"]) == ("place_exists", {"code": code})

    def test_an_idempotent_retry_is_none(self, client, office):
        sent = [client.post(URL, json=TOWER, headers=office | {"Idempotency-Key": "a-key-of-sixteen-or-more"}) for _ in range(2)]
        assert [answer.status_code for answer in sent] == [201, 201] and sent[0].json == sent[1].json

    @pytest.mark.parametrize(("changes", "field"), [
        ({"location": {"lng": 123.0, "lat": 31.2, "crs": "wgs84"}}, "location"), ({"parent": "nothing"}, "parent"),
        ({"community": "310199001009"}, "community"), ({"cell": STREET}, "cell"), ({"location": None}, "location"), ({"name": " "}, "name"),
        ({"boundary": {"type": "Point", "coordinates": [121.4, 31.2]}}, "boundary"), ({"property": "nobody"}, "property"),
        ({"code": "a b"}, "code"), ({"households": -1}, "households"), ({"kind": "castle"}, "kind"), ({"nonsense": 1}, "nonsense"),
    ])
    def test_what_is_wrong_is_named_and_nothing_is_written(self, add, sessions, changes, field):
        error = add(422, **(TOWER | changes))["error"]
        assert any(name.split(".")[0] == field for name in error["fields"]), error
        with sessions() as session:
            assert session.scalars(select(Place)).all() == []

    def test_the_reason_is_given_in_chinese(self, client, office):
        answer = client.post(URL, json=TOWER | {"parent": "X9"}, headers=office | {"Accept-Language": "zh"})
        assert answer.json["error"]["fields"]["parent"] == ["没有小区或院落X9。"]


class TestWhoLooksAfterIt:
    @pytest.fixture
    def firms(self, street, sessions):
        with sessions() as session, session.begin():
            session.add_all([
                Department(code="lvyuan", type_code="PROPERTY", name="绿源物业", name_en="Green Source", phone="021-1"),
                Department(code="mingde", type_code="PROPERTY", name="明德物业"),
                Department(code="yeweihui", type_code="OWNERS_COMMITTEE", name="共富业委会")])

    def test_a_firm_and_a_committee_are_set_changed_and_taken_away(self, firms, add, client, office, sessions):
        made = add(**COMPOUND, property="lvyuan", owners_committee="yeweihui")
        assert (made["property"]["name"], made["property"]["own"], made["owners_committee"]["code"]) == ("绿源物业", True, "yeweihui")
        building = add(kind="building", name="1号楼", parent=made["code"])
        assert (building["property"]["code"], building["property"]["where"], building["property"]["own"]) == ("lvyuan", "共富花园", False)
        changed = client.patch(f"{URL}/{made['code']}", json={"property": "mingde"}, headers=office).json
        assert (changed["property"]["code"], changed["owners_committee"]["code"]) == ("mingde", "yeweihui")
        changed = client.patch(f"{URL}/{made['code']}", json={"property": None, "owners_committee": None}, headers=office).json
        assert (changed["property"]["code"], changed["property"]["own"], changed["owners_committee"]) == ("D-PROPERTY", False, None)
        with sessions() as session:
            assert session.scalars(select(Jurisdiction).where(Jurisdiction.place_id.is_not(None))).all() == []

    def test_an_organisation_of_another_type_is_refused(self, firms, add):
        assert "property" in add(422, **COMPOUND, property="yeweihui")["error"]["fields"]

    def test_stewards_are_named_to_staff_while_they_are_posted(self, add, get, sessions, now):
        compound = add(**COMPOUND)
        building = add(kind="building", name="1号楼", parent=compound["code"])
        with sessions() as session, session.begin():
            ids = {code: session.scalar(select(Place.id).where(Place.code == code)) for code in (compound["code"], building["code"])}
            people = [Person(code=str(n), name=name) for n, name in enumerate(("王楼长", "李室长", "前楼长", "离职楼长"))]
            people[3].left_on = now.date()
            session.add_all(people)
            session.flush()
            day = now.date().replace(year=2020)
            for person, place, role, ends in (
                    (people[0], building, "building_steward", None), (people[1], compound, "room_steward", None),
                    (people[2], building, "building_steward", day), (people[3], building, "building_steward", None)):
                session.add(Posting(person_id=person.id, place_id=ids[place["code"]], role=role, starts_on=day, ends_on=ends))
        assert [(row["name"], row["place"]) for row in get(f"/{building['code']}")["stewards"]] == [("王楼长", "1号楼"), ("李室长", "共富花园")]

    def test_open_tickets_are_counted_with_those_of_its_buildings(self, add, get, submit):
        compound = add(**COMPOUND)
        building = add(kind="building", name="1号楼", parent=compound["code"], cell=WEST)
        submit(location=None, place_code=building["code"])
        submit(location=None, address="共富花园1号楼")
        assert (get(f"/{compound['code']}")["open_tickets"], get(f"/{building['code']}")["open_tickets"]) == (2, 2)


class TestSearching:
    def test_by_what_is_typed(self, add, get):
        compound = add(**COMPOUND)
        building = add(kind="building", name="1号楼", parent=compound["code"], cell=WEST)
        items = get(q="共富园1号")["items"]
        assert (items[0]["code"], items[0]["name"], items[0]["cell"]["code"]) == (building["code"], "共富花园1号楼", WEST)
        assert [item["kind"] for item in get(q="共富", kind="compound")["items"]] == ["compound"]

    def test_the_list_goes_on(self, add, get):
        for number in (10, 2, 1):
            add(kind="yard", name=f"{number}号院", cell=WEST)
        first = get(limit=2)
        assert ([item["name"] for item in first["items"]], first["next_offset"]) == (["1号院", "2号院"], 2)
        assert ([item["name"] for item in get(limit=2, offset=2)["items"]], get(limit=2, offset=2)["next_offset"]) == (["10号院"], None)

    def test_residents_get_names_and_addresses_and_nothing_else(self, add, client):
        add(**COMPOUND)
        answer = client.get(f"{URL}/suggest", query_string={"q": "共富园"})
        assert [set(item) for item in answer.json["items"]] == [{"code", "name", "address"}]
        assert client.get(f"{URL}/suggest", query_string={"q": "共富园", "street": "310199002"}).json["items"] == []
        assert client.get(f"{URL}/suggest").status_code == 422

    def test_who_types_too_fast_waits(self, client, street, monkeypatch):
        monkeypatch.setitem(limits.LIMITS, "suggest", limits.Limit(2, limits.MINUTE))
        assert [client.get(f"{URL}/suggest?q=a").status_code for _ in range(3)] == [200, 200, 429]


class TestScope:
    def test_a_worker_looks_but_does_not_write(self, add, client, log_in, get):
        code = add(**TOWER)["code"]
        worker = log_in("grid_worker", area=WEST)
        assert get(f"/{code}", headers=worker)["name"] == "聚科大厦"
        assert get(headers=worker, q="聚科")["items"][0]["code"] == code
        assert client.patch(f"{URL}/{code}", json={"name": "x"}, headers=worker).status_code == 403
        add(403, headers=worker, **COMPOUND)

    def test_another_street_looks_like_nothing(self, add, client, log_in, get):
        code = add(**TOWER)["code"]
        other = log_in("grid_office", area="310199002")
        get(f"/{code}", 404, headers=other)
        get(status=404, headers=other, area=STREET)
        assert get(headers=other, q="聚科")["items"] == get(headers=other)["items"] == []
        assert client.patch(f"{URL}/{code}", json={"name": "x"}, headers=other).status_code == 404
        add(403, headers=other, **COMPOUND)

    def test_a_log_in_is_asked_for(self, client, street):
        assert [client.get(URL).status_code, client.get(f"{URL}/x").status_code, client.post(URL, json=TOWER).status_code] == [401] * 3


class TestFiles:
    def test_a_list_is_tried_written_and_changes_nothing_again(self, send, get):
        tried = send(LIST, crs="wgs84", dry_run=1)
        assert (tried["created"], tried["dry_run"], get()["items"]) == (1, True, [])
        assert send(LIST, crs="wgs84")["created"] == 1
        assert send(LIST, crs="wgs84")["unchanged"] == 1
        assert get(q="北楼")["items"][0]["cell"]["code"] == WEST

    def test_bad_rows_are_named(self, send, get):
        far = LIST + "远楼,远路1号,123.0,31.2\n"
        error = send(far, status=422, crs="wgs84")["error"]
        assert (error["code"], [(e["row"], e["code"]) for e in error["details"]["errors"]]) == ("file_refused", [(3, "outside")])
        assert [e["row"] for e in send(far, crs="wgs84", dry_run=1)["errors"]] == [3]
        assert get()["items"] == []
        assert "远楼" in send(far, crs="wgs84", skip_outside=1)["notes"][0]

    def test_without_a_coordinate_system_nothing_is_guessed(self, send):
        assert send(LIST, status=422)["error"]["details"]["errors"][0]["code"] == "missing_crs"

    def test_a_workbook_and_what_is_no_file(self, send, client, office):
        book, out = openpyxl.Workbook(), io.BytesIO()
        for line in (["名称", "地址", "经度", "纬度"], ["南楼", "南路1号", 121.415, 31.205]):
            book.active.append(line)
        book.save(out)
        assert send(out.getvalue(), "list.xlsx", crs="wgs84")["created"] == 1
        assert send(b"PK\3\4nonsense", "list.xlsx", 422)["error"]["code"] == "unreadable_file"
        assert send(LIST, "list.doc", 422)["error"]["code"] == "unsupported_format"
        assert client.post(f"{URL}/import", headers=office).json["error"]["code"] == "file_missing"

    def test_only_the_grid_office_and_leaders_of_the_area(self, send, log_in):
        send(LIST, status=403, headers=log_in("clerk"), crs="wgs84")
        error = send(LIST, status=422, headers=log_in("leader", area="310199002"), crs="wgs84")["error"]
        assert error["details"]["errors"][0]["code"] == "not_yours"

    @pytest.mark.parametrize(("accept", "name"), [("text/csv", "places.csv"), ("application/geo+json", "places.geojson")])
    def test_what_is_given_out_is_read_again_unchanged(self, add, send, client, office, accept, name):
        compound = add(**COMPOUND, boundary={"type": "Polygon", "coordinates": [[[121.401, 31.201], [121.403, 31.201], [121.402, 31.203], [121.401, 31.201]]]})
        add(kind="building", name="1号楼", parent=compound["code"], location=IN_EAST)
        add(**TOWER)
        answer = client.get(URL, query_string={"area": STREET}, headers=office | {"Accept": accept})
        assert answer.headers["Content-Disposition"].endswith(f'"{name}"')
        assert (send(answer.get_data(), name)["unchanged"]) == 3
        if name.endswith("geojson"):
            kinds = sorted(feature["geometry"]["type"] for feature in json.loads(answer.get_data())["features"])
            assert kinds == ["MultiPolygon", "Point", "Point"]


def test_a_resident_who_chose_a_place_is_in_its_cell(add, client):
    code = add(**TOWER)["code"]
    answer = client.post("/api/v1/reports", json={"kind": "complaint", "description": "垃圾堆在门口", "place_code": code})
    assert (answer.status_code, answer.json["cell"]["code"]) == (201, small_street.EAST)

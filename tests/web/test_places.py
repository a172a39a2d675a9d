"""The pages of places, as a browser without script uses them, and the suggestions where an address is typed."""

import json
import re

import pytest
from sqlalchemy import select, update

from gridops.models import Cell, Department, Place, Ticket
from gridops.services.imports.addresses import import_addresses
from gridops.services.imports.readers import read_csv
from tests.small_street import COMMUNITY, EAST, WEST
from tests.web.importing import check, press_import
from tests.web.test_staff import account, browser  # noqa: F401

LIST = """name,address,compound,households,lng,lat
1号楼,共富路228弄1号,共富花园,40,121.405,31.205
2号楼,共富路228弄2号,共富花园,50,121.415,31.205
聚科大厦,桂平路333号,,,121.415,31.206
"""


@pytest.fixture
def office(browser):  # noqa: F811
    return browser("grid_office")


@pytest.fixture
def placed(street, sessions, now):
    with sessions() as session, session.begin():
        report = import_addresses(session, read_csv(LIST.encode()), now=now, crs="wgs84")
        assert report.created == 4, report.errors
        return {place.name: place.code for place in session.scalars(select(Place))}


def only(sessions, model=Place):
    with sessions() as session:
        return session.scalars(select(model)).one()


class TestLooking:
    def test_by_a_name_with_a_slip(self, office, placed):
        page = office.get("/places?q=共富园2号")
        assert f'/places/{placed["2号楼"]}"><strong>共富花园2号楼' in page and "东网格" in page

    def test_while_typing_only_the_results_are_sent(self, office, placed):
        answer = office.client.get("/places?q=聚科", headers={"HX-Request": "true", "HX-Target": "found"})
        assert "聚科大厦" in answer.text and "<html" not in answer.text

    def test_what_is_nowhere_is_said_to_be(self, office, placed):
        assert "Nothing is called like that here." in office.get("/places?q=没有这里")

    def test_by_community(self, office, placed):
        page = office.get(f"/places?area={COMMUNITY}")
        assert all(f'/places/{code}"' in page for code in placed.values())
        assert office.client.get(f"/places.csv?area={COMMUNITY}").get_data().startswith("\ufeffcode,kind,name".encode())

    def test_one_place_says_its_cells_and_buildings(self, office, placed, sessions, street):
        page = office.get(f"/places/{placed['共富花园']}")
        assert "西网格" in page and "东网格" in page and "90 in its buildings" in page
        assert "PROPERTY 单位" in page and f'href="/places/{placed["1号楼"]}"' in page
        assert f'href="/posters/place/{placed["共富花园"]}"' in page
        shapes = json.loads(office.get(f"/places/{placed['共富花园']}/map.json"))
        assert sorted(f["properties"]["level"] for f in shapes["features"]) == ["cell", "cell", "community", "place", "place"]

    def test_a_worker_looks_and_changes_nothing(self, browser, placed):  # noqa: F811
        worker = browser("grid_worker", area=WEST)
        page = worker.get(f"/places/{placed['聚科大厦']}")
        assert "/edit" not in page
        worker.get(f"/places/{placed['聚科大厦']}/edit", status=403)
        assert "Add a place" not in worker.get("/places")

    def test_another_street_knows_nothing_of_it(self, browser, placed):  # noqa: F811
        other = browser("grid_office", area="310199002")
        other.get(f"/places/{placed['聚科大厦']}", status=404)
        assert "聚科" not in other.get("/places?q=聚科大厦").replace('value="聚科大厦"', "")


class TestKeeping:
    def test_a_place_is_added_changed_and_ended(self, office, sessions, street):
        with sessions() as session, session.begin():
            session.add(Department(code="lvyuan", type_code="PROPERTY", name="绿源物业"))
        form = {"kind": "compound", "name": "康乐新村", "address": "康乐路1弄", "community": COMMUNITY, "households": "300", "aliases": "康乐；老村",
                "crs": "wgs84", "property": "绿源物业 (lvyuan)"}
        where = office.post("/places/new", form, page="/places/new").headers["Location"]
        page = office.get(where)
        assert "康乐新村" in page and "绿源物业" in page and "康乐, 老村" in page
        edit = f"{where}/edit"
        assert 'value="绿源物业 (lvyuan)"' in office.get(edit)
        office.post(edit, form | {"name": "康乐一村", "property": "", "lng": "121.415", "lat": "31.205"}, page=edit)
        page = office.get(where)
        assert "康乐一村" in page and "绿源物业" not in page and "东网格" in page
        office.post(edit, form | {"ended": "1"}, page=edit)
        assert "This place has ended" in office.get(where)
        assert "康乐" not in office.get("/places?q=康乐").replace('value="康乐"', "")

    def test_a_building_is_added_to_its_compound(self, office, placed, sessions):
        start = f"/places/new?parent={placed['共富花园']}"
        assert f'value="共富花园 ({placed["共富花园"]})"' in office.get(start)
        form = {"kind": "building", "name": "3号楼", "parent": "共富花园", "crs": "wgs84", "lng": "121.405", "lat": "31.205"}
        page = office.get(office.post("/places/new", form, page=start).headers["Location"])
        assert "西网格" in page and f'/places/{placed["共富花园"]}"' in page

    def test_what_is_wrong_is_named_and_what_was_typed_stays(self, office, placed):
        form = {"kind": "building", "name": "", "address": "某路9号", "households": "many", "crs": "wgs84"}
        page = office.post("/places/new", form, page="/places/new", status=422).text
        assert "What is it called?" in page and "A whole number, please." in page and "某路9号" in page
        page = office.post("/places/new", form | {"name": "甲楼", "households": "", "lng": "123", "lat": "31.2"}, page="/places/new", status=422).text
        assert "is in no street" in page

    def test_the_same_place_twice_is_refused(self, office, street):
        form = {"kind": "yard", "name": "南院", "community": COMMUNITY, "crs": "wgs84"}
        office.post("/places/new", form, page="/places/new")
        assert "There is such a place already." in office.post("/places/new", form, page="/places/new", status=409).text


class TestImporting:
    def check(self, office, content, name="list.csv", status=200, **form):
        return check(office, "/places/import", content, name, status=status, crs="wgs84", **form)

    def test_a_list_is_looked_through_and_then_written(self, office, sessions, street):
        page = self.check(office, LIST)
        assert "nothing was written yet" in page and "<strong>4</strong>" in page and "list.csv" in page
        with sessions() as session:
            assert session.scalars(select(Place)).all() == []
        assert "Imported" in press_import(office, "/places/import", page)
        assert "共富花园" in office.get("/places?q=共富")
        again = self.check(office, LIST)
        assert "<strong>4</strong>as they were" in again and "nothing to import" in again

    def test_bad_rows_are_named_in_the_readers_language(self, office, street):
        far = LIST + "远楼,远路1号,,,123.0,31.2\n"
        page = self.check(office, far, status=422)
        assert "Nothing was imported. Errors: 1" in page and "lies in no street" in page and 'name="kept"' not in page
        assert "远楼 lies in no street" in self.check(office, far, skip_outside="1")

    def test_what_was_chosen_beside_the_file_stays_with_it(self, office, sessions, street):
        page = self.check(office, LIST + "远楼,远路1号,,,123.0,31.2\n", skip_outside="1")
        assert re.search(r'name="skip_outside" value="1" checked', page)
        assert "远楼 lies in no street" in press_import(office, "/places/import", page)

    def test_where_the_grid_has_changed_since_it_is_shown_again_and_not_written(self, office, sessions, street):
        page = self.check(office, LIST)
        with sessions() as session, session.begin():
            session.execute(update(Cell).where(Cell.code == WEST).values(name="甲网格"))
        page = press_import(office, "/places/import", page, status=409)
        assert "has changed since the file was checked" in page and "<strong>4</strong>" in page
        with sessions() as session:
            assert session.scalars(select(Place)).all() == []
        assert "Imported" in press_import(office, "/places/import", page)

    def test_a_second_press_is_told_that_the_file_is_gone(self, office, street):
        page = self.check(office, LIST)
        press_import(office, "/places/import", page)
        assert "please choose it again" in press_import(office, "/places/import", page, status=409)
        assert "please choose it again" in office.post("/places/import", {"step": "import", "kept": "x"}, page="/places/import", status=409).text

    def test_of_somebody_elses_file_nobody_hears(self, office, browser, street):  # noqa: F811
        page = self.check(office, LIST)
        assert "please choose it again" in press_import(browser("grid_office"), "/places/import", page, status=409)

    def test_no_file_and_no_table(self, office, street):
        assert "Send one file" in office.post("/places/import", {"crs": "wgs84"}, page="/places/import", status=422).text
        assert "can be read" in self.check(office, "x", "list.doc", status=422)

    def test_the_empty_sheet_has_the_columns(self, office, street):
        assert office.client.get("/places/template.xlsx").get_data()[:2] == b"PK"

    def test_not_for_clerks(self, browser, street):  # noqa: F811
        browser("clerk").get("/places/import", status=403)


class TestWhereAnAddressIsTyped:
    def test_staff_get_what_the_desks_field_takes(self, browser, placed):  # noqa: F811
        items = json.loads(browser("clerk").get("/places/suggest?q=聚科大"))["items"]
        assert items == [{"code": placed["聚科大厦"], "value": f"聚科大厦 ({placed['聚科大厦']})", "name": "聚科大厦", "address": "桂平路333号"}]

    def report(self, client, sessions, **form):
        answer = client.post("/report", data={"kind": "complaint", "description": "垃圾堆在门口", "visibility": "anonymous"} | form)
        assert answer.status_code == 303, answer.text
        return only(sessions, Ticket)

    def test_a_chosen_suggestion_is_the_place(self, client, placed, sessions):
        ticket = self.report(client, sessions, address="共富花园2号楼，共富路228弄2号", chosen_place=placed["2号楼"])
        assert ticket.area_code == EAST
        with sessions() as session:
            assert session.get(Place, ticket.place_id).code == placed["2号楼"]

    def test_without_script_a_sure_address_is_enough(self, client, placed, sessions):
        assert self.report(client, sessions, address="共富花园1号楼").area_code == WEST

    def test_the_page_offers_suggestions(self, client, placed):
        page = client.get("/report").text
        assert 'data-suggest="/api/v1/places/suggest"' in page and 'name="chosen_place"' in page

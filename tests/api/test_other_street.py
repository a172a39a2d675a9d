"""The grid office of one street and the people of another: neither by number nor by name, in no body and no file."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from urllib3 import encode_multipart_formdata

from gridops.models import Absence, Cell, Community, Grid, Person, Posting, SecurityEvent, Street
from gridops.services.people import phones
from tests.services.staffing import LONG_AGO
from tests.small_street import WEST, _square

OTHER = "310199002"
OTHER_CELL = OTHER + "001001"


@pytest.fixture
def stranger(street, sessions, now, vault) -> str:
    """The number of somebody who serves in the street next door."""
    with sessions() as session, session.begin():
        session.add(Street(code=OTHER, name="月河街道", boundary=_square(121.42, 121.43)))
        session.flush()
        session.add(Community(code=OTHER_CELL[:12], street_code=OTHER, name="榆居民区", boundary=_square(121.42, 121.43)))
        grid = Grid(street_code=OTHER, version=1, status="active", created_at=now, activated_at=now)
        session.add(grid)
        session.flush()
        session.add(Cell(grid_id=grid.id, community_code=OTHER_CELL[:12], code=OTHER_CELL, name="一", boundary=_square(121.42, 121.43)))
        person = Person(code="S1", name="张伟", home_organisation="街道办", phone_cipher=phones.sealed(vault, "13912345678"))
        session.add(person)
        session.flush()
        session.add(Posting(person_id=person.id, role="grid_worker", area_code=OTHER_CELL, duties=[], starts_on=LONG_AGO))
    return "S1"


@pytest.fixture
def office(street, log_in):
    return log_in("grid_office")


def bring(client, headers, text):
    body, kind = encode_multipart_formdata({"file": ("staff.csv", text.encode())})
    return client.post("/api/v1/people/import", data=body, content_type=kind, headers=headers)


class TestAFileOfPeople:
    @pytest.mark.parametrize("text", [
        f"code,name,role,area\nS1,张伟,volunteer,{WEST}",
        f"code,name,phone,role,area\nS1,张伟,13800000000,volunteer,{WEST}",
        f"code,name,role,area\nS1,李四,volunteer,{WEST}",
    ])
    def test_takes_nobody_of_another_street_by_number(self, client, office, stranger, sessions, vault, text):
        answer = bring(client, office, text)
        assert (answer.status_code, answer.json["error"]["details"]["errors"][0]["code"]) == (422, "out_of_scope")
        assert client.post("/api/v1/people/S1/phone", json={"reason": "试一试"}, headers=office).status_code == 404
        with sessions() as session:
            person = session.scalars(select(Person).where(Person.code == stranger)).one()
            assert (person.name, phones.opened(vault, person)) == ("张伟", "13912345678")

    def test_means_somebody_else_by_the_same_name(self, client, office, stranger):
        assert bring(client, office, f"name,role,area\n张伟,volunteer,{WEST}").status_code == 200
        found = client.get("/api/v1/people?q=张伟", headers=office).json["items"]
        assert [one["phone_masked"] for one in found] == [None]

    def test_gives_a_post_to_who_is_known_by_the_very_phone_and_changes_nothing_else(self, client, office, stranger):
        assert bring(client, office, f"name,phone,role,area\n张伟,13912345678,volunteer,{WEST}").status_code == 200
        assert client.get("/api/v1/people/S1", headers=office).json["name"] == "张伟"
        answer = bring(client, office, f"code,name,phone,home_organisation,role,area\nS1,张伟,13912345678,别处,volunteer,{WEST}")
        assert (answer.status_code, answer.json["error"]["details"]["errors"][0]["code"]) == (422, "out_of_scope")


def test_nobody_of_another_street_stands_in_and_is_read_in_the_phone_book(client, office, stranger, sessions):
    post = {"role": "grid_worker", "area": WEST, "starts_on": "2026-01-01"}
    assert client.post("/api/v1/people", json={"name": "王一", "code": "W1", "post": post}, headers=office).status_code == 201
    body = {"person": "W1", "stand_in": stranger, "starts_at": "2026-03-04T00:00:00Z", "ends_at": "2026-03-05T00:00:00Z"}
    answer = client.post("/api/v1/absences", json=body, headers=office)
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, ["stand_in"])
    with sessions() as session:
        assert session.scalar(select(Absence.id)) is None


class TestAPlace:
    def place(self, client, headers, verb="POST", path="", **body):
        return client.open(f"/api/v1/places{path}", method=verb, json=body, headers=headers)

    def test_is_not_put_into_a_compound_of_another_street(self, client, office, stranger, log_in):
        other = log_in("grid_office", area=OTHER)
        assert self.place(client, other, kind="compound", name="月苑", code="MOON", community=OTHER_CELL[:12]).status_code == 201
        assert self.place(client, office, kind="building", name="1号楼", code="B1", cell=WEST, parent="MOON").status_code == 403
        assert self.place(client, other, "GET", "/MOON").json["parts"] == []

    def test_never_stands_in_itself(self, client, office, stranger):
        for code, parent in (("Y1", None), ("Y2", "Y1"), ("Y3", "Y2")):
            body = {"kind": "yard", "name": code, "code": code, "cell": WEST} | ({"parent": parent} if parent else {})
            assert self.place(client, office, **body).status_code == 201
        for parent in ("Y1", "Y2", "Y3"):
            answer = self.place(client, office, "PATCH", "/Y1", parent=parent)
            assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, ["parent"])


def test_why_somebody_is_away_is_for_who_plans(client, office, log_in):
    post = {"role": "grid_worker", "area": WEST, "starts_on": "2026-01-01"}
    assert client.post("/api/v1/people", json={"name": "王一", "code": "W1", "post": post}, headers=office).status_code == 201
    body = {"person": "W1", "note": "住院", "starts_at": "2026-03-04T00:00:00Z", "ends_at": "2026-03-05T00:00:00Z"}
    assert client.post("/api/v1/absences", json=body, headers=office).status_code == 201
    asked = f"/api/v1/areas/{WEST}/shifts?since=2026-03-03T00:00:00Z"
    notes = [client.get(asked, headers=headers).json["absences"][0]["note"] for headers in (office, log_in("volunteer", area=WEST))]
    assert notes == ["住院", None]


def test_grid_people_and_duty_of_another_street_are_not_there(client, office, stranger, sessions):
    with sessions() as session:
        posting = session.scalars(select(Posting.id).join(Person).where(Person.code == stranger)).one()
        grid = session.scalars(select(Grid.id).where(Grid.street_code == OTHER)).one()
    asked = [
        ("GET", f"/streets/{OTHER}/grids", None), ("POST", f"/streets/{OTHER}/grids", {}), ("GET", f"/grids/{grid}/geojson", None),
        ("POST", f"/grids/{grid}/activation", {"expected_revision": 0}), ("POST", f"/grids/{grid}/discard", {}),
        ("GET", f"/grids/{grid}/comparison", None), ("GET", f"/areas/{OTHER}/duty", None), ("GET", f"/areas/{OTHER}/roster", None),
        ("GET", f"/areas/{OTHER}/shifts", None), ("GET", f"/areas/{OTHER}/phone-book", None), ("POST", f"/areas/{OTHER}/phone-book", None),
        ("GET", f"/areas/{OTHER}/hand-overs", None), ("POST", f"/areas/{OTHER}/hand-overs", {"note": "x"}), ("GET", f"/people/{stranger}", None),
        ("PATCH", f"/people/{stranger}", {"name": "x"}), ("POST", f"/people/{stranger}/phone", {"reason": "试一试"}),
        ("POST", f"/people/{stranger}/leave", {"last_day": "2026-03-04"}), ("POST", f"/posts/{posting}/end", {"last_day": "2026-03-04"}),
        ("POST", f"/posts/{posting}/move", {"on": "2026-03-04", "area": WEST}), ("POST", "/posts/confirm", {"posts": [posting]}),
        ("POST", "/shifts", {"posting": posting, "starts_at": "2026-03-04T00:00:00Z", "ends_at": "2026-03-04T08:00:00Z", "kind": "night"}),
        ("GET", f"/posters?area={OTHER_CELL}", None), ("POST", "/posters/print", {"area": OTHER_CELL}),
        ("POST", "/posters/print", {"codes": [OTHER_CELL]}), ("GET", f"/places?area={OTHER}", None), ("GET", f"/post-duties?area={OTHER}", None),
    ]
    statuses = {(verb, path): client.open(f"/api/v1{path}", method=verb, json=body, headers=office).status_code for verb, path, body in asked}
    assert {asked: status for asked, status in statuses.items() if status != 404} == {}
    with sessions() as session:
        assert session.scalar(select(SecurityEvent.id).where(SecurityEvent.kind.in_(["staff_phone_opened", "phone_book_opened"]))) is None


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_without_a_neighbour_are_refused_everywhere(client, office, day):
    post = {"role": "volunteer", "area": WEST, "starts_on": "2026-01-01"}
    person = client.post("/api/v1/people", json={"name": "王一", "code": "W1", "post": post}, headers=office).json
    number = person["posts"][0]["id"]
    asked = [
        ("/people", {"name": "x", "post": post | {"starts_on": day}}), ("/people/W1/posts", post | {"starts_on": "2026-01-01", "ends_on": day}),
        (f"/posts/{number}/move", {"on": day, "area": WEST}), (f"/posts/{number}/end", {"last_day": day}), ("/people/W1/leave", {"last_day": day}),
        ("/people/W1/claims", {"area": WEST, "text": "x", "on": day}),
        ("/check-ins", {"name": "x", "home_organisation": "y", "community": WEST[:12], "on": day}),
    ]
    for path, body in asked:
        answer = client.post(f"/api/v1{path}", json=body, headers=office)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid"), path
    assert bring(client, office, f"code,name,role,area,starts_on,ends_on\nZ,x,volunteer,{WEST},{day},{day}").status_code == 422
    assert client.get("/api/v1/people/W1", headers=office).json == person

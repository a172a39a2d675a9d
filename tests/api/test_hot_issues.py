"""Hot issues over HTTP, and one that becomes public."""

from __future__ import annotations

import pytest
from marshmallow import RAISE

from gridops.api import hot_issue_examples as examples
from gridops.api import hot_issue_schemas as schemas
from gridops.domain.actor import SYSTEM
from gridops.models import PublicIssue
from gridops.services import tickets
from tests.small_street import COMMUNITY, EAST, RUBBISH, STREET, WEST

URL = "/api/v1/areas"


@pytest.fixture
def hot(submit, sessions, now):
    """Three people about one heap of rubbish in the west; the numbers of their tickets."""
    made = [submit(contact={"phone": f"1381234000{person}"}, description=f"我叫王小明，电话1381234000{person}，垃圾堆在路口").ticket.number for person in range(3)]
    with sessions() as session, session.begin():
        for number in made:
            tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
    return made


@pytest.fixture
def leader(log_in, street):
    return log_in("leader")


def asked(client, headers, code=STREET, status=200):
    answer = client.get(f"{URL}/{code}/hot-issues", headers=headers)
    assert answer.status_code == status, answer.json
    return answer.json


@pytest.mark.parametrize(("schema", "example"), [
    (schemas.HotIssuesSchema, examples.HOT_ISSUES), (schemas.MakePublicSchema, examples.MAKE_PUBLIC), (schemas.PublicIssueSchema, examples.PUBLIC_ISSUE)])
def test_examples_fit_their_schemas(schema, example):
    assert schema(unknown=RAISE).validate(example) == {}


def test_a_hot_issue_has_name_point_tickets_people_and_since(client, leader, hot):
    issue, = asked(client, leader)["hot"]
    assert issue["name"] == "菩提居民区 西网格 · 暴露垃圾" and issue["people"] == issue["reports"] == 3
    assert [each["number"] for each in issue["tickets"]] == sorted(hot) and issue["area"]["code"] == WEST
    assert issue["words"] == "垃圾堆在路口"
    assert issue["location"]["lng"] == pytest.approx(121.405) and issue["since"] == "2026-03-04T02:00:00+00:00"


def test_nobody_is_made_known(client, leader, hot):
    said = client.get(f"{URL}/{STREET}/hot-issues", headers=leader).text
    assert "1381234" not in said and "王小明" not in said


def test_in_english(client, leader, hot):
    issue, = asked(client, leader | {"Accept-Language": "en"})["hot"]
    assert issue["category"]["name"] == "Exposed household rubbish"


@pytest.mark.parametrize("code", ["310199002", "x", "310199001999"])
def test_what_is_not_or_not_ones_own_is_404(client, leader, hot, code):
    asked(client, leader, code, 404)


def test_a_cells_worker_sees_his_cell(client, log_in, hot):
    worker = log_in("grid_worker", WEST)
    assert len(asked(client, worker, WEST)["hot"]) == 1
    asked(client, worker, EAST, 404), asked(client, worker, STREET, 404)


def test_an_organisation_sees_tickets_and_no_areas(client, log_in, street, hot):
    asked(client, log_in("department", department_id=street.departments["SANITATION"].id), STREET, 404)



class TestGuarded:
    """What accuses somebody: that it is there, for those inside, and no more."""

    @pytest.fixture
    def noise(self, submit, sessions, now):
        made = [submit(contact={"phone": f"1381234000{person}"}, description="三单元502的王小明每晚拍球，拍球到半夜").ticket.number for person in range(3)]
        with sessions() as session, session.begin():
            for number in made:
                tickets.perform(session, number, "file", {"category": "E2107"}, actor=SYSTEM, now=now)
        return made

    def test_who_is_inside_hears_category_cell_and_count(self, client, log_in, street, noise):
        for role in ("leader", "dispatcher", "clerk"):
            issue, = asked(client, log_in(role))["hot"]
            assert issue["guarded"] and issue["people"] == 3 and issue["area"]["code"] == WEST and issue["category"]["code"] == "E2107"
            assert (issue["place"], issue["location"], issue["words"]) == (None, None, None)

    def test_no_word_door_or_name_is_told(self, client, leader, noise):
        said = client.get(f"{URL}/{STREET}/hot-issues", headers=leader).text
        assert not any(part in said for part in ("拍球", "502", "王小明", "1381234"))

    def test_nobody_else_hears_that_it_is_there(self, client, log_in, street, noise):
        for role in ("grid_worker", "grid_leader", "volunteer"):
            assert asked(client, log_in(role, WEST), WEST) | {"area": None} == {"area": None, "hot": [], "surges": [], "repeats": []}
        assert asked(client, log_in("cadre", COMMUNITY), COMMUNITY)["hot"] == []

    def test_it_never_becomes_public(self, client, leader, log_in, noise, sessions):
        key = asked(client, leader)["hot"][0]["key"]
        refused = client.post(f"{URL}/{STREET}/public-issues", json={"issue": key}, headers=leader)
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "never_public")
        hidden = client.post(f"{URL}/{COMMUNITY}/public-issues", json={"issue": key}, headers=log_in("cadre", COMMUNITY))
        assert hidden.status_code == 404
        with sessions() as session:
            assert session.query(PublicIssue).all() == []


class TestMakingPublic:
    @pytest.fixture
    def make(self, client, leader):
        def make(key, headers=leader, code=STREET):
            return client.post(f"{URL}/{code}/public-issues", json={"issue": key}, headers=headers)

        return make

    def test_it_is_recorded_once(self, client, leader, hot, make, sessions, now):
        key = asked(client, leader)["hot"][0]["key"]
        made = make(key)
        assert made.status_code == 201 and made.json["tickets"] == sorted(hot) and made.json["name"] == "菩提居民区 西网格 · 暴露垃圾"
        again = make(key)
        assert (again.status_code, again.json["error"]["code"]) == (409, "public_issue_exists")
        assert asked(client, leader)["hot"][0]["public_issue"]["id"] == made.json["id"]
        with sessions() as session:
            row = session.query(PublicIssue).one()
            assert (row.area_code, row.category_code, row.people, row.made_at) == (WEST, RUBBISH, 3, now) and row.made_by is not None

    def test_what_is_no_issue_is_404(self, make, hot):
        assert make("hot-260304-99999").status_code == 404

    def test_it_is_for_those_who_may_ask_residents(self, client, leader, log_in, make, hot):
        key = asked(client, leader)["hot"][0]["key"]
        assert make(key, log_in("clerk")).status_code == 403
        assert make(key, log_in("cadre", COMMUNITY)).status_code == 404, "of the street he sees the own community"
        assert make(key, log_in("cadre", COMMUNITY), COMMUNITY).status_code == 201

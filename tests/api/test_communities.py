"""A community's profile over the API."""

import pytest

from gridops.models import Community
from tests.small_street import COMMUNITY, EAST, STREET, WEST

URL = f"/api/v1/communities/{COMMUNITY}/profile"
OTHER = STREET + "002"


@pytest.fixture
def twin(street, sessions):
    """Of the same kind, and one of another."""
    with sessions() as session, session.begin():
        session.add(Community(code=OTHER, street_code=STREET, name="银杏居民区", kind="commercial", households=500))
        session.add(Community(code=STREET + "003", street_code=STREET, name="香樟居民区", kind="old_town"))


def test_it_says_what_is_open_for_each_thousand_homes(client, log_in, submit, twin):
    office = log_in("grid_office")
    for _ in range(3):
        submit()
    answer = client.patch(URL, json={"households": 1500, "population": 4000}, headers=office)
    assert answer.status_code == 200, answer.json
    found = client.get(URL, headers=office).json
    assert (found["open"], found["households"], found["population"], found["per_1000_households"]) == (3, 1500, 4000, 2.0)
    assert [(cell["code"], cell["open"]) for cell in found["cells"]] == [(WEST, 3), (EAST, 0)]
    assert found["area_m2"] == pytest.approx(sum(cell["area_m2"] for cell in found["cells"]), abs=0.2)
    assert found["cells"][0]["per_1000_households"] is None
    assert [other["code"] for other in found["alike"]] == [OTHER]


def test_only_the_keepers_of_the_grid_change_it(client, street, log_in):
    assert client.patch(URL, json={"kind": "mixed"}, headers=log_in("clerk")).status_code == 403


@pytest.mark.parametrize("body", [{"kind": "castle"}, {"households": -1}, {"households": "many"}, {"name": "x"}])
def test_what_cannot_be_is_refused(client, street, log_in, body):
    assert client.patch(URL, json=body, headers=log_in("grid_office")).status_code == 422


def test_elsewhere_it_does_not_exist(client, street, log_in):
    assert client.get(URL, headers=log_in("clerk", area="310199002")).status_code == 404

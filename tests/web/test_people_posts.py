"""The forms of posts: the street's own day where none was said, and a place by its name, its code, or as it was chosen."""

from datetime import date

import pytest
from sqlalchemy import select

from gridops.models import Person, Place, Posting, Street
from gridops.services import place_search
from tests.small_street import COMMUNITY, EAST, STREET
from tests.web.test_people import number, office, people  # noqa: F401
from tests.web.test_staff import account, browser  # noqa: F401

CODE = COMMUNITY + "-b3"


@pytest.fixture
def house(sessions, people):  # noqa: F811
    with sessions() as session, session.begin():
        compound = Place(code=COMMUNITY + "-lh", kind="compound", name="柳荷苑", community_code=COMMUNITY)
        session.add(compound)
        session.flush()
        session.add(Place(code=CODE, kind="building", name="3号楼", address="柳荷路12弄3号", community_code=COMMUNITY, parent_id=compound.id))
        session.flush()
        place_search.index_places(session)


@pytest.mark.parametrize("typed", [CODE, f"柳荷苑3号楼 ({CODE})", "柳荷路12弄3号", "3号楼"])
def test_a_post_is_at_the_place_that_was_typed(office, sessions, house, typed):  # noqa: F811
    form = {"role": "building_steward", "place": typed, "area": EAST, "starts_on": "2026-03-04"}
    office.post("/people/W1/add_post", form, page="/people/W1")
    with sessions() as session:
        post = session.get_one(Posting, number(sessions))
        assert (session.get_one(Place, post.place_id).code, post.area_code) == (CODE, None)


def test_a_place_that_nobody_knows_comes_back_as_it_was_typed(office, house):  # noqa: F811
    form = {"role": "building_steward", "place": "无名大厦", "starts_on": "2026-03-04"}
    page = office.post("/people/W1/add_post", form, page="/people/W1", status=422).text
    assert "Nothing on the list fits “无名大厦”" in page and 'value="无名大厦"' in page


@pytest.mark.parametrize("page", ["/people/new", "/people/W1"])
def test_places_are_searched_while_typing(office, page):  # noqa: F811
    shown = office.get(page)
    assert 'data-suggest="/places/suggest"' in shown and "js/suggest.js" in shown


def test_where_no_day_was_said_it_is_the_day_of_the_street(office, sessions, people):  # noqa: F811
    """10:00 of the 4th in Shanghai is 18:00 of the 3rd in Los Angeles."""
    with sessions() as session, session.begin():
        session.get_one(Street, STREET).timezone = "America/Los_Angeles"
    for page in ("/people/new", "/people/W1"):
        assert 'value="2026-03-03"' in office.get(page) and 'value="2026-03-04"' not in office.get(page)
    office.post("/people/W1/add_post", {"role": "volunteer", "area": EAST}, page="/people/W1")
    office.post("/people/W1/end", {"post": number(sessions)}, page="/people/W1")
    office.post("/people/W1/add_post", {"role": "cadre", "area": COMMUNITY}, page="/people/W1")
    office.post("/people/W1/leave", {}, page="/people/W1")
    with sessions() as session:
        posts = session.execute(select(Posting.role, Posting.starts_on, Posting.ends_on).join(Person).where(Person.code == "W1"))
        third = date(2026, 3, 3)
        assert {tuple(post) for post in posts} == {("volunteer", third, third), ("cadre", third, third)}  # his post of the 4th never began

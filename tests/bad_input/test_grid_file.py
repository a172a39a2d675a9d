"""The page that reads a draft's cells from a file: whatever is sent, it answers in words, and not one row changes."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import select

from gridops import create_app
from gridops.db import transaction
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Grid
from gridops.services import accounts
from gridops.services.grid_drafts import drafting
from tests.conftest import NOW
from tests.running import PASSWORD
from tests.small_street import COMMUNITY, EAST, STREET, WEST
from tests.web.test_staff import EN, Browser

from .conftest import ELSEWHERE

RING = [[121.40, 31.20], [121.41, 31.20], [121.41, 31.21], [121.40, 31.21], [121.40, 31.20]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}


def cell(geometry=SQUARE, **properties):
    return {"type": "Feature", "properties": {"code": WEST, "name": "西网格"} | properties, "geometry": geometry}


def ring(*positions):
    return {"type": "Polygon", "coordinates": [list(positions)]}


def written(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


@pytest.fixture(scope="module")
def office(world):
    """A browser of the small street's grid office, one of a clerk, and the ids of a draft of this street and of one of another."""
    with transaction(world.context.sessions) as session:
        accounts.create_account(session, "bad-office", PASSWORD, name="office", grants=[Grant("grid_office", STREET)], actor=SYSTEM, now=NOW)
        accounts.create_account(session, "bad-reader", PASSWORD, name="reader", grants=[Grant("clerk", STREET)], actor=SYSTEM, now=NOW)
        ours = drafting.begin(session, STREET, actor=SYSTEM, now=NOW).id
        theirs = drafting.begin(session, ELSEWHERE, actor=SYSTEM, now=NOW).id
    return logged_in(world, "bad-office"), logged_in(world, "bad-reader"), ours, theirs


def logged_in(world, name):
    browser = Browser(create_app(world.config, context=world.context))
    assert browser.client.post("/login", data={"username": name, "password": PASSWORD}, headers=EN).status_code == 303
    return browser


@pytest.fixture
def send(office, unchanged):
    """send(content) -> the page that comes back; the world must be the same afterwards."""
    browser, _, ours, _ = office

    def send(content, *, status=422, revision="0", crs="wgs84", grid=ours, browser=browser, **more):
        form = {"expected_revision": revision, "crs": crs} | more
        files = {} if content is None else {"file": (io.BytesIO(content), "cells.geojson")}
        answer = browser.post(f"/grid/{grid}/file", form, page=f"/grid/{ours}", files=files, status=status)
        answer.request.environ["wsgi.input"].close()  # of a large one the test's client made a file
        return answer.text

    return send


NOT_GEOJSON = "This is not a GeoJSON file"
FILES = {
    "nothing": (b"", NOT_GEOJSON), "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), NOT_GEOJSON),
    "another encoding": (written(cell()).decode().encode("utf-16"), NOT_GEOJSON), "half a file": (written(cell())[:-9], NOT_GEOJSON),
    "a bare feature": (json.dumps(cell()).encode(), NOT_GEOJSON), "a list": (b"[]", NOT_GEOJSON), "a number": (b"1e999", NOT_GEOJSON),
    "features that are none": (b'{"type": "FeatureCollection", "features": {"0": 1}}', NOT_GEOJSON),
    "brackets without end": (b'{"a":' * 200_000, NOT_GEOJSON),
    "a number too long to read": (b'{"type": "FeatureCollection", "features": [' + b"9" * 5000 + b"]}", NOT_GEOJSON),
    "too many features": (written(*[cell()] * 5001), "at most 5000 features"),
    "features of other sorts": (b'{"type": "FeatureCollection", "features": [null, 7, "x", [], {}]}', "5 cells are wrong"),
}
FEATURES = {
    "a point": cell({"type": "Point", "coordinates": [121.405, 31.205]}),
    "a line": cell({"type": "LineString", "coordinates": RING}),
    "a collection": cell({"type": "GeometryCollection", "geometries": [SQUARE]}),
    "no geometry": cell(None), "an empty polygon": cell({"type": "Polygon", "coordinates": []}),
    "a geometry that is a word": cell("POLYGON((0 0))"), "an unknown type": cell({"type": "Blob", "coordinates": [RING]}),
    "a type that is no word": cell({"type": ["Polygon"], "coordinates": [RING]}),
    "coordinates that are words": cell(ring(*[["121.4", "31.2"]] * 4)), "coordinates that are missing": cell({"type": "Polygon"}),
    "coordinates that are nothing": cell({"type": "Polygon", "coordinates": None}),
    "an open ring": cell(ring(*RING[:3])), "a ring of two positions": cell(ring(RING[0], RING[1], RING[0])),
    "a coast of sixty thousand positions": cell(ring(*[[121.40 + i * 1e-7, 31.20 + i % 2] for i in range(60_000)], [121.40, 31.20])),
    "no ground": cell(ring(*[RING[0]] * 4)), "a bow tie": cell(ring(RING[0], RING[2], RING[1], RING[3], RING[0])),
    "not a number": cell(ring(*[[float("nan"), 31.2]] * 4)), "beyond all numbers": cell(ring(*[[float("inf"), 31.2]] * 4)),
    "a whole number beyond all": cell(ring(*[[10**400, 31.2]] * 4)),
    "latitude before longitude": cell(ring(*[[y, x] for x, y in RING])),
    "nested without need": cell({"type": "Polygon", "coordinates": [[[RING]]]}),
    "the other street's code": cell(code=f"{ELSEWHERE}001001"), "the community's code": cell(code=COMMUNITY),
    "a code that is a list": cell(code=[WEST]), "a code in other digits": cell(code="３" * 15),
    "a community that is not there": cell(code=None, community=f"{ELSEWHERE}001"), "no code at all": cell(code=None),
    "a name that is a list": cell(name=["西"]), "a name too long": cell(name="西" * 1000), "a name of nothing": cell(name=None),
    "a NUL in the name": cell(name="西\0格"), "half a character in the name": cell(name="西\ud800"),
    "a NUL in the English name": cell(name_en="a\0b"),
    "households that are true": cell(households=True), "less than none": cell(households=-1), "a half": cell(households=1.5),
    "more than a number holds": cell(households=10**12),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_none(send, case):
    content, said = FILES[case]
    assert said in send(content)


@pytest.mark.parametrize("case", FEATURES)
def test_a_feature_that_is_no_cell_is_named_and_the_good_ones_are_not_taken(send, case):
    good = cell(ring(*[[x + 0.01, y] for x, y in RING]), code=EAST)
    page = send(written(good, FEATURES[case]))
    assert "1 cell is wrong" in page and '<td class="figure">2</td>' in page


@pytest.mark.parametrize("crs", ["", "utm", "WGS84 "])
def test_coordinates_of_nobody_knows_where(send, crs):
    assert "Please say where the coordinates come from." in send(written(cell()), crs=crs)


def test_a_form_that_cannot_be_read(send):
    send(written(cell()), status=400, crs="wgs84\0")


@pytest.mark.parametrize("revision", ["", "-", "0x0", "9" * 40])
def test_a_revision_that_is_no_number(send, revision):
    assert "Please give a number." in send(written(cell()), revision=revision)


def test_no_file_at_all(send):
    assert NOT_GEOJSON in send(None)
    assert NOT_GEOJSON in send(None, file="cells.geojson")  # a word where a file should be


@pytest.mark.parametrize("revision", ["1", "999999999"])
def test_a_revision_that_is_not_the_drafts(send, revision):
    assert "has changed this draft in the meantime" in send(written(cell()), revision=revision, status=409)


def test_a_file_larger_than_any_grid(send):
    send(b" " * (20 * 1024 * 1024) + written(cell()), status=413)


@pytest.mark.parametrize("token", [None, "", "stolen"])
def test_without_the_pages_own_token(office, unchanged, token):
    browser, _, ours, _ = office
    form = {"expected_revision": "0", "crs": "wgs84", "file": (io.BytesIO(written(cell())), "cells.geojson")}
    form |= {} if token is None else {"csrf_token": token}
    assert browser.client.post(f"/grid/{ours}/file", data=form, headers=EN).status_code == 403


def test_grids_that_are_not_ones_own_or_none_look_the_same(send, office):
    for grid in (office[3], 0, 10**9):
        send(written(cell()), grid=grid, status=404)


def test_who_may_look_may_not_send(send, office):
    assert "Read the file in" not in send(written(cell()), browser=office[1], status=403)


def test_a_version_that_is_no_draft(send, world):
    with world.context.sessions() as session:
        active = session.scalar(select(Grid.id).where(Grid.street_code == STREET, Grid.status == "active"))
    assert "no draft any more" in send(written(cell()), grid=active, status=409)

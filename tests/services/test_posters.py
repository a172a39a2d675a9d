"""A poster leads to its place or cell for as long as it hangs."""

import io
import uuid
import zipfile

import pytest
import shapely
from sqlalchemy import select

from geo.coords import Wgs84
from gridops.errors import Invalid, NotFound
from gridops.models import Cell, Grid, Place, Poster, Report, Street, Ticket
from gridops.services import areas, poster_list, poster_sheets, posters
from gridops.services.shapes import shape_of, stored_area, stored_point
from tests import small_street

BASE = "https://wg.example.gov.cn"


@pytest.fixture
def town(session, config, now):
    return small_street.build(session, config, now)


def west(session):
    return areas.get_area(session, small_street.WEST)


def place(session, code="LP-1", kind="building", *, cell=small_street.WEST, **fields):
    lineage = session.scalar(select(Cell.lineage).where(Cell.code == cell)) if cell else None
    made = Place(code=code, kind=kind, name=fields.pop("name", "1号楼"), community_code=small_street.COMMUNITY, cell_lineage=lineage, **fields)
    session.add(made)
    session.flush()
    return made


def regrid(session, now, *, cut_lng, keep=True):
    """A new grid with other cells: the border at ``cut_lng``; ``keep``: the cells are the same by lineage."""
    old = session.scalars(select(Grid)).one()
    cells = session.scalars(select(Cell).order_by(Cell.code)).all()
    old.status = "retired"
    session.flush()
    grid = Grid(street_code=old.street_code, version=2, status="active", created_at=now, activated_at=now)
    session.add(grid)
    session.flush()
    for number, (cell, left, right) in enumerate(zip(cells, (121.40, cut_lng), (cut_lng, 121.42), strict=True), 3):
        lineage = cell.lineage if keep else uuid.uuid4()
        session.add(Cell(
            grid_id=grid.id, community_code=cell.community_code, code=f"{small_street.COMMUNITY}{number:03}", lineage=lineage, name=f"新{number}",
            boundary=stored_area(shapely.box(left, 31.20, right, 31.21))))
    session.flush()


class TestTokens:
    def test_a_place_keeps_its_code(self, session, town, now):
        hung = place(session)
        assert small_street.hang(session, hung, now).token == small_street.hang(session, hung, now).token

    def test_a_cell_keeps_its_code_and_a_point_inside_it(self, session, town, now):
        poster = small_street.hang(session, west(session), now)
        assert small_street.hang(session, west(session), now).id == poster.id
        point = shape_of(poster.point)
        assert areas.locate(session, Wgs84(point.x, point.y)).cell.code == small_street.WEST

    def test_a_token_can_be_read_out_and_typed(self):
        tokens = {posters.new_token() for _ in range(2000)}
        assert len(tokens) == 2000
        assert not set("".join(tokens)) & set("0o1il2z5s8buv")

    def test_a_token_is_found_in_large_letters_too(self, session, town, now):
        token = small_street.hang(session, west(session), now).token
        assert posters.find(session, f" {token.upper()} ").area.code == small_street.WEST

    @pytest.mark.parametrize("typed", ["", "nothing", "x" * 500, "%", "扫"])
    def test_an_unknown_token_is_none(self, session, town, typed):
        assert posters.find(session, typed) is None
        with pytest.raises(Invalid) as caught:
            posters.get(session, typed)
        assert caught.value.code == "poster_unknown"

    def test_only_cells_and_places_have_posters(self, session, town, now):
        with pytest.raises(NotFound):
            small_street.hang(session, areas.get_area(session, small_street.COMMUNITY), now)


class TestAfterANewGrid:
    def test_a_cell_is_followed_by_its_lineage(self, session, town, now):
        token = small_street.hang(session, west(session), now).token
        regrid(session, now, cut_lng=121.403)
        assert posters.find(session, token).area.code.endswith("003")

    @pytest.mark.parametrize(("cut_lng", "leads_to"), [(121.403, "004"), (121.415, "003")])
    def test_a_cell_that_is_no_more_leads_to_the_one_at_its_point(self, session, town, now, cut_lng, leads_to):
        token = small_street.hang(session, west(session), now).token
        regrid(session, now, cut_lng=cut_lng, keep=False)
        assert posters.find(session, token).area.code.endswith(leads_to)

    def test_a_building_stays_itself_in_its_cell_of_today(self, session, town, now):
        token = small_street.hang(session, place(session), now).token
        regrid(session, now, cut_lng=121.403)
        found = posters.find(session, token)
        assert (found.place.code, found.area.code[-3:]) == ("LP-1", "003")

    def test_without_any_cell_the_community_is_left(self, session, town, now):
        token = small_street.hang(session, west(session), now).token
        session.scalars(select(Grid)).one().status = "retired"
        session.flush()
        assert posters.find(session, token).area.code == small_street.COMMUNITY

    def test_a_report_from_a_cells_poster_lies_in_the_cell_of_today(self, session, town, now):
        token = small_street.hang(session, west(session), now).token
        regrid(session, now, cut_lng=121.415, keep=False)
        receipt = town.submit(session, now, location=None, poster=token)
        ticket = session.get(Ticket, receipt.ticket.id)
        assert (ticket.area_code[-3:], ticket.point) == ("003", None)

    def test_a_report_from_a_places_poster_knows_the_place(self, session, town, now):
        hung = place(session, point=stored_point(Wgs84(121.405, 31.205)))
        receipt = town.submit(session, now, location=None, poster=small_street.hang(session, hung, now).token)
        assert session.get(Report, receipt.report.id).place_id == hung.id
        assert receipt.spot.area_code == small_street.WEST

    def test_a_point_says_more_than_the_poster(self, session, town, now):
        token = small_street.hang(session, west(session), now).token
        assert town.submit(session, now, location=small_street.IN_EAST, poster=token).spot.area_code == small_street.EAST


class TestSheets:
    def test_scans_are_counted_and_nothing_else(self, session, town, now):
        poster = small_street.hang(session, west(session), now)
        posters.count_scan(session, poster)
        posters.count_scan(session, poster)
        session.refresh(poster)
        assert poster.scans == 2
        assert set(Poster.__table__.columns.keys()) == {
            "id", "token", "place_id", "cell_lineage", "community_code", "point", "created_at", "printed_at", "scans"}

    def test_a_community_is_cells_then_places_without_those_that_ended(self, session, town, now):
        place(session, "LP-2", "yard")
        place(session, "LP-1")
        place(session, "LP-0", ended_at=now)
        found = posters.subjects(session, small_street.COMMUNITY)
        assert [item.code for item in found] == [small_street.WEST, small_street.EAST, "LP-1", "LP-2"]
        assert [item.code for item in posters.subjects(session, small_street.EAST)] == [small_street.EAST]
        assert [item.code for item in posters.subjects(session, small_street.COMMUNITY, ["yard"])] == ["LP-2"]

    def test_a_sheet_names_the_building_with_its_compound_its_cell_and_the_desk(self, session, town, now):
        session.get(Street, small_street.STREET).colour = "#c8102e"
        above = place(session, "XQ", "compound", cell=None, name="菩提苑")
        building = place(session, parent_id=above.id)
        ((_, sheet),) = poster_sheets._sheets(session, [building], BASE, now)
        poster = small_street.hang(session, building, now)
        assert (sheet.title, sheet.cell, sheet.number) == ("菩提苑1号楼", "菩提居民区 · 西网格", "LP-1")
        assert (sheet.street, sheet.street_en, sheet.phone, sheet.colour) == ("星河街道", "Xinghe Street", "021-60000000", "#c8102e")
        assert sheet.address == f"{BASE}/p/{poster.token}"
        assert poster.printed_at == now

    def test_a_list_names_a_building_with_its_compound(self, session, town, now):
        above = place(session, "XQ", "compound", cell=None, name="菩提苑")
        found = [place(session, parent_id=above.id), west(session)]
        assert [row["name"] for row in poster_list.listed(session, found)] == ["菩提苑1号楼", "西网格"]

    def test_a_zip_holds_an_svg_for_each(self, session, town, now):
        found = posters.subjects(session, small_street.COMMUNITY)
        written = poster_sheets.printed(session, found, "zip", base=BASE, now=now)
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            assert archive.namelist() == [f"{small_street.WEST}.svg", f"{small_street.EAST}.svg"]
        assert written == poster_sheets.printed(session, found, "zip", base=BASE, now=now)

    def test_a_code_with_signs_of_a_path_makes_no_path(self, session, town, now):
        written = poster_sheets.printed(session, [place(session, "../3\"号"), place(session, "LP/4")], "zip", base=BASE, now=now)
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            assert archive.namelist() == ["___3_号.svg", "LP_4.svg"]

    def test_a_pdf_has_a_page_for_each(self, session, town, now):
        heard = []
        found = posters.subjects(session, small_street.COMMUNITY)
        written = poster_sheets.printed(session, found, "pdf", base=BASE, now=now, done=heard.append)
        assert written.startswith(b"%PDF") and heard == [1, 2]

    def test_nothing_to_print_is_said(self, session, town, now):
        with pytest.raises(Invalid) as caught:
            poster_sheets.printed(session, [], "pdf", base=BASE, now=now)
        assert caught.value.code == "no_posters"

"""From the code on the wall to the report, and the page on which posters are made."""

import re

import pytest
from sqlalchemy import select

from gridops.models import Cell, Place, Poster, Report, Ticket
from gridops.services import areas, posters
from tests import small_street
from tests.small_street import COMMUNITY, EAST, WEST
from tests.web.test_staff import account, browser  # noqa: F401

ZH = {"Accept-Language": "zh"}
SAID = {"kind": "help", "description": "楼道灯不亮", "visibility": "protected"}


@pytest.fixture
def hang(street, sessions, now):
    """hang("LIN-3") or hang(WEST) -> token"""
    def hang(code):
        with sessions() as session, session.begin():
            if code.isdigit():
                return small_street.hang(session, areas.get_area(session, code), now).token
            lineage = session.scalar(select(Cell.lineage).where(Cell.code == WEST))
            session.add(Place(code=code, kind="building", name="3号楼", address="林荫路5弄3号", community_code=COMMUNITY, cell_lineage=lineage))
            session.flush()
            return small_street.hang(session, posters.subject(session, code), now).token

    return hang


def scans(sessions, token):
    with sessions() as session:
        return session.scalar(select(Poster.scans).where(Poster.token == token))


class TestScanning:
    def test_leads_to_the_report_page_with_the_place_filled_in_and_counts(self, client, hang, sessions):
        token = hang("LIN-3")
        answer = client.get(f"/p/{token}", headers=ZH)
        assert (answer.status_code, answer.location) == (302, f"/report?poster={token}")
        page = client.get(answer.location, headers=ZH).text
        assert "3号楼" in page and "林荫路5弄3号" in page
        assert f'name="poster" value="{token}"' in page
        assert scans(sessions, token) == 1

    def test_looking_at_the_page_again_or_only_whether_it_is_there_is_no_scan(self, client, hang, sessions):
        token = hang(WEST)
        client.get(f"/report?poster={token}")
        client.head(f"/p/{token}")
        assert scans(sessions, token) == 0

    def test_typed_in_large_letters_it_counts_and_leads_too(self, client, hang, sessions):
        token = hang(WEST)
        answer = client.get(f"/p/{token.upper()}")
        assert "西网格" in client.get(answer.location, headers=ZH).text
        assert scans(sessions, token) == 1

    def test_a_cells_poster_names_cell_and_community_and_the_report_lies_there(self, client, hang, sessions):
        token = hang(EAST)
        page = client.get(f"/report?poster={token}", headers=ZH).text
        assert "东网格" in page and "菩提居民区" in page
        assert client.post("/report", data=SAID | {"poster": token}).status_code == 303
        with sessions() as session:
            assert session.scalars(select(Ticket.area_code)).one() == EAST
            assert session.scalars(select(Report.channel)).one() == "qr"

    @pytest.mark.parametrize("token", ["nosuchone", "x" * 300, "%25", "扫一扫"])
    def test_an_unknown_code_is_said_and_still_takes_a_report(self, client, street, sessions, token):
        answer = client.get(f"/p/{token}")
        page = client.get(answer.location, headers=ZH)
        assert page.status_code == 200
        assert "编码这里认不出" in page.text
        assert 'name="poster"' not in page.text
        assert client.post("/report", data=SAID | {"address": "3号楼"}).status_code == 303

    def test_a_code_that_became_unknown_while_typing_keeps_what_was_typed(self, client, street):
        answer = client.post("/report", data=SAID | {"poster": "nosuchone"}, headers=ZH)
        assert answer.status_code == 422
        assert "编码这里认不出" in answer.text and "楼道灯不亮" in answer.text


class TestPage:
    def test_lists_cells_and_places_and_warns_without_a_public_address(self, browser, hang):  # noqa: F811
        token = hang("LIN-3")
        page = browser("grid_office").get("/posters")
        assert token in page and WEST in page and EAST in page
        assert "GRIDOPS_PUBLIC_URL" in page

    def test_prints_what_is_ticked(self, browser, hang):  # noqa: F811
        hang("LIN-3")
        office = browser("grid_office")
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', office.get("/posters"))[1]
        form = {"csrf_token": csrf, "area": COMMUNITY, "form": "pdf"}
        all_of_it = office.client.post("/posters", data=form)
        assert (all_of_it.status_code, all_of_it.mimetype) == (200, "application/pdf")
        assert len(re.findall(rb"/Type /Page\b", all_of_it.data)) == 3
        one = office.client.post("/posters", data=form | {"form": "svg", "code": "LIN-3"})
        assert one.mimetype == "image/svg+xml"
        two = office.client.post("/posters", data=form | {"form": "svg", "code": [WEST, EAST]})
        assert two.mimetype == "application/zip"
        unknown = office.client.post("/posters", data=form | {"form": "exe", "code": "LIN-3"})
        assert (unknown.status_code, unknown.mimetype) == (200, "application/pdf")

    def test_a_leader_of_one_cell_prints_for_that_cell_only(self, browser, hang):  # noqa: F811
        hang("LIN-3")
        page = browser("grid_leader", area=EAST).get("/posters")
        assert EAST in page and WEST not in page and "LIN-3" not in page

    def test_others_have_no_such_page(self, browser, client, street):  # noqa: F811
        assert browser("grid_worker").client.get("/posters").status_code == 403
        assert client.get("/posters").status_code == 303

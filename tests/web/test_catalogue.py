"""The pages of the duty catalogue as a browser without script uses them."""

import io
import re

import pytest
from sqlalchemy import select

from gridops.models import CatalogueRule, DutyCatalogue
from gridops.services.duty_catalogue import trial
from tests.small_street import RUBBISH, STREET
from tests.web.test_staff import account, browser  # noqa: F401


class Leader:
    """A browser that looks at the page it was sent to."""

    def __init__(self, browser):
        self.browser, self.get, self.client = browser, browser.get, browser.client

    def post(self, path, form, status=303):
        answer = self.browser.post(path, form, status=status)
        return self.get(answer.headers["Location"]) if status == 303 else answer.text


@pytest.fixture
def leader(browser, street):  # noqa: F811
    return Leader(browser("leader"))


@pytest.fixture
def draft(leader, sessions):
    page = leader.post("/catalogue", {"street": STREET, "title": "试行"})
    assert "The draft is begun" in page
    with sessions() as session:
        return session.scalar(select(DutyCatalogue.id).where(DutyCatalogue.status == "draft"))


def add(leader, draft):
    form = {
        "expected_revision": "0", "category": RUBBISH, "area": STREET, "kind": "", "lead": "ENFORCEMENT", "coordinate": "URBAN_OFFICE",
        "support": ["PROPERTY", ""], "duty": ["开门", ""]}
    return leader.post(f"/catalogue/{draft}/rule", form)


def test_from_a_draft_to_what_is_in_force(leader, draft):
    assert "开门" in add(leader, draft)
    compared = leader.get(f"/catalogue/{draft}/comparison")
    assert RUBBISH in compared and "Put in force" in compared
    leader.post(f"/catalogue/{draft}/activation", {"expected_revision": "1", "at": "", "reason": ""})
    listed = leader.get(f"/catalogue?street={STREET}")
    assert "In force now: 1 rule</h2>" in listed and "in force" in listed


def test_what_is_wrong_comes_back_with_what_was_typed(leader, draft):
    page = leader.post(f"/catalogue/{draft}/rule", {
        "expected_revision": "0", "category": RUBBISH, "area": STREET, "lead": "RESIDENTS_COMMITTEE", "coordinate": "URBAN_OFFICE",
        "support": ["PROPERTY"], "duty": ["开门"]}, status=422)
    assert "A committee leads only" in page and 'value="开门"' in page
    assert re.search(r'<option value="RESIDENTS_COMMITTEE" selected', page)


def test_a_rule_is_opened_changed_and_taken_out(leader, draft, sessions):
    add(leader, draft)
    opened = leader.get(f"/catalogue/{draft}/rule?category={RUBBISH}&area={STREET}&kind=")
    assert "Change a rule" in opened and 'value="开门"' in opened
    leader.post(f"/catalogue/{draft}/rule", {
        "expected_revision": "1", "category": RUBBISH, "area": STREET, "kind": "", "lead": "x", "coordinate": "x", "act": "drop"})
    with sessions() as session:
        assert session.scalars(select(CatalogueRule.id).where(CatalogueRule.catalogue_id == draft)).all() == []


def test_who_comes_second_is_told(leader, draft):
    add(leader, draft)
    page = leader.post(f"/catalogue/{draft}/rule", {
        "expected_revision": "0", "category": RUBBISH, "area": STREET, "kind": "", "lead": "SANITATION", "coordinate": "URBAN_OFFICE"}, status=409)
    assert "somebody else" in page.lower()


def test_a_file_goes_out_and_comes_in(leader, draft):
    add(leader, draft)
    sheet = leader.client.get(f"/catalogue/{draft}.xlsx").data
    page = leader.post(f"/catalogue/{draft}/file", {"expected_revision": "1", "file": (io.BytesIO(sheet), "r.xlsx")})
    assert "The draft says what the file says" in page
    broken = leader.post(f"/catalogue/{draft}/file", {"expected_revision": "2", "file": (io.BytesIO(b"category,lead_dept,coordinate_dept\nX,Y,Z\n"), "r.csv")})
    assert "row 2" in broken and "no category X" in broken


def test_a_dry_run_shows_how_far_it_is_and_what_it_found(leader, draft, sessions, now):
    add(leader, draft)
    page = leader.post(f"/catalogue/{draft}/trial", {"first_day": "2026-02-01", "last_day": "2026-02-28"})
    assert "0 of 0" in page
    with sessions() as session, session.begin():
        trial.go_on(session, trial.latest(session, session.get(DutyCatalogue, draft)).id, now=now)
    assert "No ticket would have gone elsewhere" in leader.get(f"/catalogue/{draft}/trial")


def test_holes_are_listed_with_their_communities(leader, draft):
    add(leader, draft)
    assert "No organisation of this type" in leader.get(f"/catalogue/{draft}/problems")


def test_who_only_walks_sees_none_of_it(browser, draft):  # noqa: F811
    browser("grid_worker").get("/catalogue", status=403)

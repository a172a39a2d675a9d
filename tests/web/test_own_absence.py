"""My absence, as a walker uses it on a phone."""

import re

import pytest

from gridops.models import Account
from tests.services.staffing import Staff
from tests.small_street import STREET, WEST
from tests.web.test_staff import account, browser  # noqa: F401

DAY = {"starts_at": "2026-03-05T00:00", "ends_at": "2026-03-06T00:00", "note": "看病"}


@pytest.fixture
def worker(browser, sessions):  # noqa: F811
    found = browser("grid_worker", WEST)
    with sessions() as session, session.begin():
        post = Staff(session).post("Zhang")
        session.query(Account).filter(Account.name == "grid_worker").one().person_id = post.person_id
    return found


def test_a_worker_goes_and_comes_back_and_the_office_sees_it(worker, browser):  # noqa: F811
    assert "/duty/away" in worker.get("/duty") and "No absence is entered." in worker.get("/duty/away")
    worker.post("/duty/away/add", DAY, page="/duty/away")
    page = worker.get("/duty/away")
    assert "看病" in page and "no stand-in" in page
    office = browser("grid_office")
    assert "看病" in office.get(f"/duty/week?area={STREET}&from=2026-03-02") and "/duty/away" not in office.get("/duty")
    no = re.search(r'take_back".*?name="id" value="(\d+)"', page, re.S)[1]
    worker.post("/duty/away/take_back", {"id": no}, page="/duty/away")
    assert "No absence is entered." in worker.get("/duty/away")


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(worker):
    page = worker.post("/duty/away/add", DAY | {"starts_at": "2026-03-01T00:00"}, page="/duty/away", status=422).text
    assert "What is past" in page and 'value="2026-03-01T00:00"' in page and 'value="看病"' in page


def test_a_log_in_of_nobody_is_told_so(browser, street):  # noqa: F811
    page = browser("grid_office").get("/duty/away")
    assert "belongs to nobody with a post" in page and "/duty/away/add" not in page

"""One press signs what is ticked; what cannot be signed says why and stops nobody."""

import pytest

from tests.small_street import RUBBISH, STREET
from tests.web.test_staff import account, browser, do  # noqa: F401


@pytest.fixture
def dispatched(street, submit, do):  # noqa: F811
    def dispatched():
        number = submit().ticket.number
        do(number, "file", street.actors["clerk"], category=RUBBISH)
        return do(number, "dispatch", street.actors["dispatcher"]).number

    return dispatched


@pytest.fixture
def desk(browser):  # noqa: F811
    return browser("department", STREET, "SANITATION")


def standing(desk, number) -> str:
    return desk.get(f"/tickets/{number}")


def test_what_is_ticked_is_signed(desk, dispatched, street, do):  # noqa: F811
    numbers = [dispatched() for _ in range(3)]
    assert desk.get("/inbox").count('name="ticket"') == 3
    desk.post("/inbox/sign", {"ticket": numbers[:2]})
    page = desk.get("/inbox")
    assert "2 signed" in page and page.count('name="ticket"') == 1
    assert "In progress" in standing(desk, numbers[0]) and numbers[2] in page


def test_one_that_is_signed_already_stops_nobody(desk, dispatched, street, do):  # noqa: F811
    first, second = dispatched(), dispatched()
    do(first, "sign", street.actors["SANITATION"])
    desk.post("/inbox/sign", {"ticket": [first, second, "260304-99999"]})
    page = desk.get("/inbox")
    assert f"1 signed: {second}" in page and f"{first}: " in page and "260304-99999: " in page


def test_nothing_ticked_says_so(desk, dispatched):
    dispatched()
    desk.post("/inbox/sign", {})
    assert "Tick at least one ticket" in desk.get("/inbox")


def test_tickets_of_others_look_missing(browser, dispatched):  # noqa: F811
    number = dispatched()
    other = browser("department", STREET, "PROPERTY")
    other.post("/inbox/sign", {"ticket": [number]})
    assert "1 signed" not in other.get("/inbox")

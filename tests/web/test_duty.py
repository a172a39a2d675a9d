"""The duty pages as a browser without script uses them."""

import re

import pytest
from sqlalchemy import func, select

from gridops.models import Absence, SecurityEvent, Shift, ShiftPattern
from gridops.services.duty.phone_book import PHONE
from tests.services.staffing import Staff
from tests.small_street import COMMUNITY, EAST, GAS, STREET, WEST
from tests.web.test_staff import account, browser  # noqa: F401


@pytest.fixture
def posts(street, sessions):
    with sessions() as session, session.begin():
        staff = Staff(session)
        west = staff.post(staff.person("Zhang", phone_cipher=street.vault.encrypt("13812345678", purpose=PHONE)))
        night = staff.post("Li", area=STREET, part_time=True)
        staff.shift(night, "2026-03-04 17:30", "2026-03-05 09:00")
        return {"west": west.id, "night": night.id}


@pytest.fixture
def office(browser, posts):  # noqa: F811
    return browser("grid_office")


def row(page, name):
    return re.search(rf'<th scope="row">{name}</th>.*?</tr>', page, re.S)[0]


def count(sessions, table):
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table))


class TestNow:
    def test_each_cell_says_who_is_there_and_who_watches(self, office):
        page = office.get("/duty")
        assert "Zhang" in row(page, "西网格") and "nobody" in row(page, "东网格")
        assert "not covered" not in page and "the street" in row(page, "东网格")

    def test_what_is_on_hand_is_told_without_ranking(self, office, submit, sessions, posts):
        from gridops.models import Ticket
        from gridops.services import ticket_workers

        number = submit().ticket.number
        with sessions() as session, session.begin():
            ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
            ticket_workers.give_workers(session, ticket, ticket.reported_at)
        assert "1 to verify" in row(office.get("/duty"), "西网格")
        assert "to be verified by Zhang" in office.get(f"/tickets/{number}")

    def test_a_worker_sees_his_own_area_only(self, browser, posts):  # noqa: F811
        worker = browser("grid_worker", WEST)
        assert "东网格" not in worker.get("/duty")
        worker.get(f"/duty?area={STREET}", status=404)

    def test_departments_have_no_such_page(self, browser, posts):  # noqa: F811
        browser("department", department="SANITATION").get("/duty", status=403)


class TestWeek:
    def act(self, office, action, form, **options):
        return office.post(f"/duty/week/{action}", {"area": STREET, "from": "2026-03-02"} | form, page="/duty/week", **options)

    def test_a_shift_is_added_shown_and_removed(self, office, sessions, posts):
        self.act(office, "shift", {"posting": posts["night"], "day": "2026-03-06", "opens": "17:30", "closes": "09:00", "kind": "night"})
        page = office.get("/duty/week?from=2026-03-02")
        assert page.count("17:30–09:00") == 2 and count(sessions, Shift) == 2
        shift = re.findall(r'remove_shift.*?name="id" value="(\d+)"', page)[-1]
        self.act(office, "remove_shift", {"id": shift})
        assert count(sessions, Shift) == 1

    def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(self, office, posts):
        wrong = {"posting": posts["night"], "day": "2026-03-04", "opens": "18:00", "closes": "", "kind": "night", "note": "keep me"}
        page = self.act(office, "shift", wrong, status=422).text
        assert "Missing data for required field." in page and 'value="keep me"' in page
        again = self.act(office, "shift", wrong | {"closes": "23:00"}, status=422).text
        assert "The post has another shift at this time." in again

    def test_the_end_of_time_is_no_day_to_plan_for(self, office, posts):
        wrong = {"posting": posts["night"], "day": "9999-12-31", "opens": "18:00", "closes": "09:00", "kind": "night"}
        assert "Not a valid date." in self.act(office, "shift", wrong, status=422).text
        away = {"person": "Zhang", "starts_at": "2026-03-04T08:00", "ends_at": "9999-12-31T23:59"}
        assert "Not a valid datetime." in self.act(office, "absence", away, status=422).text

    def test_regular_hours_begin_and_end(self, office, sessions, posts):
        self.act(office, "pattern", {
            "posting": posts["night"], "days": "every_day", "weekday": ["6", "7"], "opens": "09:00", "closes": "12:00",
            "starts_on": "2026-03-01"})
        page = office.get("/duty/week?from=2026-03-02")
        assert page.count("09:00–12:00") == 3  # Saturday, Sunday, and the list of patterns
        self.act(office, "end_pattern", {"id": re.search(r'end_pattern.*?name="id" value="(\d+)"', page)[1]})
        with sessions() as session:
            assert session.scalars(select(ShiftPattern.ends_on)).one().isoformat() == "2026-03-03"

    def test_an_absence_asks_for_a_stand_in(self, office, sessions, posts):
        self.act(office, "absence", {"person": "Zhang", "starts_at": "2026-03-04T08:00", "ends_at": "2026-03-06T00:00"})
        page = office.get("/duty/week?from=2026-03-02")
        assert "no stand-in" in page
        self.act(office, "stand_in", {"id": re.search(r'action="/duty/week/stand_in".*?name="id" value="(\d+)"', page)[1], "stand_in": "Li"})
        assert "Li stands in" in office.get("/duty/week?from=2026-03-02")
        assert "stands in for Zhang" in row(office.get("/duty"), "西网格")
        assert count(sessions, Absence) == 1

    def test_others_look_and_change_nothing(self, browser, sessions, posts):  # noqa: F811
        clerk = browser("clerk")
        assert "Add a shift" not in clerk.get("/duty/week")
        clerk.post("/duty/week/shift", {"area": STREET, "posting": posts["night"]}, status=403)

    @pytest.mark.parametrize("day", ["nonsense", "0001-01-01", "9999-12-31"])
    def test_any_week_can_be_asked_for(self, office, day):
        office.get(f"/duty/week?from={day}")


class TestVacancies:
    def test_each_says_what_mends_it(self, office):
        page = office.get("/duty/vacancies")
        assert "No grid worker is posted in the cell" in page and "菩提居民区 东网格" in page and "Post somebody there" in page
        assert office.client.get(f"/duty/vacancies.xlsx?area={COMMUNITY}").status_code == 200


class TestHandOver:
    def test_one_gives_and_another_takes(self, browser, submit, posts):  # noqa: F811
        number = submit(category=GAS).ticket.number
        first, second = browser("clerk"), browser("dispatcher", name="Second")
        assert number in first.get("/duty/hand-over")
        kept = first.post("/duty/hand-over", {"area": STREET, "note": "key with the porter"}, page="/duty/hand-over").location
        assert "key with the porter" in second.get(kept) and number in second.get(kept)
        assert "Take the shift over" not in first.get(kept)
        second.post(f"{kept}/taking", page=kept)
        assert "Second" in first.get(kept)
        again = second.post(f"{kept}/taking", page="/duty/hand-over", status=409)
        assert "taken this shift over already" in again.text

    def test_it_prints_a_line_to_sign_while_nobody_has_taken_it(self, browser, posts):  # noqa: F811
        clerk = browser("clerk")
        kept = clerk.post("/duty/hand-over", {"area": STREET}, page="/duty/hand-over").location
        assert "print-only line" in clerk.get(kept)


class TestPhones:
    def test_numbers_of_people_are_shown_on_asking_and_recorded(self, browser, sessions, posts):  # noqa: F811
        clerk = browser("clerk")
        page = clerk.get("/duty/phones")
        assert "021-61111111" in page and "13812345678" not in page
        opened = clerk.post("/duty/phones", {"area": STREET}, page="/duty/phones", status=200).text
        assert "13812345678" in opened and "This opening was recorded." in opened
        with sessions() as session:
            assert session.scalar(select(func.count()).where(SecurityEvent.kind == "phone_book_opened")) == 1

    def test_a_worker_is_not_offered_them(self, browser, posts):  # noqa: F811
        worker = browser("grid_worker", EAST)
        assert "Show the numbers" not in worker.get("/duty/phones")
        worker.post("/duty/phones", {"area": EAST}, page="/duty/phones", status=403)

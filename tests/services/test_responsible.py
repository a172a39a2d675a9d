from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from geo.coords import Wgs84
from gridops.errors import Invalid
from gridops.models import Alarm, Person, Posting
from gridops.services import areas
from gridops.services.responsible import responsible
from tests.services.town import CELL_A, EAST, STREET, Town, square

IN_CELL_A = Wgs84(121.4305, 31.1905)
MORNING = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # Wednesday 10:00
LUNCH = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)  # 12:30
NIGHT = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)  # Thursday 02:00
FRIDAY_NIGHT = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)  # 22:00


@pytest.fixture
def town(session):
    town = Town(session)
    town.calendar(holidays=[date(2026, 3, 9)])
    return town


@pytest.fixture
def ask(town):
    def ask(now, category=None, point=IN_CELL_A, **options):
        located = areas.locate(town.session, point)
        return responsible(town.session, located, category, now, point=point, **options)

    return ask


def three(town, lead, coordinate, centre):
    town.department("SANI", "SANITATION", areas=[STREET], **lead)
    town.department("OFFICE", "URBAN_OFFICE", areas=[STREET], **coordinate)
    town.centre(**centre)
    return town.rule(town.category(), "SANITATION", "URBAN_OFFICE")


def reached(answer):
    return answer["reachable"] and (answer["reachable"]["department"]["code"], answer["reachable"]["phone"])


DAY_ONLY, BOTH, NONE = {"phone": "111"}, {"phone": "221", "duty_phone": "222"}, {}


@pytest.mark.parametrize("lead, coordinate, centre, by_day, by_night", [
    (BOTH, NONE, NONE, ("SANI", "221"), ("SANI", "222")),
    (DAY_ONLY, BOTH, BOTH, ("SANI", "111"), ("OFFICE", "222")),
    (DAY_ONLY, DAY_ONLY, BOTH, ("SANI", "111"), ("CENTRE", "222")),
    (NONE, NONE, BOTH, ("CENTRE", "221"), ("CENTRE", "222")),
    ({"duty_phone": "9"}, BOTH, BOTH, ("SANI", "9"), ("SANI", "9")),
    (DAY_ONLY, DAY_ONLY, DAY_ONLY, ("SANI", "111"), None),
])
def test_the_first_of_lead_coordinator_and_operations_centre_that_answers_now(town, ask, lead, coordinate, centre, by_day, by_night):
    three(town, lead, coordinate, centre)
    assert reached(ask(MORNING, "E0110")) == by_day
    for outside_hours in (NIGHT, LUNCH, FRIDAY_NIGHT):
        assert reached(ask(outside_hours, "E0110")) == by_night


@pytest.mark.parametrize("now, until", [
    (MORNING, datetime(2026, 3, 4, 4, 0, tzinfo=UTC)),  # until 12:00
    (LUNCH, datetime(2026, 3, 4, 5, 30, tzinfo=UTC)),  # until 13:30
    (datetime(2026, 3, 4, 9, 29, tzinfo=UTC), datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),  # 17:29 until 17:30
    (datetime(2026, 3, 4, 9, 30, tzinfo=UTC), datetime(2026, 3, 5, 1, 0, tzinfo=UTC)),  # 17:30 until 09:00
    (FRIDAY_NIGHT, datetime(2026, 3, 10, 1, 0, tzinfo=UTC)),  # Monday is a holiday: until Tuesday 09:00
])
def test_it_says_until_when_the_number_holds(town, ask, now, until):
    three(town, BOTH, NONE, NONE)
    assert ask(now, "E0110")["reachable"]["until"] == until


def open_alarms(session):
    return [(a.kind, a.subject, a.area_code) for a in session.scalars(select(Alarm).where(Alarm.settled_at.is_(None)))]


def test_nobody_at_night_is_said_and_raises_one_alarm_that_the_morning_settles(town, ask, session):
    three(town, DAY_ONLY, DAY_ONLY, DAY_ONLY)
    for _ in range(2):
        assert ask(NIGHT, "E0110")["reachable"] is None
    assert open_alarms(session) == [("nobody_reachable", f"{CELL_A}/E0110", CELL_A)]
    assert ask(MORNING, "E0110")["reachable"] is not None
    assert open_alarms(session) == []
    assert session.scalar(select(func.count()).select_from(Alarm)) == 1


def test_a_street_without_any_organisation_says_nobody(town, ask, session):
    answer = ask(MORNING)
    assert answer["reachable"] is None and answer["lead"] is None
    assert answer["on_duty"] == {
        "department": {"code": STREET, "name": "示范街道", "name_en": None}, "phone": "021-60000000", "roles": [], "now": []}
    assert open_alarms(session) == [("nobody_reachable", f"{CELL_A}/-", CELL_A)]


def test_roles_are_named_with_the_rule_that_decided(town, ask):
    rule = three(town, BOTH, BOTH, BOTH)
    town.department("FIRM", "PROPERTY", places=[town.place("甲小区", boundary=square(121.430, 31.190))], name="甲物业")
    town.type("PROPERTY")
    rule.supports = [{"type": "PROPERTY", "duty": None}]
    town.session.flush()
    answer = ask(MORNING, "E0110", locale="en")
    assert (answer["cell"], answer["community"]["code"], answer["street"]["code"]) == ({"code": CELL_A, "name": "第一网格"}, EAST, STREET)
    assert (answer["lead"]["code"], answer["coordinate"]["code"]) == ("SANI", "OFFICE")
    assert answer["support"] == [{"code": "FIRM", "name": "甲物业", "name_en": None, "why": "by place 甲小区", "duty": "保持现场"}]
    assert answer["rule"] == {"id": rule.id, "version": 1, "category": "E0110", "area": None, "community_kind": None}
    assert answer["explanation"].startswith("lead: SANI单位 (by area 示范街道 310104001); ")


def test_without_a_category_the_operations_centre_is_reached(town, ask):
    three(town, BOTH, BOTH, {"phone": "331", "duty_phone": "332"})
    answer = ask(NIGHT)
    assert reached(answer) == ("CENTRE", "332")
    assert (answer["lead"], answer["rule"], answer["problems"]) == (None, None, [])


def test_a_category_without_a_rule_still_reaches_the_operations_centre_and_says_why(town, ask):
    town.centre(duty_phone="332")
    town.category()
    answer = ask(NIGHT, "E0110")
    assert reached(answer) == ("CENTRE", "332")
    assert [problem["kind"] for problem in answer["problems"]] == ["no_rule"]


def test_the_cells_own_people_are_told_by_role_never_by_number(town, ask):
    town.centre(phone="331", duty_phone="332")
    for number, (role, starts, ends) in enumerate([
            ("grid_worker", date(2026, 1, 1), None), ("grid_leader", date(2026, 1, 1), date(2026, 3, 4)), ("volunteer", date(2026, 1, 1), None)]):
        person = town.add(Person(code=f"P{number}", name=f"网格员{number}", phone_cipher=b"secret"))
        town.add(Posting(person_id=person.id, role=role, area_code=CELL_A, starts_on=starts, ends_on=ends))
    assert ask(MORNING)["on_duty"] == {
        "department": {"code": "CENTRE", "name": "城运中心", "name_en": "Operations centre"}, "phone": "331",
        "roles": ["grid_leader", "grid_worker"], "now": ["grid_worker", "grid_leader"]}
    night = ask(NIGHT)["on_duty"]
    assert night["phone"] == "332" and night["roles"] == ["grid_worker"], "the leader's posting ended on the 4th"


def test_an_unknown_category_is_named(ask):
    with pytest.raises(Invalid) as error:
        ask(MORNING, "E9999")
    assert list(error.value.fields) == ["category"]


class TestTonight:
    @pytest.mark.parametrize("now, night", [
        (MORNING, datetime(2026, 3, 4, 14, 0, tzinfo=UTC)),  # 22:00
        (NIGHT, NIGHT), (FRIDAY_NIGHT, FRIDAY_NIGHT),
        (datetime(2026, 3, 3, 22, 0, tzinfo=UTC), datetime(2026, 3, 4, 14, 0, tzinfo=UTC)),  # Wednesday 06:00: the day has begun
    ])
    def test_is_ten_in_the_evening_of_the_street_or_now(self, town, ask, now, night):
        three(town, BOTH, NONE, NONE)
        assert ask(now, "E0110")["tonight"]["at"] == night

    def test_by_day_the_nights_number_is_known_already(self, town, ask):
        three(town, DAY_ONLY, NONE, BOTH)
        answer = ask(MORNING, "E0110")
        assert reached(answer) == ("SANI", "111")
        assert reached(answer["tonight"]) == ("CENTRE", "222")

    def test_that_nobody_answers_tonight_is_said_and_is_no_alarm_by_day(self, town, ask):
        three(town, DAY_ONLY, NONE, NONE)
        assert ask(MORNING, "E0110")["tonight"]["reachable"] is None
        assert open_alarms(town.session) == []

    def test_of_the_grid_only_roles_are_told_and_only_while_on_duty(self, town, ask):
        person = town.add(Person(code="P1", name="网格员", phone_cipher=b"secret"))
        town.add(Posting(person_id=person.id, role="grid_worker", area_code=CELL_A, starts_on=date(2026, 1, 1)))
        answer = ask(MORNING)
        assert answer["on_duty"]["now"] == ["grid_worker"]
        assert answer["tonight"]["roles"] == []
        assert "网格员" not in str(answer)

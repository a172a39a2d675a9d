from datetime import timedelta

import pytest

from geo.coords import Wgs84
from gridops.domain.actor import Actor, Grant
from gridops.errors import Invalid
from gridops.models import Alarm, ClockPolicy, Ticket
from gridops.services import alarms, routing
from tests.services.town import CELL_A, CELL_B, EAST, NOW, STREET, WEST, Town, square


@pytest.fixture
def town(session):
    return Town(session)


def problems(decision):
    return [(problem.kind, problem.role, problem.type_code) for problem in decision.problems]


def codes(decision):
    return decision.lead and decision.lead.code, decision.coordinate and decision.coordinate.code, [d.code for d, _ in decision.supports]


def test_three_property_firms_and_a_compound_across_the_border_of_two_cells(town):
    west, east = town.place("甲小区"), town.place("乙小区")
    across = town.place("跨界小区", boundary=square(121.4305, 31.190))
    building = town.place("跨界小区3号楼", "building", parent=across)
    town.centre()
    for code, places in (("FIRM1", [west]), ("FIRM2", [east]), ("FIRM3", [across])):
        town.department(code, "PROPERTY", places=places)
    category = town.category(track="property")
    town.rule(category, "PROPERTY")
    assert town.decide(category, area=CELL_A, place=west).lead.code == "FIRM1"
    assert town.decide(category, area=CELL_B, place=east).lead.code == "FIRM2"
    assert [town.decide(category, area=cell, place=across).lead.code for cell in (CELL_A, CELL_B)] == ["FIRM3", "FIRM3"]
    assert town.decide(category, area=CELL_B, place=building).lead.code == "FIRM3", "a building is its compound's"


def test_a_point_finds_the_compound_that_covers_it_in_either_cell(town):
    across = town.place("跨界小区", boundary=square(121.4305, 31.190))
    town.centre()
    town.department("FIRM3", "PROPERTY", places=[across])
    category = town.category(track="property")
    town.rule(category, "PROPERTY")
    for cell, lng in ((CELL_A, 121.4307), (CELL_B, 121.4313)):
        assert town.decide(category, area=cell, point=Wgs84(lng, 31.1905)).lead.code == "FIRM3"
    outside = town.decide(category, area=CELL_A, point=Wgs84(121.4302, 31.1905))
    assert outside.lead is None and problems(outside) == [("no_department", "lead", "PROPERTY")]


def test_where_two_compounds_cover_a_point_neither_is_guessed(town):
    town.centre()
    for code in ("甲小区", "乙小区"):
        town.department(f"OF{code}", "PROPERTY", places=[town.place(code, boundary=square(121.430, 31.190))])
    category = town.category(track="property")
    town.rule(category, "PROPERTY")
    decision = town.decide(category, point=Wgs84(121.4305, 31.1905))
    assert decision.lead is None and problems(decision) == [("no_department", "lead", "PROPERTY")]


def test_a_compound_of_another_community_does_not_count(town):
    town.department("FIRM", "PROPERTY", places=[town.place("西小区", boundary=square(121.430, 31.190), community=WEST)])
    town.centre()
    category = town.category(track="property")
    town.rule(category, "PROPERTY")
    assert town.decide(category, area=CELL_A, point=Wgs84(121.4305, 31.1905)).lead is None


def test_a_buildings_own_firm_beats_the_compounds(town):
    compound = town.place("甲小区")
    building = town.place("甲小区1号楼", "building", parent=compound)
    town.centre()
    town.department("ALL", "PROPERTY", places=[compound])
    town.department("ONE", "PROPERTY", places=[building])
    category = town.category(track="property")
    town.rule(category, "PROPERTY")
    assert town.decide(category, place=building).lead.code == "ONE"
    assert town.decide(category, place=compound).lead.code == "ALL"


def test_places_that_contain_each_other_do_not_hang_the_decision(town):
    compound = town.place("甲小区")
    compound.parent_id = town.place("乙小区", parent=compound).id
    town.centre()
    category = town.category(track="property")
    town.rule(category, "PROPERTY")
    assert town.decide(category, place=compound).lead is None


def test_two_equal_firms_are_a_tie_and_nobody_is_chosen(town):
    town.centre()
    town.department("B", "SANITATION", areas=[EAST])
    town.department("A", "SANITATION", areas=[EAST])
    town.department("OUTER", "SANITATION", areas=[STREET])
    category = town.category()
    town.rule(category, "SANITATION")
    decision = town.decide(category)
    assert decision.lead is None and decision.coordinate.code == "CENTRE"
    assert [problem.kind for problem in decision.problems] == ["tie"]
    assert sorted(decision.problems[0].departments) == ["A", "B"]
    assert town.decide(category, area=WEST).lead.code == "OUTER", "no tie elsewhere"


def test_a_street_without_the_leads_type_is_a_hole_with_a_name(town):
    town.centre()
    category = town.category()
    town.rule(category, "SANITATION")
    decision = town.decide(category)
    assert decision.lead is None
    assert decision.problems[0].to_json() == {"kind": "no_department", "role": "lead", "type": "SANITATION", "departments": []}


def test_without_rule_or_category_nothing_is_invented(town):
    centre = town.centre()
    no_rule, no_category = town.decide(town.category()), town.decide(None)
    assert problems(no_rule) == [("no_rule", "lead", None)]
    assert problems(no_category) == [("no_category", "lead", None)]
    for decision in (no_rule, no_category):
        assert (decision.lead, decision.coordinate, decision.rule, decision.centre) == (None, None, None, centre)


def test_a_department_that_has_ended_is_not_chosen(town):
    town.centre()
    town.department("OLD", "SANITATION", areas=[EAST], ended_at=NOW - timedelta(days=1))
    town.department("NEW", "SANITATION", areas=[STREET])
    category = town.category()
    town.rule(category, "SANITATION")
    assert town.decide(category).lead.code == "NEW"


def test_rules_are_overridden_by_area_and_by_the_communitys_kind(town):
    town.centre()
    for code in ("SANITATION", "GREENING", "ENFORCEMENT", "MUNICIPAL"):
        town.department(code, code, areas=[STREET])
    category = town.category()
    town.rule(category, "SANITATION")
    town.rule(category, "GREENING", kind="commercial")
    town.rule(category, "ENFORCEMENT", area=EAST)
    assert town.decide(category, area=CELL_A).lead.code == "ENFORCEMENT"
    assert town.decide(category, area=WEST).lead.code == "GREENING"
    assert town.decide(category, area=STREET).lead.code == "SANITATION"
    town.rule(category, "MUNICIPAL", area=EAST, kind="public_sold")
    assert town.decide(category, area=CELL_B).lead.code == "MUNICIPAL"


def test_a_new_rule_version_changes_new_decisions_only(town):
    town.centre()
    for code in ("SANITATION", "GREENING"):
        town.department(code, code, areas=[STREET])
    category = town.category()
    old = town.rule(category, "SANITATION")
    before = town.decide(category)
    new = town.replace_rule(old, category, "GREENING")
    after = town.decide(category)
    assert (before.lead.code, before.rule.id, before.reasons[0]["rule_version"]) == ("SANITATION", old.id, 1)
    assert (after.lead.code, after.rule.id, after.reasons[0]["rule_version"]) == ("GREENING", new.id, 2)
    assert "第1版" in routing.sentence(before, "zh") and "第2版" in routing.sentence(after, "zh")


def test_the_named_coordinator_coordinates_and_supports_have_a_named_duty(town):
    for code in ("URBAN_OFFICE", "ENFORCEMENT", "SANITATION", "MARKET", "VOLUNTEER"):
        town.department(code, code, areas=[STREET])
    category = town.category()
    town.rule(category, "ENFORCEMENT", "URBAN_OFFICE", ["SANITATION", ("MARKET", "查验证照"), "VOLUNTEER"])
    decision = town.decide(category)
    assert codes(decision) == ("ENFORCEMENT", "URBAN_OFFICE", ["SANITATION", "MARKET"])
    assert [duty for _, duty in decision.supports] == ["清运垃圾", "查验证照"]
    assert [party.code for party in decision.informed] == ["VOLUNTEER"], "without a sub-duty it is only informed"
    assert decision.problems == []


@pytest.mark.parametrize("coordinate", ["URBAN_OFFICE", "SANITATION"])
def test_the_operations_centre_coordinates_where_the_coordinator_is_missing_or_leads(town, coordinate):
    town.centre()
    town.department("SANITATION", "SANITATION", areas=[STREET])
    category = town.category()
    town.rule(category, "SANITATION", coordinate)
    decision = town.decide(category)
    assert codes(decision) == ("SANITATION", "CENTRE", [])
    assert decision.problems == [] and decision.reasons[1]["by"] == "silent"


def test_a_tie_of_coordinators_is_told_but_does_not_hold_the_ticket(town):
    town.centre()
    town.department("SANITATION", "SANITATION", areas=[STREET])
    for code in ("ONE", "TWO"):
        town.department(code, "URBAN_OFFICE", areas=[STREET])
    category = town.category()
    town.rule(category, "SANITATION", "URBAN_OFFICE")
    decision = town.decide(category)
    assert codes(decision) == ("SANITATION", "CENTRE", [])
    assert problems(decision) == [("tie", "coordinate", "URBAN_OFFICE")]


def test_where_the_operations_centre_leads_the_other_type_coordinates(town):
    town.centre()
    category = town.category()
    town.rule(category, "GRID_CENTER", "URBAN_OFFICE")
    alone = town.decide(category)
    assert codes(alone) == ("CENTRE", None, []) and problems(alone) == [("no_department", "coordinate", "URBAN_OFFICE")]
    town.department("OFFICE", "URBAN_OFFICE", areas=[STREET])
    assert codes(town.decide(category)) == ("CENTRE", "OFFICE", [])


def test_without_coordinator_and_operations_centre_the_problem_is_named(town):
    town.department("SANITATION", "SANITATION", areas=[STREET])
    category = town.category()
    town.rule(category, "SANITATION", "URBAN_OFFICE")
    decision = town.decide(category)
    assert decision.coordinate is None and problems(decision) == [("no_department", "coordinate", "GRID_CENTER")]


def test_missing_supports_are_told_and_never_block(town):
    town.centre()
    for code in ("ONE", "TWO"):
        town.department(code, "GREENING", areas=[STREET])
    town.department("SANITATION", "SANITATION", areas=[STREET])
    category = town.category()
    town.rule(category, "SANITATION", supports=["PROPERTY", "GREENING"])
    decision = town.decide(category)
    assert codes(decision) == ("SANITATION", "CENTRE", [])
    assert problems(decision) == [("support_missing", "support", "PROPERTY"), ("support_missing", "support", "GREENING")]


def test_no_organisation_has_two_roles(town):
    town.centre()
    town.department("SANITATION", "SANITATION", areas=[STREET])
    town.department("PROPERTY", "PROPERTY", areas=[STREET])
    category = town.category()
    town.rule(category, "SANITATION", supports=["SANITATION", "GRID_CENTER", "PROPERTY", "PROPERTY"])
    decision = town.decide(category)
    assert codes(decision) == ("SANITATION", "CENTRE", ["PROPERTY"]) and decision.problems == []


@pytest.mark.parametrize("track, leads", [
    ("self_governance", True), ("service", True), ("mediation", True), ("government", False), ("property", False)])
@pytest.mark.parametrize("committee", ["RESIDENTS_COMMITTEE", "OWNERS_COMMITTEE"])
def test_committees_lead_only_neighbourhood_matters(town, committee, track, leads):
    town.centre()
    town.department("COMMITTEE", committee, areas=[EAST])
    category = town.category(track=track)
    town.rule(category, committee)
    decision = town.decide(category)
    assert (decision.lead is not None) is leads
    assert problems(decision) == ([] if leads else [("committee_may_not_lead", "lead", committee)])


def explained(town):
    compound = town.place("康乐小区")
    town.centre()
    town.department("FIRM", "PROPERTY", places=[compound], name="康乐物业", name_en="Kangle Property")
    town.department("SANI", "SANITATION", areas=[STREET], name="环卫所", name_en="Sanitation")
    category = town.category(track="property")
    return category, town.rule(category, "PROPERTY", "URBAN_OFFICE", ["SANITATION"]), town.decide(category, place=compound)


def test_every_role_says_why_and_by_which_rule(town):
    _, rule, decision = explained(town)
    assert [(row["role"], row["department"], row["why"]) for row in decision.reasons] == [
        ("lead", "FIRM", "by place 康乐小区"),
        ("coordinate", "CENTRE", "the operations centre coordinates what nobody else does"),
        ("support", "SANI", "by area 示范街道 310104001"),
    ]
    assert {(row["rule_id"], row["rule_version"]) for row in decision.reasons} == {(rule.id, 1)}


def test_a_decision_explains_itself_in_one_sentence(town):
    _, _, decision = explained(town)
    assert routing.sentence(decision, "zh") == (
        "主负责：康乐物业（按小区或楼栋康乐小区）；主统筹：城运中心（无其他统筹单位，由城运中心统筹）；"
        "主配合：环卫所（按辖区示范街道 310104001）；依据E0110派单规则第1版。")
    assert routing.sentence(decision, "en") == (
        "lead: Kangle Property (by place 康乐小区); coordinator: Operations centre (the operations centre coordinates what nobody else does); "
        "support: Sanitation (by area 示范街道 310104001); by duty rule of E0110, version 1.")


def test_an_empty_decision_still_makes_a_sentence(town):
    decision = town.decide(town.category())
    assert routing.sentence(decision, "zh") == "主负责：未找到；主统筹：未找到；无适用的派单规则。"
    assert routing.sentence(decision, "en") == "lead: none found; coordinator: none found; no duty rule applies."


@pytest.fixture
def manual(town, session):
    category, _, base = explained(town)
    town.department("OFFICE", "URBAN_OFFICE", areas=[WEST])
    town.department("VOLUNTEERS", "VOLUNTEER", areas=[WEST])
    town.department("COMMITTEE", "RESIDENTS_COMMITTEE", areas=[EAST])
    town.department("GONE", "POLICE", ended_at=NOW)

    def choose(**chosen):
        return routing.decide_manual(session, base, category_version=category, **chosen)

    return choose


def test_a_dispatcher_names_another_lead_and_the_rest_follows_from_the_rules(manual):
    decision = manual(lead_code="OFFICE")
    assert codes(decision) == ("OFFICE", "CENTRE", ["SANI"])
    assert decision.reasons[0]["by"] == "person" and decision.reasons[2]["by"] == "area"
    assert "由派单员指定" in routing.sentence(decision, "zh")


def test_a_support_that_is_named_lead_does_not_support_itself(manual):
    assert codes(manual(lead_code="SANI")) == ("SANI", "CENTRE", [])


def test_supports_named_by_a_dispatcher_replace_those_of_the_rules(manual):
    decision = manual(supports=[{"department": "VOLUNTEERS", "duty": "劝导"}, {"department": "SANI", "duty": None}])
    assert [(party.code, duty) for party, duty in decision.supports] == [("VOLUNTEERS", "劝导"), ("SANI", "清运垃圾")]
    assert codes(manual(supports=[])) == ("FIRM", "CENTRE", [])


def test_naming_a_lead_mends_the_problem_of_a_missing_one(town, session):
    town.centre()
    category = town.category()
    town.rule(category, "SANITATION")
    town.department("POLICE", "POLICE", areas=[STREET])
    base = town.decide(category)
    decision = routing.decide_manual(session, base, category_version=category, lead_code="POLICE")
    assert base.problems and decision.problems == [] and codes(decision) == ("POLICE", "CENTRE", [])


@pytest.mark.parametrize("chosen, code, field", [
    ({"lead_code": "NOBODY"}, "unknown_department", "lead"),
    ({"lead_code": "GONE"}, "unknown_department", "lead"),
    ({"coordinate_code": "NOBODY"}, "unknown_department", "coordinate"),
    ({"supports": [{"department": "NOBODY", "duty": "x"}]}, "unknown_department", "support.0.department"),
    ({"coordinate_code": "FIRM"}, "twice_in_round", "coordinate"),
    ({"supports": [{"department": "CENTRE", "duty": "x"}]}, "twice_in_round", "support.0.department"),
    ({"supports": [{"department": "SANI"}, {"department": "SANI"}]}, "twice_in_round", "support.1.department"),
    ({"lead_code": "COMMITTEE"}, "committee_may_not_lead", "lead"),
    ({"supports": [{"department": "VOLUNTEERS", "duty": "  "}]}, "duty_missing", "support.0.duty"),
    ({"lead_code": "CENTRE"}, "coordinator_missing", "coordinate"),
])
def test_a_wrong_choice_names_the_field(manual, chosen, code, field):
    with pytest.raises(Invalid) as error:
        manual(**chosen)
    assert error.value.code == code and list(error.value.fields) == [field]


def dispatcher(area):
    return Actor(kind="staff", name="派单员", grants=(Grant("dispatcher", area),))


def test_an_alarm_stands_once_until_it_is_settled(session, now):
    first = alarms.raise_alarm(session, "tie", subject="T1", area_code=CELL_A, facts={"no": 1}, now=now)
    again = alarms.raise_alarm(session, "tie", subject="T1", area_code=CELL_A, facts={"no": 2}, now=now + timedelta(hours=1))
    assert first == again
    alarm = session.get(Alarm, first)
    assert alarm.facts == {"no": 2} and alarm.raised_at == now
    assert alarms.settle(session, "tie", "T1", now=now) and not alarms.settle(session, "tie", "T1", now=now)
    assert alarms.raise_alarm(session, "tie", subject="T1", area_code=CELL_A, now=now) != first


def test_alarms_are_shown_to_those_who_can_mend_them_there(session, now):
    alarms.raise_alarm(session, "tie", subject="T1", area_code=CELL_A, now=now)
    alarms.raise_alarm(session, "no_rule", subject="T2", area_code=WEST, now=now + timedelta(seconds=1))
    assert [alarm.subject for alarm in alarms.open_alarms(session, dispatcher(STREET))] == ["T1", "T2"]
    assert [alarm.subject for alarm in alarms.open_alarms(session, dispatcher(WEST))] == ["T2"]
    assert alarms.open_alarms(session, dispatcher("310104002")) == []
    worker = Actor(kind="staff", name="网格员", grants=(Grant("grid_worker", STREET), Grant("department", STREET, 1)))
    assert alarms.open_alarms(session, worker) == []


def test_a_dispatch_settles_the_alarms_it_mends_and_no_others(session, town, now):
    made = ticket(town)
    for kind in ("no_organisation", "not_solved"):
        alarms.raise_alarm(session, kind, subject=made.number, area_code=CELL_A, ticket_id=made.id, now=now)
    assert alarms.settle_for_ticket(session, made.id, now=now) == 1
    assert [alarm.kind for alarm in alarms.open_alarms(session, dispatcher(STREET))] == ["not_solved"]


def ticket(town):
    policy = town.add(ClockPolicy(version=1, rules={}, valid_from=NOW))
    return town.add(Ticket(
        number="T1", status="filed", kind="complaint", street_code=STREET, area_code=CELL_A, description="垃圾", reported_at=NOW,
        calendar_version_id=town.calendar().id, policy_id=policy.id))

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from gridops.domain.routing import COMMITTEES, Claim, Found, Missing, choose_department, choose_rule, may_lead

STREET, COMMUNITY, CELL = "310104001", "310104001001", "310104001001007"


@dataclass(frozen=True)
class Rule:
    id: int
    area_prefix: str | None = None
    community_kind: str | None = None


def test_a_rule_for_everywhere_applies_where_there_is_no_other():
    assert choose_rule([Rule(1), Rule(2, "310105")], CELL, None).id == 1


def test_the_longest_area_prefix_beats_shorter_ones_and_the_communitys_kind():
    rules = [Rule(1), Rule(2, STREET, "commercial"), Rule(3, COMMUNITY), Rule(4, None, "commercial")]
    assert choose_rule(rules, CELL, "commercial").id == 3


def test_of_equal_areas_a_rule_that_names_the_communitys_kind_wins():
    rules = [Rule(1, STREET), Rule(2, STREET, "commercial"), Rule(3, STREET, "old_town")]
    assert choose_rule(rules, CELL, "commercial").id == 2
    assert choose_rule(rules, CELL, "mixed").id == 1
    assert choose_rule(rules, CELL, None).id == 1


def test_no_rule_applies_elsewhere():
    assert choose_rule([Rule(1, "310105"), Rule(2, None, "mixed")], CELL, "commercial") is None
    assert choose_rule([], CELL, None) is None


def test_a_rule_for_a_community_says_nothing_about_a_ticket_known_only_to_its_street():
    assert choose_rule([Rule(1, COMMUNITY)], STREET, None) is None


def test_a_building_beats_its_compound_and_a_place_beats_every_area():
    claims = [Claim(1, area_prefix=CELL), Claim(2, place_id=20), Claim(3, place_id=10)]
    assert choose_department(claims, CELL, [10, 20]) == Found(claims[2])
    assert choose_department(claims, CELL, [20]) == Found(claims[1])
    assert choose_department(claims, CELL, []) == Found(claims[0])


def test_the_longer_area_prefix_wins():
    claims = [Claim(1, area_prefix=STREET), Claim(2, area_prefix=COMMUNITY), Claim(3, area_prefix="31010400100100")]
    assert choose_department(claims, CELL, []) == Found(claims[2])
    assert choose_department(claims, COMMUNITY, []) == Found(claims[1])


def test_two_equally_specific_organisations_are_a_tie_that_names_both():
    claims = [Claim(9, place_id=10), Claim(4, place_id=10), Claim(1, area_prefix=STREET)]
    assert choose_department(claims, CELL, [10]) == Missing("tie", (4, 9))


def test_one_organisation_named_twice_is_no_tie():
    claims = [Claim(4, area_prefix=STREET), Claim(4, area_prefix=STREET)]
    assert choose_department(claims, CELL, []) == Found(claims[0])


def test_nobody_is_responsible_in_a_hole():
    claims = [Claim(1, area_prefix="310104002"), Claim(2, place_id=99)]
    assert choose_department(claims, CELL, [10]) == Missing("no_department")
    assert choose_department([], CELL, []) == Missing("no_department")


def test_committees_lead_only_what_belongs_to_the_neighbourhood():
    for committee in COMMITTEES:
        assert [may_lead(committee, t) for t in ("self_governance", "service", "mediation")] == [True] * 3
        assert not may_lead(committee, "government") and not may_lead(committee, "property")
    assert may_lead("SANITATION", "government")


claims = st.builds(
    lambda number, area, place: Claim(number, area, place) if area is None or place is None else Claim(number, area),
    st.integers(1, 5), st.none() | st.sampled_from(["", STREET, COMMUNITY, CELL, "99"]), st.none() | st.integers(1, 4))


@given(st.lists(claims), st.sampled_from(["", STREET, COMMUNITY, CELL]), st.lists(st.integers(1, 4), unique=True))
def test_every_input_gives_one_organisation_or_a_named_reason(all_claims, area, chain):
    found = choose_department(all_claims, area, chain)
    if isinstance(found, Found):
        assert found.claim in all_claims
    else:
        assert (found.kind == "tie") == (len(found.department_ids) > 1)
        assert found.kind in ("tie", "no_department")
    assert winner(choose_department(reversed(all_claims), area, chain)) == winner(found), "the order of the claims says nothing"


def winner(found):
    return found.claim.department_id if isinstance(found, Found) else found

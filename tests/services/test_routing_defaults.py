"""The duty rules a new installation starts with, over every category there is."""

import pytest
from sqlalchemy import select

from gridops.models import CategoryVersion, DepartmentType
from gridops.services.seed import ensure_defaults
from tests.services.town import NOW, STREET, Town


@pytest.fixture
def town(session):
    ensure_defaults(session, NOW)
    return Town(session)


def decisions(town):
    return {category.code: town.decide(category) for category in town.session.scalars(select(CategoryVersion))}


def test_where_every_type_has_an_organisation_every_category_fills_its_roles(town):
    for code in list(town.session.scalars(select(DepartmentType.code))):
        town.department(f"D-{code}", code, areas=[STREET])
    decided = decisions(town)
    assert len(decided) > 150
    for decision in decided.values():
        assert decision.problems == [] and decision.informed == []
        parties = [decision.lead, decision.coordinate, *(party for party, _ in decision.supports)]
        assert len({party.id for party in parties}) == len(parties)
        assert all(duty for _, duty in decision.supports)


def test_where_there_is_no_organisation_at_all_every_category_says_what_is_missing(town):
    for decision in decisions(town).values():
        assert decision.lead is None and decision.coordinate is None
        assert {problem.role for problem in decision.problems} >= {"lead", "coordinate"}
        assert {problem.kind for problem in decision.problems} <= {"no_department", "support_missing"}

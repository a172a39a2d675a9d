"""Who may be chosen to look may also say what he saw; who handled the matter never does."""

import pytest

from gridops.domain.actor import Actor, Grant
from gridops.domain.permissions import capacities
from gridops.domain.posts import WALKERS

CELL = "310199001001001"


@pytest.mark.parametrize("role", WALKERS)
@pytest.mark.parametrize(("handled_it", "checks"), [(False, True), (True, False)])
def test_every_walker_checks_but_never_his_own_result(role, handled_it, checks):
    found = capacities(Actor("staff", "x", account_id=1, grants=(Grant(role, CELL),)), CELL, {}, own_report=False, handled_it=handled_it)
    assert ("checker" in found) is checks and role in found

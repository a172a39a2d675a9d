"""How well reports are understood, for who may choose the version in use."""

import subprocess
import sys

import pytest

from gridops.models import LearnedModel
from tests.small_street import STREET
from tests.web.test_staff import account, browser  # noqa: F401

MEASURES = {"held_back": 8, "new": {"accuracy": 0.91, "macro_f1": 0.8, "categories": {}}, "before": {"accuracy": 0.75, "macro_f1": 0.7, "categories": {}}}


def test_versions_are_shown_and_one_is_used_again(browser, sessions, now):  # noqa: F811
    with sessions() as session, session.begin():
        for version, state in ((1, "retired"), (2, "active")):
            session.add(LearnedModel(version=version, trained_at=now, samples=40, state=state, measures=MEASURES, weights=b""))
    leader = browser("leader")
    assert "91.0 %" in leader.get("/learning") and "75.0 %" in leader.get("/learning")
    leader.post("/learning", {"version": "1"}, page="/learning")
    with sessions() as session:
        assert [row.state for row in session.query(LearnedModel).order_by(LearnedModel.version)] == ["active", "retired"]
    leader.post("/learning", {"version": "0"}, page="/learning")
    with sessions() as session:
        assert [row.state for row in session.query(LearnedModel)] == ["retired", "retired"]


def test_nothing_learned_says_how_to_begin(browser):  # noqa: F811
    assert "gridops learn" in browser("system_admin").get("/learning")


LOADED = """
import importlib, pkgutil, sys
import {main}
for package in map(importlib.import_module, {packages}):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(found.name)
from gridops.learning.knowledge import knowledge
print("sklearn" in sys.modules, "scipy" in sys.modules, knowledge.cache_info().currsize)
"""


@pytest.mark.parametrize(("main", "packages"), [
    ("gridops.application", ["gridops.api", "gridops.web"]), ("workers.process", ["workers"]),
])
def test_no_process_loads_what_trains_and_none_reads_the_knowledge_before_it_is_asked(main, packages):
    """The web processes answer with the whole application, the workers do every job."""
    code = LOADED.format(main=main, packages=packages)
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["False", "False", "0"]


def test_others_may_not_choose(browser):  # noqa: F811
    browser("department", STREET, "SANITATION").get("/learning", status=403)
    browser("clerk").get("/learning", status=403)

"""How well reports are understood, for who may choose the version in use, when to learn, and what the words may file."""

import re
import subprocess
import sys

import pytest
from sqlalchemy import select

from gridops.models import FilingRule, LearnedModel, LearningRun, LearningSchedule
from gridops.services.learned import runs
from tests.small_street import RUBBISH, STREET
from tests.web.test_staff import account, browser  # noqa: F401

MEASURES = {"held_back": 8, "new": {"accuracy": 0.91, "macro_f1": 0.8, "categories": {}}, "before": {"accuracy": 0.75, "macro_f1": 0.7, "categories": {}}}
MEASURED = MEASURES | {"compared": 0, "new": {
    "accuracy": 0.5, "macro_f1": 0.5, "categories": {"E0192": {"cases": 4, "right": 3, "seen": 4}},
    "confusions": [{"meant": "E0192", "said": "E0110", "cases": 2, "seen": 1, "sure": 1}, {"meant": "E2203", "said": None, "cases": 1, "seen": 0, "sure": 0}],
    "levels": {"E0192": [[0.5, 9, 7], [0.95, 3, 3]]}}}
PAGE = f"/learning/filing?street={STREET}&category=E0192"


@pytest.fixture
def learned(sessions, now):
    def learned(measures=MEASURED):
        with sessions() as session, session.begin():
            session.add(LearnedModel(version=1, trained_at=now, samples=40, state="active", measures=measures, weights=b""))

    return learned


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


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


def test_what_is_taken_for_what_and_what_the_clerk_sees(browser, learned):  # noqa: F811
    learned()
    said = words(browser("leader").get("/learning"))
    assert "3 / 4 0" in said, "of so few no share is told"
    assert "Overflowing bins E0192 Exposed household rubbish E0110 2 the right one below it, 1 of 2 times 1 sure enough to be filed" in said
    assert "nothing 1 no suggestion: chosen from the list" in said


class TestLearnNow:
    def test_one_press_and_a_second_one_is_explained(self, browser, sessions):  # noqa: F811
        leader = browser("leader")
        leader.post("/learning/run", page="/learning")
        assert "Waits for a worker." in leader.get("/learning") and "Learn now" not in leader.get("/learning")
        leader.post("/learning/run", page="/learning")
        assert "Learning is under way already" in leader.get("/learning")
        with sessions() as session:
            assert [row.cause for row in session.scalars(select(LearningRun))] == ["person"]

    def test_how_far_it_is_and_how_it_ended(self, browser, sessions, now):  # noqa: F811
        leader = browser("leader")
        assert leader.client.get("/learning/run").json == {"open": False, "said": ""}
        leader.post("/learning/run", page="/learning")
        with sessions() as session, session.begin():
            begun = runs.begin(session, now=now)
            runs.tell(session, begun, "measuring")
        assert "The process that learned has ended" in leader.client.get("/learning/run", headers={"Accept-Language": "en"}).json["said"], "nobody holds the lock"
        with sessions() as session, session.begin():
            runs.end(session, begun, runs.TOO_LITTLE, now=now)
        assert leader.client.get("/learning/run").json["open"] is False
        assert "too few closed tickets to learn from" in leader.get("/learning")

    def test_the_schedule_is_chosen(self, browser, sessions):  # noqa: F811
        leader = browser("leader")
        leader.post("/learning/schedule", {"weekday": "3", "at": "04:30"}, page="/learning")
        assert "By itself: Wednesday at 04:30" in leader.get("/learning")
        leader.post("/learning/schedule", {"weekday": "9", "at": "04:30"}, page="/learning")
        leader.post("/learning/schedule", {"weekday": "1", "at": "25:30"}, page="/learning")
        with sessions() as session:
            row = session.get_one(LearningSchedule, 1)
            assert (row.weekday, f"{row.at:%H:%M}") == (3, "04:30")
        leader.post("/learning/schedule", {"weekday": "", "at": "04:30"}, page="/learning")
        assert "Never by itself" in leader.get("/learning")


class TestFiling:
    def test_a_share_is_chosen_and_seen(self, browser, learned, sessions):  # noqa: F811
        learned()
        leader = browser("leader")
        page = leader.get(PAGE)
        assert "from 95 %" in page and "50 % 9 2 95 % 3 0" in words(page)
        form = {"street": STREET, "category": "E0192", "expected": "0", "mode": "threshold", "percent": "82.5 %"}
        leader.post("/learning/filing", form, page=PAGE)
        assert "from 82.5 %" in leader.get(PAGE) and "from 82.5 %" in leader.get("/learning")
        with sessions() as session:
            assert [float(row.threshold) for row in session.scalars(select(FilingRule))] == [0.825]

    def test_what_is_wrong_is_said_and_changes_nothing(self, browser, sessions):  # noqa: F811
        leader = browser("leader")
        form = {"street": STREET, "category": "E0192", "expected": "0", "mode": "threshold"}
        for percent in ("20", "", "viel", "nan"):
            leader.post("/learning/filing", form | {"percent": percent}, page=PAGE)
            assert "From 0.5 to 1." in leader.get(PAGE)
        leader.post("/learning/filing", form | {"mode": "never", "expected": "7"}, page=PAGE)
        assert "Somebody else has changed this" in leader.get(PAGE)
        with sessions() as session:
            assert session.scalars(select(FilingRule)).all() == []

    def test_who_is_accused_has_no_form(self, browser):  # noqa: F811
        page = browser("leader").get(PAGE.replace("E0192", "E2101"))
        assert "a person always looks first" in page and "action=\"/learning/filing\"" not in page

    def test_not_here(self, browser):  # noqa: F811
        leader = browser("leader")
        leader.get("/learning/filing", status=404)
        leader.get(PAGE.replace("E0192", "E9999"), status=404)
        leader.get(PAGE.replace(STREET, "310199002"), status=404)


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


def test_others_may_not_choose(browser, sessions):  # noqa: F811
    browser("department", STREET, "SANITATION").get("/learning", status=403)
    clerk = browser("clerk")
    clerk.get("/learning", status=403)
    with sessions() as session:
        before = session.scalars(select(LearningSchedule.weekday)).all()
    for path, form in (("/learning/run", {}), ("/learning/schedule", {"weekday": "3", "at": "04:00"}), ("/learning/filing", {"street": STREET, "category": RUBBISH})):
        clerk.post(path, form)  # back to the page, which is not for him
    with sessions() as session:
        assert session.scalars(select(LearningRun)).all() == [] == session.scalars(select(FilingRule)).all()
        assert session.scalars(select(LearningSchedule.weekday)).all() == before

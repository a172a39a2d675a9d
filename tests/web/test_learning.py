"""How well reports are understood, for who may choose the version in use."""

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


def test_a_web_process_never_loads_what_trains(app):
    import subprocess
    import sys

    code = "import sys, gridops.web.learning, gridops.web.chat, gridops.api.understand; print('sklearn' in sys.modules, 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]


def test_others_may_not_choose(browser):  # noqa: F811
    browser("department", STREET, "SANITATION").get("/learning", status=403)
    browser("clerk").get("/learning", status=403)

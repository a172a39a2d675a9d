"""One report, all answers; and the project's own labelled reports."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gridops.learning.knowledge import PACKAGE, rows
from gridops.learning.understanding import understand
from gridops.learning.urgency import LEVELS

REPORTS = list(csv.DictReader((Path(__file__).parent / "reports.csv").read_text("utf-8").splitlines()))
TAXONOMY = rows(PACKAGE / "taxonomy.csv")
URGENCIES = {row["code"]: row["urgency"] for row in TAXONOMY}
PROTECTING = {row["code"] for row in TAXONOMY if row["protect_reporter_default"] == "1"}


@pytest.mark.parametrize("report", REPORTS, ids=[row["text"][:12] for row in REPORTS])
def test_the_projects_own_reports_are_understood(report):
    found = understand("", report["text"], urgencies=URGENCIES, protecting=PROTECTING)
    acceptable = set(report["acceptable"].split(";"))
    assert found.scope.doubt or (acceptable - {"OUT"} if found.scope.inside else "OUT" in acceptable)
    assert "OUT" in acceptable or acceptable & {suggestion.code for suggestion in found.suggestions}
    assert LEVELS.index(found.urgency.level) >= LEVELS.index(report["urgency"] or "routine")
    assert found.protected or not report["protected"]


def test_urgency_is_never_below_that_of_the_first_suggestion():
    found = understand("", "小区消防通道被占了", urgencies=URGENCIES)
    assert LEVELS.index(found.urgency.level) >= LEVELS.index(URGENCIES[found.suggestions[0].code])


def test_danger_is_never_sent_elsewhere_without_a_person_looking():
    found = understand("", "地铁站里有人触电了，公交车也停了", urgencies=URGENCIES)
    assert found.urgency.level == "emergency"
    assert found.scope.inside or found.scope.doubt

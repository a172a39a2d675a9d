from pathlib import Path

import pytest

import gridops
from gridops.domain.calendar import WorkCalendar, parse_days


@pytest.fixture(scope="session")
def china():
    seed = Path(gridops.__file__).parent / "package" / "china_days.csv"
    return WorkCalendar.from_days("cn-1", "Asia/Shanghai", parse_days(seed.read_text(encoding="utf-8").splitlines()))

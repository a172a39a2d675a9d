"""A town to import into."""

from __future__ import annotations

import pytest
from tests.imports.own_files import counts, whole_town

from gridops.services.imports.areas import import_areas
from gridops.services.imports.calendar import import_calendar
from gridops.services.imports.department_types import import_department_types
from gridops.services.imports.readers import read_csv
from gridops.services.seed import PACKAGE
from gridops.vault import Vault


@pytest.fixture
def vault(config) -> Vault:
    return Vault(config.vault_keys, config.secret_key)


@pytest.fixture
def town(session, now):
    """A street, two communities, two cells in the first, department types and the default calendar."""
    for import_kind, name in ((import_department_types, "department_types.csv"), (import_calendar, "china_days.csv")):
        assert not import_kind(session, read_csv((PACKAGE / name).read_bytes()), now=now).errors
    report = import_areas(session, whole_town(), now=now, crs="wgs84")
    assert counts(report) == (5, 0, 0), report.errors
    return session

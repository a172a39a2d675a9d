"""The demonstration is whole on whichever day it is loaded: offices may be closed, or have been closed for a week."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gridops.db import reading
from gridops.demo.load import load, present
from gridops.vault import Vault
from tests.demo.standing import missing

DAYS = {
    "Wednesday morning": datetime(2026, 3, 4, 2, 0, tzinfo=UTC),
    "Sunday night": datetime(2026, 3, 8, 18, 30, tzinfo=UTC),
    "in the Spring Festival": datetime(2026, 2, 20, 4, 0, tzinfo=UTC),
}


@pytest.mark.parametrize("day", DAYS)
def test_shows_everything_on_a(fresh, day):
    now, kept = DAYS[day], []
    load(fresh.sessions, now=now, vault=Vault(fresh.config.vault_keys, fresh.config.secret_key), keep=kept.extend, ordinary=16)
    with reading(fresh.sessions) as session:
        assert missing(session, now) == set()
    assert kept


def test_no_street_stays_when_the_log_ins_cannot_be_kept(fresh):
    """It would be one that nobody can enter."""
    def full_disk(_entries):
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        load(fresh.sessions, now=DAYS["Sunday night"], vault=Vault(fresh.config.vault_keys, fresh.config.secret_key), keep=full_disk)
    with reading(fresh.sessions) as session:
        assert present(session) == []

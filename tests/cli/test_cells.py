"""`gridops cells …` over the versions of a street's grid."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from gridops.cli import main
from gridops.models import Cell, Grid
from tests import small_street
from tests.small_street import EAST, STREET, WEST


@pytest.fixture
def gridops(fresh, monkeypatch, now):
    for name, value in fresh.environment.items():
        monkeypatch.setenv(name, value)
    with fresh.sessions() as session, session.begin():
        small_street.build(session, fresh.config, now)

    def call(*words, code=0):
        result = CliRunner().invoke(main, ["cells", *map(str, words)], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.output

    return call


@pytest.fixture
def statuses(fresh):
    def statuses():
        with fresh.sessions() as session:
            return dict(session.execute(select(Grid.version, Grid.status)).all())

    return statuses


def test_begin_check_compare_activate(gridops, statuses):
    assert gridops("draft", STREET, "--title", "春季调整") == "version 2, draft\n"
    assert gridops("versions", STREET).splitlines()[0].split("\t") == ["2", "draft", "2", "", "春季调整"]
    assert gridops("check", STREET, 2) == "gap 0.00 m2, overlap 0.00 m2\n"
    assert gridops("compare", STREET, 2) == "moves 0 open tickets, 0 postings, 0 posters, 0 buildings, 0 households\n"
    assert gridops("activate", STREET, 2) == "version 2 is active\n"
    assert statuses() == {1: "retired", 2: "active"}


def test_what_is_not_sound_needs_a_reason(gridops, statuses):
    gridops("draft", STREET, "--empty")
    assert "blocking\tgap:" in gridops("check", STREET, 2, code=1)
    assert "grid_not_sound" in gridops("activate", STREET, 2, code=1)
    gridops("activate", STREET, 2, "--reason", "重新规划")
    assert statuses() == {1: "retired", 2: "active"}


def test_an_instant_has_a_time_zone_and_plans(gridops, statuses):
    gridops("draft", STREET)
    assert "time zone" in gridops("activate", STREET, 2, "--at", "2126-04-01T00:00", code=2)
    assert "2126-03-31T16:00:00+00:00" in gridops("activate", STREET, 2, "--at", "2126-04-01T00:00+08:00")
    assert statuses() == {1: "active", 2: "draft"}
    gridops("discard", STREET, 2)
    assert statuses() == {1: "active", 2: "discarded"}


def test_export_and_import_change_nothing(gridops, fresh, tmp_path):
    gridops("draft", STREET)
    file = tmp_path / "cells.geojson"
    assert gridops("export", STREET, 2, file) == "2 cells\n"
    assert gridops("import", STREET, 2, file, "--crs", "wgs84") == "0 cells changed or new, 0 gone\n"
    kept = [f for f in json.loads(file.read_text())["features"] if f["properties"]["code"] == WEST]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": kept}))
    assert gridops("import", STREET, 2, file, "--crs", "wgs84") == "0 cells changed or new, 1 gone\n"
    with fresh.sessions() as session:
        assert EAST not in session.scalars(select(Cell.code).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "draft")).all()

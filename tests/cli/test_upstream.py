"""Files, lists and sources of the city as an operator handles them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests import small_street

from gridops.cli import main
from gridops.context import wall_clock

ORDERS = f"工单编号,诉求内容,所属街道\nA-1,楼道堆物,{small_street.STREET}\n"


@pytest.fixture
def gridops(fresh, monkeypatch):
    for name, value in fresh.environment.items():
        monkeypatch.setenv(name, value)
    with fresh.sessions() as session, session.begin():
        small_street.build(session, fresh.config, wall_clock())

    def call(*words, code=0):
        result = CliRunner().invoke(main, ["upstream", *map(str, words)], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.output

    return call


def test_a_file_is_taken_once_and_a_bad_one_named(gridops, tmp_path):
    (tmp_path / "a.csv").write_text(ORDERS, "utf-8")
    assert gridops("take", "12345", tmp_path / "a.csv") == "created 1, changed 0, unchanged 0\n"
    assert "this file came before" in gridops("take", "12345", tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text(ORDERS.replace("A-1", "A 1"), "utf-8")
    assert "row 2, column 工单编号" in gridops("take", "12345", tmp_path / "b.csv", code=1)
    assert "not_found" in gridops("take", "nowhere", tmp_path / "a.csv", code=1)


def test_both_lists_are_compared(gridops, tmp_path):
    assert "not_found" in gridops("compare", "12345", code=1)
    (tmp_path / "a.csv").write_text(ORDERS, "utf-8")
    gridops("take", "12345", tmp_path / "a.csv")
    (tmp_path / "l.csv").write_text("工单编号,工单状态\nA-1,已办结\n", "utf-8")
    gridops("take", "12345", tmp_path / "l.csv", "--list")
    assert gridops("compare", "12345", code=1) == "A-1\tother_state\there received\tthere closed\n"
    (tmp_path / "l2.csv").write_text("工单编号,工单状态\nA-1,待签收\n", "utf-8")
    gridops("take", "12345", tmp_path / "l2.csv", "--list")
    assert gridops("compare", "12345") == "both lists say the same\n"


def test_a_source_goes_out_and_in(gridops, tmp_path):
    profile = json.loads(gridops("profile", "12345"))
    (tmp_path / "p.json").write_text(json.dumps(profile), "utf-8")
    assert json.loads(gridops("profile", "harbin", "--load", tmp_path / "p.json")) == profile | {"source": "harbin"}
    (tmp_path / "p.json").write_text(json.dumps(profile | {"rules": {}}), "utf-8")
    assert "columns" in gridops("profile", "harbin", "--load", tmp_path / "p.json", code=1)

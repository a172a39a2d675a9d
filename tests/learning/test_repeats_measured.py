"""The measures of ``make eval`` on a handful of messages of the project's own, where the right figure can be counted by hand."""

from __future__ import annotations

import csv

import pytest

from benchmarks import repeats
from benchmarks.repeats_measures import found_among_nearest, joined, partners, said, topics

BIN = "门口的垃圾桶满了好几天没有人清运，味道很大"
ROWS = [
    ("1", "垃圾桶满了", "2026-3-1 08:00:00", BIN), ("2", "垃圾桶满溢", "2026-3-3 09:00:00", BIN + "！"), ("3", "路灯不亮", "2026-3-3 10:00:00", "路灯坏了一个星期，晚上一片漆黑"),
    ("4", "垃圾桶满了", "2026/4/1 08:00:00", BIN), ("5", "垃圾桶满了", "2026-3-2 08:00:00", "4号楼" + BIN),
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "messages").mkdir()
    for name, header, lines in (
        (repeats.MESSAGES, ("msg_id", "title", "time", "detail"), ROWS),
        (repeats.PAIRS, ("msg_a", "msg_b"), [("1", "2"), ("2", "4"), ("3", "99")]),
    ):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *lines])
    return tmp_path


def test_only_pairs_of_known_messages_count_and_hang_together_as_topics(folder):
    judged = partners(folder / repeats.PAIRS, said(folder / repeats.MESSAGES))
    assert judged == {"1": {"2"}, "2": {"1", "4"}, "4": {"2"}} and topics(judged) == [{"1", "2", "4"}]


def test_a_partner_is_found_by_its_words(folder):
    read = said(folder / repeats.MESSAGES)
    assert found_among_nearest(read, {"1": {"2"}, "3": {"1"}}) == {"1": True, "3": False}


def test_joined_are_near_same_words_within_days_and_at_one_door(folder):
    read = said(folder / repeats.MESSAGES)
    assert [(pair.one.heading, pair.other.heading, pair.judged) for pair in joined(read, {"1": {"2"}, "2": {"1"}})] == [("垃圾桶满了", "垃圾桶满溢", True)]


def test_the_table_is_printed_and_left_out_where_the_messages_are_absent(folder, tmp_path, capsys):
    assert repeats.main(["--data", str(folder)]) == repeats.main(["--data", str(tmp_path / "none")]) == 0
    printed = capsys.readouterr().out
    assert "3 of 3" in printed and "1 of 1" in printed and "left out" in printed

"""What ``make eval`` says about repeats: how many messages find a partner that people judged the same matter, and what would be joined unasked."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from gridops.domain.same_place import may_be_one
from gridops.learning.likeness import Print, alike, print_of, search_keys
from gridops.services.joining import NEAR_SAME, WITHIN, says_enough
from gridops.services.repeats import READ

NEAREST, SMALLEST_TOPIC, UNRELATED = 5, 5, 20_000


class Said(NamedTuple):
    heading: str
    text: str  # heading and text, as one report
    at: datetime
    read: Print


class Pair(NamedTuple):
    likeness: float
    one: Said
    other: Said
    judged: bool


def said(file: Path) -> dict[str, Said]:
    """By its id."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {row["msg_id"]: _said(row) for row in csv.DictReader(lines)}


def _said(row: dict[str, str]) -> Said:
    text = f"{row['title']}。{row['detail'].strip()}"
    return Said(row["title"], text, datetime.strptime(row["time"].replace("/", "-"), "%Y-%m-%d %H:%M:%S"), print_of(text))


def partners(file: Path, known: Iterable[str]) -> dict[str, set[str]]:
    """Of each message that has one, those judged the same matter; only pairs of known messages."""
    found, known = defaultdict(set), set(known)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if {row["msg_a"], row["msg_b"]} <= known:
                found[row["msg_a"]].add(row["msg_b"])
                found[row["msg_b"]].add(row["msg_a"])
    return dict(found)


def topics(judged: dict[str, set[str]]) -> list[set[str]]:
    """What hangs together by judged pairs, the largest first."""
    left, found = set(judged), []
    while left:
        topic, edge = set(), {min(left)}
        while edge:
            topic |= edge
            edge = {other for one in edge for other in judged[one]} - topic
        left -= topic
        found.append(topic)
    return sorted(found, key=lambda topic: (-len(topic), min(topic)))


def found_among_nearest(read: dict[str, Said], judged: dict[str, set[str]]) -> dict[str, bool]:
    """Searched as a worker does: the messages with most keys in common, put in order by their likeness. One drawer for all: harder than in use."""
    keys = {number: search_keys(message.read, "") for number, message in read.items()}
    holders = defaultdict(list)
    for number, own in keys.items():
        for key in own:
            holders[key].append(number)
    return {number: bool(judged[number] & set(_nearest(number, keys[number], holders, read))) for number in judged}


def _nearest(number: str, keys: list[int], holders: dict[int, list[str]], read: dict[str, Said]) -> list[str]:
    common: dict[str, int] = defaultdict(int)
    for key in keys:
        for other in holders[key]:
            common[other] += other != number
    candidates = sorted((other for other in common if other != number), key=lambda other: (-common[other], other))[:READ]
    return sorted(candidates, key=lambda other: -alike(read[number].read, read[other].read))[:NEAREST]


def joined(read: dict[str, Said], judged: dict[str, set[str]]) -> list[Pair]:
    """What the rules on words, doors and days would join if all were said at one spot: the place, which is asked for in use, is not known here."""
    order = sorted(read, key=lambda number: read[number].at)
    found = []
    for place, later in enumerate(order):
        for earlier in reversed(order[:place]):
            one, other = read[earlier], read[later]
            if other.at - one.at > WITHIN:
                break
            likeness = alike(one.read, other.read)
            if likeness >= NEAR_SAME and may_be_one(one.text, other.text) and says_enough(one.text) and says_enough(other.text):
                found.append(Pair(likeness, one, other, earlier in judged.get(later, ())))
    return sorted(found, key=lambda pair: pair.likeness)


def unrelated(read: dict[str, Said], judged: dict[str, set[str]]) -> list[float]:
    """Likenesses of pairs drawn by lot that nobody judged to be one, ascending."""
    drawn, numbers = random.Random(6), sorted(read)
    pairs = (drawn.sample(numbers, 2) for _ in range(UNRELATED))
    return sorted(alike(read[one].read, read[other].read) for one, other in pairs if other not in judged.get(one, ()))

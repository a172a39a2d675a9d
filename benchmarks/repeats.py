"""Repeats, measured on messages of others that are no part of the project: a part of ``make eval``, or ``python -m benchmarks.repeats``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.repeats_measures import SMALLEST_TOPIC, Pair, found_among_nearest, joined, partners, said, topics, unrelated
from gridops.services.joining import NEAR_SAME
from gridops.services.repeats import WORDS

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
MESSAGES, PAIRS = "messages/hot_dev.csv", "messages/dup_pairs_dev.csv"
GOALS = {"nearest": 0.90, "joined": 0.98}
SHOWN = 40


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.repeats", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=FOLDER, help=f"a folder with {MESSAGES} and {PAIRS}")
    parser.add_argument("--sample", type=int, default=SHOWN, help="pairs printed for reading, the least alike first")
    chosen = parser.parse_args(arguments)
    measure(chosen.data, chosen.sample)
    return 0


def measure(folder: Path, sample: int = SHOWN) -> None:
    files = [folder / name for name in (MESSAGES, PAIRS)]
    if not all(file.exists() for file in files):
        print(f"\n{MESSAGES}, {PAIRS}: not in {folder}, left out")
        return
    read = said(files[0])
    judged = partners(files[1], read)
    print(f"\nRepeats among messages to a city ({len(read)}, of which {len(judged)} have a partner that people judged the same matter)")
    nearest(found_among_nearest(read, judged), topics(judged))
    noise = unrelated(read, judged)
    above = sum(likeness >= WORDS for likeness in noise)
    print(f"  unrelated pairs above the threshold of what is shown ({WORDS}): {above / len(noise):.2%}   {above} of {len(noise)}")
    pairs(joined(read, judged), sample)


def nearest(found: dict[str, bool], known: list[set[str]]) -> None:
    line("a partner among the five nearest", [*found.values()], GOALS["nearest"])
    large = [topic for topic in known if len(topic) >= SMALLEST_TOPIC]
    shares = [sum(found[number] for number in topic) / len(topic) for topic in known]
    print(f"  mean over {len(known)} topics {sum(shares) / len(shares):.1%}, wholly missed {sum(share == 0 for share in shares)}; those of {SMALLEST_TOPIC} and more:")
    for topic in large:
        line(f"  topic of {len(topic)}", [found[number] for number in topic], GOALS["nearest"])


def pairs(found: list[Pair], sample: int) -> None:
    """The goal is for a reader: what nobody judged may be one matter all the same, and is printed first."""
    line(f"joined unasked (likeness {NEAR_SAME}), judged", [pair.judged for pair in found], GOALS["joined"])
    for pair in sorted(found, key=lambda pair: (pair.judged, pair.likeness))[:sample]:
        days = abs((pair.one.at - pair.other.at).days)
        print(f"    {'judged' if pair.judged else 'to read'}  {pair.likeness:.2f}  {days} d  {pair.one.heading[:34]} | {pair.other.heading[:34]}")


def line(name: str, right: list[bool], goal: float) -> None:
    print(f"  {name:<42} {sum(right) / len(right) if right else 0:6.1%}   {sum(right)} of {len(right)}   goal {goal:.0%}")


if __name__ == "__main__":
    sys.exit(main())

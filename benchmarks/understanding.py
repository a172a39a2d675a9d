"""How well reports are understood: ``make eval``, or ``python -m benchmarks.understanding [--data FOLDER]``.

Prints tables and fails nothing. The labelled messages of others are not part of the project and are only measured on: what is not there is left
out. The project's own reports always run: the knowledge was written with tests/learning/reports.csv in view, so that shows what broke, not how
good it is; tests/learning/kept_apart.csv was written afterwards, short and roundabout on purpose, and may not be written towards.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from benchmarks import repeats
from benchmarks.understanding_measures import KEPT_APART, OWN, Judged, Message, five_folds, judge, learned_folds, messages, milliseconds, own_reports
from gridops.learning.knowledge import knowledge

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
GOLD, CLASSES = "messages/category_gold_dev.csv", "messages/classify_dev.csv"
GOALS = {"first": 0.75, "three": 0.90, "scope": 0.88, "accuracy": 0.90, "macro_f1": 0.89}
BANDS = (0.0, 0.3, 0.5, 0.7, 0.9, 1.01)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=FOLDER, help="a folder with messages/category_gold_dev.csv and messages/classify_dev.csv")
    parser.add_argument("--wrong", type=int, default=40, help="rows of the table of what it gets wrong")
    chosen = parser.parse_args(arguments)
    reports("The project's own reports, which the knowledge was written with", own_reports(OWN), chosen.wrong)
    reports("The project's own reports that were kept apart", own_reports(KEPT_APART), chosen.wrong)
    for name, part in ((GOLD, gold), (CLASSES, classes)):
        file = chosen.data / name
        if file.exists():
            part(file, chosen.wrong)
        else:
            print(f"\n{name}: not in {chosen.data}, left out")
    repeats.measure(chosen.data, chosen.wrong)
    return 0


def reports(name: str, own: list[Message], rows: int) -> None:
    found = [judge(message) for message in own]
    heading(name, len(own))
    shares(found)
    sureness(found)
    wrong(found, rows)


def gold(file: Path, rows: int) -> None:
    read = messages(file)
    found = [judge(message) for message in read]
    heading("Messages to a city, labelled by two people; nothing is trained on them", len(read))
    shares(found)
    sureness(found)
    doubts(found)
    speed(read)
    learned(read)
    wrong(found, rows)


def shares(found: list[Judged]) -> None:
    inside = [one for one in found if one.in_scope]
    line("first suggestion right", sum(one.first for one in inside), len(inside), GOALS["first"])
    line("among the first three", sum(one.three for one in inside), len(inside), GOALS["three"])
    line("scope right", sum(one.scope_right for one in found), len(found), GOALS["scope"])


def sureness(found: list[Judged]) -> None:
    """Whether a confidence is right as often as it says."""
    print("\n  confidence of the first suggestion, and how often it was right (in-scope messages)")
    inside = [one for one in found if one.in_scope and one.suggestions]
    for low, high in zip(BANDS, BANDS[1:], strict=False):
        band = [one for one in inside if low <= one.suggestions[0].confidence < high]
        if band:
            said = sum(one.suggestions[0].confidence for one in band) / len(band)
            print(f"    {low:.1f} to {min(high, 1):.1f}   says {said:.2f}   right {sum(one.first for one in band) / len(band):.2f}   of {len(band)}")


def doubts(found: list[Judged]) -> None:
    sure = [one for one in found if not one.doubt]
    print(f"\n  scope left to the clerk: {len(found) - len(sure)} of {len(found)}")
    line("scope right where it decides", sum(one.scope_right for one in sure), len(sure))
    lost = [one for one in sure if not one.scope_right and not one.leans_inside]
    print(f"  a street's matter sent elsewhere without a clerk: {len(lost)} of {len(sure)}")


def speed(read: list[Message]) -> None:
    took = sorted(milliseconds(message) for message in read)
    print(f"\n  one report understood: p50 {took[len(took) // 2]:.2f} ms, p95 {took[int(len(took) * 0.95)]:.2f} ms")


def learned(read: list[Message]) -> None:
    print("\n  what learning adds: five folds, trained on four, measured on the fifth")
    for name, found in zip(("first day", "with learning"), learned_folds(read, knowledge()), strict=True):
        print(f"  {name}")
        shares(found)


def classes(file: Path, _rows: int) -> None:
    heading("Seven classes of a city, trained on four fifths of the groups, measured on the rest, five times", None)
    accuracies, f1s, mistakes = five_folds(file, knowledge())
    for name, values in (("accuracy", accuracies), ("macro_f1", f1s)):
        mean = sum(values) / len(values)
        print(f"  {name:<10} {mean:.3f}   goal {GOALS[name]:.2f}   folds {' '.join(f'{value:.3f}' for value in values)}")
    print("  most often taken for another: " + ", ".join(f"{right} for {given} {count}" for (right, given), count in mistakes.most_common(6)))


def wrong(found: list[Judged], rows: int) -> None:
    missed = [one for one in found if not one.scope_right or (one.in_scope and not one.first)]
    kinds = Counter(one.mistake for one in missed)
    print(f"\n  wrong: {dict(kinds)}. What the clerk then sees:" if missed else "\n  wrong: none")
    for one in missed[:rows]:
        offered = " ".join(f"{s.code} {s.confidence:.2f} ({'、'.join(word.said for word in s.words[:2])})" for s in one.suggestions)
        print(f"    {one.mistake:<14} {one.message.heading[:30]:<30} right {';'.join(sorted(one.message.acceptable))} | {offered or 'nothing'} | {one.scope_words}")


def heading(words: str, count: int | None) -> None:
    print(f"\n{words}" + (f" ({count})" if count is not None else ""))


def line(name: str, right: int, of: int, goal: float | None = None) -> None:
    print(f"  {name:<32} {right / of if of else 0:6.1%}   {right} of {of}" + (f"   goal {goal:.0%}" if goal else ""))


if __name__ == "__main__":
    sys.exit(main())

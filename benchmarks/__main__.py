"""``make bench``: every measurement of one run, as a table. Words choose: ``make bench ARGS="intake sweep"``."""

from __future__ import annotations

import importlib
import sys

NAMES = ("locate", "places", "intake", "acting", "dispatch", "relaying", "sweep", "lists", "indicators", "regrid", "pages", "likely", "whole_report")


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(NAMES)
    if unknown:
        print(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    rows: list[tuple[str, str]] = []
    for name in wanted or NAMES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"benchmarks.{name}").run()
    width = max(len(what) for what, _ in rows)
    print("\n".join(f"{what:<{width}}  {value}" for what, value in rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

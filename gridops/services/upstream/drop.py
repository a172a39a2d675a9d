"""The folder into which a city's platform (or a person) drops files: ``<source>/orders`` and ``<source>/list``.

Whoever writes there gives a file another name until it is whole (.part, .tmp, or a dot in front), or simply has not touched it for
ten seconds. What was read goes to ``<source>/done`` or ``<source>/refused``, each with its report beside it.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

KINDS = ("orders", "list")
QUIET_S = 10.0
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm")


class Dropped(NamedTuple):
    source: str
    kind: str
    path: Path


def waiting(folder: Path, now: datetime) -> list[Dropped]:
    """Whole files, oldest first."""
    found = [
        Dropped(home.name, kind, path) for home in _folders(folder) for kind in KINDS for path in _files(home / kind)
        if _is_whole(path, now)]
    return sorted(found, key=lambda one: (_touched(one.path), one.path.name))


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()] if folder.is_dir() else []


def _files(folder: Path) -> list[Path]:
    """No links: a drop folder is no way to have another file of this machine read."""
    return [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()] if folder.is_dir() else []


def _is_whole(path: Path, now: datetime) -> bool:
    return path.suffix.lower() in ENDINGS and not path.name.startswith((".", "~")) and now.timestamp() - _touched(path) >= QUIET_S


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # somebody else has just put it away
        return float("inf")


def put_away(dropped: Dropped, accepted: bool, report: dict[str, Any], now: datetime) -> None:
    """Whoever comes second finds nothing to move, which is right."""
    folder = dropped.path.parents[1] / ("done" if accepted else "refused")
    folder.mkdir(exist_ok=True)
    target = folder / f"{now:%Y%m%dT%H%M%S}-{dropped.path.name}"
    try:
        dropped.path.rename(target)
    except FileNotFoundError:
        return
    target.with_name(f"{target.name}.report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")

"""The code that the service user runs: a checkout under /root is closed to it, so root's installation runs a copy."""

from __future__ import annotations

import compileall
import shutil
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = ("gridops", "geo", "workers", "migrations", "config.py", "wsgi.py")


def copy_app(target: Path, source: Path = CHECKOUT) -> Path:
    """Make ``target`` equal to the code in ``source``, readable by all and writable by nobody else; touches only what changed."""
    target.mkdir(parents=True, exist_ok=True)
    wanted = {path.relative_to(source) for part in PARTS for path in _files(source / part)}
    for path in sorted(wanted):
        _copy(source / path, target / path)
    for path in _files(target):
        if path.relative_to(target) not in wanted:
            path.unlink()
    _open_folders(target)
    compileall.compile_dir(target, quiet=2)
    return target


def _files(top: Path) -> list[Path]:
    if top.is_file():
        return [top]
    return [path for path in top.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def _copy(source: Path, target: Path) -> None:
    wanted = source.stat()
    if target.exists() and (target.stat().st_mtime_ns, target.stat().st_size) == (wanted.st_mtime_ns, wanted.st_size):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
    target.chmod(0o644)


def _open_folders(target: Path) -> None:
    target.chmod(0o755)
    for folder in target.rglob("*"):
        if folder.is_dir():
            folder.chmod(0o755)

"""Who used the processors meanwhile: on a shared machine a wait says little without it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """Seconds of processor time since some beginning: of everything, of one family of processes, of this process."""

    at: float
    busy: float
    family: float
    own: float

    @classmethod
    def now(cls, parent: int) -> Usage:
        return cls(time.monotonic(), _busy(), sum(_seconds(pid) for pid in _family(parent)), time.process_time())

    def others(self, before: Usage) -> float:
        """How many processors everything else kept busy."""
        rest = (self.busy - before.busy) - (self.family - before.family) - (self.own - before.own)
        return max(rest, 0.0) / (self.at - before.at)


def _busy() -> float:
    user, nice, system, _idle, _wait, *others = (int(part) for part in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + sum(others[:2])) / TICKS


def _family(parent: int) -> set[int]:
    parents = {pid: ppid for pid, (ppid, _) in _processes().items()}
    found, size = {parent}, 0
    while len(found) != size:
        size = len(found)
        found |= {pid for pid, ppid in parents.items() if ppid in found}
    return found


def _seconds(pid: int) -> float:
    return _processes(pid).get(pid, (0, 0.0))[1]


def _processes(*only: int) -> dict[int, tuple[int, float]]:
    """pid -> (parent, seconds); what ends meanwhile is left out."""
    found = {}
    for pid in only or (int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        found[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS
    return found

"""What a trial says about itself: figures, and claims that hold or do not."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from unicodedata import east_asian_width


@dataclass
class Claims:
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)

    def figure(self, what: str, value: object) -> None:
        self._add(what, str(value), "")

    def claim(self, what: str, found: object, wanted: object) -> None:
        """Holds when both are equal."""
        self.holds(what, found == wanted, found if found == wanted else f"{found}, wanted {wanted}")

    def holds(self, what: str, truth: bool, value: object = "") -> None:
        self._add(what, str(value), "holds" if truth else "FAILED")

    @property
    def failed(self) -> list[str]:
        return [what for what, _, verdict in self.rows if verdict == "FAILED"]

    def table(self) -> str:
        widths = [max(_width(row[column]) for row in self.rows) for column in range(2)]
        return "\n".join(f"{_padded(what, widths[0])}  {_padded(value, widths[1])}  {verdict}".rstrip() for what, value, verdict in self.rows)

    def _add(self, what: str, value: str, verdict: str) -> None:
        self.rows.append((what, value, verdict))
        print(f"[{time.monotonic() - self._since:5.1f} s] {what}: {value} {verdict}".rstrip(), flush=True)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))

"""A file of NAME=value lines that only its owner can read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class EnvFile:
    path: Path

    def read(self) -> dict[str, str]:
        """Empty when there is no file; PermissionError when it is somebody else's."""
        try:
            lines = self.path.read_text().splitlines()
        except FileNotFoundError:
            return {}
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    def write(self, values: Mapping[str, str]) -> None:
        """All at once: a reader sees the old file or the new one, and nobody else ever sees either."""
        draft = self.path.with_name(self.path.name + ".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in values.items())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

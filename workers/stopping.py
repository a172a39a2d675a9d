"""A wish to stop, set by a signal. Not threading.Event: its lock may already be held by the very thread that the handler interrupts."""

from __future__ import annotations

import signal
import time
from typing import Self


class Stop:
    def __init__(self) -> None:
        self.requested = False

    def request(self, *_signal) -> None:
        self.requested = True

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.requested and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))

    @classmethod
    def on_signals(cls) -> Self:
        stop = cls()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop.request)
        return stop

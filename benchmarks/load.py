"""A small load generator: threads with one kept connection each, bounded in number and time."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = tuple[bytes, dict[str, str]]  # body, headers


@dataclass
class Answers:
    """Seconds of each answer, and how many were not the status that was wanted."""

    waits: list[float] = field(default_factory=list)
    wrong: list[tuple[int, bytes]] = field(default_factory=list)
    took: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.waits) / self.took

    def percentile(self, share: float) -> float:
        return percentile(self.waits, share)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def as_fast_as_it_goes(port: int, path: str, make: Callable[[int], Request], *, count: int, threads: int = 8) -> Answers:
    """``count`` POSTs over ``threads`` connections; bodies are made beforehand, so that making them is not measured."""
    made, answers = [make(number) for number in range(count)], Answers()
    workers = [threading.Thread(target=_post_all, args=(port, path, made[first::threads], answers)) for first in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    answers.took = time.perf_counter() - start
    return answers


def _post_all(port: int, path: str, requests: list[Request], answers: Answers) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for body, headers in requests:
        start = time.perf_counter()
        status, content = post(connection, path, body, headers)
        answers.waits.append(time.perf_counter() - start)
        if status != 201:
            answers.wrong.append((status, content))
    connection.close()


def post(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    return answer.status, answer.read()


def report(number: int, run: str, location: dict, words: str = "垃圾堆在路口") -> Request:
    """With everything that intake knows: point, contact, key."""
    body = {
        "kind": "complaint", "description": f"{words} {number}", "location": location, "category": "E0110",
        "contact": {"name": "王小明", "phone": f"138{number:08d}"},
    }
    # Behind a trusted proxy each caller has an address of its own: the rate limit works but does not refuse.
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return json.dumps(body).encode(), {"Idempotency-Key": f"bench-{run}-{number:010d}", "X-Forwarded-For": address}

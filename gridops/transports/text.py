"""Text messages: a file for trying, a gateway that takes JSON, or a driver that another package brings (entry point group ``gridops.sms``)."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

from gridops.transports import Away, Refused, web

# (message id, phone, text) -> what the other side calls it. The id stays the same however often a message is sent.
Driver = Callable[[str, str, str], str | None]
GROUP = "gridops.sms"


def driver(address: str, token: str | None) -> Driver:
    """Raises Refused ``no_driver`` for a scheme that nobody brings."""
    scheme, _, rest = address.partition(":")
    if scheme == "file":
        return lambda message_id, phone, text: _to_file(Path(rest), message_id, phone, text)
    if scheme in ("http", "https"):
        return lambda message_id, phone, text: _to_gateway(address, token, message_id, phone, text)
    for found in entry_points(group=GROUP, name=scheme):
        return found.load()(address, token)
    raise Refused("no_driver", scheme)


def _to_file(path: Path, message_id: str, phone: str, text: str) -> None:
    """One line of JSON; whole lines however many workers write."""
    line = json.dumps({"id": message_id, "phone": phone, "text": text}, ensure_ascii=False) + "\n"
    try:
        path.touch(mode=0o600, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line)
    except OSError as error:
        raise Away("file", error.strerror or "") from error


def _to_gateway(url: str, token: str | None, message_id: str, phone: str, text: str) -> None:
    body = json.dumps({"id": message_id, "phone": phone, "text": text}, ensure_ascii=False).encode()
    web.post(url, body, {"Idempotency-Key": message_id} | ({"Authorization": f"Bearer {token}"} if token else {}))

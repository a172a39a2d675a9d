"""A private Redis: one Unix socket in a closed folder, an append-only file, no network port."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from gridops.private.account import Account
from gridops.private.program import Program


@dataclass(frozen=True)
class Redis:
    folder: Path
    sockets: Path
    account: Account
    durable: bool = True

    @property
    def socket_path(self) -> Path:
        return self.sockets / "redis.sock"

    def url(self, number: int = 0) -> str:
        return f"unix://{self.socket_path}?db={number}"

    def program(self, log: Path) -> Program:
        settings = {
            "port": "0", "unixsocket": str(self.socket_path), "unixsocketperm": "700", "dir": str(self.folder),
            "appendonly": "yes" if self.durable else "no", "save": "", "databases": "64",
            "maxmemory-policy": "noeviction",  # a queue that forgets entries would be worse than one that refuses them
        }
        command = ["redis-server", *(part for name, value in settings.items() for part in (f"--{name}", value))]
        return Program(
            name="redis", command=tuple(command), account=self.account, cwd=self.folder, log=log,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}, ready=self.answers, owns_cwd=True,
        )

    def answers(self) -> bool:
        """Also False while the append-only file is being loaded."""
        try:
            return self.command("PING") == b"+PONG"
        except OSError:
            return False

    def command(self, *lines: str) -> bytes:
        """Send inline commands in order and return the last reply line; enough for PING and FLUSHDB, no client needed."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.socket_path))
            replies = connection.makefile("rb")
            with replies:
                for line in lines:
                    connection.sendall(f"{line}\r\n".encode())
                    reply = replies.readline()
        return reply.rstrip()

"""``python -m workers worker|beat|learn``. Exit codes: 0 asked to stop, 2 the settings are wrong."""

from __future__ import annotations

import os
import sys

from config import Config, ConfigError
from gridops import logs
from workers.stopping import Stop


def main(arguments: list[str]) -> int:
    if arguments not in (["worker"], ["beat"], ["learn"]):
        print("usage: python -m workers worker|beat|learn", file=sys.stderr)
        return 2
    try:
        config = Config.from_env(os.environ)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    logs.configure()
    if arguments == ["learn"]:
        _learn(config)
    else:
        _run(arguments[0], config, Stop.on_signals())
    return 0


def _learn(config: Config) -> None:
    """A signal ends it at once: what it has not finished, it has not begun."""
    from gridops.context import Context
    from workers import learner

    learner.run(Context.of(config, pool_size=2))


def _run(role: str, config: Config, stop: Stop) -> None:
    if role == "beat":
        from workers import beat

        beat.run(config, stop)
    else:
        from workers import process, queue

        process.enter(config)
        queue.work(config.redis_url, stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

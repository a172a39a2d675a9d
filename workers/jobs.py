"""The jobs, by the names that stand in the queue."""

from __future__ import annotations

from workers import batch, chores, dropped, learner, messages
from workers.process import present


def handle(ids: list[int]) -> None:
    """Do what the outbox rows ask for, each in its own transaction."""
    batch.handle(present(), ids)


def sweep() -> None:
    chores.sweep(present())


def give_workers() -> None:
    chores.give_workers(present())


def deliver() -> None:
    messages.deliver(present())


def take_dropped() -> None:
    dropped.take_dropped(present())


def keep_house() -> None:
    chores.keep_house(present())


def learn() -> None:
    learner.start()

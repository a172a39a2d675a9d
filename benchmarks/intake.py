"""Taking a report (point, contact, key, clocks, trail, outbox) against a bare endpoint that only inserts, round by round in one run."""

from __future__ import annotations

from statistics import median

from sqlalchemy import create_engine, text

from benchmarks import bare
from benchmarks.load import Answers, as_fast_as_it_goes, report
from benchmarks.own_servers import Bench, gunicorn, street
from tests.small_street import IN_WEST

ROUNDS, COUNT = 5, 600


def run() -> list[tuple[str, str]]:
    with street() as (bench, _):
        _make_bare_tables(bench)
        with gunicorn("benchmarks.bare:create_app()", bench) as plain, gunicorn("wsgi:app", bench, GRIDOPS_TRUSTED_PROXIES="1") as limited, \
                gunicorn("wsgi:app", bench, GRIDOPS_RATE_LIMITS="0") as ours:
            ports = {"bare": (plain, "/reports"), "limited": (limited, "/api/v1/reports"), "ours": (ours, "/api/v1/reports")}
            _round("warm", ports, count=150)
            return _rows([_round(str(number), ports) for number in range(ROUNDS)])


def _make_bare_tables(bench: Bench) -> None:
    engine = create_engine(bench.config.owner_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA bare"))
        bare.METADATA.create_all(connection)
        connection.execute(text("GRANT USAGE ON SCHEMA bare TO gridops_app"))
        connection.execute(text("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA bare TO gridops_app"))
    engine.dispose()


def _round(name: str, ports: dict[str, tuple[int, str]], count: int = COUNT) -> dict[str, Answers]:
    """All one after the other, so that what else the machine does hits them alike."""
    answers = {}
    for who, (port, path) in ports.items():
        answers[who] = as_fast_as_it_goes(port, path, lambda number: report(number, f"{name}-{who}", IN_WEST), count=count)
        if answers[who].wrong:
            raise SystemExit(f"{who} refused {len(answers[who].wrong)} of {count}: {answers[who].wrong[0]}")
    return answers


def _rows(rounds: list[dict[str, Answers]]) -> list[tuple[str, str]]:
    def ratio(who: str) -> str:
        ratios = sorted(answers[who].rate / answers["bare"].rate for answers in rounds)
        return f"{median(ratios):.2f}  ({ratios[0]:.2f}–{ratios[-1]:.2f} in {len(ratios)} rounds)"

    def speed(who: str) -> str:
        p95 = median(answers[who].percentile(0.95) for answers in rounds) * 1000
        return f"{median(answers[who].rate for answers in rounds):.0f} per s, p95 {p95:.0f} ms"

    return [
        ("intake ÷ bare endpoint with INSERT and outbox row (goal ≥ 0.5)", ratio("ours")),
        ("the same with the rate limit counted", ratio("limited")),
        ("bare endpoint, 8 connections", speed("bare")),
        ("intake, 8 connections", speed("ours")),
        ("intake with rate limit, 8 connections", speed("limited")),
    ]

"""Loading the demonstration: the street with its people in one transaction, then the month in portions.

Interrupted, it leaves a whole street whose history ends earlier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from gridops.db import transaction
from gridops.demo import gatherings, ground, hotline, logins, organisations, people, roster
from gridops.demo.cast import Cast
from gridops.demo.episodes import Episode, untouched
from gridops.demo.history import Happening, History
from gridops.demo.matters import MATTERS
from gridops.demo.people import Names
from gridops.demo.programme import ORDINARY_REPORTS, ZONE, Programme
from gridops.demo.reporters import Reporters
from gridops.demo.tables import sure, table
from gridops.models import Street
from gridops.services import cell_building, grids, seed, ticket_workers
from gridops.services.imports.areas import import_areas
from gridops.services.imports.departments import import_departments
from gridops.services.imports.people import import_people
from gridops.services.learned import runs
from gridops.services.imports.places import import_places
from gridops.vault import Vault

SEED = 20260304
BEGINNING = timedelta(days=40)  # before the present; the first report comes after it
Entry = dict[str, str | None]


@dataclass(frozen=True)
class Loaded:
    """``logins`` as demo-logins.json wants them; ``done`` counts what was done to how many tickets."""

    logins: list[Entry]
    done: Counter


def present(session: Session) -> list[str]:
    """Codes of the streets that are here."""
    return list(session.scalars(select(Street.code).order_by(Street.code)))


def load(
    sessions: sessionmaker[Session], *, now: datetime, vault: Vault, keep: Callable[[list[Entry]], None], ordinary: int = ORDINARY_REPORTS,
) -> Loaded:
    """``keep`` gets the log-ins before the street is committed: one whose passwords nobody knows must not stay.

    ``ordinary``: how many reports of the past month are drawn by chance, besides those that show each status.
    """
    chance = Random(SEED)
    names = Names(chance)
    with transaction(sessions) as session:
        made = _set_up(session, names, now - BEGINNING, vault)
        roster.plan(session, now - BEGINNING, now)
        reporters = Reporters(Cast(session, made, chance), names, chance)
        entries = [login.listed for login in made]
        keep(entries)
    history = History(sessions, vault, now)
    history.play([*Programme(reporters, now, ordinary).episodes(), _during_handover(reporters, now)], [*_handover(reporters, now), *hotline.desk(reporters, now), *gatherings.gatherings(reporters, now, vault)])
    with transaction(sessions) as session:
        ticket_workers.renew_missing(session, now, limit=1000)  # two people are away since yesterday
        runs.want(session, "schedule", now=now)  # a worker learns from the month while people look around: the start does not wait for it
    return Loaded(entries, history.done)


def _set_up(session: Session, names: Names, at: datetime, vault: Vault) -> list[logins.Login]:
    seed.ensure_defaults(session, at)
    _build_street(session, names, at, vault)
    return logins.create(session, names, now=at)


def _build_street(session: Session, names: Names, at: datetime, vault: Vault) -> None:
    sure(import_areas(session, table(ground.area_rows()), now=at, crs=ground.CRS))
    sure(import_places(session, table(ground.place_rows(ground.COMPOUNDS)), now=at, crs=ground.CRS))
    cell_building.build(session, ground.STREET, cell_building.Size(count=ground.CELLS_EACH), now=at)
    cells = list(grids.active_cells(session, ground.STREET))
    sure(import_areas(session, table(_households(cells)), now=at))
    sure(import_places(session, table(ground.place_rows((ground.ACROSS, *ground.YARDS))), now=at, crs=ground.CRS))
    sure(import_places(session, table(ground.building_rows()), now=at, crs=ground.CRS))
    sure(import_departments(session, table(organisations.department_rows()), now=at))
    today = at.astimezone(ZONE).date()
    sure(import_people(session, table(people.people_rows(cells, today, names)), now=at, vault=vault))


def _households(cells: list[str]) -> list[dict]:
    of_community = {spec.code: spec.households for spec in ground.COMMUNITIES}
    return [
        {"code": code, "level": "cell", "name": f"第{int(code[-3:]):02}网格", "households": of_community[code[:-3]] // ground.CELLS_EACH}
        for code in cells
    ]


def _handover(reporters: Reporters, now: datetime) -> list[Happening]:
    """For an hour two firms claim one compound: a report there is a tie and waits for the dispatcher, also after that hour."""

    def claim(both: bool) -> Callable[[Session, datetime], None]:
        return lambda session, at: sure(import_departments(session, table(organisations.department_rows(during_handover=both)), now=at))

    return [(_ago(reporters, now, minutes), claim(both)) for minutes, both in ((70, True), (30, False))]


def _during_handover(reporters: Reporters, now: datetime) -> Episode:
    matter = next(matter for matter in MATTERS if matter.category == "E2210")
    case = reporters.case(matter, _ago(reporters, now, 50))
    case.where, case.text = {"place_code": f"{organisations.HANDED_OVER}-01"}, "星桥里1号楼楼道灯不亮，新老物业都说不归自己管。"
    return case, untouched(case)


def _ago(reporters: Reporters, now: datetime, minutes: float) -> datetime:
    """Working minutes."""
    return reporters.cast.before(now, timedelta(minutes=minutes))

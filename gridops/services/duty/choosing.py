"""Choosing one person for a ticket among those who walk: all that is known around one community or street at one instant."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from gridops.domain.area_codes import COMMUNITY_DIGITS, STREET_DIGITS
from gridops.domain.lifecycle import OPEN
from gridops.domain.posts import WALKERS
from gridops.models import Account, CategoryVersion, Cell, Grid, RoleGrant, Ticket
from gridops.services.duty.presence import Turn
from gridops.services.people import duties
from gridops.services.shapes import point_of

HERE, NEIGHBOUR, COMMUNITY, STREET = range(4)
BEFORE_FILING = ("reported", "verifying")
BAND_M = 250.0  # cells that lie about as far take turns
METRES_PER_DEGREE = 111_320.0
NEVER = datetime.min.replace(tzinfo=UTC)


class Matter(Protocol):
    """What of a ticket decides who may go: the row of a query, or the ticket."""

    area_code: str
    verifier_id: int | None
    checker_id: int | None
    handled_by: int | None
    lead_id: int | None


class Chooser:
    """``turns``: who can take which post from when. ``ringing``: subjects of the open alarms that nobody could be found."""

    def __init__(self, session: Session, area_code: str, turns: list[Turn], ringing: set[str], now: datetime):
        self.session, self.area_code, self.turns, self.ringing, self.now = session, area_code, turns, ringing, now
        self.given: set[int] = set()  # postings that were given a ticket
        self._last_turn = {turn.held.posting_id: turn.held.last_turn_at or NEVER for turn in turns}
        self._candidates: dict[str, list[Turn]] = {}
        self._right: dict[tuple[str, frozenset[int]], set[int]] = {}
        self._duties: dict[tuple[int, str], set[str]] = {}

    def candidates(self, area_code: str) -> list[Turn]:
        """Posts in the ticket's community, its cells and the street; all of the street for a ticket that no community is known of."""
        community = area_code[:COMMUNITY_DIGITS]
        if community not in self._candidates:
            self._candidates[community] = [t for t in self.turns if t.held.area_code.startswith(community) or community.startswith(t.held.area_code)]
        return self._candidates[community]

    def is_right(self, matter: Matter) -> bool:
        """Both are named, posted there, and not away from their next duty; the checker did not handle it."""
        barred = self._handlers(matter)
        return matter.verifier_id in self._still_right(matter.area_code) and matter.checker_id in self._still_right(matter.area_code, barred)

    @cached_property
    def loads(self) -> Counter[int]:
        """Person id -> open tickets that are his to verify or to check; kept true while choosing."""
        people, found = {turn.person_id for turn in self.turns}, Counter()
        for column, statuses in ((Ticket.verifier_id, BEFORE_FILING), (Ticket.checker_id, OPEN)):
            query = select(column, func.count()).where(column.in_(people), Ticket.status.in_(statuses)).group_by(column)
            found.update(dict(self.session.execute(query).all()))
        return found

    def workers(self, ticket: Ticket) -> tuple[int | None, int | None]:
        """(verifier, checker). Where both are new, one person has the whole ticket unless something bars him from checking it."""
        verifier = self._kept_or_chosen(ticket, ticket.verifier_id, frozenset())
        new = verifier if verifier != ticket.verifier_id else None
        return verifier, self._kept_or_chosen(ticket, ticket.checker_id, self._handlers(ticket), liked=new)

    def _still_right(self, area_code: str, barred: frozenset[int] = frozenset()) -> set[int]:
        """Whose post covers the area; neighbours only while nobody is posted in the cell itself."""
        key = (area_code, barred)
        if key not in self._right:
            there = [turn for turn in self.candidates(area_code) if not turn.missed and turn.person_id not in barred]
            at_home = any(turn.held.area_code == area_code for turn in there)
            self._right[key] = {turn.person_id for turn in there if not at_home or area_code.startswith(turn.held.area_code)}
        return self._right[key]

    def _kept_or_chosen(self, ticket: Ticket, present: int | None, barred: frozenset[int], liked: int | None = None) -> int | None:
        if present in self._still_right(ticket.area_code, barred):
            return present
        if liked is not None and liked not in barred:
            self.loads[liked] += 1
            return liked
        turn = self._best(ticket, [turn for turn in self.candidates(ticket.area_code) if turn.person_id not in barred])
        if turn is None:
            return None
        self._count(turn, present)
        return turn.person_id

    def _count(self, turn: Turn, before: int | None) -> None:
        if turn.person_id == before:
            return
        self.loads[turn.person_id] += 1
        self._last_turn[turn.held.posting_id] = self.now
        self.given.add(turn.held.posting_id)

    def _best(self, ticket: Ticket, turns: list[Turn]) -> Turn | None:
        if not turns:
            return None
        roles = self._roles_with_duty(ticket)
        ranks = {id(turn): (turn.starts_at, bool(roles) and turn.held.role not in roles, nearness(turn, ticket)) for turn in turns}
        first = min(ranks.values())
        alike = [turn for turn in turns if ranks[id(turn)] == first]
        return min(alike, key=lambda turn: (self._band(turn, ticket) if first[-1] == NEIGHBOUR else 0, *self._turn_order(turn)))

    def _turn_order(self, turn: Turn) -> tuple:
        held = turn.held
        return WALKERS.index(held.role), self.loads[turn.person_id], self._last_turn[held.posting_id], turn.person_id

    def _band(self, turn: Turn, ticket: Ticket) -> int:
        """0 beside the ticket, then in steps of BAND_M metres to the middle of the cell; far where a shape or point is missing."""
        there, cell = self._centres.get(ticket.area_code) or point_of(ticket.point), self._centres.get(turn.held.area_code)
        return int(_metres(there, cell) // BAND_M) if there and cell else 1_000_000

    @cached_property
    def _centres(self) -> dict[str, Wgs84]:
        middle = func.ST_PointOnSurface(Cell.boundary)
        rows = self.session.execute(
            select(Cell.code, func.ST_X(middle).label("lng"), func.ST_Y(middle).label("lat")).join(Grid, Grid.id == Cell.grid_id)
            .where(Grid.status == "active", Cell.code.startswith(self.area_code, autoescape=True), Cell.boundary.is_not(None)))
        return {row.code: Wgs84(row.lng, row.lat) for row in rows}

    def _roles_with_duty(self, ticket: Ticket) -> set[str]:
        """Roles that look after the category's class there; none said: any."""
        if ticket.category_version_id is None:
            return set()
        key = (ticket.category_version_id, ticket.area_code)
        if key not in self._duties:
            wanted = self._class(ticket)
            said = duties.duties_at(self.session, ticket.area_code)
            self._duties[key] = {role for role, class_code in said if class_code == wanted and role in WALKERS}
        return self._duties[key]

    def _class(self, ticket: Ticket) -> str:
        """As duties name it: the kind's letter and the number of the class, E01."""
        version = self.session.get_one(CategoryVersion, ticket.category_version_id)
        return f"{'E' if version.kind == 'event' else 'C'}{version.class_code}"

    def _handlers(self, matter: Matter) -> frozenset[int]:
        """The person behind the account that handled it, and those who log in for the organisation that leads."""
        if matter.handled_by is None and matter.lead_id is None:
            return frozenset()
        people, of_units = self._accounts
        handler = people.get(matter.handled_by)
        return frozenset(of_units.get(matter.lead_id, set()) | ({handler} if handler else set()))

    @cached_property
    def _accounts(self) -> tuple[dict[int, int], dict[int | None, set[int]]]:
        people = dict(self.session.execute(select(Account.id, Account.person_id).where(Account.person_id.is_not(None))).all())
        grants: Iterable = self.session.execute(
            select(RoleGrant.account_id, RoleGrant.department_id).where(RoleGrant.department_id.is_not(None)))
        of_units: dict[int | None, set[int]] = {}
        for account_id, department_id in grants:
            if account_id in people:
                of_units.setdefault(department_id, set()).add(people[account_id])
        return people, of_units


def nearness(turn: Turn, ticket: Matter) -> int:
    """The same area, a cell beside it, the community, the street; of a ticket known to a street only, communities before cells."""
    there, post = ticket.area_code, turn.held.area_code
    if post == there:
        return HERE
    if len(post) > len(there) or len(post) > COMMUNITY_DIGITS:
        return NEIGHBOUR if len(there) > STREET_DIGITS or len(post) == COMMUNITY_DIGITS else COMMUNITY
    return COMMUNITY if len(post) == COMMUNITY_DIGITS else STREET


def _metres(one: Wgs84, other: Wgs84) -> float:
    """Flat, good within a street: only the order counts."""
    across = (one.lng - other.lng) * math.cos(math.radians((one.lat + other.lat) / 2))
    return math.hypot(across, one.lat - other.lat) * METRES_PER_DEGREE

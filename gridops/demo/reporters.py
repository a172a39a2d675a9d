"""Who reports, from where, and by which channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from gridops.demo.cast import Cast
from gridops.demo.case import Case
from gridops.demo.ground import ACROSS, COMPOUNDS, CRS, LANDMARKS, ROADS, CompoundSpec, inside
from gridops.demo.matters import WHEN, Matter
from gridops.demo.people import Names
from gridops.domain.actor import SYSTEM, Actor

RESIDENTS = 110
CHANNELS = {"web": 42, "qr": 18, "hotline": 24, "desk": 16}
VISIBILITIES = {"named": 68, "protected": 14, "anonymous": 18}
BUSY = (2, 4, 4, 2, 1, 2, 3, 3, 3)  # how much is reported from each community
WITHOUT_PLACE = 0.03
HOTLINE_DAYS = 7


class Reporters:
    def __init__(self, cast: Cast, names: Names, chance: Random):
        self.cast, self.chance = cast, chance
        self.residents = [{"name": names.next(), "phone": f"1380000{number:04}"} for number in range(1, RESIDENTS + 1)]
        self.orders = 0

    def case(self, matter: Matter, at: datetime, *, told: bool = True, patrol: bool = False, spot: tuple[dict[str, Any], str] | None = None) -> Case:
        """``spot``: where it is, and how people call it; drawn by chance where it is left out."""
        spot, where = spot or self._spot(matter)
        text = self.chance.choice(matter.texts).format(where=where, when=self.chance.choice(WHEN))
        case = self._case(at, matter.kind, text, matter.category, self.chance.choice(matter.results), told)
        case.where = spot
        return self._patrol(case) if patrol else case

    def neighbours(self, matter: Matter, instants: Iterable[datetime], *, compound: int, building: int) -> Iterator[Case]:
        """Several people about one thing at one building, each in own words and with an own phone."""
        spec = COMPOUNDS[compound]
        spot = {"place_code": f"{spec.code}-{building:02}"}, f"{spec.name}{building}号楼"
        for at, words, resident in zip(instants, matter.texts, self.chance.sample(self.residents, len(matter.texts)), strict=True):
            case = self.case(replace(matter, texts=(words,)), at, spot=spot)
            case.visibility, case.contact = "named", dict(resident)
            yield case

    def question(self, words: str, kind: str, answer: str, at: datetime) -> Case:
        spot, where = self._street_spot()
        case = self._case(at, kind, words.format(where=where), None, answer, False)
        case.where = spot if "{where}" in words else {}
        case.visibility = "named"
        return case

    def _case(self, at: datetime, kind: str, text: str, category: str | None, result: str, told: bool) -> Case:
        case = Case(at, self.cast, self.chance, kind, text, category, result, told)
        case.visibility = self._drawn(VISIBILITIES)
        case.contact = dict(self.chance.choice(self.residents)) if case.visibility != "anonymous" else None
        self._set_channel(case, self._drawn(CHANNELS))
        return case

    def _set_channel(self, case: Case, channel: str) -> None:
        case.channel = channel
        if channel == "desk":
            case.entered_by = self.chance.choice(self.cast.clerks)
        elif channel == "hotline":
            case.entered_by, case.upstream = SYSTEM, self._order(case.at)

    def _order(self, at: datetime) -> dict[str, Any]:
        self.orders += 1
        return {
            "source": "12345", "external_number": f"{at:%Y%m%d}{self.orders:06}", "external_due_by": at + timedelta(days=HOTLINE_DAYS),
            "secret": False, "reply_wanted": True, "category_text": None, "row": {},
        }

    def _patrol(self, case: Case) -> Case:
        """Seen by a grid worker, who names the category when it is mended: no resident is behind it."""
        case.channel, case.contact, case.upstream, case.visibility = "patrol", None, None, "anonymous"
        case.entered_by, case.told = self._patrol_worker(), False
        return case

    def _patrol_worker(self) -> Actor:
        return self.chance.choice(self.cast.workers).actor

    def _drawn(self, shares: dict[str, int]) -> str:
        return self.chance.choices(list(shares), list(shares.values()))[0]

    def _spot(self, matter: Matter) -> tuple[dict[str, Any], str]:
        return self._compound_spot() if matter.spot == "compound" else self._street_spot()

    def _compound_spot(self) -> tuple[dict[str, Any], str]:
        """A QR code on the building, or a point in the compound."""
        spec = self.chance.choices((*COMPOUNDS, ACROSS), [BUSY[spec.community - 1] for spec in (*COMPOUNDS, ACROSS)])[0]
        number = self.chance.randint(1, spec.buildings)
        if self.chance.random() < 0.6:
            return {"place_code": f"{spec.code}-{number:02}"}, f"{spec.name}{number}号楼"
        return {"location": self._within(spec)}, f"{spec.name}{number}号楼"

    def _within(self, spec: CompoundSpec) -> dict[str, Any]:
        west, south, east, north = spec.box
        return _point(*inside(spec.community, self.chance.uniform(west, east), self.chance.uniform(south, north)))

    def _street_spot(self) -> tuple[dict[str, Any], str]:
        community = self.chance.choices(range(1, len(BUSY) + 1), BUSY)[0]
        words = f"{ROADS[community - 1]}{self.chance.choice(LANDMARKS)}"
        if self.chance.random() < WITHOUT_PLACE:
            return {"address": words}, words
        return {"location": _point(*inside(community, self.chance.uniform(0.05, 0.95), self.chance.uniform(0.05, 0.95)))}, words


def _point(lng: float, lat: float) -> dict[str, Any]:
    return {"lng": lng, "lat": lat, "crs": CRS}



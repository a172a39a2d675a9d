"""People and their posts. Names are put together by chance; a likeness would be one too. Two cells have nobody, one lost its worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from random import Random

from gridops.demo.ground import COMMUNITIES, COMPOUNDS, STREET, CommunitySpec
from gridops.demo.organisations import FIRMS

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余"
GIVEN = "安佳雨晨思宁嘉怡文博子涵明远书瑶建华国强秀兰志勇晓燕海峰丽娟俊杰雪梅永康春和立夏清和景行知行若谷"
EMPLOYERS = ("青梧第一小学", "青梧图书馆", "青梧设计院", "青梧公交场站", "青梧会计事务所")
DUTIES = {
    "grid_leader": ("网格统筹", "矛盾协调"), "grid_worker": ("日常巡查", "入户走访", "结果核查"), "cadre": ("联系居民", "议事召集"),
    "volunteer": ("文明劝导",), "party_member": ("认领微心愿",), "police_liaison": ("治安联络",),
    "building_steward": ("楼道巡视",), "property_contact": ("物业对接",),
}
PER_COMMUNITY = ("grid_leader", "cadre", "cadre", "party_member", "party_member", "volunteer", "volunteer", "police_liaison")
WATCH = 3
VACANT_EVERY = 31  # of the street's cells in code order: the 31st would be the second vacancy
FIRST_VACANCY = 17
LEFT_AT = 44  # this cell's worker has left


class Names:
    """No name twice."""

    def __init__(self, chance: Random):
        self.chance, self.given = chance, set()

    def next(self) -> str:
        while True:
            name = self.chance.choice(SURNAMES) + "".join(self.chance.sample(GIVEN, self.chance.choice((1, 2, 2))))
            if name not in self.given:
                self.given.add(name)
                return name


def people_rows(cells: list[str], today: date, names: Names) -> list[dict]:
    """``cells``: codes in order. One row per post."""
    serial = count(1)
    posts = [*_of_communities(), *_of_cells(cells, today), *_of_places(), *_of_the_street()]
    return [_row(next(serial), names.next(), today, **post) for post in posts]


def _of_communities() -> Iterator[dict]:
    for spec in COMMUNITIES:
        for role in PER_COMMUNITY:
            yield {"role": role, "area": spec.code, "home_organisation": _employer(spec, role)}


def _of_the_street() -> Iterator[dict]:
    """They take turns at night and on rest days, and go wherever they are needed."""
    for _ in range(WATCH):
        yield {"role": "grid_worker", "area": STREET}


def _employer(spec: CommunitySpec, role: str) -> str:
    return EMPLOYERS[spec.serial % len(EMPLOYERS)] if role == "party_member" else ""


def _of_cells(cells: list[str], today: date) -> Iterator[dict]:
    for number, code in enumerate(cells, 1):
        if number % VACANT_EVERY == FIRST_VACANCY:
            continue
        yield {"role": "grid_worker", "area": code, "ends_on": today - timedelta(days=3) if number == LEFT_AT else ""}


def _of_places() -> Iterator[dict]:
    for spec in COMPOUNDS[:8]:
        yield {"role": "building_steward", "place": f"{spec.code}-01"}
    for _, places in FIRMS.values():
        yield {"role": "property_contact", "place": places[0]}


def _row(serial: int, name: str, today: date, **post: object) -> dict:
    row = {"area": "", "place": "", "ends_on": "", "home_organisation": ""} | post
    return row | {
        "code": f"QW{serial:04}", "name": name, "phone": f"130{serial:08}", "duties": DUTIES[row["role"]],
        "starts_on": today - timedelta(days=400 + serial),
    }

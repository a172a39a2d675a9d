"""Places that a report names in passing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridops.domain.place_mentions import Mention, mentions

PARTS = ("community", "compound", "road", "road_number", "house", "building", "unit", "floor", "room", "directions")


def said(text: str) -> list[dict[str, object]]:
    return [{part: value for part in PARTS if (value := getattr(place, part))} for place in mentions(text)]


@pytest.mark.parametrize(("text", "place"), [
    ("我家住在阳光花园3号楼2单元501室，楼上漏水", {"compound": "阳光花园", "building": "3", "unit": "2", "room": "501"}),
    ("康乐小区十二栋北门对面有人烧烤", {"compound": "康乐小区", "building": "12", "directions": ("北门", "对面")}),
    ("幸福新村二期8幢一单元", {"compound": "幸福新村二期", "building": "8", "unit": "1"}),
    ("和平里小区5号2单元301", {"compound": "和平里小区", "building": "5", "unit": "2", "room": "301"}),
    ("中山北路1234号门口", {"road": "中山北路", "road_number": "1234号", "directions": ("门口",)}),
    ("天平路320弄12号堆满杂物", {"road": "天平路", "road_number": "320弄", "house": "12"}),
    ("建设大道88号2楼太吵", {"road": "建设大道", "road_number": "88号", "floor": "2"}),
    ("A座电梯坏了", {"building": "A"}),
    ("电梯停在六楼", {"floor": "6"}),
    ("愚园路路口红绿灯坏了", {"road": "愚园路", "directions": ("路口",)}),
    ("新华社区红旗街33号", {"community": "新华", "road": "红旗街", "road_number": "33号"}),
])
def test_each_part_of_a_place_is_read_by_itself(text, place):
    assert said(text) == [place]


def test_two_buildings_are_two_places():
    assert [place.building for place in mentions("3栋和5栋之间")] == ["3", "5"]


def test_two_roads_are_two_places():
    assert [place.road for place in mentions("江苏路和愚园路路口")] == ["江苏路", "愚园路"]


@pytest.mark.parametrize("text", ["小区里路灯坏了", "请修一下路面", "在马路上遛狗", "物业不管", "3号下午2点", "打了110和12345", "罚款500元"])
def test_words_that_only_look_like_places_are_none(text):
    assert not any(place.says_where for place in mentions(text))


def test_a_direction_alone_says_not_where():
    assert [place.says_where for place in mentions("地下车库漏水")] == [False]


def test_the_span_is_the_part_of_the_text():
    text = "麻烦看看阳光花园3号楼，谢谢"
    assert [text[place.start : place.end] for place in mentions(text) if place.says_where] == ["阳光花园3号楼"]


@given(st.text(alphabet="小区路街弄号楼栋单元室层的在和12三十A门东阳光花园，", max_size=40))
def test_any_text_gives_places_in_order_and_apart(text):
    places = mentions(text)
    assert all(isinstance(place, Mention) and place.start < place.end for place in places)
    assert all(one.end <= other.start for one, other in zip(places, places[1:], strict=False))

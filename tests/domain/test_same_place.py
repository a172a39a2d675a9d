from __future__ import annotations

import pytest

from gridops.domain.same_place import may_be_one


@pytest.mark.parametrize(("one", "other"), [
    ("电梯坏了没人修", "电梯坏了没人修"), ("3号楼电梯坏了", "三号楼电梯坏了"), ("垃圾桶满了", "楼下垃圾桶满了好几天了"[2:]), ("１０弄垃圾", "10弄垃圾"),
])
def test_one_spot_or_none_named(one, other):
    assert may_be_one(one, other) and may_be_one(other, one)


@pytest.mark.parametrize(("one", "other"), [
    ("3号楼电梯坏了", "4号楼电梯坏了"), ("3号楼电梯坏了", "电梯坏了"), ("3号楼2单元漏水", "3号楼1单元漏水"), ("3号楼5楼漏水", "3号楼6楼漏水"),
    ("桂林路100弄垃圾成堆", "桂林路108弄垃圾成堆"), ("幸福小区东门堵车", "幸福小区西门堵车"), ("沪A12345挡住通道", "沪A54321挡住通道"), ("幸福小区没有路灯", "和平小区没有路灯"),
    ("建国小学门口堵车", "光明小学门口堵车"), ("A栋电梯坏了", "B栋电梯坏了"),
])
def test_different_doors_gates_plates_or_names(one, other):
    assert not may_be_one(one, other) and not may_be_one(other, one)

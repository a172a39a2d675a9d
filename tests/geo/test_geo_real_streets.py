"""Against real streets and addresses, which are no part of the project: skipped where they are not at hand."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from geo.cells import cut
from geo.coords import array_to_wgs84
from geo.coverage import report
from geo.locate import CellIndex
from geo.shapes import area_m2, read_area

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "geo"
STREETS, ADDRESSES = FOLDER / "shanghai_streets_osm_wgs84.geojson", FOLDER / "sh_addresses_dev.csv"
pytestmark = pytest.mark.skipif(not (STREETS.exists() and ADDRESSES.exists()), reason=f"needs {FOLDER}")


@pytest.fixture(scope="module")
def streets():
    features = json.loads(STREETS.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["official_name"]: read_area(feature) for feature in features}


def test_every_address_is_in_the_street_it_was_found_in_before(streets):
    with ADDRESSES.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    names = list(streets)
    index = CellIndex(names, list(streets.values()), names)
    xy = array_to_wgs84(np.array([(row["lng_gcj02"], row["lat_gcj02"]) for row in rows], dtype=float), "gcj02")
    wrong = [row["name"] for row, found in zip(rows, index.locate_many(xy), strict=True) if row["street_pip"] != (found or "")]
    assert len(rows) > 3000
    assert wrong == []


def test_real_streets_are_cut_without_gap_or_overlap(streets):
    for name in list(streets)[::6]:
        street = streets[name]
        large = area_m2(street) > 20e6
        found = report(street, cut(street, target_area_m2=1e6 if large else 1e5))
        assert found.complete, name
        assert found.gap_m2 + found.overlap_m2 + found.outside_m2 < 1, name

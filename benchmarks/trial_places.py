"""The trial's list of real addresses: brought in as it is, then each name and address asked for with a character missing."""

from __future__ import annotations

from random import Random

FIRST = 3
SHORTEST = 3  # of two characters one says nothing


def places(trial) -> None:
    """``trial``: benchmarks.trial.Trial, its areas imported. Only what lies in one of the streets becomes a place."""
    file = str(trial.files["addresses"])
    words = [file, "--crs", "gcj02", "--skip-outside", "--map", "lng=lng_gcj02", "--map", "lat=lat_gcj02"]
    inside = sum(bool(row["street_pip"]) for row in trial._rows("addresses"))
    trial.claims.claim("addresses of the list that became places", trial._import("addresses", *words), f"created {inside}, changed 0, unchanged 0")
    trial.claims.claim("the same list again", trial._import("addresses", *words), f"created 0, changed 0, unchanged {inside}")
    chance = Random(11)
    here = [row for row in trial._rows("addresses") if row["street_pip"] == trial.street_name]
    asked = [(row["name"].strip(), text.strip()) for row in here for text in (row["name"], row["address"]) if len(text.strip()) >= SHORTEST]
    found = sum(name in _first(trial, _without_one(text, chance)) for name, text in asked)
    trial.claims.holds("found among the first three with a character missing (≥ 95 %)", found >= 0.95 * len(asked), f"{found} of {len(asked)}")


def _first(trial, typed: str) -> list[str]:
    items = trial.staff["clerk"].get("places", q=typed, area=trial.street)["items"]
    return [item["name"] for item in items[:FIRST]]


def _without_one(text: str, chance: Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]

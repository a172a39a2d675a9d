"""The index of what places are called. Whoever writes a place calls ``index_places``; ``gridops places index`` renews everything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from gridops.domain import place_names
from gridops.models import Place, PlaceTerm

BATCH = 2000
Term = tuple[str, str]  # kind (name, alias, address), normalised


def index_places(session: Session, place_ids: Collection[int] | None = None) -> int:
    """Renews the terms of these places and of all that stands in them, for a building is found by its compound's name; None: of all.

    Returns how many places have terms now. An ended place has none.
    """
    session.flush()
    ids = _with_parts(session, place_ids)
    for some in _batches(ids):
        session.execute(delete(PlaceTerm).where(PlaceTerm.place_id.in_(some)), execution_options={"synchronize_session": False})
        rows = list(_rows(session, some))
        if rows:
            session.execute(insert(PlaceTerm), rows)
    return len(ids)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _with_parts(session: Session, place_ids: Collection[int] | None) -> list[int]:
    query = select(Place.id).order_by(Place.id)
    if place_ids is None:
        return list(session.scalars(query))
    given = list(place_ids)
    found = [session.scalars(query.where(or_(Place.id.in_(some), Place.parent_id.in_(some)))).all() for some in _batches(given)]
    return sorted({place_id for some in found for place_id in some})


def _rows(session: Session, place_ids: Collection[int]) -> Iterator[dict]:
    columns = (Place.id, Place.name, Place.aliases, Place.address, Place.parent_id)
    places = session.execute(select(*columns).where(Place.id.in_(place_ids), Place.ended_at.is_(None))).all()
    above = {place.parent_id for place in places if place.parent_id is not None}
    parents = {row.id: row for row in session.execute(select(*columns).where(Place.id.in_(above)))} if above else {}
    for place in places:
        for kind, term in terms_of(place, parents.get(place.parent_id)):
            yield {"place_id": place.id, "kind": kind, "term": term, "grams": place_names.term_grams(term)}


def terms_of(place, parent=None) -> list[Term]:
    """``place`` and ``parent`` have name, aliases and address. A name that is a mere number counts only together with its compound's."""
    called = [("name", place.name), *(("alias", alias) for alias in place.aliases)]
    found = [(kind, term) for kind, name in called for term in place_names.variants(name)]
    if parent is not None:
        together = list(_together(found, parent))
        found = [(kind, term) for kind, term in found if place_names.says_something(term)] + together
    found += [("address", term) for term in place_names.address_variants(place.address or "")]
    return list({term: (kind, term) for kind, term in reversed(found)}.values())


def _together(own: list[Term], parent) -> Iterator[Term]:
    """绿苑 + 3号; 星河路10弄 + 3号."""
    called = [("name", parent.name), *(("alias", alias) for alias in parent.aliases)]
    above = [(kind, term) for kind, name in called for term in place_names.variants(name)]
    above += [("address", term) for term in place_names.address_variants(parent.address or "")]
    for over, prefix in above:
        for kind, term in own:
            if prefix and not term.startswith(prefix):
                yield over if over != "name" else kind, prefix + term

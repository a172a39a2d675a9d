"""What is shown of a person: posts now and before, duties, claims, whether there is a log-in; the phone masked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.posts import holds, is_stale
from gridops.models import Account, CheckIn, DutyClaim, Person, Place, Posting
from gridops.services import areas
from gridops.services.people import access, phones
from gridops.services.people.roster import Member, Row, posts_of
from gridops.vault import Vault

Named = Callable[[str], str]  # an area's code -> its name: gridops.services.areas.path_names


def brief(person: Person, vault: Vault) -> dict[str, Any]:
    return {
        "code": person.code, "name": person.name, "home_organisation": person.home_organisation, "left_on": person.left_on,
        "phone_masked": phones.masked(vault, person)}


def in_full(session: Session, person: Person, vault: Vault, now: datetime, locale: str = "zh") -> dict[str, Any]:
    posts = posts_of(session, [person])[person.id]
    log_in = session.scalar(select(Account.id).where(Account.person_id == person.id, Account.disabled_at.is_(None)).limit(1))
    return brief(person, vault) | {
        "posts": [shown_post(session, post, place, now, locale) for post, place in posts], "has_login": log_in is not None,
        "claims": [shown_claim(claim, areas.path_names(session, locale)) for claim in _claims(session, person)],
        "check_ins": [shown_check_in(session, one, areas.path_names(session, locale)) for one in _check_ins(session, person)]}


def _claims(session: Session, person: Person) -> list[DutyClaim]:
    return list(session.scalars(select(DutyClaim).where(DutyClaim.person_id == person.id).order_by(DutyClaim.id.desc())))


def _check_ins(session: Session, person: Person) -> list[CheckIn]:
    return list(session.scalars(select(CheckIn).where(CheckIn.person_id == person.id).order_by(CheckIn.id)))


def shown_post(session: Session, post: Posting, place: Place | None, now: datetime, locale: str = "zh") -> dict[str, Any]:
    code = post.area_code or access.area_of_place(session, place)
    today = access.today_in(session, code, now)
    present = holds(post.starts_on, post.ends_on, today)
    return {
        "id": post.id, "role": post.role, "part_time": post.part_time, "title": post.title, "area": _area(session, code, locale),
        "place": {"code": place.code, "name": place.name} if place else None, "duties": post.duties, "starts_on": post.starts_on,
        "ends_on": post.ends_on, "confirmed_on": post.confirmed_on, "present": present,
        "stale": present and is_stale(post.starts_on, post.confirmed_on, today)}


def _area(session: Session, code: str, locale: str) -> dict[str, str]:
    return {"code": code, "name": areas.path_name(session, code, locale)}


def shown_claim(claim: DutyClaim, named: Named) -> dict[str, Any]:
    return {
        "id": claim.id, "area": {"code": claim.area_code, "name": named(claim.area_code)}, "class_code": claim.class_code, "text": claim.text,
        "claimed_on": claim.claimed_on, "released_on": claim.released_on, "done_on": claim.done_on}


def shown_check_in(session: Session, one: CheckIn, named: Named) -> dict[str, Any]:
    by = session.get(Account, one.confirmed_by) if one.confirmed_by else None
    return {
        "id": one.id, "community": {"code": one.community_code, "name": named(one.community_code)}, "checked_in_on": one.checked_in_on,
        "confirmed": one.confirmed_at is not None, "confirmed_by": by.name if by else None, "confirmed_at": one.confirmed_at,
        "thanked_on": one.thanked_on}


def shown_row(row: Row, locale: str = "zh") -> dict[str, Any]:
    return {
        "code": row.area.code, "name": row.area.called(locale), "level": row.area.level, "missing": row.missing,
        "without_steward": row.without_steward, "people": [_member(member) for member in row.members]}


def _member(member: Member) -> dict[str, Any]:
    post = member.posting
    return {
        "code": member.person.code, "name": member.person.name, "post": post.id, "role": post.role, "part_time": post.part_time,
        "title": post.title, "place": member.place, "duties": post.duties, "home_organisation": member.person.home_organisation,
        "stale": member.stale}

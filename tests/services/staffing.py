"""People for the small street: posts, hours and absences as a test needs them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gridops.models import Absence, Account, Person, PostDuty, Posting, Shift, ShiftPattern
from tests.small_street import WEST

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = date(2025, 1, 1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


class Staff:
    def __init__(self, session: Session):
        self.session = session

    def _add(self, row):
        self.session.add(row)
        self.session.flush()
        return row

    def person(self, name: str, *, account: int | None = None, **fields) -> Person:
        """``account``: the log-in that is this person's."""
        person = self._add(Person(code=name, name=name, **fields))
        if account:
            self.session.get_one(Account, account).person_id = person.id
            self.session.flush()
        return person

    def post(self, person: Person | str, role: str = "grid_worker", area: str | None = WEST, **fields) -> Posting:
        person = self.person(person) if isinstance(person, str) else person
        return self._add(Posting(person_id=person.id, role=role, area_code=area, **({"starts_on": LONG_AGO, "duties": []} | fields)))

    def shift(self, post: Posting, starts_at: str, ends_at: str, kind: str = "night") -> Shift:
        return self._add(Shift(posting_id=post.id, starts_at=local(starts_at), ends_at=local(ends_at), kind=kind))

    def pattern(self, post: Posting, days: str, opens: str, closes: str) -> ShiftPattern:
        return self._add(ShiftPattern(
            posting_id=post.id, days=days, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), starts_on=LONG_AGO))

    def away(self, person_id: int, starts_at: str, ends_at: str, stand_in: Person | None = None) -> Absence:
        return self._add(Absence(
            person_id=person_id, starts_at=local(starts_at), ends_at=local(ends_at), stand_in_id=stand_in.id if stand_in else None))

    def duty(self, role: str, class_code: str, area: str) -> PostDuty:
        return self._add(PostDuty(role=role, class_code=class_code, area_prefix=area))

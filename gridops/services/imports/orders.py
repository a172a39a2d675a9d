"""Orders of the city's hotline (12345): one ticket per external number, however often it comes and by whichever way.

An order that is here already stays as it is; what the city now says otherwise is written down as an act of its own, and a different
due waits for a person, because a promise that was told is not moved by a file. Columns that are not known here may hold names or
phones: only those that the operator names (`keep`) are stored beside the order.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.contact import normalise_phone
from gridops.errors import Invalid
from gridops.models import CategoryVersion, Place, Street, UpstreamOrder
from gridops.services import intake, outbox
from gridops.services.imports.cells import Cells
from gridops.services.imports.table import ImportReport, Row, Table, all_or_nothing
from gridops.services.upstream import changes
from gridops.services.upstream.known import hold
from gridops.vault import Vault

KINDS = {"求助": "help", "咨询": "consult", "投诉": "complaint", "建议": "suggestion", "举报": "tipoff", "表扬": "praise", "感谢": "praise"}
VISIBILITIES = {"具名": "named", "实名": "named", "保密": "protected", "匿名": "anonymous"}
COLUMNS = (
    "number", "received_at", "due_by", "kind", "title", "content", "category", "secret", "reply_wanted", "visibility", "street",
    "address", "place", "lng", "lat", "crs", "name", "phone",
)
LONGEST = 4000
NUMBER = r"\S{1,64}"


def import_orders(
    session: Session, table: Table, *, now: datetime, vault: Vault, actor: Actor = SYSTEM, source: str = "12345",
    street: str | None = None, timezone: str = "Asia/Shanghai", crs: str | None = None, keep: tuple[str, ...] = (),
    categories: dict[str, str] | None = None,
) -> ImportReport:
    """Columns number and content or title. `street` takes orders without point and place; local times are read in `timezone`.

    `categories`: the city's words for our codes, before our own codes and names.
    """
    report = ImportReport(notes=list(table.notes))
    text = "title" if "title" in table.columns and "content" not in table.columns else "content"
    if not report.needs(table, "number", text, *keep):
        return report
    report.knows(table, *COLUMNS, *keep)
    with all_or_nothing(session, report):
        OrderImport(session, report, vault, actor, now, source, street, timezone, crs, keep, categories or {}).run(table)
    return report


class OrderImport:
    def __init__(self, session, report, vault, actor, now, source, street, timezone, crs, keep, categories):
        self.session: Session = session
        self.report: ImportReport = report
        self.vault, self.actor, self.now = vault, actor, now
        self.source, self.street, self.timezone, self.crs, self.keep = source, street, timezone, crs, keep
        self.known: dict[str, UpstreamOrder] = {}
        self.seen: dict[str, Row] = {}
        self.streets = set(session.scalars(select(Street.code)))
        self.places = set(session.scalars(select(Place.code)))
        self.categories = self._categories() | categories

    def _categories(self) -> dict[str, str]:
        """Our code, or a name that only one category has, to the code."""
        rows = self.session.execute(select(CategoryVersion.code, CategoryVersion.name).where(CategoryVersion.valid_to.is_(None))).all()
        names = [name for _, name in rows]
        return {code: code for code, _ in rows} | {name: code for code, name in rows if names.count(name) == 1}

    def run(self, table: Table) -> None:
        self.known = self._known({row.cells["number"] for row in table.rows})
        for row in table:
            cells = Cells(row, self.report, crs=self.crs)
            number = cells.matching("number", NUMBER, "no blanks, 64 characters at most")
            submission = self._submission(cells, number)
            if number and self._is_new(cells, number, submission):
                self._submit(cells, submission)

    def _known(self, numbers: set[str]) -> dict[str, UpstreamOrder]:
        """Read only when nobody else is entering them."""
        hold(self.session, self.source, numbers)
        query = select(UpstreamOrder).where(UpstreamOrder.source == self.source, UpstreamOrder.external_number.in_(numbers))
        return {order.external_number: order for order in self.session.scalars(query)}

    def _is_new(self, cells: Cells, number: str, submission: dict[str, Any]) -> bool:
        if number in self.seen:
            if self.seen[number].cells != cells.row.cells:
                cells.fault("number", "duplicate_row", f"{number} stands in row {self.seen[number].number} with other content")
            return False
        self.seen[number] = cells.row
        if number in self.known and not cells.faulty:
            self._compare(cells, self.known[number], submission)
        return number not in self.known and not cells.faulty

    def _compare(self, cells: Cells, known: UpstreamOrder, submission: dict[str, Any]) -> None:
        changed = changes.take(self.session, known, self._said(cells, submission), submission, now=self.now)
        self.report.count("changed" if changed else "unchanged")
        if changed:
            self.report.notes.append(f"order {known.external_number} now says otherwise: {', '.join(changed)}; written down, not taken over")

    def _said(self, cells: Cells, submission: dict[str, Any]) -> dict[str, Any]:
        return changes.said(self.vault, submission, set(cells.row.cells))

    def _submission(self, cells: Cells, number: str | None) -> dict[str, Any]:
        received_at = cells.instant("received_at", self.timezone)
        category = cells.text("category")
        upstream = {
            "source": self.source, "external_number": number, "external_due_by": cells.instant("due_by", self.timezone),
            "secret": cells.flag("secret"), "reply_wanted": cells.flag("reply_wanted", True), "category_text": category,
            "row": {name: cells.row.cells[name] for name in self.keep if cells.row.cells[name]},
        }
        if received_at and received_at > self.now:
            cells.fault("received_at", "in_the_future", "the order was received in the future")
        return {
            "kind": self._word(cells, "kind", KINDS) or "complaint", "description": self._description(cells),
            "visibility": self._word(cells, "visibility", VISIBILITIES) or ("protected" if upstream["secret"] else "named"),
            "category": self.categories.get(category or ""), "occurred_at": received_at, "contact": self._contact(cells),
            "upstream": upstream, **self._where(cells),
        }

    def _word(self, cells: Cells, column: str, words: dict[str, str]) -> str | None:
        value = cells.row.cells.get(column, "")
        if value in words:
            return words[value]
        return cells.choice(column, set(words.values()), required=False)

    def _description(self, cells: Cells) -> str:
        title, content = cells.text("title", longest=LONGEST) or "", cells.text("content", longest=LONGEST) or ""
        text = content if content.startswith(title) else f"{title}\n{content}".strip()
        if not text:
            cells.fault("content", "missing_value", "title and content are empty")
        if len(text) > LONGEST:
            cells.fault("content", "too_long", f"title and content have {len(text)} characters, {LONGEST} are possible")
        return text

    def _contact(self, cells: Cells) -> dict[str, str | None] | None:
        name, phone = cells.text("name"), cells.text("phone")
        try:
            phone = normalise_phone(phone) if phone else None
        except Invalid as error:
            cells.fault("phone", error.code, error.text())
        return {"name": name, "phone": phone} if name or phone else None

    def _where(self, cells: Cells) -> dict[str, Any]:
        """A point, a place, or an address with a street; an order without any of them is unlocated, never lost."""
        street = cells.text("street") or self.street
        if street and street not in self.streets:
            cells.fault("street", "unknown_area", f"there is no street {street}")
        place = cells.text("place")
        if place and place not in self.places:
            cells.fault("place", "unknown_place", f"there is no place {place}")
        point = cells.point()
        location = {"lng": point.lng, "lat": point.lat, "crs": cells.crs} if point else None
        return {"location": location, "place_code": place, "address": cells.text("address", longest=500), "street": street}

    def _submit(self, cells: Cells, submission: dict[str, Any]) -> None:
        if self.report.errors:
            return
        try:
            submission["upstream"]["said"] = self._said(cells, submission)
            ticket = intake.submit(self.session, submission, actor=self.actor, now=self.now, vault=self.vault, channel="hotline").ticket
        except Invalid as error:
            column = {"location": "lng", "place_code": "place"}.get(next(iter(error.fields or {}), ""), "")
            return cells.fault(column, error.code, error.text())
        outbox.publish(self.session, "upstream.received", now=self.now, ticket_id=ticket.id, payload={"source": self.source})
        self.report.count("created")

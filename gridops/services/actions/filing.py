"""Choosing a ticket's category, condition and cell: shared by file, recategorise and self-handling."""

from __future__ import annotations

from sqlalchemy import select

from gridops.errors import Invalid
from gridops.models import CategoryVersion, Cell, FilingCondition, Grid
from gridops.services import catalogue, relapse
from gridops.services.work import Work


def choose_category(work: Work) -> CategoryVersion:
    """Freezes the current version of the category and the condition whose limit will count."""
    category = catalogue.newest_version(work.session, work.body["category"])
    if category is None:
        raise Invalid(fields={"category": ["There is no category with this code."]})
    condition = _condition(work, category)
    ticket = work.ticket
    ticket.category_version_id, ticket.condition_id = category.id, condition.id
    ticket.emergency, ticket.never_public = category.emergency, category.never_public
    ticket.waiting_reason = None
    work.category, work.condition = category, condition
    if category.emergency:
        _hurry(work)
    work.facts |= {"category": category.code, "category_version": category.version, "condition_no": condition.condition_no}
    work.facts |= relapse.look_back(work.session, ticket, category.code)
    return category


def _hurry(work: Work) -> None:
    sooner = work.clocks.hurry_promise(work.now)
    if sooner is not None:
        work.ticket.promised_by, work.ticket.promise_note = sooner, "emergency"


def _condition(work: Work, category: CategoryVersion) -> FilingCondition:
    number = work.body.get("condition_no", 1)
    found = next((row for row in catalogue.conditions(work.session, category.id) if row.condition_no == number), None)
    if found is None:
        raise Invalid(fields={"condition_no": ["The category has no such filing condition."]})
    return found


def choose_cell(work: Work) -> None:
    """Moves the ticket to a cell of its own street's active grid."""
    code = work.body.get("cell")
    if code is None:
        return
    cell = work.session.scalar(
        select(Cell).join(Grid, Grid.id == Cell.grid_id)
        .where(Cell.code == code, Grid.status == "active", Grid.street_code == work.ticket.street_code))
    if cell is None:
        raise Invalid(fields={"cell": ["There is no such cell in this street's active grid."]})
    work.ticket.cell_id, work.ticket.area_code = cell.id, cell.code
    work.facts["cell"] = cell.code

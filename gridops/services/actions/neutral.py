"""Who decides gains nothing from it, whichever log-in he uses and for whomever he acts."""

from __future__ import annotations

from collections.abc import Iterable

from gridops.errors import Forbidden
from gridops.services.same_person import accounts_of, own_departments
from gridops.services.work import Work


def refuse_interested(work: Work, gainers: Iterable[int | None]) -> None:
    """Raises Forbidden where one of these organisations is the actor's own, by any log-in of his."""
    if own_departments(work.session, work.actor).intersection(gainers):
        raise Forbidden("Who would gain from the decision does not make it.", code="interested_party")


def refuse_who_asked(work: Work, account_id: int | None) -> None:
    """Who entered a request for an organisation without log-in has heard one side only."""
    if account_id is not None and account_id in accounts_of(work.session, work.actor):
        raise Forbidden("Who asked for it does not decide on it.", code="interested_party")

"""Looking at the result, in the category's way: by somebody who is neither the handler nor of the handler's unit.

* photo: the pictures of the result, or the checker's own;
* site: whoever walks there says what he saw; a desk needs a picture, or a call to somebody who stands there, while there is
  anybody to send;
* call: the reporter was reached, or three honest tries were made; nothing where nobody left a number;
* repeat: parking and noise vanish, so several looks, some hours apart;
* none: closed by the system.
"""

from __future__ import annotations

from sqlalchemy import func, select

from gridops.domain.clock_policy import check_rules, least_after
from gridops.domain.limits import Limit, due
from gridops.domain.posts import WALKERS
from gridops.errors import Invalid
from gridops.models import Clock, Evidence, Observation
from gridops.services.actions import evidence
from gridops.services.actions.disposal import HONEST_TRIES
from gridops.services.actions.intake import close
from gridops.services.actions.rounds import end_round
from gridops.services.work import Work


def mode(work: Work) -> str:
    return work.category.check_mode if work.category is not None else "site"


def may_pass(work: Work) -> None:
    if mode(work) == "repeat" and work.actor.kind != "system" and not _looked_enough(work):
        raise work.refuse("look_again", "This vanishes and comes back: look several times, some hours apart, before it is closed.")


def _looked_enough(work: Work) -> bool:
    """This look is the last of those wanted; the others came before it, the newest long enough ago."""
    rules = check_rules(work.clocks.policy)
    looks = _observed(work, call=False)
    last = max((row.observed_at for row in looks), default=None)
    if len(looks) + 1 < rules["looks"]:
        return False
    return last is None or work.now >= due(last, Limit.from_json(rules["apart"]), work.clocks.calendar)


def _observed(work: Work, *, call: bool) -> list[Observation]:
    """On the present result, not on one that was sent back."""
    query = select(Observation).where(Observation.ticket_id == work.ticket.id, Observation.observed_at >= work.ticket.handled_at)
    return list(work.session.scalars(query.where(Observation.call.is_not(None) if call else Observation.call.is_(None))))


def may_observe(work: Work) -> None:
    if mode(work) not in ("call", "repeat"):
        raise work.refuse("nothing_to_observe", "This category is checked in one go.")


def observe(work: Work) -> str:
    """One look or call; the ticket stays with the checker."""
    call = work.body.get("call")
    if (mode(work) == "call") != (call is not None):
        raise Invalid(fields={"call": ["Say whether somebody was reached." if call is None else "This category is not checked by phone."]})
    evidence.attach(work, work.body["photos"], "check", public=False)
    work.session.add(Observation(ticket_id=work.ticket.id, observed_at=work.now, account_id=work.actor.account_id, call=call))
    work.facts |= {"call": call} if call else {}
    work.text = work.body["text"]
    return "="


def pass_check(work: Work) -> str:
    if work.actor.kind != "system":
        DEMANDS.get(mode(work), _nothing)(work)
    evidence.attach(work, work.body["photos"], "check", public=True)
    work.text = work.body["text"]
    close(work)
    return "closed"


def _nothing(work: Work) -> None:
    pass


def _photo(work: Work) -> None:
    if not work.body["photos"] and not _result_has_photo(work):
        raise Invalid("This category needs a photo.", code="photo_needed", fields={"photos": ["This category needs a photo."]})


def _result_has_photo(work: Work) -> bool:
    """With the result, or with a look since: not the reporter's own."""
    query = select(func.count()).select_from(Evidence).where(
        Evidence.ticket_id == work.ticket.id, Evidence.stage.in_(("after", "check")), Evidence.at >= work.ticket.handled_at)
    return bool(work.session.scalar(query))


def _site(work: Work) -> None:
    """Where nobody is posted who could go, the desk's word is all there is."""
    walks_there = work.actor.roles_at(work.ticket.area_code).intersection(WALKERS) or work.ticket.checker_id is None
    if not (walks_there or work.body["photos"] or work.body.get("call_record") or _result_has_photo(work)):
        words = "Somebody must have been there: let the grid worker check, add a photo, or say whom you phoned."
        raise Invalid(words, code="site_check_needed", fields={"photos": [words]})


def _call(work: Work) -> None:
    now = [work.body["call"]] if "call" in work.body else []
    calls = [row.call for row in _observed(work, call=True)] + now
    somebody = any(report.contact_id and report.visibility != "anonymous" for report in work.reports)
    if somebody and "reached" not in calls and len(calls) < HONEST_TRIES and not work.body.get("call_record"):
        words = "Call the reporter first: somebody reached, or three tries."
        raise Invalid(words, code="call_needed", fields={"call": [words]})
    work.facts |= {"calls": len(calls), "reached": "reached" in calls}


DEMANDS = {"photo": _photo, "site": _site, "call": _call}


def fail_check(work: Work) -> str:
    """Rework: the same organisation gets what it had left, at least four work hours. Self-handled matters go to dispatch."""
    evidence.attach(work, work.body["photos"], "check", public=False)
    work.ticket.rework_count += 1
    work.facts["rework_count"] = work.ticket.rework_count
    work.text = work.body["text"]
    lead = work.assignment("lead")
    if lead is None:
        end_round(work, "check_failed")
        work.ticket.self_handled = False
        work.start("dispatch")
        return "filed"
    lead.status = "signed"
    least = least_after(work.clocks.policy, "rework", emergency=work.ticket.emergency)
    again = work.clocks.start_again(_last_handle(work, lead.id), work.now, assignment=lead, at_least=least)
    again.reworks += 1
    return "in_progress"


def _last_handle(work: Work, assignment_id: int) -> Clock:
    query = select(Clock).where(Clock.assignment_id == assignment_id, Clock.kind == "handle").order_by(Clock.id.desc())
    return work.session.scalar(query.limit(1))


EFFECTS = {"observe": observe, "pass_check": pass_check, "fail_check": fail_check}
GUARDS = {"observe": may_observe, "pass_check": may_pass}

"""Learning in words: where a run stands and how it ended, weekdays, and what the words of a report may do."""

from __future__ import annotations

from flask_babel import gettext as _, lazy_gettext as _l

from gridops.models import LearningRun
from gridops.services.learned.filing import Rule

STAGES = {
    "reading": _l("reading closed tickets"), "trying": _l("learning without those held back"), "measuring": _l("measuring on those held back"),
    "learning": _l("learning from all"), "keeping": _l("storing the version"),
}
CAUSES = {"schedule": _l("by the schedule"), "person": _l("asked for on this page"), "command": _l("by command")}
OUTCOMES = {
    "in_use": _l("a new version is in use"), "no_better": _l("no better than what is in use: kept, not used"),
    "too_little": _l("too few closed tickets to learn from"), "died": _l("it was ended from outside three times; an administrator should look"),
    "failed": _l("it failed; the log says why"),
}
WEEKDAYS = {
    1: _l("Monday"), 2: _l("Tuesday"), 3: _l("Wednesday"), 4: _l("Thursday"), 5: _l("Friday"), 6: _l("Saturday"), 7: _l("Sunday"),
}


def of_run(run: LearningRun, lives: bool) -> str:
    """``lives``: some process is at it."""
    if run.state == "waiting":
        return _("Waits for a worker.")
    if not lives:
        return _("The process that learned has ended; another one begins anew.")
    steps = list(STAGES)
    return _("Step %(no)s of %(all)s: %(what)s.", no=steps.index(run.stage) + 1, all=len(steps), what=STAGES[run.stage]) if run.stage in steps else _("Under way.")


def of_rule(rule: Rule) -> str:
    """What the words may file by themselves."""
    if rule.accuses_person:
        return _("never: somebody is accused")
    if rule.mode == "never":
        return _("never")
    return _("from %(share)s %%", share=percent(rule.threshold))


def percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0")

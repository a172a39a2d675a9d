"""Calendars, recounts and appeals in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS = {"holiday": _l("no work"), "workday": _l("worked for a holiday")}
WEEKDAYS = {1: _l("Mon"), 2: _l("Tue"), 3: _l("Wed"), 4: _l("Thu"), 5: _l("Fri"), 6: _l("Sat"), 7: _l("Sun")}
RECOUNTS = {"running": _l("under way"), "done": _l("finished"), "overtaken": _l("stopped: a newer version came")}
REASONS = {
    "force_majeure": _l("Weather or another force majeure"), "wrong_dispatch": _l("It was not ours"), "waited_for_others": _l("Waited for others"),
    "system_fault": _l("A fault of the system"), "resident_wish": _l("The resident wished it later"), "other": _l("Another reason"),
}
DECISIONS = {"approved": _l("upheld: not counted"), "refused": _l("not upheld")}

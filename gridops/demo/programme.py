"""Which reports come when: a month of ordinary days drawn by chance, and today's open cases, placed so that each stands where it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gridops.demo import episodes as script
from gridops.demo import round_episodes as rounds
from gridops.demo.case import Case
from gridops.demo.episodes import Episode, Script
from gridops.demo.matters import ACCUSING, EMERGENCIES, HOT, MATTERS, QUESTIONS, REFERRALS, REJECTIONS, UNSORTED, Matter
from gridops.demo.reporters import Reporters
from gridops.domain import limits

ORDINARY_REPORTS = 138
QUESTIONS_ASKED = 22
DAYS = 30
WORKING_DAY = 7 * 60  # minutes
ZONE = ZoneInfo("Asia/Shanghai")
# Local hours at which reports come, each as often as it stands here.
HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 13, 14, 14, 15, 15, 16, 17, 18, 19, 19, 20, 20, 21, 22)
# What becomes of an ordinary report, and how often.
COURSES: tuple[tuple[Callable[[Case], Script], int], ...] = (
    (script.routine, 58), (script.slow, 9), (script.unsigned, 7), (script.bounced, 4), (script.overruled, 3), (script.sent_again, 3),
    (script.reworked, 6), (script.reopened, 5), (script.explained, 5),
)
SELF_HANDLED = ("E0110", "E0112", "E0117", "E0201", "E0410", "E2106", "E2301")


class Programme:
    def __init__(self, reporters: Reporters, now: datetime, ordinary: int = ORDINARY_REPORTS):
        self.reporters, self.now, self.ordinary = reporters, now, ordinary
        self.cast, self.chance = reporters.cast, reporters.chance

    def episodes(self) -> Iterator[Episode]:
        yield from self._ordinary()
        yield from self._asked()
        yield from self._emergencies()
        yield from self._sorted_by_clerks()
        yield from self._ends()
        yield from self._rounds_of_the_month()
        yield from self._hot()
        yield from self._today()

    # -- the past month -------------------------------------------------------------------------------------------

    def _ordinary(self) -> Iterator[Episode]:
        courses, often = zip(*COURSES, strict=True)
        for _ in range(self.ordinary):
            matter = self.chance.choices(MATTERS, [matter.weight for matter in MATTERS])[0]
            course = self.chance.choices(courses, often)[0]
            yield self._episode(matter, self._some_time(), course)
        for code in SELF_HANDLED:
            yield self._episode(_matter(code), self._some_time(), script.self_handled, patrol=True)

    def _asked(self) -> Iterator[Episode]:
        for _ in range(QUESTIONS_ASKED):
            yield self._question(self.chance.choice(QUESTIONS), self._some_time(), script.answered)

    def _emergencies(self) -> Iterator[Episode]:
        for number in range(10):
            matter = EMERGENCIES[number % len(EMERGENCIES)]
            yield self._episode(matter, self._some_time(), lambda case: script.routine(case, part=0.6))

    def _sorted_by_clerks(self) -> Iterator[Episode]:
        for matter in UNSORTED * 3:
            yield self._episode(matter, self._some_time(), script.routine, told=False)
        for matter in ACCUSING * 2:
            yield self._episode(matter, self._some_time(), script.routine)

    def _ends(self) -> Iterator[Episode]:
        for words, reason, to, answer in REFERRALS:
            yield self._said(words, "complaint", self._some_time(), lambda case, r=reason, t=to, a=answer: script.referred(case, r, t, a))
        for words, reason, answer in REJECTIONS:
            yield self._said(words, "complaint", self._some_time(), lambda case, r=reason, a=answer: script.rejected(case, r, a))

    def _rounds_of_the_month(self) -> Iterator[Episode]:
        for days, code, course in (
            (9, "E0113", rounds.extended), (13, "E2204", rounds.extended), (7, "E0113", rounds.extension_refused), (11, "C0137", rounds.rested),
            (8, "E2210", rounds.kept), (6, "E0111", rounds.supervised_to_the_end),
        ):
            yield self._episode(_matter(code), self._worked(minutes=days * WORKING_DAY), course)

    def _hot(self) -> Iterator[Episode]:
        """What several people speak of in few days: bins and dark stairs at two houses, and the noise of somebody, which is told inside only."""
        instants = [self.now - timedelta(hours=hours) for hours in (52, 31, 29, 9)]
        for matter, compound, building, course in zip(HOT, (0, 2, 1), (2, 1, 3), (script.under_way, script.under_way, script.untouched), strict=True):
            yield from ((case, course(case)) for case in self.reporters.neighbours(matter, instants, compound=compound, building=building))

    # -- today: where each open case stands ---------------------------------------------------------------------

    def _today(self) -> Iterator[Episode]:
        yield from self._waiting()
        yield from self._running()
        yield from self._under_way_otherwise()
        yield from self._just_ended()

    def _waiting(self) -> Iterator[Episode]:
        """In the operations centre's queue, each for another reason; and with organisations that have not signed."""
        for minutes, question in zip((4, 11, 35), QUESTIONS[:1] + QUESTIONS[3:5], strict=True):
            yield self._question(question, self._worked(minutes=minutes), script.untouched)
        for minutes, matter in zip((3, 9, 40), UNSORTED, strict=False):
            yield self._episode(matter, self._worked(minutes=minutes), script.untouched, told=False)
        yield self._episode(ACCUSING[0], self._worked(minutes=6), script.untouched)
        yield self._episode(ACCUSING[1], self._worked(minutes=25), script.untouched)
        words, reason, answer = REJECTIONS[1]
        yield self._said(words, "complaint", self._worked(minutes=150), lambda case: script.reinstated(case, reason, answer))
        yield self._question(QUESTIONS[1], self._worked(minutes=75), script.asked_again)
        # Long enough ago for an objection after two hours and a ruling ninety minutes later.
        yield self._episode(_matter("E0111"), self._worked(minutes=300), script.upheld)
        for code, course in (("E0113", script.recalled), ("E0113", script.objected), ("E0136", script.objected)):
            yield self._episode(_matter(code), self._worked(minutes=200), course)
        for code, minutes in (("E2204", 30), ("E2210", 45), ("E0113", 60), ("E2305", 20)):
            yield self._episode(_matter(code), self._worked(minutes=minutes), script.untouched)
        yield self._episode(EMERGENCIES[0], self.now - timedelta(minutes=6), script.untouched)

    def _running(self) -> Iterator[Episode]:
        """With supporting organisations the light turns yellow at 0.8 and red at the whole of HALF the limit, which is theirs."""
        for code, part in (("E0113", 0.2), ("E2204", 0.25), ("E2209", 0.3), ("C0137", 0.3), ("E2210", 0.25), ("C0402", 0.32)):
            yield self._episode(_matter(code), self._parted(code, part), script.under_way)
        for code in ("E0112", "E0113", "E0136", "E2210", "C0305"):
            part = 0.45 if self.cast.customs[code].supported else 0.9
            yield self._episode(_matter(code), self._parted(code, part), script.under_way)
        for code, part in (("E0111", 1.3), ("E2203", 1.6), ("E0201", 1.2), ("E2301", 2.4), ("E0136", 3.5)):
            yield self._episode(_matter(code), self._parted(code, part), script.under_way)
        yield self._episode(EMERGENCIES[3], self.now - timedelta(minutes=25), script.under_way)
        yield self._episode(EMERGENCIES[1], self.now - timedelta(minutes=30), script.under_way)

    def _under_way_otherwise(self) -> Iterator[Episode]:
        """More time asked for, resting until a date, wanted elsewhere after a visit, under a leader's eye."""
        for code, part, course in (
            ("E0113", 0.7, rounds.extension_asked), ("E2204", 0.6, rounds.suspended), ("C0137", 0.6, rounds.suspended),
            ("E2210", 0.6, rounds.transfer_asked), ("E0111", 0.7, rounds.supervised), ("E2203", 0.8, rounds.supervised_and_answered),
        ):
            yield self._episode(_matter(code), self._parted(code, part), course)

    def _just_ended(self) -> Iterator[Episode]:
        for code in ("E0110", "E2302", "E0192", "E0128"):
            yield self._episode(_matter(code), self._parted(code, 0.5), script.waits_for_check)
        yield self._episode(_matter("E0110"), self._worked(minutes=30), script.self_handled_waits, patrol=True)
        yield self._episode(_matter("E2301"), self._worked(minutes=50), script.self_handled_waits, patrol=True)
        for code, days in (("E0113", 3.5), ("E2204", 4), ("E2210", 1.6), ("E0110", 1.2)):
            yield self._episode(_matter(code), self._worked(minutes=days * WORKING_DAY), script.not_solved)
        for code in ("E0110", "E0112", "E0405", "E2302", "E0409"):
            yield self._episode(_matter(code), self._worked(minutes=self.chance.uniform(2, 4) * WORKING_DAY), script.routine)

    # -- making one -----------------------------------------------------------------------------------------------

    def _episode(self, matter: Matter, at: datetime, course: Callable[[Case], Script], **how: bool) -> Episode:
        case = self.reporters.case(matter, at, **how)
        return case, course(case)

    def _question(self, question: tuple[str, str, str], at: datetime, course: Callable[[Case], Script]) -> Episode:
        kind, words, answer = question
        case = self.reporters.question(words, kind, answer, at)
        return case, course(case)

    def _said(self, words: str, kind: str, at: datetime, course: Callable[[Case], Script]) -> Episode:
        case = self.reporters.question(words, kind, "", at)
        return case, course(case)

    def _some_time(self) -> datetime:
        """Within the month, never today."""
        day = (self.now.astimezone(ZONE) - timedelta(days=self.chance.randint(1, DAYS))).date()
        minute = time(self.chance.choice(HOURS), self.chance.randrange(60), self.chance.randrange(60))
        return datetime.combine(day, minute, ZONE).astimezone(UTC)

    def _worked(self, *, minutes: float) -> datetime:
        """So many working minutes ago."""
        return self.cast.before(self.now, timedelta(minutes=minutes))

    def _parted(self, code: str, part: float) -> datetime:
        """When a ticket of this category must have come for that part of its limit to be used up now."""
        limit = self.cast.customs[code].limit
        amount = limits.length(limit, self.cast.calendar) * part
        return self.now - amount if limit.urgent else self.cast.before(self.now, amount)


def _matter(code: str) -> Matter:
    return next(matter for matter in MATTERS if matter.category == code)

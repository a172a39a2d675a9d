"""Who is on duty where: shifts, patterns, absences and stand-ins; what nobody covers; the hand-over sheet and the phone book.

``presence`` answers, ``roster`` writes. The rules are gridops.domain.duty's; a street's calendar and time zone hold for its posts.
"""

from gridops.services.duty.presence import OnDuty, on_duty
from gridops.services.duty.vacancies import Vacancy, vacancies

__all__ = ["OnDuty", "Vacancy", "on_duty", "vacancies"]

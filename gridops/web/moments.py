"""Instants in words, in the time zone of the street they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Date
from datetime import datetime
from functools import wraps
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import gettext as _
from markupsafe import Markup

from gridops.api import language
from gridops.api.requests import context

DEFAULT_ZONE = "Asia/Shanghai"
DAY = {"zh": "M月d日", "en": "d MMM"}
DAY_OF_YEAR = {"zh": "y年M月d日", "en": "d MMM y"}
EXACT = {"zh": "y年M月d日 EEE HH:mm:ss ZZZZ", "en": "EEE d MMM y HH:mm:ss ZZZZ"}
BABEL = {"zh": "zh_Hans_CN", "en": "en_GB"}


def moment(at: datetime | None, zone: str = DEFAULT_ZONE) -> str:
    """An instant that has passed: 今天 10:05, 11月20日 10:05, 2025年11月20日 10:05."""
    return f"{day(at, zone)} {clock(at, zone)}" if at else ""


def deadline(by: datetime | None, zone: str = DEFAULT_ZONE) -> str:
    """今天 17:30 前; 周五 17:30 前 within the week; 12月3日(周四) 17:30 前 later and in the past, for 周四 alone is this week's."""
    if by is None:
        return ""
    local, today = _local(by, zone), _local(context().now(), zone)
    words = f"{_day_of_deadline(local.date(), today.date(), by, zone)} {clock(by, zone)}"
    return _("by %(moment)s", moment=words)


def day(at: datetime | None, zone: str = DEFAULT_ZONE) -> str:
    if at is None:
        return ""
    local, today = _local(at, zone), _local(context().now(), zone)
    if local.date() == today.date():
        return _("today")
    return _written(local, DAY if local.year == today.year else DAY_OF_YEAR)


def date(at: datetime | None, zone: str = DEFAULT_ZONE) -> str:
    """For paper, which is read on another day: 2026年11月20日."""
    return _written(_local(at, zone), DAY_OF_YEAR) if at else ""


def written(at: datetime | None, zone: str = DEFAULT_ZONE) -> str:
    """For paper, to the minute: 2026年11月20日 10:05."""
    return f"{date(at, zone)} {clock(at, zone)}" if at else ""


def exact(at: datetime, zone: str = DEFAULT_ZONE) -> str:
    """To the second and with the offset: 2026年11月20日 周五 10:05:33 GMT+08:00."""
    return _written(_local(at, zone), EXACT)


def clock(at: datetime | None, zone: str = DEFAULT_ZONE) -> str:
    return f"{_local(at, zone):%H:%M}" if at else ""


def _timed(said: Callable[..., str]) -> Callable[..., str]:
    """What ``said`` says, in an element that shows the exact instant on hover and tells it to machines. Never for attributes."""

    @wraps(said)
    def timed(at: datetime | None, zone: str = DEFAULT_ZONE) -> str:
        if not at:
            return ""
        return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), exact(at, zone), said(at, zone))

    return timed


FILTERS = {said.__name__: _timed(said) for said in (moment, deadline, day, date, written)}


def _day_of_deadline(last: Date, today: Date, by: datetime, zone: str) -> str:
    days = (last - today).days
    if days in (0, 1):
        return (_("today"), _("tomorrow"))[days]
    weekday = _written(_local(by, zone), {"zh": "EEE", "en": "EEEE"})
    if days > 1 and last.isocalendar()[:2] == today.isocalendar()[:2]:
        return weekday
    return _("%(day)s (%(weekday)s)", day=day(by, zone), weekday=weekday)


def _written(local: datetime, patterns: dict[str, str]) -> str:
    locale = language.of_request()
    return format_datetime(local, patterns[locale], locale=BABEL[locale])


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))

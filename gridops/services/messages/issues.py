"""A hot issue as staff hear of it outside the inbox: category, cell and count; never a place, a door or anybody's words."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from gridops.domain.counted import counted
from gridops.models import HotIssue
from gridops.services import areas, catalogue
from gridops.services.messages.staff import About
from gridops.services.messages.topic_words import topic_words
from gridops.services.story_words import said

PEOPLE = ("{count}人反映", "{counted}")
NO_CATEGORY = ("未分类事项", "A matter without category yet")


def about(session: Session, fact: Any, *, base: str) -> About:
    """``fact``: following.Fact, whose payload names the issue, its key and how many people spoke."""
    issue = session.get_one(HotIssue, fact.payload["hot_issue"])
    return About(issue.street_code, issue.area_code, None, lambda locale: _facts(session, issue, fact, base, locale))


def _facts(session: Session, issue: HotIssue, fact: Any, base: str, locale: str) -> dict[str, str]:
    category = catalogue.current_category(session, issue.category_code) if issue.category_code else None
    matter = said((category.name, category.name_en or category.name), locale) if category else said(NO_CATEGORY, locale)
    return {
        "street": areas.area_name(session, issue.street_code, locale), "number": issue.tickets[0] if issue.tickets else "", "matter": matter,
        "area": areas.path_name(session, issue.area_code, locale), "event": topic_words(fact.topic, fact.payload, locale),
        "status": said(PEOPLE, locale).format(count=fact.payload["people"], counted=counted(fact.payload["people"], "person", "people")), "due": "",
        "link": f"{base}/hot-issues?area={issue.street_code}#{fact.payload['key']}" if base else ""}

"""What a template will say, with example facts: before anybody gets it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from gridops.domain import messages as rules
from gridops.services import field_terms
from gridops.services.messages import templates

EXAMPLES: dict[str, dict[str, tuple[str, str]]] = {
    "resident": {
        "street": ("星河街道", "Xinghe Street"), "number": ("260304-00017", "260304-00017"), "matter": ("暴露垃圾", "Exposed household rubbish"),
        "lead": ("环卫作业所", "Sanitation Works"), "promise": ("承诺3月6日（周五）10:00前办结，已晚2天，因为需要其他单位配合。", "Promised by Friday 6 March, 10:00, 2 days late, because another organisation's part is outstanding."),
        "outcome": ("已解决", "Solved"), "result": ("垃圾已清运。", "The rubbish was taken away."), "until": ("3月20日（周五）18:00", "Friday 20 March, 18:00"),
        "next_step": ("下一步：施工结束后清运。", "Next step: cleared when the works are done."), "words": ("明天上午清运。", "It will be cleared tomorrow morning."),
        "link": ("查询进度、评价：https://street.example/t/…", "Follow and rate: https://street.example/t/…")},
    "staff": {
        "street": ("星河街道", "Xinghe Street"), "number": ("260304-00017", "260304-00017"), "matter": ("暴露垃圾", "Exposed household rubbish"),
        "area": ("菩提居民区 西网格", "Linden Community West Cell"), "event": ("已派遣", "Dispatched"), "status": ("已派给承办单位", "Assigned to an organisation"),
        "due": ("时限：3月4日（周三）16:00", "Due: Wednesday 4 March, 16:00"), "link": ("https://street.example/tickets/260304-00017",) * 2}}

NAMES = ("street", "area", "lead", "matter", "link")


class Preview(NamedTuple):
    """``problems``: field -> what is wrong; then nothing is filled in."""

    subject: str
    text: str
    problems: dict[str, list[str]]


def preview(session: Session, *, audience: str, locale: str, subject: str | None, text: str) -> Preview:
    wrong = templates.problems(audience, text, subject)
    if wrong:
        return Preview("", "", wrong)
    facts = {name: said[1] if locale == "en" else _said(session, name, said[0]) for name, said in EXAMPLES[audience].items()}
    return Preview(rules.filled(subject or "", facts), rules.filled(text, facts), {})


def _said(session: Session, name: str, words: str) -> str:
    """Names of areas and organisations are theirs."""
    return words if name in NAMES else field_terms.said(session, words)

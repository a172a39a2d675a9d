"""The synonyms of a category: looked at, added, taken away and put back, each time with a look at what would come of it.

They belong to the category, not to a version of it: what they teach the suggestions holds for every ticket that is read from then on. Tickets that
were read before keep what was suggested.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Conflict, Invalid
from gridops.learning.categories import suggest
from gridops.learning.knowledge import Knowledge, knowledge, knowledge_with
from gridops.learning.phrases import Phrase, PhraseBook
from gridops.learning.wording import normalise
from gridops.models import Account, CategoryVersion, CategoryWord, Ticket
from gridops.services import installation, reading, security_events
from gridops.services.learned import current as learned
from gridops.services.learned import words as spoken
from gridops.services.taxonomy import changing, view

DECISIVE, HINT, AGAINST, OFF, USUAL = "decisive", "hint", "against", "off", "usual"
STRENGTHS = (DECISIVE, HINT, AGAINST, OFF, USUAL)
WEIGHTS = {DECISIVE: 4, HINT: 2, AGAINST: -3, OFF: 0, USUAL: None}  # as in package/category_words.csv
DECIDES = 4  # from this weight on a phrase is one category's alone
LONGEST, SHORTEST, MOST_PARTS, MOST_OWN = 40, 2, 3, 200
LOOKED_AT, WEIGHED = 2000, 300  # the newest reports; of those that hold the words so many are read twice
EMPTY, TOO_LONG, TOO_SHORT = "Please fill this in.", "At most 40 characters.", "At least two characters."
NOT_PLAIN = "Only Chinese characters, letters and digits; + between words that stand near each other, | between words that mean the same."
TOO_MANY_PARTS, NO_GROUP = "At most three parts.", "There is no group of words with this name."
TAKEN = "These words decide for %(other)s already: take them away there first, or let them be a hint."
NOT_KNOWN = "Nothing to take away: these words say nothing here."
_PART = re.compile(r"<?[\u4e00-\u9fffa-z0-9]+>?")
_SOUND = re.compile(r"[\u4e00-\u9fffa-z]")


class Shown(NamedTuple):
    """``own``: not among those that gridops comes with. ``changed_at`` and ``changed_by``: where it was changed here."""

    words: str
    strength: str
    own: bool
    changed_at: datetime | None = None
    changed_by: str | None = None


class Clash(NamedTuple):
    """Another topic (a category, or where a report is referred to) for which the same words speak."""

    code: str
    strength: str


class Move(NamedTuple):
    """So many recent tickets; None where nothing would be suggested."""

    before: str | None
    after: str | None
    tickets: int


class Look(NamedTuple):
    """``tickets``: the newest ones that were looked at; ``holding``: how many of them hold any of the words; ``weighed``: of these, how many were read
    with and without it.
    """

    clashes: list[Clash]
    tickets: int
    holding: int
    weighed: int
    moves: list[Move]


def strength_of(weight: float) -> str:
    if weight == 0:
        return OFF
    return AGAINST if weight < 0 else DECISIVE if weight >= DECIDES else HINT


def of_category(session: Session, code: str) -> list[Shown]:
    """The weightiest first, those that speak against it and those taken away last. Raises NotFound."""
    view.latest(session, code)
    changed = {row.words: (row, name) for row, name in _newest(session, code)}
    found = {words: (weight, False) for words, weight in _shipped()[0].get(code, {}).items() if weight != 0 or words in changed}
    found |= {row.words: (row.weight, row.words not in _shipped()[0].get(code, {})) for row, _ in changed.values() if row.weight is not None}
    ordered = sorted(found.items(), key=lambda pair: (pair[1][0] <= 0, pair[1][0] == 0, -abs(pair[1][0])))
    return [Shown(words, strength_of(weight), own, *_changed(changed.get(words))) for words, (weight, own) in ordered]


def _changed(found: tuple[CategoryWord, str | None] | None) -> tuple[datetime | None, str | None]:
    return (found[0].made_at, found[1]) if found and found[0].weight is not None else (None, None)


def _newest(session: Session, code: str) -> list[tuple[CategoryWord, str | None]]:
    latest = select(func.max(CategoryWord.id)).where(CategoryWord.code == code).group_by(CategoryWord.words)
    rows = session.execute(
        select(CategoryWord, Account.name).outerjoin(Account, Account.id == CategoryWord.made_by).where(CategoryWord.id.in_(latest)).order_by(CategoryWord.id))
    return [tuple(row) for row in rows]


def history(session: Session, code: str) -> list[tuple[CategoryWord, str | None]]:
    """(what was changed, by whom), the newest first."""
    query = select(CategoryWord, Account.name).outerjoin(Account, Account.id == CategoryWord.made_by).where(CategoryWord.code == code)
    return [tuple(row) for row in session.execute(query.order_by(CategoryWord.id.desc()))]


def look(session: Session, code: str, typed: str, strength: str) -> Look:
    """What would come of it; nothing is written. Raises NotFound, Invalid, and Conflict as ``change``."""
    words = _checked(session, code, typed, strength)
    present, phrase = spoken.known(session), Phrase(code, float(WEIGHTS[strength] or 0), words)
    changes = [one for one in spoken.changes(session) if (one.topic, one.words) != (code, words)]
    then = knowledge_with(tuple(changes if strength == USUAL else [*changes, phrase]))
    return Look(_clashes(present, code, words), *_moved(session, words, present, then))


def change(session: Session, code: str, typed: str, strength: str, *, seen: str | None, actor: Actor, now: datetime) -> Shown:
    """``seen``: the strength that the writer saw, OFF for none.

    Raises Forbidden, NotFound, Invalid, Conflict (somebody was faster; ``category_off``; ``word_taken``: it decides for another; ``too_many_words``).
    """
    installation.check_administers(session, actor)
    session.execute(select(func.pg_advisory_xact_lock(changing.LOCK)))
    words = _checked(session, code, typed, strength)
    before = _present(session, code, words)
    if seen is not None and seen != before.strength:
        raise Conflict()
    if _says_the_same(before, strength):
        return before
    session.add(CategoryWord(code=code, words=words, weight=WEIGHTS[strength], made_at=now, made_by=actor.account_id))
    session.flush()
    security_events.record(session, "category_words", now=now, account_id=actor.account_id, code=code, word=words, act=_act(before, strength))
    return _present(session, code, words)


def _present(session: Session, code: str, words: str) -> Shown:
    found = next((one for one in of_category(session, code) if one.words == words), None)
    return found or Shown(words, OFF, words not in _shipped()[0].get(code, {}))


def _says_the_same(before: Shown, strength: str) -> bool:
    return before.changed_at is None if strength == USUAL else before.strength == strength


def _act(before: Shown, strength: str) -> str:
    if strength == OFF:
        return "taken away"
    if strength == USUAL:
        return "put back"
    return f"added: {strength}" if before.strength == OFF else f"changed: {strength}"


def _checked(session: Session, code: str, typed: str, strength: str) -> str:
    """The phrase as it is stored: as gridops spells it where it comes with it, else normalised. Raises NotFound, Invalid, Conflict."""
    if view.latest(session, code).valid_to is not None:
        raise Conflict(code="category_off")
    plain = normalise(typed)
    words = _shipped()[1].get((code, plain), plain)
    shipped, known = words in _shipped()[0].get(code, {}), {one.words for one in of_category(session, code)}
    wrong = None if shipped or words in known else problem(words)
    if wrong is None and words not in known and strength in (OFF, USUAL) or strength == USUAL and not shipped:
        wrong = wrong or NOT_KNOWN
    if wrong:
        raise Invalid(fields={"words": [wrong]})
    if strength == DECISIVE:
        _check_alone(knowledge_with(spoken.changes(session)), code, words)  # not what is remembered: another may just have written it
    if words not in known and sum(one.own for one in of_category(session, code)) >= MOST_OWN:
        raise Conflict(code="too_many_words")
    return words


def problem(words: str) -> str | None:
    """What is wrong with a phrase, normalised as reports are."""
    parts = words.split("+")
    single = [word for part in parts for word in part.split("|")]
    if not words:
        return EMPTY
    if len(words) > LONGEST:
        return TOO_LONG
    if len(parts) > MOST_PARTS:
        return TOO_MANY_PARTS
    if not all(_PART.fullmatch(word) and word.startswith("<") == word.endswith(">") for word in single) or not _SOUND.search(words):
        return NOT_PLAIN
    if any(word.startswith("<") and word[1:-1] not in knowledge().book.groups for word in single):
        return NO_GROUP
    return TOO_SHORT if len(parts) == 1 and any(len(word) < SHORTEST for word in single) else None


def _check_alone(present: Knowledge, code: str, words: str) -> None:
    """Of two categories that the same words decide for, none would be sure any more."""
    taken = next((clash for clash in _clashes(present, code, words) if clash.strength == DECISIVE), None)
    if taken is not None:
        raise Conflict(TAKEN, code="word_taken", details={"category": taken.code}, other=taken.code)


def _clashes(present: Knowledge, code: str, words: str) -> list[Clash]:
    """The strongest of each other topic, in the order of their codes. Who is none says nothing."""
    plain, found = normalise(words), dict[str, float]()
    for phrase in present.book.phrases:
        if phrase.topic != code and phrase.weight > 0 and normalise(phrase.words) == plain:
            found[phrase.topic] = max(phrase.weight, found.get(phrase.topic, 0))
    return [Clash(topic, strength_of(weight)) for topic, weight in sorted(found.items())]


def _moved(session: Session, words: str, present: Knowledge, then: Knowledge) -> tuple[int, int, int, list[Move]]:
    """Only a report that holds one of the words can be suggested otherwise: the others are not read again."""
    texts = session.scalars(select(Ticket.description).order_by(Ticket.id.desc()).limit(LOOKED_AT)).all()
    book = PhraseBook([Phrase("", 1.0, words)], present.book.groups)
    holding = [text for text in texts if any(book.words(normalise(text)))]
    model, among = learned.model(session), reading.current_codes(session)

    def first(text: str, known: Knowledge) -> str | None:
        best = next(iter(suggest("", text, among=among, known=known, model=model, most=1)), None)
        return best.code if best is not None and best.confidence >= reading.FEWEST_WORTH_SAYING else None

    weighed = holding[:WEIGHED]
    moves = Counter((first(text, present), first(text, then)) for text in weighed)
    changed = [Move(before, after, count) for (before, after), count in moves.most_common() if before != after]
    return len(texts), len(holding), len(weighed), changed


@lru_cache(maxsize=1)
def _shipped() -> tuple[dict[str, dict[str, float]], dict[tuple[str, str], str]]:
    """(code -> words -> the strongest weight, (code, normalised words) -> as they are spelt), of what gridops comes with."""
    weights: dict[str, dict[str, float]] = {}
    spelt: dict[tuple[str, str], str] = {}
    for phrase in _of_categories():
        known = weights.setdefault(phrase.topic, {})
        known[phrase.words] = max(phrase.weight, known.get(phrase.words, phrase.weight), key=abs)
        spelt.setdefault((phrase.topic, normalise(phrase.words)), phrase.words)
    return weights, spelt


def _of_categories() -> Iterator[Phrase]:
    known = knowledge()
    return (phrase for phrase in known.book.phrases if phrase.topic in known.categories)


def names(session: Session, codes: set[str | None], locale: str) -> dict[str, str]:
    """Code -> what a topic is called, referrals too."""
    rows = session.scalars(select(CategoryVersion).where(CategoryVersion.code.in_(codes - {None}), CategoryVersion.valid_to.is_(None)))
    referred = {code: referral.name for code, referral in knowledge().referrals.items() if code in codes}
    return referred | {row.code: row.name_en if locale == "en" and row.name_en else row.name for row in rows}

"""What a place is called, made comparable, and cut into grams: short Chinese names, of which somebody leaves a character out.

A term is indexed with its bigrams AND with the bigrams that skip one character. What was typed is asked with plain bigrams only: with
one character left out anywhere, every bigram typed is one of the term's, so a plain "contains all of these" finds it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

START, END = "^", "$"
LONGEST = 120  # characters of a term; what comes after tells no two places apart

_NUMERALS = {char: digit for digit, chars in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")) for char in chars}
_TENS, _HUNDREDS = "十拾", "百佰"
_NUMBER = re.compile(f"[{''.join(_NUMERALS)}{_TENS}{_HUNDREDS}]+(?=[号弄栋幢座室层村期区路街巷支]|单元)")
# The characters of older plates and of Hong Kong and Taiwan keyboards that names of places are made of.
_SIMPLE = str.maketrans("號樓棟衖區園廣場門東華麗莊灣龍鳳陽濱臺鎮鄉廟橋嶺蘇滬寧邨貳叄陸", "号楼栋弄区园广场门东华丽庄湾龙凤阳滨台镇乡庙桥岭苏沪宁村贰叁陆")
# 3栋, 3幢, 3座, 3号楼, 3#, A座: one building, said in five ways.
_BUILDING = re.compile(r"([0-9]+|(?<![a-z])[a-z])(?:号楼|号房|栋楼|幢楼|号|栋|幢|座|#楼?)")
_ROOM = re.compile(r"(?<=[号弄元])\d+(?:室|房)?$|(?<=\D)\d+室$")
_CITY_MARK = re.compile(r"[(](?:(?:上海|北京|天津|重庆|广州|深圳|杭州|南京|苏州|成都|武汉)市?|[^()]{2,4}市)[)]$")  # 永盛苑(上海)
_UNSAID = re.compile(r"[\s\W_]+")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)[\s\W_]+(?=\d)")
_AND = re.compile(r"[、,，/;；]\s*(?=\d)")
# 上海市徐汇区徐家汇街道 before a road and a number says nothing more; 都市花园 and 康乐小区3号 keep what they are.
_ABOVE = re.compile(r"^(?:[一-龥]{2,8}?省)?(?:[一-龥]{2,5}?市)?(?:[一-龥]{1,4}?(?<![小园社校厂景院])(?:新区|区|县))?(?:[一-龥]{1,6}?(?:街道|镇|乡))?(?=[一-龥].*[路街道弄巷里村].*\d)")
_ESTATE = re.compile(r"(?<=..)(?:小区|住宅区)$")
_ONLY_A_NUMBER = re.compile(r"[0-9a-z]*[号弄期]?")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


def normalise(text: str) -> str:
    """Width, case, blanks and punctuation gone; numerals before a unit as digits; one word for each way to say a building's number."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLE).replace("【", "(").replace("】", ")")
    folded = _CITY_MARK.sub("", folded.strip())
    folded = _NUMBER.sub(lambda found: digits(found[0]), folded)
    plain = _UNSAID.sub(_kept, _BETWEEN_NUMBERS.sub(".", _BUILDING.sub(r"\1号", folded)))
    return _ABOVE.sub("", plain)[:LONGEST]


def short(name: str) -> str:
    """Normalised, without the word for a housing estate at its end, which some say and some do not: 共富花园小区."""
    return _ESTATE.sub("", normalise(name))


def _kept(gap: re.Match) -> str:
    """The dot that keeps two numbers apart stays."""
    return "." if gap[0] == "." else ""


def digits(numerals: str) -> str:
    """十二 -> 12, 一百零八 -> 108, 五一 -> 51 (a row of digits, as in the names of roads)."""
    if not any(char in _TENS + _HUNDREDS for char in numerals):
        return "".join(str(_NUMERALS[char]) for char in numerals)
    total = ones = 0
    for char in numerals:
        if char in _NUMERALS:
            ones = _NUMERALS[char]
        else:
            total, ones = total + (ones or 1) * (10 if char in _TENS else 100), 0
    return str(total + ones)


def variants(name: str) -> list[str]:
    """Normalised, each once: the whole, and without and inside its brackets: 108广场（金银创意广场）."""
    folded = unicodedata.normalize("NFKC", name)
    inside = [part for part in _BRACKETS.findall(folded) if not part.endswith(("路", "街", "道", "店"))]
    parts = [name, _BRACKETS.sub("", folded), *inside]
    found = dict.fromkeys([*map(normalise, parts), short(name)])
    return [term for number, term in enumerate(found) if term and (number == 0 or len(term) > 1)]


def address_variants(address: str) -> list[str]:
    """Normalised, each once: as it stands, and each of its numbers alone: 虹梅路2125、2588弄."""
    first, *others = _AND.split(address)
    if not others:
        return [term for term in [normalise(address)] if term]
    stem = re.sub(r"\d+[^\d]{0,3}$", "", first)
    unit = re.sub(r"^[-\d]+", "", others[-1])
    each = [first if not first[-1:].isdigit() else first + unit, *(stem + (part + unit if part.isdigit() else part) for part in others)]
    return [term for term in dict.fromkeys(map(normalise, [address, *each])) if term]


def without_room(term: str) -> str:
    """Of a normalised address: the building's, where a flat is named."""
    return _ROOM.sub("", term)


def says_something(term: str) -> bool:
    """False for what many buildings are called: 3号, A."""
    return bool(term) and _ONLY_A_NUMBER.fullmatch(term) is None


def term_grams(term: str) -> list[str]:
    """For the index: neighbours, and neighbours but one, marks of beginning and end included."""
    marked = [START, *term, END]
    pairs = (first + second for step in (1, 2) for first, second in zip(marked, marked[step:], strict=False))
    return sorted({pair for pair in pairs if pair != START + END})


def typed_grams(term: str, *, from_start: bool = True, to_end: bool = False) -> list[str]:
    """For the question: neighbours only."""
    marked = [*([START] if from_start else []), *term, *([END] if to_end else [])]
    return list(dict.fromkeys(first + second for first, second in zip(marked, marked[1:], strict=False)))


def halves(term: str) -> Iterator[str]:
    """With one wrong or surplus character one of the two is whole."""
    middle = (len(term) + 1) // 2
    yield term[:middle]
    yield term[middle:]

"""The rules that read dates: each a pattern and a function from its match to an EDTF value.

Tried in the order of ``RULES``, from what claims most to what claims least: a place that one rule has read
is closed to those after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from policytext.extract import calendar as cal
from policytext.extract.words import alternatives, words

_Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule makes of its match: an EDTF value, a type of ``DateMention``, a confidence."""

    edtf: str
    type: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A named pattern; ``read(match, anchor)`` gives None where the match is no date after all.

    ``anchor`` is the last year in which the document can have been written, if known.
    """

    name: str
    pattern: re.Pattern[str]
    read: Callable[[_Match, int | None], Reading | None]


def _full(match: _Match, _: int | None) -> Reading | None:
    value = cal.day_value(int(match["y"]), cal.month_number(match["m"]), int(match["d"]))
    return Reading(value, "date", 0.98) if value else None


def _days(match: _Match, _: int | None) -> Reading | None:
    year, month = int(match["y"]), cal.month_number(match["m"])
    first = cal.day_value(year, month, int(match["d"]))
    last = cal.day_value(year, month, int(match["d2"]))
    return Reading(f"{first}/{last}", "range", 0.95) if first and last and first < last else None


def _month(match: _Match, _: int | None) -> Reading:
    return Reading(f"{match['y']}-{cal.month_number(match['m']):02d}", "date", 0.98)


def _months(match: _Match, _: int | None) -> Reading | None:
    year, first, last = match["y"], cal.month_number(match["m"]), cal.month_number(match["m2"])
    return Reading(f"{year}-{first:02d}/{year}-{last:02d}", "range", 0.95) if first < last else None


def _numeric(match: _Match, _: int | None) -> Reading | None:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if value := cal.day_value(year, month, day):
        return Reading(value, "date", 0.92)
    value = cal.day_value(year, day, month)  # the American order, where the British one is impossible
    return Reading(value, "date", 0.6) if value else None


def _short_numeric(match: _Match, anchor: int | None) -> Reading | None:
    """Reads 13.5.58 as the latest such year that is not after the document's own."""
    tail, latest = int(match["y"]), anchor or 2029
    year = 2000 + tail if 2000 + tail <= latest else 1900 + tail
    value = cal.day_value(year, int(match["m"]), int(match["d"]))
    return Reading(value, "date", 0.75 if anchor else 0.5) if value else None


_FINANCIAL = re.compile(r"\b(?:financial|fiscal|accounting|tax) years?\b|\bfy\b", re.IGNORECASE)


def _years(match: _Match, _: int | None) -> Reading | None:
    first, text = int(match["y"]), match.string
    last = cal.second_year(first, match["y2"])
    if last is None:
        return None
    around = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 20]
    if last == first + 1 and any(_FINANCIAL.search(words) for words in around):
        return Reading(cal.financial_year(first, last), "financial_year", 0.95)
    return Reading(f"{first}/{last}", "range", 0.95 if len(match["y2"]) == 4 else 0.9)


def _slash_years(match: _Match, _: int | None) -> Reading | None:
    first = int(match["y"])
    last = cal.second_year(first, match["y2"])
    if last is None:
        return None
    if last > first + 1:
        return Reading(f"{first}/{last}", "range", 0.6)
    words = match.string[max(0, match.start() - 20) : match.start()].lower()
    if "academic" in words or "school" in words:
        return Reading(f"{first}-09/{last}-08", "range", 0.8)
    return Reading(cal.financial_year(first, last), "financial_year", 0.92)


def _decade(match: _Match, _: int | None) -> Reading:
    decade, part = int(match["y"]), match["part"]
    if part:
        return Reading(cal.part_of_decade(part.lower(), decade), "decade", 0.85)
    return Reading(f"{decade // 10}X", "decade", 0.97)


def _decade_in_words(match: _Match, _: int | None) -> Reading:
    word, part = match["word"].lower().lstrip("'’‘"), match["part"]
    decade = cal.DECADE_WORDS.get(word) or 1900 + int(word[:2])
    confidence = 0.85 if match["nineteen"] else 0.7
    if part:
        return Reading(cal.part_of_decade(part.lower(), decade), "decade", confidence)
    return Reading(f"{decade // 10}X", "decade", confidence)


def _century(match: _Match, _: int | None) -> Reading:
    word = match["n"].lower()
    count = cal.ORDINAL_CENTURIES.get(word) or int(word[:2])
    return Reading(f"{count - 1}XX", "century", 0.9)


def _part_of_year(match: _Match, _: int | None) -> Reading:
    return Reading(cal.part_of_year(match["part"].lower(), int(match["y"])), "vague", 0.8)


def _about(match: _Match, _: int | None) -> Reading:
    return Reading(f"{match['y']}~", "date", 0.9)


def _season(match: _Match, _: int | None) -> Reading:
    return Reading(f"{match['y']}-{cal.SEASON_CODES[match['season'].lower()]}", "season", 0.93)


_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}


def _quarter(match: _Match, _: int | None) -> Reading:
    word = match["q"].lower().split()[0]
    first = 3 * (_QUARTERS.get(word) or int(word[1:])) - 2
    return Reading(f"{match['y']}-{first:02d}/{match['y']}-{first + 2:02d}", "range", 0.85)


def _iso_month(match: _Match, _: int | None) -> Reading:
    return Reading(f"{match['y']}-{match['m']}", "date", 0.6)


_WORD_BEFORE = re.compile(r"([A-Za-z]+)(\.?[\s(]{0,3},?\s{0,3}|-)$")
_PLURAL = re.compile(r"\s{1,3}[a-z]{1,20}s\b|\s{1,3}[a-z]{1,20}\s{1,3}[a-z]{1,20}s\b")
_DIGITS_BEHIND = re.compile(r"\s(\d{3,9})\b")


@lru_cache(maxsize=1)
def _counted() -> re.Pattern[str]:
    return re.compile(
        rf"\s{{1,3}}(?:[a-z]{{1,20}}[-\s]){{0,2}}(?:{alternatives('counted')})\b"
        r"|\s{0,2}(?:million|m\b|bn\b|per cent|k\b|kg\b)|\s{1,3}(?:Act|Acts|Bill|Regulations)\b"
    )


def _year(match: _Match, _: int | None) -> Reading | None:
    """Reads four digits as a year unless their surroundings count, number or name something with them."""
    text, start, end = match.string, match.start(), match.end()
    before = _WORD_BEFORE.search(text[max(0, start - 24) : start])
    word, joint = (before[1].lower(), before[2]) if before else ("", "")
    if word in words()["before_number"] or (joint == "-" and word not in {"pre", "post", "mid"}):
        return None
    if word not in words()["before_year"] and _counted().match(text, end):
        return None
    if word in words()["before_count"] and _PLURAL.match(text, end):
        return None
    if _among_digits(text, start, end):
        return None
    return Reading(match[0], "date", 0.95 if word in words()["before_year"] or not word else 0.9)


def _among_digits(text: str, start: int, end: int) -> bool:
    """Tells the 2010 of a telephone number from the one of a table row "2009 2010 2011"."""
    before = re.search(r"(\d{3,9})\s$", text[max(0, start - 10) : start])
    after = _DIGITS_BEHIND.match(text, end)
    return any(found is not None and not _year_like(found[1]) for found in (before, after))


def _year_like(digits: str) -> bool:
    return re.fullmatch(cal.YEAR, digits) is not None


# A date does not begin or end inside a longer number, a sum of money, a reference or an identifier;
# but "in 1956.3 The" is a year with a footnote's number behind it.
_BEFORE = r"(?<![\w£$€#=%/])(?<!\d[.,:\-–])"
_AFTER = r"(?![\w%])(?!,\d)(?![.:/]\d(?!\d?\s{1,3}[A-Z“‘\"]))"
_SP, _COMMA = r"\s{1,3}", r"\s{0,2},?\s{0,3}"
_THE = rf"(?:[Tt]he{_SP})?"
_Y = rf"(?P<y>{cal.YEAR})"
_M, _M2 = rf"(?P<m>{cal.MONTH})", rf"(?P<m2>{cal.MONTH})"
_D, _D2 = rf"(?P<d>{cal.DAY}){cal.ORDINAL}", rf"(?P<d2>{cal.DAY}){cal.ORDINAL}"
_OF = rf"(?:{_SP}(?:day{_SP})?of)?\s{{0,3}}"
_TO = rf"(?:{cal.DASH}|{_SP}(?:and|to){_SP})"
_PART = rf"{_THE}(?:very{_SP})?(?P<part>{cal.PART})(?:[-\s]{{1,3}}of)?(?:{_SP}the)?[-\s]{{1,3}}"
_MONTH_OF_SHORT = r"(?P<m>1[0-2]|0?[1-9])"


def _rule(name: str, pattern: str, read: Callable[[_Match, int | None], Reading | None]) -> Rule:
    return Rule(name, re.compile(_BEFORE + pattern + _AFTER), read)


RULES: tuple[Rule, ...] = (
    _rule("days-of-month", rf"{_D}{_TO}{_D2}{_OF}{_M}{_COMMA}{_Y}", _days),
    _rule("day-month-year", rf"{cal.WEEKDAY}(?:the{_SP})?{_D}{_OF}{_M}{_COMMA}{_Y}", _full),
    _rule("month-day-year", rf"{_M}{_SP}(?:the{_SP})?{_D}{_COMMA}{_Y}", _full),
    _rule("iso-day", rf"{_Y}-(?P<m>\d\d)-(?P<d>\d\d)", _numeric),
    _rule("numeric-day", rf"(?P<d>\d{{1,2}})(?P<sep>[/.-])(?P<m>\d{{1,2}})(?P=sep){_Y}", _numeric),
    _rule("numeric-day-short", rf"{_D}/{_MONTH_OF_SHORT}/(?P<y>\d\d)", _short_numeric),
    # 3.2.11 is as a rule a paragraph of a report, so a word must say that it is a date
    _rule(
        "numeric-day-cued",
        rf"(?:(?<=on\s)|(?<=dated\s)|(?<=until\s)|(?<=since\s)){_D}\.{_MONTH_OF_SHORT}\.(?P<y>\d\d)",
        _short_numeric,
    ),
    _rule("months-of-year", rf"{_M}{_TO}{_M2}{_COMMA}{_Y}", _months),
    _rule("month-year", rf"{_M}(?:{_SP}of)?{_COMMA}{_Y}", _month),
    _rule("part-of-decade", rf"{_PART}(?P<y>(?:1[89]|20)\d0)['’]?s", _decade),
    _rule("decade", rf"{_THE}(?P<part>(?!))?(?P<y>(?:1[89]|20)\d0)['’]?s", _decade),
    _rule(
        "decade-in-words",
        rf"(?:{_PART}|[Tt]he{_SP})(?P<nineteen>[Nn]ineteen[-\s])?"
        rf"(?P<word>(?i:{'|'.join(cal.DECADE_WORDS)})|['’‘]?[2-9]0['’]?s)",
        _decade_in_words,
    ),
    _rule(
        "century",
        rf"{_THE}(?P<n>(?i:{'|'.join(cal.ORDINAL_CENTURIES)})|1[1-9]th|20th|21st)[-\s]{{1,3}}[Cc]entury",
        _century,
    ),
    _rule(
        "season",
        rf"{_THE}(?P<season>{cal.SEASON}){_COMMA}(?:of{_SP})?{_Y}(?:[-–/](?:{cal.YEAR}|\d\d))?",
        _season,
    ),
    _rule(
        "quarter",
        rf"{_THE}(?P<q>Q[1-4]|(?:first|second|third|fourth|last) quarter){_COMMA}(?:of{_SP})?{_Y}",
        _quarter,
    ),
    _rule("financial-year", rf"{_Y}/(?P<y2>{cal.YEAR}|\d\d)", _slash_years),
    _rule("years", rf"{_Y}{cal.DASH}(?P<y2>{cal.YEAR}|\d\d?)", _years),
    _rule("years-in-words", rf"{_Y}{_SP}to{_SP}(?P<y2>\d\d)(?!\s{{1,3}}[a-z]+s\b)", _years),
    _rule("iso-month", rf"{_Y}-(?P<m>0[1-9]|1[0-2])", _iso_month),
    _rule("part-of-year", rf"{_PART}{_Y}", _part_of_year),
    _rule("about-year", rf"(?:circa|c\.|ca\.)\s{{0,3}}{_Y}", _about),
    _rule("year", _Y, _year),
)

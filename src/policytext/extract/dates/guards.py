"""Four digits that are no year: counts, references, money, times, telephone and other numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.extract import calendar as cal
from policytext.extract.dates.vocabulary import date_words, one_of

_WORD_BEFORE = re.compile(r"(?<!['’])\b([A-Za-z]+)(\.?[\s(]{0,3},?\s{0,3}|-)$")
_PLURAL = re.compile(r"\s{1,3}[a-z]{1,20}s\b|\s{1,3}[a-z-]{1,20}\s{1,3}[a-z]{1,20}s\b")
_DIGITS_BEFORE = re.compile(r"(\d{3,9})\s$")
_DIGITS_BEHIND = re.compile(r"\s(\d{3,9})\b")
_THEM = re.compile(
    r"\s{1,3}(?:of\s{1,3}(?:them|these|those|whom|which|the\s{1,3}\d)\b|were\b|in\s{1,3}all\b)"
)
_OTHER_DATE = re.compile(r"(?:\d|\b(?:and|or|to)\s{0,3})$")
_ROUND = re.compile(r"\d{2}00")
_JOINT = frozenset({"pre", "post", "mid", "early", "late", "since", "inter"})
_COLUMN = re.compile(r"(?:\d[,;:]|[;\]])\s{1,3}cc?\.?\s{0,2}$")  # Official Report, 9 May 2009; c. 1869
_VOLUME = re.compile(  # Vol. 31, No. 2, 2009: the year of a journal
    r"(?i:\b(?:no|number|issue|vol|volume|part|pt)\.?\s{1,3}\(?\d{1,3}\)?,\s{1,3})$"
)
_YEARS_NEAR = re.compile(r"(?<![\w.,/-])\d{4}(?![\w,/-])")
_CELL = re.compile(r"(?:\(\d\))?\s{1,3}(?:£\s?)?\d")
_DIALLED = re.compile(r"(?<![\w,.])0\d{2,5}\s$")
_CODE = re.compile(r"\b(?:S\.?\s?I|S\.?\s?R|HSC|HSG|HSS|LAC|EL|HC|HM|Directive|Decision|EC|EU)\)?\.?\s{0,2}$")


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    counted = re.compile(
        rf"\s{{1,3}}(?:[a-z]{{1,20}}[-\s]){{0,2}}(?:{one_of('counted')})\b"
        r"|\s{0,2}(?:million|m\b|bn\b|per\s?cent|%|k\b|kg\b|lbs?\b|ft\b)"
    )
    listed = re.compile(
        rf"\b(?i:{one_of('numbers')})\.?\s{{1,3}}\(?\d(?:[\d(),./ \t\u2010-\u2015-]|\n(?!\s?\n)){{0,30}}"
        r"(?:and|to|or|&)?\s{0,3}(?<!\()$"
    )
    return counted, listed


def is_number(text: str, start: int, end: int) -> bool:
    """Tells whether the digits of ``[start, end)`` number, count or measure something and name no year."""
    left = text[max(0, start - 48) : start]
    before = _WORD_BEFORE.search(left[-24:])
    word, joint = (before[1].lower(), before[2]) if before else ("", "")
    if _is_reference(left, word, joint):
        return True
    if word in date_words()["governs"]:
        return _counted_in_passing(text, start, end, word)
    return _is_counted(text, start, end, word)


def is_numbered(text: str, start: int, end: int) -> bool:
    """Tells whether two years in a row are a number, by what stands before: pages 2008-09, 01632 2010-11.

    "2008-09 admissions" are those of a year, and "Number 2008-09 2,415" is a row of a table.
    """
    left = text[max(0, start - 48) : start]
    if _DIALLED.search(left[-8:]):
        return True
    if _CELL.match(text, end):
        return False
    before = _WORD_BEFORE.search(left[-24:])
    word, joint = (before[1].lower(), before[2]) if before else ("", "")
    return _is_reference(left, word, joint)


def _is_reference(left: str, word: str, joint: str) -> bool:
    """Tells whether the words before a number say of what it is the number: p. 1956, Nos. 1950 to 1956."""
    if word in date_words()["numbers"] and not set(joint) & {",", "("}:
        return True
    if (joint == "-" and word not in _JOINT) or _CODE.search(left[-12:]) or _COLUMN.search(left[-8:]):
        return True
    if word not in {"and", "or", "to", ""} or _VOLUME.search(left):
        return False
    return _patterns()[1].search(left) is not None


def _is_counted(text: str, start: int, end: int, word: str) -> bool:
    """Tells whether the words around a number count with it: nearly 2000, 1950 beds, 1948 of them."""
    lists = date_words()
    if word in lists["estimates"] or _patterns()[0].match(text, end):
        return True
    if word in lists["counts"] and _PLURAL.match(text, end):
        return True
    left = text[max(0, start - 48) : start]
    themselves = end - start == 4 and _THEM.match(text, end) is not None and not _OTHER_DATE.search(left)
    return themselves or _among_digits(text, start, end)


def _counted_in_passing(text: str, start: int, end: int, word: str) -> bool:
    """Tells "seen in 2000 patients." (a round number of them) from "in 2000 patients were seen"."""
    if word != "in" or text[max(0, start - 3) : start - 1] != "in" or not _ROUND.fullmatch(text[start:end]):
        return False
    found = _patterns()[0].match(text, end)
    return found is not None and re.match(r"\s{0,2}[.,;:)]", text[found.end() : found.end() + 3]) is not None


def _among_digits(text: str, start: int, end: int) -> bool:
    """Tells the 2010 of a telephone number from the one of a table row "2009 2010 2011"."""
    before = _DIGITS_BEFORE.search(text[max(0, start - 10) : start])
    after = _DIGITS_BEHIND.match(text, end)
    if not any(found is not None and not _year_like(found[1]) for found in (before, after)):
        return False
    return not _in_series(text, start, end)


def _in_series(text: str, start: int, end: int) -> bool:
    """Tells whether the year before or after stands near: the rows of a table, "2008 857 2007 840"."""
    year = text[start : start + 4]
    near = _YEARS_NEAR.findall(text, max(0, start - 40), min(len(text), end + 40))
    return year.isdigit() and any(abs(int(other) - int(year)) == 1 for other in near)


def _year_like(digits: str) -> bool:
    return re.fullmatch(cal.YEAR, digits) is not None


def is_governed(text: str, start: int, name: str = "governs") -> bool:
    """Tells whether the word before ``start`` is of a list: by default of those before a year."""
    before = _WORD_BEFORE.search(text[max(0, start - 24) : start])
    return before is not None and before[1].lower() in date_words()[name]

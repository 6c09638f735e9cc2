"""The words and the arithmetic of the British calendar, shared by the date rules.

Every pattern here has bounded repeats only, so that a search over a text is linear in its length.
"""

from __future__ import annotations

import re

from policytext.text.edtf import bounds

_MONTHS = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_DAYS_IN = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: value for value, word in enumerate(_UNITS, 1)}
_NUMBERS |= {word: 10 * value for value, word in enumerate(_TENS, 2)}
_NUMBERS |= {"a": 1, "an": 1, "hundred": 100, "dozen": 12}

YEAR = r"(?:1[89]\d\d|20\d\d)"
OLD_YEAR = r"1[5-7]\d\d"
"""Years before 1800, such as 1601 of the Poor Law: read only where a word says that it is a year."""
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
ORDINAL = r"(?:\s?(?:st|nd|rd|th)\b)?"
# In running text "may" and "march" are verbs, so a month has its capital, or capitals throughout.
_FULL = "|".join(f"{names[0].capitalize()}|{names[0].upper()}" for names in _MONTHS)
_SHORT = "|".join(f"{name.capitalize()}|{name.upper()}" for names in _MONTHS for name in names[1:])
MONTH = rf"(?:(?:{_FULL})\b|(?:{_SHORT})\b\.?)"
MONTH_WORDS = frozenset(form for name in _MONTH_NUMBERS for form in (name.capitalize(), name.upper()))
FULL_MONTH = rf"(?:{'|'.join(names[0].capitalize() for names in _MONTHS)})\b"
ROMAN_MONTHS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s{1,3})?"
DASH = r"\s?[-\u2010-\u2015]\s?"
NUMBER = (
    rf"(?:\d{{1,3}}|(?i:(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(_UNITS[:9])}))?"
    rf"|{'|'.join(sorted(_UNITS, key=len, reverse=True))}|(?:a\s)?hundred|(?:a\s)?dozen))(?!\w)"
)
SEASON = r"(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter)"
SEASON_CODES = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
"""EDTF level 1 codes of the seasons (ISO 8601-2, 4.8)."""
DECADE_WORDS = {
    "twenties": 1920,
    "thirties": 1930,
    "forties": 1940,
    "fifties": 1950,
    "sixties": 1960,
    "seventies": 1970,
    "eighties": 1980,
    "nineties": 1990,
    "noughties": 2000,
}
FIXED_DAYS = {
    "April Fools Day": "04-01",
    "All Fools Day": "04-01",
    "May Day": "05-01",
    "Boxing Day": "12-26",
    "Lady Day": "03-25",
    "Midsummer Day": "06-24",
    "Armistice Day": "11-11",
    "St Georges Day": "04-23",
    "St Davids Day": "03-01",
    "St Andrews Day": "11-30",
}
"""Days that have a name and the same date in every year; apostrophes are left out."""
FIXED_DAY = "|".join(name.replace("s Day", "['’]?s['’]? Day") for name in FIXED_DAYS)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
    *("eighteenth", "nineteenth", "twentieth"),
)
DAYS_IN_WORDS = {
    **{word: day for day, word in enumerate(_ORDINALS, 1)},
    **{f"twenty-{word}": 20 + day for day, word in enumerate(_ORDINALS[:9], 1)},
    "thirtieth": 30,
    "thirty-first": 31,
}
ORDINAL_CENTURIES = {
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "twenty-first": 21,
    "twenty first": 21,
}

_EARLY = frozenset({"early", "earlier", "beginning", "start", "opening", "first", "outset"})
_MIDDLE = frozenset({"mid", "middle"})
_EDGES = {"beginning": 1, "start": 1, "outset": 1, "end": 12, "close": 12}


def month_number(word: str) -> int:
    """Returns 1 to 12 for a month's name or its abbreviation, in any case, with or without its stop."""
    return _MONTH_NUMBERS[word.rstrip(".").lower()]


def number(word: str) -> int:
    """Returns the value of a number in figures, or in words up to a hundred."""
    word = word.lower()
    if word.isdigit():
        return int(word)
    tens, _, unit = re.sub(r"[-\s]+", " ", word).rpartition(" ")
    return (_NUMBERS[tens] if tens not in {"", "a"} else 0) + _NUMBERS[unit]


def day_value(year: int, month: int, day: int) -> str | None:
    """Returns the EDTF value of a day, or None where the calendar has no such day."""
    if not (1 <= month <= 12 and 1 <= day <= _DAYS_IN[month - 1]):
        return None
    if month == 2 and day == 29 and (year % 4 or (year % 100 == 0 and year % 400)):
        return None
    return f"{year}-{month:02d}-{day:02d}"


def month_value(year: int, month: int) -> str:
    """Returns the EDTF value of a month; months past December or before January fall into other years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return f"{year}-{month:02d}"


def part_of_decade(part: str, decade: int) -> str:
    """Returns the EDTF interval of the early, middle or late years of a decade (0-4, 4-6, 5-9)."""
    word = part.lower().split()[0]
    first, last = (0, 4) if word in _EARLY else (4, 6) if word in _MIDDLE else (5, 9)
    return f"{decade + first}/{decade + last}"


def part_of_year(part: str, year: int) -> str:
    """Returns the EDTF value of a part of a year: a third or half of it, or about a month at its edges."""
    word = part.lower().split()[0]
    if "half" in part.lower():
        return f"{year}-01/{year}-06" if word == "first" else f"{year}-07/{year}-12"
    if word in _EDGES:
        return f"{year}-{_EDGES[word]:02d}~"
    first, last = (1, 4) if word in _EARLY else (5, 8) if word in _MIDDLE else (9, 12)
    return f"{year}-{first:02d}/{year}-{last:02d}"


def part_of_financial_year(part: str, first: int) -> str:
    """Returns the EDTF value of a part of the financial year that begins in April of ``first``."""
    word = part.lower().split()[0]
    if word in _EDGES:
        return month_value(first, 4 if _EDGES[word] == 1 else 15) + "~"
    begins = 4 if word in _EARLY else 8 if word in _MIDDLE else 12
    return f"{month_value(first, begins)}/{month_value(first, begins + 3)}"


def quarter(word: str, year: int, *, financial: bool = False) -> str:
    """Returns the EDTF interval of the first to fourth ("last") quarter of a year."""
    names = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
    word = word.lower().split()[0]
    first = 3 * (names.get(word) or int(word[-1])) - 2 + (3 if financial else 0)
    return f"{month_value(year, first)}/{month_value(year, first + 2)}"


def second_year(first: int, tail: str) -> int | None:
    """Returns the year that ``tail`` (one, two or four digits) means after ``first``; None if none fits.

    ``1948-74`` -> 1974, ``2010-5`` -> 2015, ``1998-02`` -> 2002; ``1956-05`` -> None, it may be a month.
    """
    size = 10 ** len(tail)
    last = first - first % size + int(tail)
    if last < first and len(tail) == 2 and first % 100 >= 80:
        last += size
    return last if first < last <= first + 200 else None


def short_year(tail: int, latest: int | None) -> int:
    """Returns the year of two digits: the latest such year that is not after ``latest``."""
    return 2000 + tail if 2000 + tail <= (latest or 2029) else 1900 + tail


def financial_year(first: int, last: int) -> str:
    """Returns the British financial years from 1 April of ``first`` to 31 March of ``last``."""
    return f"{first}-04/{last}-03"


def years_of(value: str | None) -> tuple[int, int] | None:
    """Returns the first and last year that an EDTF value can mean; None where a side is open."""
    if value is None:
        return None
    earliest, latest = bounds(value)
    return None if earliest is None or latest is None else (int(earliest[:4]), int(latest[:4]))


def joined(first: str, last: str) -> str | None:
    """Returns the interval from one EDTF value's beginning to another's end, None if it runs backwards."""
    begins, ends = first.split("/", maxsplit=1)[0], last.rsplit("/", maxsplit=1)[-1]
    if "{" in begins or "{" in ends:
        return None
    earlier, later = bounds(begins)[0], bounds(ends)[1]
    if earlier is None or later is None or not earlier < later:
        return None
    return f"{_season_edge(begins, 0)}/{_season_edge(ends, 1)}"


def _season_edge(value: str, side: int) -> str:
    """Returns a season's first or last month: EDTF has no intervals between seasons."""
    if re.fullmatch(r"\d{4}-2[1-4]~?", value) is None:
        return value
    edge = bounds(value.rstrip("~"))[side] or value
    return edge[:7]

"""The words and the arithmetic of the British calendar, shared by the date rules.

Every pattern here has bounded repeats only, so that a search over a text is linear in its length.
"""

from __future__ import annotations

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
_MONTH_NAMES = sorted(_MONTH_NUMBERS, key=len, reverse=True)
_DAYS_IN = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    "twenty",
)
_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred")
_NUMBERS = {word: value for value, word in enumerate(_UNITS, 1)}
_NUMBERS |= {word: 10 * value for value, word in enumerate(_TENS, 3)} | {"a": 1, "an": 1}

YEAR = r"(?:1[89]\d\d|20\d\d)"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
ORDINAL = r"(?:\s?(?:st|nd|rd|th)\b)?"
# In running text "may" and "march" are verbs, so a month has its capital, or capitals throughout.
MONTH = rf"(?:{'|'.join(f'{name.capitalize()}|{name.upper()}' for name in _MONTH_NAMES)})\b\.?"
FULL_MONTH = rf"(?:{'|'.join(names[0].capitalize() for names in _MONTHS)})\b"
WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s{1,3})?"
DASH = r"\s?[-\u2010-\u2015]\s?"
NUMBER = rf"(?:\d{{1,3}}|(?i:{'|'.join(sorted([*_UNITS, *_TENS], key=len, reverse=True))}))"
PART = r"(?i:early|mid|middle|late|later|beginning|start|end|close)"
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
}
ORDINAL_CENTURIES = {"eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21}
_PART_OF_DECADE = {"early": (0, 4), "beginning": (0, 4), "start": (0, 4), "mid": (4, 6), "middle": (4, 6)}
_PART_OF_YEAR = {"early": ("01", "04"), "mid": ("05", "08"), "middle": ("05", "08")}
_EDGE_OF_YEAR = {"beginning": "01", "start": "01", "end": "12", "close": "12"}


def month_number(word: str) -> int:
    """Returns 1 to 12 for a month's name or its abbreviation, in any case, with or without its stop."""
    return _MONTH_NUMBERS[word.rstrip(".").lower()]


def number(word: str) -> int:
    """Returns the value of a number in figures, or in words up to a hundred."""
    word = word.lower()
    return int(word) if word.isdigit() else _NUMBERS[word]


def day_value(year: int, month: int, day: int) -> str | None:
    """Returns the EDTF value of a day, or None where the calendar has no such day."""
    if not (1 <= month <= 12 and 1 <= day <= _DAYS_IN[month - 1]):
        return None
    if month == 2 and day == 29 and (year % 4 or (year % 100 == 0 and year % 400)):
        return None
    return f"{year}-{month:02d}-{day:02d}"


def part_of_decade(part: str, decade: int) -> str:
    """Returns the EDTF interval of the early, middle or late years of a decade (0-4, 4-6, 5-9)."""
    first, last = _PART_OF_DECADE.get(part, (5, 9))
    return f"{decade + first}/{decade + last}"


def part_of_year(part: str, year: int) -> str:
    """Returns the EDTF value of a part of a year: a third of it, or about a month at its edges."""
    if part in _EDGE_OF_YEAR:
        return f"{year}-{_EDGE_OF_YEAR[part]}~"
    first, last = _PART_OF_YEAR.get(part, ("09", "12"))
    return f"{year}-{first}/{year}-{last}"


def second_year(first: int, tail: str) -> int | None:
    """Returns the year that ``tail`` (one, two or four digits) means after ``first``; None if none fits.

    ``1948-74`` -> 1974, ``2010-5`` -> 2015, ``1998-02`` -> 2002; ``1956-05`` -> None, it may be a month.
    """
    size = 10 ** len(tail)
    last = first - first % size + int(tail)
    if last < first and len(tail) == 2 and first % 100 >= 80:
        last += size
    return last if first < last <= first + 200 else None


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
    earlier, later = bounds(begins)[0], bounds(ends)[1]
    if earlier is None or later is None or not earlier < later or "-2" in begins[4:6] or "-2" in ends[4:6]:
        return None
    return f"{begins}/{ends}"

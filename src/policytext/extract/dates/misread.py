"""Years and days whose digits a scanner misread: l948, 19S6, I956, 195O, "19 56".

A misread year keeps at least two of its digits and stands where a year can stand; what it reads as is given
at a lower confidence and under its own rule, and the text is left as printed.
"""

from __future__ import annotations

import re

_DIGITS = str.maketrans("lIiOoDQSsBZzG", "1110000558226")
_LIKE = "lIiOoDQSsBZzG"
MISREAD_YEAR = rf"(?:[1lIi][89][\d{_LIKE}]{{2}}|[2Zz][0OoD][\d{_LIKE}]{{2}})"
MISREAD_DAY = r"(?:[lI][\dlIOo]?|[1-3][lIOo])"
SPLIT_YEAR = r"(?:1[89] \d\d|(?:1[89]|20)\d \d)"
SPLIT_MILLENNIUM = r"20 [0-3]\d"
"""20 08, read only behind a day and month: elsewhere it is two numbers."""
_TOKEN = re.compile(rf"{MISREAD_YEAR}(?P<s>s?)")


_DAY_TOKEN = re.compile(r"[lI][\dlIOo](?:st|nd|rd|th)?")


def is_misread_day(token: str) -> bool:
    """Tells whether a word may be the figures of a day misread, such as "l3th"."""
    return _DAY_TOKEN.fullmatch(token) is not None


def year_of(text: str) -> int | None:
    """Returns the year that a printed form means, None where it means none; blanks are passed over."""
    text = text.replace(" ", "")
    if text.isdigit():
        return int(text)
    digits = text.translate(_DIGITS)
    year = int(digits) if digits.isdigit() and len(digits) == 4 else 0
    return year if sum(c.isdigit() for c in text) >= 2 and 1800 <= year <= 2039 else None


def day_of(text: str) -> int:
    """Returns the day that a printed form means: "l3" is 13, "2l" is 21."""
    return int(text.translate(_DIGITS))


def is_misread(token: str) -> bool:
    """Tells whether a word of letters and digits may be a year, or the name of a decade, misread."""
    found = _TOKEN.fullmatch(token)
    return found is not None and not token.isdigit() and year_of(token[:4]) is not None

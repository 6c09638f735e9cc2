"""Lengths of time: seven months, over 16 years, a five-year plan, half a century. They have no EDTF value.

Ages ("aged 12 years", "a three-year-old") and rates ("twice a year", "five days a week") are none.
"""

from __future__ import annotations

import re

from policytext.annotation import DateMention, Place
from policytext.extract import calendar as cal
from policytext.extract.dates.heads import spaced
from policytext.extract.dates.vocabulary import one_of

HEADS = frozenset(
    {"year", "years", "decade", "decades", "century", "centuries", "month", "months", "week", "weeks"}
    | {"fortnight", "fortnights", "day", "days"}
)
_UNITS = r"(?:years?|decades?|century|centuries|months?|weeks?|fortnights?|days)"
_ABOUT = (
    r"(?:(?:(?:just |well |rather )?(?:over|under)|more than|less than|fewer than|not less than|nearly|"
    r"almost|about|around|some|at least|up to|approximately|roughly) )?"
)
_MANY = r"(?:a further|another|a few|few|several|some|many|a couple of|a number of|a good many)"
_NUMBER = rf"{cal.NUMBER}(?: and a half)?(?:(?: (?:to|or|and) | ?[-\u2010-\u2015] ?){cal.NUMBER})?"
_COUNTED = re.compile(
    spaced(
        rf"(?i:(?<![\w£$.,/-])(?:{_ABOUT}(?:{_MANY} )?(?:{_NUMBER}|{_MANY})"
        r"(?:[- ](?:full|whole|long|calendar|consecutive|successive|complete|odd|more|or so|or more|further|"
        r"working))?[- ]"
        rf"{_UNITS}(?: and a half| or so| or more)?"
        rf"|{_ABOUT}(?:a|one)(?: (?:full|whole|calendar|further|single))? "
        r"(?:year|decade|century|month|week|fortnight)(?: and a half| or (?:so|two|more))?"
        r"|half a (?:year|decade|century)|a quarter of a century|three[- ]quarters of a century)(?![\w]))"
    )
)
_ALONE = re.compile(spaced(r"(?i:(?:a|one)(?: \w+)? (?:year|decade|century|month|week|fortnight))"))
_LASTING = re.compile(
    spaced(
        r"(?i:\b(?:for|over|after|within|in|into|lasting|lasts?|lasted|took|takes?|taken|about|only|just|whole|every|than|"
        r"nearly|almost|least|of|under|the|by|through|throughout|spent|once|"
        r"(?:took|takes?) (?:me|us|him|her|it|them|you)) $)"
    )
)
_RATE = re.compile(
    spaced(r"(?:(?:times|\d|once|twice|per cent|pounds?|million|bn|[£$][\d,.]{1,12}m?|each|an?) $)")
)
_OLD = re.compile(r"(?i:[-\s]{1,3}(?:olds?|of\s{1,3}age)\b)")


def _aged() -> re.Pattern[str]:
    return re.compile(
        spaced(
            rf"(?i:\b(?:{one_of('ages')})"
            r"(?: (?:of|over|under|from|above|below|between|up to|about|exceeding))? $)"
        )
    )


_AGED = _aged()
_AGE_BEFORE = re.compile(
    spaced(
        r"(?i:\b(?:aged?|ages|age of)(?: (?:over|under|from|between|about))?(?: \d{1,3} (?:and|to|or))? $)"
    )
)
_EVERY = re.compile(spaced(r"(?i:\b(?:every|each) $)"))
_RATE_BEHIND = re.compile(spaced(r"(?i: (?:a|per|each|every) (?:year|week|month|day)\b)"))


def read_duration(text: str, place: Place, window: Place) -> DateMention | None:
    """Returns the length of time whose unit stands at ``place``, looking no further than ``window``."""
    for match in _COUNTED.finditer(text, *window):
        if match.start() <= place[0] < match.end():
            return _duration(text, match)
        if match.start() > place[0]:
            return None
    return None


def _duration(text: str, match: re.Match[str]) -> DateMention | None:
    start, end = match.span()
    left = text[max(0, start - 40) : start]
    if (
        _OLD.match(text, end)
        or _AGE_BEFORE.search(left)
        or _EVERY.search(left)
        or _RATE_BEHIND.match(text, end)
    ):
        return None
    words = match[0].lower()
    if words.startswith(("over", "under", "above", "some", "up to")) and _AGED.search(left):
        return None
    if _ALONE.fullmatch(match[0]) and (not _LASTING.search(left) or _RATE.search(left)):
        return None
    if "-" in match[0] and re.search(r"-(?:days?|weeks?)\b", words):
        return None
    return DateMention(start, end, text[start:end], None, "duration", "duration", 0.8)

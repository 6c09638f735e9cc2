"""Days and months without a year: "On 8 March", "due in November", "the 3rd ult.", "that June"."""

from __future__ import annotations

import re

from policytext.annotation import DateMention
from policytext.extract import calendar as cal
from policytext.extract.dates.days import day_in_words, is_issue, two_days
from policytext.extract.dates.heads import Head, spaced
from policytext.extract.dates.narrative import Narrative, now_of
from policytext.extract.dates.yearless import (
    YEAR_TOLD,
    Guess,
    Yearless,
    year_beside,
    year_for,
    year_of_weekday,
    year_told,
)

_Match = re.Match[str]
_M = rf"(?P<m>{cal.MONTH})"
_D = rf"(?P<d>[12]\d|3[01]|[1-9]){cal.ORDINAL}"
_DAY_MONTH = re.compile(
    spaced(
        rf"{_D}(?: (?:day )?of)?,? {_M}(?:{YEAR_TOLD}| (?P<which>last|next|inst\.?|ult\.?|prox\.?)\b)?"
        r"(?!\s{0,3},?\s{0,3}\d{4})(?!['’]s\b|\s{1,3}(?:per\s?cent|%))"
    )
)
_MONTH_DAY = re.compile(spaced(rf"{_M} (?:the )?{_D}(?![\d:.]\d|\w| (?:per cent|%))"))
_DAYS_MONTH = re.compile(
    spaced(
        rf"{_D}(?:(?P<to>{cal.DASH}| (?:to|until|till) )| (?P<and>and|or|&) )(?:the )?"
        rf"(?P<d2>[12]\d|3[01]|[1-9]){cal.ORDINAL}(?: (?:day )?of)? {_M}"
        r"(?!\s{0,3},?\s{0,3}\d{4})(?!['’]s\b|\s{1,3}(?:per\s?cent|%))"
    )
)
# "April 6 May 24 June 29": the rows of a table
_ROW_BEHIND = re.compile(rf"\s{{1,3}}(?P<m>{cal.MONTH})\s{{1,3}}\d")
_ROW_BEFORE = re.compile(rf"(?P<m>{cal.MONTH})\s{{1,3}}\d{{1,3}}\s{{1,3}}$")
_ROW_HEAD = re.compile(rf"{cal.MONTH}\s{{1,3}}$")
_FIGURES_BEHIND = re.compile(r"\s{1,3}\d")
_INSTANT = re.compile(spaced(rf"{_D},? ?(?P<which>inst(?:ant)?|ult(?:imo)?|prox(?:imo)?)\b\.?"))
_OF_MONTH = re.compile(
    spaced(
        rf"{_D} (?:day )?of (?P<which>that|the same|this|last|next|the (?:present|following|next)) month\b"
    )
)
_DAY_LEAD = re.compile(spaced(rf"\b(?:{cal.WEEKDAY}(?:[Tt]he )?)$"))
_MONTH_LEAD = re.compile(
    spaced(
        r"(?i:\b(?:(?P<which>last|next|this|that(?: same)?|the (?:following|previous|preceding|next|same)) "
        r"|(?P<part>(?:the )?(?:early(?: in)?|mid|late(?: in)?|(?:beginning|start|middle|end|close) of))[- ]"
        r"|(?P<cue>in|by|since|until|till|from|during|before|after|up to|due|throughout|of|and|or|to|between|"
        r"for) "
        r"|(?P<the>the ))$)"
    )
)
_LOOSE_CUES = frozenset({"and", "or", "to", "of", "for"})
_OF_TIME = re.compile(
    r"\b(?:most|rest|end|much|part|all|month|beginning|middle|whole|days?|weeks?)\s{1,3}of\s{1,3}$"
)
_MONTH_TAIL = re.compile(spaced(rf"(?:{YEAR_TOLD}| (?P<which>last|next)\b)"))
_MONTH_END = re.compile(r"(?!['’.-]?\w|\s?,?\s?\d|\s{1,3}[A-Z])")
# "the May meeting", "the March and April returns"; but "the May government" is a person's
_THE_NOUN = re.compile(
    r"\s{1,3}(?:and|to|or)\s{1,3}[A-Z][a-z]{2,8}\b"
    r"|\s{1,3}(?!(?:government|administration|cabinet|premiership|family|winds?|on|past|to)\b)[a-z]{4,}"
)
_THAT = re.compile(spaced(r" (?:is|was|were|ha[ds]|will|would|can|could|shall|should|might|must|and|or)\b"))


def read_day_alone(head: Head, narrative: Narrative) -> DateMention | None:
    """Reads what begins with the figures of a day: 8 March, 3rd inst., 4 December that year."""
    for pattern in (_INSTANT, _OF_MONTH):
        if match := pattern.match(head.text, head.start):
            return _of_month_named(head, match, narrative)
    if (match := _DAYS_MONTH.match(head.text, head.start)) and (found := _days(head, match, narrative)):
        return found
    match = _DAY_MONTH.match(head.text, head.start)
    if match and _ROW_HEAD.search(head.left) and _FIGURES_BEHIND.match(head.text, match.end()):
        return None
    return _day_and_month(head, match, narrative) if match and not is_issue(head, match) else None


def _days(head: Head, match: _Match, narrative: Narrative) -> DateMention | None:
    """Reads two days of one month that name no year: 16-22 November, the 3rd and 17th of July."""
    month, first, last = cal.month_number(match["m"]), int(match["d"]), int(match["d2"])
    if not first < last or cal.day_value(2000, month, last) is None:
        return None
    guess, value, kind = year_for(Yearless(head, match.end(), month, first), narrative), None, "range"
    if guess.year and (begins := cal.day_value(guess.year, month, first)):
        ends = cal.day_value(guess.year, month, last)
        value, kind = two_days(match, head.left, begins, ends) if ends else (None, kind)
    return _made(head, _DAY_LEAD.search(head.left), match.end(), value, kind, "days-without-year", guess)


def read_month_alone(head: Head, word: str, narrative: Narrative) -> DateMention | None:
    """Reads what begins with the name of a month: March 8, in November, early May, that June."""
    if match := _MONTH_DAY.match(head.text, head.start):
        return None if _in_rows(head, match) else _day_and_month(head, match, narrative)
    end = head.start + len(word)
    if (words := day_in_words(head)) and _MONTH_END.match(head.text, end):
        return _day_of_words(head, words, end, word, narrative)
    return _month_alone(head, word, end, narrative)


def _month_alone(head: Head, word: str, end: int, narrative: Narrative) -> DateMention | None:
    lead = _MONTH_LEAD.search(head.left)
    if lead is None or not _is_month(head, word, lead, end):
        return None
    tail = _MONTH_TAIL.match(head.text, end)
    if tail and tail["year"]:
        return _month_of(head, None, tail.end(), word, year_told(tail["year"], head.start, narrative))
    which = (lead["which"] or (tail["which"] if tail else None) or "").lower()
    stop, span = tail.end() if tail else end, lead if lead["which"] or lead["part"] else None
    if which.startswith(("that", "the ")):
        return _month_told(head, span, stop, word, which, narrative)
    guess = year_for(Yearless(head, end, cal.month_number(word), None, which), narrative)
    if guess.year is None:
        return None
    return _month_of(head, span, stop, word, guess, mark="~" if lead["part"] else "")


def _in_rows(head: Head, match: _Match) -> bool:
    """Tells whether a month and figure stand in a run of months with a figure each, without a comma."""
    month = cal.month_number(match["m"])
    behind = _ROW_BEHIND.match(head.text, match.end())
    before = _ROW_BEFORE.search(head.left)
    return any(
        found is not None and (cal.month_number(found["m"]) - month - step) % 12 == 0
        for found, step in ((behind, 1), (before, -1))
    )


def _day_of_words(
    head: Head, words: tuple[_Match, int], end: int, word: str, narrative: Narrative
) -> DateMention | None:
    """Reads a day said in words before a month: the fifth of July, the first of May that year."""
    month, day = cal.month_number(word), words[1]
    if cal.day_value(2000, month, day) is None:
        return None
    tail = _MONTH_TAIL.match(head.text, end)
    if tail and tail["year"]:
        guess = year_told(tail["year"], head.start, narrative)
    else:
        guess = year_for(
            Yearless(head, end, month, day, (tail["which"] or "").lower() if tail else ""), narrative
        )
    value = cal.day_value(guess.year, month, day) if guess.year else None
    return _made(head, words[0], tail.end() if tail else end, value, "date", "day-without-year", guess)


def _day_and_month(head: Head, match: _Match, narrative: Narrative) -> DateMention | None:
    """Returns a day and month with the year found for them; where none is found it has no value."""
    month, day, group = cal.month_number(match["m"]), int(match["d"]), match.groupdict()
    if cal.day_value(2000, month, day) is None:
        return None
    lead = _DAY_LEAD.search(head.left)
    if group.get("year"):
        guess = year_told(match["year"], head.start, narrative)
    else:
        which = (group.get("which") or "").lower()
        guess = year_for(Yearless(head, match.end(), month, day, which), narrative)
    if lead and guess.year and (fitting := year_of_weekday(lead[0], guess.year, month, day)):
        guess = Guess(fitting, max(guess.confidence, 0.75), guess.place)
    value = cal.day_value(guess.year, month, day) if guess.year else None
    return _made(head, lead, match.end(), value, "date", "day-without-year", guess)


def _made(
    head: Head, lead: _Match | None, end: int, value: str | None, kind: str, rule: str, guess: Guess
) -> DateMention:
    found = head.mention(lead, end, value, kind, rule, guess.confidence if value else 0.4)
    return DateMention(found.start, end, found.text, value, kind, rule, found.confidence, guess.place)


def _of_month_named(head: Head, match: _Match, narrative: Narrative) -> DateMention:
    """Reads the 3rd inst., the 14th ult. (of last month), the 21st of that month."""
    word = match["which"].lower().rsplit(maxsplit=1)[-1]
    told = narrative.before(head.start) if word in {"that", "same", "following"} else None
    now = now_of(told.edtf, (told.start, told.end)) if told else narrative.now(head.start)
    step = {"ult": -1, "las": -1, "pro": 1, "nex": 1, "fol": 1}.get(word[:3], 0)
    value = None
    if now and now.month:
        month = cal.month_value(now.year, now.month + step)
        value = cal.day_value(int(month[:4]), int(month[5:]), int(match["d"]))
    guess = Guess(None, 0.75, now.place if now else None)
    lead = _DAY_LEAD.search(head.left)
    return _made(head, lead, match.end(), value, "relative", "day-of-month-named", guess)


def _is_month(head: Head, word: str, lead: _Match, end: int) -> bool:
    """Tells a month from the name of a person, from a verb and from a table's abbreviation."""
    if word.isupper() or (len(word) <= 4 and word not in {"May", "June", "July"}):
        return False
    if _MONTH_END.match(head.text, end) is None:
        return False
    if lead["the"] and _THE_NOUN.match(head.text, end) is None:
        return False
    loose = lead["cue"] is not None and lead["cue"].lower() in _LOOSE_CUES
    return not (loose and word == "May") or _OF_TIME.search(head.left) is not None


def _month_of(
    head: Head, lead: _Match | None, end: int, word: str, guess: Guess, mark: str = ""
) -> DateMention:
    value = cal.month_value(guess.year, cal.month_number(word)) + mark if guess.year else None
    capped = Guess(guess.year, min(guess.confidence, 0.6), guess.place)
    return _made(head, lead, end, value, "relative", "month-without-year", capped)


def _month_told(
    head: Head, lead: _Match | None, end: int, word: str, which: str, narrative: Narrative
) -> DateMention | None:
    """Reads that June, the following March: a month of the year told before, or the first one after it."""
    told = narrative.before(head.start)
    if told is None or (which.startswith("that") and _THAT.match(head.text, end)):
        return None
    month = cal.month_number(word)
    value = cal.month_value(year_beside(which, told, month, month), month)
    return _made(
        head, lead, end, value, "relative", "part-of-that-year", Guess(None, 0.7, (told.start, told.end))
    )

"""Which year a day, month or season means that is named without one.

It is that of a date behind it ("3 March to 4 April 1958"), else the year it names ("in March of that year"),
else that of the report or narrative around it, else that of the moment the text speaks from: the next such
month where a future is told, the last one where a past is, the nearest where no verb shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from policytext.annotation import DateMention, Place
from policytext.extract import calendar as cal
from policytext.extract.dates.days import year_ahead
from policytext.extract.dates.heads import Head
from policytext.extract.dates.narrative import Narrative, Now, now_of
from policytext.extract.dates.phrases import looks_ahead, tense

YEAR_TOLD = (
    r"(?: (?:of )?(?P<year>that(?: same)?|the same|last|this|next|"
    r"the (?:following|next|previous|preceding)) year\b)"
)
_REACH = 700
_CLOSE = 300
_NEAR = 4  # months: "the meeting in December", said in October
_JOINED = re.compile(
    r"\s{1,3}(?:to|until|till)\s{1,3}(?:the\s{1,3})?(?:(?:beginning|start|middle|end)\s{1,3}of\s{1,3})?|\s?[-–—]\s?"
)
_DEADLINE = re.compile(
    r"(?i:\b(?:by|until|till|before|from|due)\s{1,3}(?:\w{6,9},?\s{1,3})?(?:the\s{1,3})?$)"
)
_SENTENCE = re.compile(r"[.!?]\s")


@dataclass(frozen=True, slots=True)
class Guess:
    """A year or None, how sure it is, and the place it leans on, if any."""

    year: int | None
    confidence: float
    place: Place | None = None


UNKNOWN = Guess(None, 0.4)


@dataclass(frozen=True, slots=True)
class Yearless:
    """A month, or a day of one, that stands without its year in ``[head.start, end)``.

    ``which`` is "last", "next" or "this" where such a word says it.
    """

    head: Head
    end: int
    month: int
    day: int | None = None
    which: str = ""


def year_of(mention: DateMention) -> int:
    """Returns the first year that a date told can mean, 0 where it has none."""
    years = cal.years_of(mention.edtf)
    return years[0] if years else 0


def year_told(words: str, at: int, narrative: Narrative) -> Guess:
    """Returns the year of "that year", "of last year", "of the following year"."""
    word = words.lower().split()[-1]
    step = {"last": -1, "next": 1, "following": 1, "previous": -1, "preceding": -1}.get(word, 0)
    if word in {"last", "this"} or (word == "next" and not words.lower().startswith("the")):
        now = narrative.now(at)
        return Guess(now.year + step, 0.6, now.place) if now else UNKNOWN
    told = narrative.before(at)
    return Guess(year_of(told) + step, 0.7, (told.start, told.end)) if told else UNKNOWN


def year_for(found: Yearless, narrative: Narrative) -> Guess:
    """Returns the year of a day or month that names none."""
    head, now = found.head, narrative.now(found.head.start)
    if ahead := year_ahead(head.text, found.end, found.month, head.latest):
        return Guess(ahead[0], 0.9, ahead[1])
    if found.which == "this":
        return Guess(now.year, 0.55, now.place) if now else UNKNOWN
    if found.which in {"last", "next"}:
        return _nearest(now, found, ahead=found.which == "next", strictly=True)
    return _by_narrative(found, narrative, now) or _by_now(found, narrative, now)


def _by_narrative(found: Yearless, narrative: Narrative, now: Now | None) -> Guess | None:
    """Returns the year of the report, or of a date told in the paragraph, where it counts more than now."""
    text, start = found.head.text, found.head.start
    told, report = narrative.before(start, reach=_REACH, paragraph=True), narrative.reported_year
    if told and ("~" in (told.edtf or "") or _is_to_come(told, now, found)):
        told = None
    beside = told is not None and _SENTENCE.search(text[told.end : start]) is None
    if report and not (beside and told and told.type == "date"):
        return Guess(year_of(report), 0.55, (report.start, report.end))
    if told is None:
        return None
    joined = _JOINED.fullmatch(text, told.end, start) is not None
    # a date of this year or last, told in another sentence, says no more than the publication does
    old = now is None or now.month is None or year_of(told) < now.year - 1
    if joined or old or (told.type == "date" and (beside or _goes_on(told, found, start))):
        return Guess(_told_year(told, found.month, joined=joined), 0.6, (told.start, told.end))
    return None


def _goes_on(told: DateMention, found: Yearless, start: int) -> bool:
    """Tells whether a month carries on from one told just before: "In May 2009 it began. In June"."""
    now = now_of(told.edtf)
    return (
        now is not None and now.month is not None and now.month <= found.month and start - told.end < _CLOSE
    )


def _is_to_come(told: DateMention, now: Now | None, found: Yearless) -> bool:
    """Tells whether a date told lies after now, and what is asked about does not."""
    if now is None or year_of(told) <= now.year:
        return False
    return not looks_ahead(found.head.text, found.head.start, found.end)


def _by_now(found: Yearless, narrative: Narrative, now: Now | None) -> Guess:
    if now is None or (now.place is None and now.mark):
        told = narrative.before(found.head.start)
        if told:
            return Guess(_told_year(told, found.month), 0.45, (told.start, told.end))
    return _nearest(now, found, ahead=now is not None and _is_ahead(found, now))


def _is_ahead(found: Yearless, now: Now) -> bool:
    """Tells whether a month lies ahead: by the verb, by a word such as "until", else by nearness."""
    told = tense(found.head.text, found.head.start, found.end)
    if told or now.month is None:
        return told == "future"
    return _DEADLINE.search(found.head.left) is not None or 0 < (found.month - now.month) % 12 <= _NEAR


def _told_year(told: DateMention, month: int, *, joined: bool = False) -> int:
    """Returns the year of a month told after another date: a much earlier month lies in the next year."""
    now = now_of(told.edtf)
    if now is None or now.month is None:
        return year_of(told)
    gap = now.month - month
    return year_of(told) + (1 if (joined and gap >= 1) or (gap >= 6 and told.type == "date") else 0)


def _nearest(now: Now | None, found: Yearless, *, ahead: bool, strictly: bool = False) -> Guess:
    """Returns the year of the last such month that is not after ``now``, or of the next one.

    ``strictly`` leaves out the month of ``now``: "last March", said in March.
    """
    if now is None:
        return UNKNOWN
    if now.month is None:
        return Guess(now.year + ((1 if ahead else -1) if strictly else 0), 0.4, now.place)
    same = strictly and found.month == now.month and (ahead or found.day is None)
    if ahead:
        past = (found.month, found.day or 31) < (now.month, now.day or 1)
        return Guess(now.year + (1 if past or same else 0), 0.5, now.place)
    coming = (found.month, found.day or 1) > (now.month, now.day or 31)
    return Guess(now.year - (1 if coming or same else 0), 0.5, now.place)


def year_of_weekday(words: str, year: int, month: int, day: int) -> int | None:
    """Returns the year nearest to ``year`` in which that day is the weekday printed before it, if one is."""
    named = re.match(r"[a-z]+", words.strip().lower())
    if named is None or named[0] not in cal.WEEKDAYS:
        return None
    weekday = cal.WEEKDAYS.index(named[0])
    for near in (year, year + 1, year - 1, year + 2, year - 2):
        value = cal.day_value(near, month, day)
        if value and date.fromisoformat(value).weekday() == weekday:
            return near
    return None


def year_beside(which: str, told: DateMention, first: int, last: int) -> int:
    """Returns the year of "that June", "the following spring", "the previous March".

    Args:
        which: the words before the month or season.
        told: the date they lean on.
        first: the month, or the first month of the season.
        last: the month, or the last month of the season.
    """
    now, year, word = now_of(told.edtf), year_of(told), which.lower().rsplit(maxsplit=1)[-1]
    month = now.month if now else None
    if word in {"following", "next"}:
        return year + (0 if month and first > month else 1)
    if word in {"previous", "preceding"}:
        return year - (0 if month and last < month else 1)
    return year

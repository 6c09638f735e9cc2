"""Seasons and weekdays without a year: the autumn, last winter, that same summer, on Tuesday."""

from __future__ import annotations

import re
from datetime import date, timedelta

from policytext.annotation import DateMention, Place
from policytext.extract import calendar as cal
from policytext.extract.dates.heads import Head, spaced
from policytext.extract.dates.narrative import Narrative, Now
from policytext.extract.dates.phrases import clause, looks_ahead, tense
from policytext.extract.dates.yearless import YEAR_TOLD, Yearless, year_beside, year_for, year_told

_Match = re.Match[str]
_SEASON_LEAD = re.compile(
    spaced(
        r"(?i:\b(?:(?P<which>last|next|this(?: coming)?|that(?: same)?|"
        r"the (?:following|previous|preceding|next|same|coming))|(?P<the>the(?: (?:early|late))?)|"
        r"(?P<in>in|by|over|until|since|during|through)(?: (?:early|late))?) $)"
    )
)
# A season before one of these words is part of a name: the autumn statement, the spring conference.
_SEASON_END = re.compile(
    spaced(
        r"(?![-–]| (?:term|statement|budget|conference|school|break|holidays?|months|pressures?|recess|fuel|"
        r"crisis|"
        r"weather|coats?|clothing|time|semester|seminar|meeting|edition|issue|games|fair|outings?|camps?|plans?|"
        r"resilience|of|[A-Z\d])|time\b|['’]s [A-Z])"
    )
)
_SEASON_YEAR = re.compile(spaced(YEAR_TOLD))
_SEASON_AHEAD = re.compile(
    spaced(rf"(?: (?:and|or|to) |,? |/)(?P<later>(?:the )?{cal.SEASON},?(?: of)? (?P<y>{cal.YEAR}))\b")
)
_THAT = re.compile(spaced(r" (?:is|was|were|ha[ds]|will|would|can|could|shall|should|might|must|and|or)\b"))
_WEEKDAY_LEAD = re.compile(spaced(r"(?i:\b(?:(?:on|by|since|until)|(?P<which>last|next|this)) $)"))
_WEEKDAY_END = re.compile(
    spaced(r"(?![-–/]| (?:(?:to|and|or) (?:[A-Z]|the weekend)|[A-Z\d])|,? (?:the )?\d|['’]s [A-Z])")
)

_PLANNED = re.compile(
    r"\b(?:to\s+(?!the\b|an?\b|his\b|her\b|their\b|its\b)[a-z]{2,}|propos\w+|plan\w*|arrange\w*|expected|due)\b"
)
_FEASTS = {"christmas": 12, "easter": 4, "whitsun": 5}
FEASTS = frozenset(_FEASTS)
_FEAST_LEAD = re.compile(spaced(r"\b(?:(?i:by|before|until|till|since)|(?P<which>(?i:last|next|this))) $"))
_FEAST_END = re.compile(
    spaced(
        r"(?=\s{0,2}(?:[.,;:)?!’”\"]|$)| (?:and|or|the|when|we|he|she|it|they|but|that|at|in|was|were|I)\b)"
    )
)


def read_season(head: Head, word: str, narrative: Narrative) -> DateMention | None:
    """Reads the autumn, last winter, the following spring, the summer of that year."""
    text, end = head.text, head.start + len(word)
    lead = _SEASON_LEAD.search(head.left)
    if lead is None or not word.islower():
        return None
    span, code = None if lead["in"] else lead, cal.SEASON_CODES[word]
    if match := _SEASON_YEAR.match(text, end):
        guess = year_told(match["year"], head.start, narrative)
        value = f"{guess.year}-{code}" if guess.year else None
        return _made(head, span, match.end(), value, "part-of-that-year", guess.confidence, guess.place)
    if _SEASON_END.match(text, end) is None:
        return None
    if match := _SEASON_AHEAD.match(text, end):
        place = match.span("later")
        return _made(head, span, end, f"{match['y']}-{code}", "season-of-year-ahead", 0.85, place)
    return _by_lead(head, lead, end, code, narrative)


def _by_lead(head: Head, lead: _Match, end: int, code: int, narrative: Narrative) -> DateMention | None:
    which = (lead["which"] or "").lower()
    if which.startswith("that") or (which.startswith("the ") and which != "the coming"):
        told = narrative.before(head.start)
        if told is None or (which.startswith("that") and _THAT.match(head.text, end)):
            return None
        begins = 3 * (code - 20)
        year = year_beside(which, told, begins, begins + 2)
        return _made(head, lead, end, f"{year}-{code}", "part-of-that-year", 0.7, (told.start, told.end))
    now = narrative.now(head.start)
    if now is None:
        return None
    value = f"{_season_year(now, code, which[:4], head, end)}-{code}"
    span = None if lead["in"] else lead
    return _made(head, span, end, value, "season-of-publication", 0.5, now.place)


def _made(
    head: Head,
    lead: _Match | None,
    end: int,
    value: str | None,
    rule: str,
    confidence: float,
    place: Place | None,
) -> DateMention:
    found = head.mention(lead, end, value, "relative", rule, confidence)
    return DateMention(found.start, end, found.text, value, "relative", rule, confidence, place)


def _season_year(now: Now, code: int, which: str, head: Head, end: int) -> int:
    """Returns the year in which a season begins: of the last one over, the next to come, or of this year."""
    begins, month = 3 * (code - 20), now.month or 6
    if which == "last":
        over = code != cal.SEASON_CODES["winter"] and month >= begins + 3
        return now.year - (0 if over else 2 if begins == 12 and month <= 2 else 1)
    if which == "next":
        return now.year + (1 if month >= begins else 0)
    if begins > month and _is_over(head.text, head.start, end):
        return now.year - 1
    if begins == 12 and month <= 4 and not looks_ahead(head.text, head.start, end):
        return now.year - 1
    return now.year


def _is_over(text: str, start: int, end: int) -> bool:
    """Tells whether a season is past: "reported on a visit in the autumn", not "agreed to meet"."""
    return tense(text, start, end) == "past" and not _PLANNED.search(clause(text, start, end)[0])


def read_feast(head: Head, word: str, narrative: Narrative) -> DateMention | None:
    """Reads "by Christmas", "last Easter", where the year can be found: about the month in which it falls."""
    lead, end = _FEAST_LEAD.search(head.left), head.start + len(word)
    if lead is None or not word.istitle() or _FEAST_END.match(head.text, end) is None:
        return None
    which, month = (lead["which"] or "").lower(), _FEASTS[word.lower()]
    guess = year_for(Yearless(head, end, month, None, which), narrative)
    if guess.year is None:
        return None
    value = cal.month_value(guess.year, month) + ("" if month == 12 else "~")
    return _made(
        head,
        lead if which else None,
        end,
        value,
        "feast-without-year",
        min(guess.confidence, 0.5),
        guess.place,
    )


def read_weekday(head: Head, word: str, narrative: Narrative) -> DateMention | None:
    """Reads on Tuesday, last Friday: the last or next such day, where the day of speaking is known."""
    lead, end = _WEEKDAY_LEAD.search(head.left), head.start + len(word)
    now = narrative.now(head.start)
    if lead is None or now is None or not now.month or not now.day or not word.istitle():
        return None
    which, told = (lead["which"] or "").lower(), tense(head.text, head.start, end)
    if _WEEKDAY_END.match(head.text, end) is None or not (which or told):  # "on Monday", any Monday
        return None
    today = date(now.year, now.month, now.day)
    gap = (cal.WEEKDAYS.index(word.lower()) - today.weekday()) % 7
    ahead = which in {"next", "this"} or (not which and told == "future")
    day = today + timedelta(days=gap or 7) if ahead else today - timedelta(days=(7 - gap) % 7 or 7)
    return _made(head, lead if which else None, end, day.isoformat(), "weekday", 0.45, now.place)

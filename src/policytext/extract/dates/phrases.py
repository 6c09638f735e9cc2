"""Phrases around the name of a unit of time: how one is written down, found and resolved.

A phrase leans on the moment of speaking (``deictic``) or on a date told before it (``anaphoric``); where both
are possible the tense of the verb beside the phrase tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from policytext.annotation import DateMention, Place
from policytext.extract import calendar as cal
from policytext.extract.dates.heads import spaced
from policytext.extract.dates.narrative import Narrative, Now, now_of

Match = re.Match[str]
_FUTURE = re.compile(
    r"(?i:\b(?:will|shall|would|due|be(?=\s\w{3,})|(?:is|are)\s+(?:expected|planned|scheduled|to)|forthcoming|set\s+to|to\s+be|must|"
    r"should|(?:intend|hope|aim|promise|plan)s?\s+to|with\s+effect\s+from|no[t]?\s+later\s+than|"
    r"(?:adjourned|deferred|postponed|put\s+off)\s+(?:to|till|until))\b)"
)
_PAST = re.compile(
    r"(?i:\b(?<!\bbe\s)(?:was|were|had|did|became|went|came|saw|fell|rose|grew|began|took|gave|made|left|met|brought|"
    r"wrote|said|told|heard|held|sent|spoke|paid|set\s+out|laid|led|lost|won|bought|built|thought|found|got|"
    r"kept|stood|sat|ran|chose|drew|drove|broke|"
    # "is published", "have been funded" tell no past
    r"(?<!is\s)(?<!are\s)(?<!be\s)(?<!been\s)(?<!ha[sd]\s)(?<!have\s)\w{3,16}ed)\b)"
)
_TENSES = (("future", _FUTURE), ("past", _PAST))
_STOP = re.compile(r"[.;:?!]\s|\n\s*\n|,\s{1,3}(?:and|but|while|whereas)\s")

# The parts of phrases. A blank stands for up to three blanks or line breaks; see ``phrase``.
N = (
    rf"(?:(?P<n>{cal.NUMBER})(?:[- ]odd)?(?P<half> and a half)?"
    r"|(?P<few>a few|few|several|some|many|a couple of|couple of|a number of|two or three|three or four))"
)
ONE = rf"(?:{N}|(?P<share>half|a quarter of|three[- ]quarters of) an?|(?:an?|one))"
ABOUT = (
    r"(?:(?:(?P<approx>about|around|some|nearly|almost|approximately|roughly)|just over|just under|"
    r"well over|over|more than|less than|at least|barely|only|just|up to) )?"
)
UNIT = r"(?P<unit>years?|decades?|century|centuries|months?|weeks?|fortnights?|days?)"
PART = (
    r"(?:(?:the )?(?:(?P<adj>early|mid|late|later|earlier)(?: (?:in|part of))?|"
    r"(?P<noun>beginning|start|end|close|middle|(?:first|second|latter) half|closing months|early months) of)"
    r"[- ])?"
)
UNITS = "year years decade decades century centuries month months week weeks fortnight fortnights day days"
PAUSE = r"(?=\s{0,2}(?:[,.;:)\u2010-\u2015]|$))"
LOOSE = frozenset({"later", "earlier"})
"""Words that do not narrow a year: "later that year" is that year."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a phrase means: an EDTF value or None, how sure, and the place it leans on."""

    edtf: str | None
    confidence: float
    place: Place | None = None
    kind: str = "relative"


Resolver = Callable[[Match, Narrative], Resolved | None]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A named pattern around one of the words ``heads``; ``resolve`` gives None where it is no date."""

    name: str
    heads: frozenset[str]
    pattern: re.Pattern[str]
    resolve: Resolver


def phrase(name: str, heads: str, pattern: str, resolve: Resolver) -> Phrase:
    """Returns a phrase; a blank in the pattern is up to three blanks or breaks, capitals do not matter."""
    return Phrase(name, frozenset(heads.split()), re.compile(rf"(?i:{spaced(pattern)})"), resolve)


def read_phrase(
    text: str, rule: Phrase, place: Place, window: Place, narrative: Narrative
) -> DateMention | None:
    """Returns what a rule reads over the word at ``place``, looking no further than ``window``."""
    for match in rule.pattern.finditer(text, *window):
        if match.start() <= place[0] < match.end():
            found = rule.resolve(match, narrative)
            return _mention(text, rule, match, found) if found else None
        if match.start() > place[0]:
            return None
    return None


def _mention(text: str, rule: Phrase, match: Match, found: Resolved) -> DateMention:
    unsolved = found.edtf is None and found.kind == "relative"
    confidence = min(found.confidence, 0.4) if unsolved else found.confidence
    start, end = match.span("span" if "span" in match.groupdict() else 0)
    return DateMention(
        start, end, text[start:end], found.edtf, found.kind, rule.name, confidence, found.place
    )


def clause(text: str, start: int, end: int, reach: int = 90) -> tuple[str, str]:
    """Returns the words of the same clause before and after ``[start, end)``, up to ``reach`` characters."""
    return _STOP.split(text[max(0, start - reach) : start])[-1], _STOP.split(text[end : end + reach])[0]


def tense(text: str, start: int, end: int) -> str:
    """Tells whether "past" or "future" is told, by the verb next before a phrase, else the first behind it.

    It is empty where no verb shows it; a participle after "is", "are" or "been" is no past tense.
    """
    before, behind = clause(text, start, end)
    last = max(((m.end(), kind) for kind, verbs in _TENSES for m in verbs.finditer(before)), default=None)
    if last is not None:
        return last[1]
    first = min(((m.start(), kind) for kind, verbs in _TENSES if (m := verbs.search(behind))), default=None)
    return first[1] if first else ""


def looks_ahead(text: str, start: int, end: int) -> bool:
    """Tells whether the words around a phrase speak of the future."""
    return tense(text, start, end) == "future"


def looks_back(text: str, start: int, end: int) -> bool:
    """Tells whether the words around a phrase tell a past."""
    return tense(text, start, end) == "past"


def tells_past(text: str) -> bool:
    """Tells whether words hold a verb of the past."""
    return _PAST.search(text) is not None


def base(mention: DateMention | None) -> Now | None:
    """Returns the moment that an antecedent fixes."""
    return now_of(mention.edtf, (mention.start, mention.end)) if mention else None


def shifted(now: Now, count: int, unit: str, mark: str = "") -> str | None:
    """Returns the EDTF value so many units from ``now``, None where ``now`` is too coarse for the unit."""
    unit = unit.lower()
    if unit.startswith(("year", "decade", "centur")):
        years = count * {"y": 1, "d": 10, "c": 100}[unit[0]]
        return now.in_years(years, mark) if 1000 <= now.year + years <= 2999 else None
    if unit.startswith("month"):
        if now.month is None and abs(count) > 12:
            return now.in_years(int(count / 12), "~")
        return now.in_months(count, mark)
    if now.month is None or now.day is None:
        return None
    days = timedelta(days=count * {"d": 1, "w": 7, "f": 14}[unit[0]])
    return (date(now.year, now.month, now.day) + days).isoformat() + (now.mark or mark)


def length_of(match: Match) -> tuple[int, str] | None:
    """Returns a number of units and the unit: "a" is one, half a century fifty years; None for "a few"."""
    group, unit = match.groupdict(), match["unit"].lower()
    if few := group.get("few"):
        return (2, unit) if "couple" in few.lower() else None
    if share := group.get("share"):
        return _share_of(share.lower(), unit)
    if not group.get("n") and unit.endswith("s"):  # "the previous years" are none that can be counted
        return None
    count = cal.number(group["n"]) if group.get("n") else 1
    if count > 300:
        return None
    return _and_a_half(count, unit) if group.get("half") or group.get("more") else (count, unit)


def _and_a_half(count: int, unit: str) -> tuple[int, str]:
    """Returns two and a half years as thirty months; half a month or week is left out."""
    smaller, many = {"y": ("months", 12), "d": ("years", 10), "c": ("years", 100)}.get(unit[0], (unit, 0))
    return (count * many + many // 2, smaller) if many and not unit.startswith("day") else (count, unit)


def _share_of(share: str, unit: str) -> tuple[int, str] | None:
    months = {"decade": 120, "century": 1200, "year": 12}.get(unit, 0) // (2 if share == "half" else 4)
    months *= 3 if share.startswith("three") else 1
    if months == 0:
        return None
    return (months // 12, "years") if months >= 12 else (months, "months")

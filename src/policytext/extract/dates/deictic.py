"""Phrases that count from the moment of speaking: last year, over the next five years, a decade ago.

The moment is that of the saying or date line around the phrase, else the publication (see ``narrative``).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from policytext.annotation import DateMention
from policytext.extract import calendar as cal
from policytext.extract.dates.foundings import told_beginning
from policytext.extract.dates.narrative import Narrative, Now
from policytext.extract.dates.phrases import (
    ABOUT,
    LOOSE,
    ONE,
    PART,
    UNIT,
    UNITS,
    Match,
    N,
    Phrase,
    Resolved,
    base,
    clause,
    length_of,
    looks_ahead,
    looks_back,
    phrase,
    shifted,
    tells_past,
)

_TOLD = re.compile(
    r",?\s(?:[\w-]{1,15}\s){0,6}(?:was|were|had|did|would|became|went|came|saw|fell|rose|grew|began|took)\b"
)

_SUPPOSED = re.compile(r"\b(?:could|might|would|can)\b[^,;]{0,40}$")  # "could go home tomorrow"


def _stretch(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves "the last five years"; "over the next ten years" told of a past runs from the date told."""
    which, length = match["which"].lower().split()[-1], length_of(match)
    now, confidence = narrative.now(match.start()), 0.55
    ahead = which in {"next", "coming", "following", "ensuing", "succeeding", "forthcoming", "subsequent"}
    behind = clause(narrative.text, *match.span())[1]
    mention = narrative.before(match.start(), reach=400, paragraph=True)
    told = base(mention)
    anaphoric = which in {"following", "ensuing", "succeeding", "subsequent", "intervening"}
    if told and (anaphoric or (which == "next" and (_TOLD.match(behind) or _in_sentence(mention, match)))):
        now, confidence = told, 0.5
    elif anaphoric:
        now = None
    if now is None or length is None:
        return Resolved(None, 0.4)
    count, unit = length
    if unit.startswith("centur") and count == 1:
        return Resolved(f"{now.year // 100 + (1 if ahead else -1)}XX", 0.5, now.place)
    count, mark = max(count, cal.number(match["n2"] or "1")), "~" if match["n2"] else ""  # 10 to 15 years
    here, there = shifted(now, 0, unit), shifted(now, count if ahead else -count, unit, mark)
    if (match["whole"] or "").lower() == "financial" and unit.startswith("year"):
        return Resolved(_financial_years(now, count, ahead=ahead), confidence, now.place)
    if match["whole"] and not ahead and unit.startswith("year"):  # full years end before this one
        here = now.in_years(-1)
    value = None if here is None or there is None else f"{here}/{there}" if ahead else f"{there}/{here}"
    return Resolved(value, confidence, now.place)


def _financial_years(now: Now, count: int, *, ahead: bool) -> str | None:
    """Returns so many financial years before the one of ``now``, or after it."""
    if now.month is None:
        return None
    current = now.year - (1 if now.month < 4 else 0)
    first = current + 1 if ahead else current - count
    return cal.financial_year(first, first + count)


def _in_sentence(mention: DateMention | None, match: Match) -> bool:
    """Tells whether a date told stands in the same sentence, with a verb of the past between."""
    between = match.string[mention.end : match.start()] if mention else "."
    return tells_past(between) and not re.search(r"[.!?]\s", between)


def _ago(match: Match, narrative: Narrative) -> Resolved | None:
    length, now = length_of(match), narrative.now(match.start())
    if length is None or now is None:
        return Resolved(None, 0.4, kind="vague" if length is None else "relative")
    value = shifted(now, -length[0], length[1], "~")
    founded = told_beginning(narrative.text, match.start())
    if founded and value and abs(founded[0] - int(value[:4])) <= 3:  # "founded over seventy years ago"
        return Resolved(f"{founded[0]}~", 0.6, founded[1])
    return Resolved(value, 0.55, now.place)


def _hence(match: Match, narrative: Narrative) -> Resolved | None:
    length, now = length_of(match), narrative.now(match.start())
    if length is None or now is None:
        return Resolved(None, 0.4)
    count, unit = length
    if second := match.groupdict().get("n2"):
        last = shifted(now, cal.number(second), unit)
        return Resolved(last and f"{shifted(now, count, unit)}/{last}", 0.55, now.place)
    return Resolved(shifted(now, count, unit, "~"), 0.55, now.place)


def _this_year(match: Match, narrative: Narrative) -> Resolved | None:
    which = match["which"].lower()
    now = narrative.now(match.start())
    if now is None:
        return Resolved(None, 0.4)
    year = now.year + (-1 if which == "last" else 1 if which in {"next", "the new", "the coming"} else 0)
    part = match["adj"] or match["noun"]
    value = cal.part_of_year(part, year) if part and part.lower() not in LOOSE else f"{year}{now.mark}"
    return Resolved(value, 0.6, now.place)


def _financial_year(match: Match, narrative: Narrative) -> Resolved | None:
    which, told = match["which"].lower().rsplit(maxsplit=1)[-1], None
    if which in {"that", "same", "following", "previous", "preceding"}:
        told = base(narrative.before(match.start()))
    now = told or narrative.now(match.start())
    if now is None:
        return Resolved(None, 0.4)
    begins = {"academic": 9, "school": 9}.get(match["sort"].lower(), 4)
    step = {"last": -1, "previous": -1, "preceding": -1, "next": 1, "coming": 1, "following": 1}.get(which, 0)
    year = now.year + step - (1 if (now.month or 12) < begins else 0)
    value = cal.financial_year(year, year + 1) if begins == 4 else f"{year}-09/{year + 1}-08"
    return Resolved(value, 0.5 if now.month else 0.4, now.place)


def _period_of_publication(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves last month, this week, next month, this decade, this century."""
    now, unit = narrative.now(match.start()), match["unit"].lower()
    if now is None:
        return Resolved(None, 0.4)
    step = {"last": -1, "next": 1}.get(match["which"].lower().rsplit(maxsplit=1)[-1], 0)
    if unit == "century":
        return Resolved(f"{now.year // 100 + step}XX", 0.6, now.place)
    if unit == "decade":
        return Resolved(f"{now.year // 10 + step}X", 0.5, now.place)
    if unit == "month":
        return Resolved(now.in_months(step), 0.6, now.place)
    return Resolved(_week(now, step), 0.5, now.place)


def _week(now: Now, step: int) -> str | None:
    """Returns the week from Monday to Sunday, so many weeks from the one of ``now``."""
    if now.month is None or now.day is None:
        return None
    today = date(now.year, now.month, now.day)
    monday = today + timedelta(days=7 * step - today.weekday())
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"


def _turn_of_century(match: Match, narrative: Narrative) -> Resolved | None:
    now = narrative.now(match.start())
    return Resolved(f"{now.year // 100}00~", 0.5, now.place) if now else Resolved(None, 0.4)


def _next_day(match: Match, narrative: Narrative) -> Resolved | None:
    now = narrative.now(match.start())
    if now is None or now.day is None:
        before = clause(narrative.text, *match.span())[0]
        return None if _SUPPOSED.search(before) else Resolved(None, 0.4)
    return Resolved(shifted(now, 1 if match["day"].lower() == "tomorrow" else -1, "day"), 0.6, now.place)


def _the_year(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves "during the year": the year under report, the year being told, else that of publication."""
    start = match.start()
    mention = narrative.reported_year
    if mention is None and looks_back(narrative.text, *match.span()):
        mention = narrative.before(start, reach=500, paragraph=True)
    told = base(mention)
    now = told or narrative.now(start)
    if now is None:
        return Resolved(None, 0.4)
    part = match["adj"] or match["noun"]
    narrow = part and part.lower() not in LOOSE
    value = cal.part_of_year(part, now.year) if narrow else f"{now.year}{now.mark}"
    return Resolved(value, 0.6 if told else 0.5, now.place)


def _within(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves "within a year" from the publication where a future is told, else from the last date told."""
    length = length_of(match)
    if length is None:
        return None
    now = None
    if looks_ahead(narrative.text, *match.span()):
        now = narrative.now(match.start())
    elif length[1].startswith("year") and match[0][0].isupper():  # "seen within six months" is but a length
        now = base(narrative.before(match.start(), reach=300, paragraph=True))
    months = length[0] * (12 if length[1].startswith("year") else 1)
    if now is None or (now.month is None and months % 12):
        return None
    first, last = now.in_months(0), now.in_months(months)
    if now.month is None:
        first, last = now.in_years(0), now.in_years(months // 12)
    return Resolved(f"{first}/{last}", 0.45, now.place)


DEICTIC: tuple[Phrase, ...] = (
    phrase(
        "years-ago", UNITS, rf"\b{ABOUT}{ONE} {UNIT}(?P<more> and a half)? (?:or (?:so|more) )?ago\b", _ago
    ),
    phrase(
        "years-hence",
        UNITS,
        rf"\bin (?:about |some )?{ONE}(?:(?: (?:to|or) | ?[-–] ?)(?P<n2>{cal.NUMBER}))? {UNIT}"
        r"['’]?s?['’]? time\b",
        _hence,
    ),
    phrase("years-hence", UNITS, rf"\b{ONE} {UNIT} (?:hence|from now)\b", _hence),
    phrase(
        "years-around-publication",
        UNITS,
        r"\b(?:(?:the|these|this) )(?P<which>last|past|next|coming|forthcoming|previous|preceding|following|"
        rf"ensuing|succeeding|subsequent) (?:{N}(?:(?: (?:to|or) | ?[-–] ?)(?P<n2>{cal.NUMBER}))? "
        r"(?:or so |or more |(?P<whole>full|whole|complete|calendar|financial) )?)?"
        r"(?P<unit>years?|decades?|century|centuries|months?|weeks?|fortnight|days)\b(?!-)",
        _stretch,
    ),
    phrase(
        "financial-year-of-publication",
        "year",
        r"\b(?:the )?(?P<which>last|this|next|(?:the )?(?:present|current|same)|coming|that|following|"
        r"previous|preceding) (?P<sort>financial|fiscal|academic|school) year\b",
        _financial_year,
    ),
    phrase(
        "year-from-publication",
        "year",
        rf"\b{PART}(?P<which>last|this|next|the (?:present|current|coming|new)) (?:calendar )?year\b",
        _this_year,
    ),
    phrase(
        "period-of-publication",
        "month week decade century fortnight",
        r"\b(?P<which>last|this|next|the (?:present|current)) (?P<unit>month|week|decade|century)\b",
        _period_of_publication,
    ),
    phrase("turn-of-century", "century", r"\bthe turn of the century\b", _turn_of_century),
    phrase(
        "day-from-publication",
        "yesterday tomorrow",
        # tomorrow's citizens are those of no day
        r"\b(?P<day>yesterday|tomorrow)\b(?!['’]s\b(?! (?:meeting|debate|announcement|statement|vote)))",
        _next_day,
    ),
    phrase(
        "the-year",
        "year",
        r"\b(?:(?:throughout|during|(?:in|over) the course of|for the (?:rest|remainder) of|the turn of) "
        rf"the(?: whole)? year(?: under (?:review|report))?|the year under (?:review|report)|"
        rf"{PART.removesuffix('?')}the year)\b"
        r"(?! (?:of|to|end\w*|\d))",
        _the_year,
    ),
    phrase(
        "within-years",
        "year years month months",
        rf"\bwithin (?:the )?(?:next )?{ONE} (?P<unit>years?|months?)\b(?! of\b)",
        _within,
    ),
)

"""Phrases that lean on a date told before: that same year, two years later, since then."""

from __future__ import annotations

import re

from policytext.annotation import DateMention
from policytext.extract import calendar as cal
from policytext.extract.dates.foundings import last_founded
from policytext.extract.dates.narrative import Narrative, Now
from policytext.extract.dates.phrases import (
    ABOUT,
    LOOSE,
    ONE,
    PART,
    PAUSE,
    UNIT,
    UNITS,
    Match,
    N,
    Phrase,
    Resolved,
    base,
    length_of,
    looks_ahead,
    looks_back,
    phrase,
    shifted,
)

_STILL = re.compile(
    r",?\s{1,3}(?:(?:it|they|we|this|these|there|many|most|some|few|much|nothing|little|the\s\w{2,15})\s{1,3})?"
    r"(?:still|now|is|are|remains?|has|have|continues?)\b"
)


def _inception(match: Match, narrative: Narrative) -> Resolved | None:
    founded = last_founded(narrative.text, match.start())
    return Resolved(str(founded[0]), 0.6, founded[1]) if founded else Resolved(None, 0.4)


def _same(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves that year, the same month, that decade, by the last date told."""
    unit = match["unit"].lower()
    mention = narrative.before(match.start(), year=unit != "decade")
    told = base(mention)
    if told is None or mention is None:
        return Resolved(None, 0.4) if unit == "year" else None
    place = (mention.start, mention.end)
    if unit == "decade":
        return Resolved(f"{told.year // 10}X", 0.7, place)
    if unit == "year":
        return Resolved(_same_year(match, mention, told), 0.8, place)
    if value := shifted(told, 0, unit):
        return Resolved(value, 0.7, place)
    if unit == "day" or not match[0].lower().startswith("that same"):
        return None
    return Resolved(told.in_months(0, "~"), 0.5, place)  # the week of a month, no day being told


def _same_year(match: Match, mention: DateMention, told: Now) -> str | None:
    part = match["adj"] or match["noun"]
    if part and part.lower() not in LOOSE:
        return cal.part_of_year(part, told.year)
    if mention.type == "financial_year":
        return mention.edtf
    return f"{told.year}{told.mark}"


def _neighbour(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves the following year, the previous month, the year before, from the last date told."""
    way = match["way"].lower()
    ahead, unit = way in {"following", "next", "succeeding", "ensuing", "after"}, match["unit"]
    mention = narrative.before(match.start(), year=unit.lower() != "decade")
    told = base(mention)
    if told is None or mention is None:
        return _unled(match, narrative, ahead=ahead)
    if way == "next" and match.groupdict().get("over") and not looks_back(narrative.text, *match.span()):
        return _unled(match, narrative, ahead=ahead)
    place = (mention.start, mention.end)
    step = 1 if ahead else -1
    if mention.type == "financial_year" and unit.lower() == "year":
        first = told.year - 1 + step
        return Resolved(cal.financial_year(first, first + 1), 0.6, place)
    if unit.lower() == "decade":
        return Resolved(f"{told.year // 10 + step}X", 0.55, place)
    return Resolved(shifted(told, step, unit), 0.6, place)


def _unled(match: Match, narrative: Narrative, *, ahead: bool) -> Resolved | None:
    """Resolves "over the next year" where nothing was told before: from the publication on."""
    now = narrative.now(match.start())
    if now is None or match["way"].lower() != "next":
        return Resolved(None, 0.4)
    here, there = shifted(now, 0, match["unit"]), shifted(now, 1 if ahead else -1, match["unit"])
    return Resolved(here and there and f"{here}/{there}", 0.45, now.place)


def _away(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves two years later, six months earlier, a decade on, from the last date told."""
    told, length, now = base(narrative.before(match.start())), length_of(match), narrative.published
    ahead = match["way"].lower() in {"later", "after", "afterwards", "on", "thereafter"}
    still = ahead and _STILL.match(narrative.text, match.end()) is not None
    value = None
    if told and length:
        count = length[0] if ahead else -length[0]
        value = shifted(told, count, length[1], "~" if match["approx"] else "")
    if still and now and (value is None or int(value[:4]) > now.year):
        return Resolved(now.in_years(0), 0.5)  # "and, forty years on, remains so"
    return Resolved(value, 0.6, told.place) if told and length else Resolved(None, 0.4)


def _until_now(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves "in a few years, we have", which runs from the date just told to the publication."""
    told = base(narrative.before(match.start(), reach=200, paragraph=True))
    now = narrative.published
    if told is None or now is None or told.year > now.year:
        return None
    return Resolved(f"{told.year}/{now.in_years(0)}", 0.45, told.place)


def _since_then(match: Match, narrative: Narrative) -> Resolved | None:
    told, now = base(narrative.before(match.start())), narrative.published
    if told is None or (now is not None and told.year > now.year):
        return None
    if now is None:
        return Resolved(f"{told.year}/..", 0.5, told.place)
    month = None if "years" in match[0].lower() else now.in_months(0)
    return Resolved(f"{told.year}/{month or now.in_years(0)}", 0.5, told.place)


def _ensuing(match: Match, narrative: Narrative) -> Resolved | None:
    told = base(narrative.before(match.start()))
    return Resolved(f"{told.year}/..", 0.5, told.place) if told else Resolved(None, 0.4, kind="vague")


def _then(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves "at the time" by any date told in the paragraph; of a part of a decade it keeps the decade."""
    mention = narrative.before(match.start(), year=False, paragraph=True)
    if mention is None or mention.edtf is None:
        return None
    place = (mention.start, mention.end)
    if mention.type == "decade" and "/" in mention.edtf:
        return Resolved(f"{mention.edtf[:3]}X~", 0.5, place)
    return Resolved(mention.edtf, 0.5, place)


def _part_of_decade(match: Match, narrative: Narrative) -> Resolved | None:
    """Resolves "by the end of the decade": of the one told, but of the present one where a future is told."""
    mention = narrative.before(match.start(), year=False)
    told, now = base(mention), narrative.now(match.start())
    chosen = now if now and (told is None or looks_ahead(narrative.text, *match.span())) else told
    if chosen is None:
        return Resolved(None, 0.4)
    decade, part = chosen.year - chosen.year % 10, (match["adj"] or match["noun"]).lower()
    edge = {"beginning": 0, "start": 0, "end": 9, "close": 9}.get(part)
    value = cal.part_of_decade(part, decade) if edge is None else f"{decade + edge}~"
    return Resolved(value, 0.55, chosen.place)


ANAPHORIC: tuple[Phrase, ...] = (
    phrase(
        "same-year",
        "year",
        rf"\b{PART}(?:(?:the|that|this) (?:very )?same|that(?: very)?) (?P<unit>year)\b",
        _same,
    ),
    phrase(
        "part-of-that-decade",
        "decade",
        r"\b(?:the )?(?:(?P<adj>early|mid|late|later)(?: (?:part|years) of)?|"
        r"(?P<noun>beginning|start|end|close|middle|(?:first|second|latter) half) of)[- ]"
        r"(?:the|that|this)(?: same)? decade\b(?! (?:of|to|end\w*|from|before|after|since|that)\b)",
        _part_of_decade,
    ),
    phrase(
        "same-period",
        "decade month week day",
        r"\b(?:(?:the|that) (?:very )?same|that(?: very)?) (?P<unit>decade|month|week|day)\b(?!-)",
        _same,
    ),
    phrase(
        "years-after",
        "years decades months",
        r"\bthe (?:ensuing|following|subsequent|intervening|succeeding) (?:years|decades|months)\b",
        _ensuing,
    ),
    phrase("since-then", "then", r"\b(?:the (?:years|decades|period) )?(?:ever )?since then\b", _since_then),
    phrase(
        "at-that-time",
        "time",
        # not "at the time of the transfer", "at the time she was matron"
        r"\bat (?:the|that) time\b"
        r"(?! (?:of|when|that|it|the|an?|he|she|they|we|i|you|his|her|their|our|this)\b)",
        _then,
    ),
    phrase(
        "inception",
        "inception foundation founding birth creation",
        r"\b(?:at|since|from) its (?:inception|foundation|founding|birth|creation)\b",
        _inception,
    ),
    phrase(
        "year-after",
        UNITS,
        r"\b(?P<over>(?:over|in|during|within|for) )?(?P<span>the (?P<way>following|next|succeeding|previous|"
        r"preceding) (?P<unit>year|decade|month|week|day|fortnight))\b(?!-)",
        _neighbour,
    ),
    phrase("year-after", "year", rf"\bthe (?P<unit>year) (?P<way>before|after){PAUSE}", _neighbour),
    phrase(
        "year-after",
        UNITS,
        rf"\b{ABOUT}{ONE} {UNIT}(?P<more> and a half)? "
        r"(?P<way>later|earlier|afterwards|thereafter|previously)\b(?! than\b)",
        _away,
    ),
    phrase(
        "year-after",
        UNITS,
        rf"\b{ABOUT}{ONE} {UNIT}(?P<more> and a half)? (?P<way>before|after|on){PAUSE}",
        _away,
    ),
    phrase(
        "years-until-now",
        "years",
        rf"\bin (?:just |only |the space of )?(?P<span>{N} years),?(?= (?:\w{{1,15}} ){{0,3}}(?:have|has)\b)",
        _until_now,
    ),
)

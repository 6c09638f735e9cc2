"""Dates that point at the publication ("last year") or at a date named before ("that same year")."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policytext.annotation import DateMention
from policytext.extract import calendar as cal

_Match = re.Match[str]
_SP = r"\s{1,3}"
_REACH = 1_500
"""How many characters before an anaphor its antecedent may stand: about two paragraphs."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The year of publication; ``mark`` is "~" where the document's own date is not certain."""

    year: int
    mark: str

    def at(self, offset: int, mark: str = "") -> str:
        """Returns the EDTF year ``offset`` years from publication."""
        return f"{self.year + offset}{self.mark or mark}"


def _anchor(value: str | None) -> _Anchor | None:
    years = cal.years_of(value)
    if years is None or value is None:
        return None
    return _Anchor(years[1], "~" if "~" in value or "?" in value or years[0] != years[1] else "")


def _this_year(match: _Match, anchor: _Anchor) -> str:
    offset = {"last": -1, "next": 1}.get(match["which"].lower(), 0)
    part = match["part"]
    return cal.part_of_year(part.lower(), anchor.year + offset) if part else anchor.at(offset)


def _stretch(match: _Match, anchor: _Anchor) -> str | None:
    span = _length(match)
    if span is None:
        return None
    ahead = match["which"].lower() in {"next", "coming"}
    return f"{anchor.at(0)}/{anchor.at(span)}" if ahead else f"{anchor.at(-span)}/{anchor.at(0)}"


def _length(match: _Match) -> int | None:
    count = cal.number(match["n"]) if match["n"] else 1
    years = count * {"y": 1, "d": 10, "c": 100}[match["unit"][0].lower()]
    return years if years <= 300 else None


def _ago(match: _Match, anchor: _Anchor) -> str | None:
    span = _length(match)
    return anchor.at(-span, "~") if span else None


def _hence(match: _Match, anchor: _Anchor) -> str | None:
    if match["n2"]:
        return f"{anchor.at(cal.number(match['n']))}/{anchor.at(cal.number(match['n2']))}"
    span = _length(match)
    return anchor.at(span, "~") if span else None


def _season(match: _Match, anchor: _Anchor) -> str:
    offset = {"last": -1, "next": 1}.get(match["which"].lower(), 0)
    return f"{anchor.year + offset}-{cal.SEASON_CODES[match['season'].lower()]}"


def _month(match: _Match, anchor: _Anchor) -> str:
    offset = {"last": -1, "next": 1}.get((match["which"] or "").strip().lower(), 0)
    return f"{anchor.year + offset}-{cal.month_number(match['m']):02d}"


_N = rf"(?P<n>{cal.NUMBER})"
_UNIT = r"(?P<unit>years?|decades?|century|centuries)"
_DEICTIC: tuple[tuple[str, re.Pattern[str], Callable[[_Match, _Anchor], str | None], float], ...] = (
    (
        "year-from-publication",
        re.compile(
            rf"\b(?:(?:the{_SP})?(?P<part>{cal.PART}){_SP}(?:of{_SP})?)?"
            rf"(?P<which>[Ll]ast|[Tt]his|[Nn]ext|[Tt]he (?:present|current)) year\b(?!['’]s)"
        ),
        _this_year,
        0.6,
    ),
    (
        "years-around-publication",
        re.compile(
            rf"\b[Tt]he{_SP}(?P<which>last|past|next|coming|previous){_SP}(?:{_N}{_SP}(?:or so{_SP})?)?"
            r"(?P<unit>years|decades?|century|centuries)\b"
        ),
        _stretch,
        0.55,
    ),
    (
        "years-ago",
        re.compile(
            rf"\b(?:(?:[Oo]ver|[Mm]ore than|[Nn]early|[Aa]lmost|[Ss]ome|[Aa]bout|[Aa]round){_SP})?"
            rf"(?:{_N}|[Aa]n?){_SP}{_UNIT}{_SP}ago\b"
        ),
        _ago,
        0.55,
    ),
    (
        "years-hence",
        re.compile(rf"\bin{_SP}{_N}(?:{_SP}(?:to|or){_SP}(?P<n2>{cal.NUMBER}))?{_SP}{_UNIT}['’]?{_SP}time\b"),
        _hence,
        0.55,
    ),
    (
        "season-of-publication",
        re.compile(
            rf"\b(?P<which>[Tt]he|[Tt]his|[Ll]ast|[Nn]ext){_SP}(?P<season>spring|summer|autumn|winter)\b"
            rf"(?!{_SP}(?:of\b|term|statement|budget|conference|school|break|holiday|months|pressures|[A-Z\d]))"
        ),
        _season,
        0.5,
    ),
    (
        "month-of-publication",
        re.compile(
            rf"\b(?:[Ii]n|[Bb]y|[Ss]ince|[Uu]ntil){_SP}(?P<which>last{_SP}|next{_SP})?(?P<m>{cal.FULL_MONTH})"
            rf"(?!['’.]?s?{_SP}?,?{_SP}?\d|{_SP}[A-Z])"
        ),
        _month,
        0.5,
    ),
)
_VAGUE = re.compile(
    rf"\b(?:(?:in{_SP})?(?:more{_SP})?(?P<y>(?:recent|future|earlier|later|coming|past){_SP}(?:years|decades))"
    rf"|(?:(?:[Tt]he|[Mm]any|[Ss]everal){_SP}|(?<![-\w]\s))decades(?!{_SP}(?:ago|since|ahead|to{_SP}come))"
    rf"|the{_SP}(?:(?:years|decades){_SP}(?:ahead|to come)|coming{_SP}(?:years|decades)))\b"
)
_SAME = re.compile(
    rf"\b(?:(?:[Ii]n{_SP})?(?:[Tt]he|[Tt]hat){_SP}(?:very{_SP})?same{_SP}year|[Tt]hat{_SP}year|"
    rf"[Tt]hat{_SP}(?:same{_SP})?(?:(?P<m>{cal.FULL_MONTH})|(?P<season>spring|summer|autumn|winter))"
    rf"(?!{_SP}(?:is|was|were|ha[ds]|will|would|can|could|shall|should|might|must|and|or)\b)|"
    rf"(?P<next>[Tt]he{_SP}(?:following|next){_SP}year|(?:[Oo]ne|[Aa]){_SP}year{_SP}later)|"
    rf"(?P<before>[Tt]he{_SP}(?:previous|preceding){_SP}year|[Tt]he{_SP}year{_SP}before)|"
    rf"(?:{_N}){_SP}years{_SP}(?P<way>later|earlier|before)|"
    rf"(?P<then>[Aa]t{_SP}(?:the|that){_SP}time)|"
    rf"(?P<since>[Tt]he{_SP}(?:ensuing|following|subsequent|intervening){_SP}(?:years|decades)"
    rf"|[Tt]he{_SP}years{_SP}since{_SP}then))\b"
)


def find_relative(text: str, anchor: str | None, dated: Sequence[DateMention]) -> list[DateMention]:
    """Returns relative expressions in reading order.

    Args:
        text: the clean text.
        anchor: the publication date in EDTF; without it deictic expressions stay unresolved.
        dated: the dates already read, in reading order: the antecedents of anaphors.
    """
    found = _apart([*_deictic(text, anchor), *_vague(text)])
    taken = sorted((m.start, m.end) for m in [*found, *dated])
    starts = [start for start, _ in taken]
    known, places = list(dated), [m.start for m in dated]
    for match in _SAME.finditer(text):
        index = bisect_right(starts, match.start()) - 1
        if index >= 0 and taken[index][1] > match.start():
            continue
        mention = _anaphor(text, match, known, places, _anchor(anchor))
        if mention is None:
            continue
        found.append(mention)
        if mention.edtf:
            at = bisect_right(places, mention.start)
            known.insert(at, mention)
            places.insert(at, mention.start)
    return sorted(found, key=lambda m: (m.start, m.end))


def _apart(mentions: list[DateMention]) -> list[DateMention]:
    """Returns the mentions in reading order, the longer of two that overlap."""
    kept: list[DateMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _deictic(text: str, anchor: str | None) -> list[DateMention]:
    origin = _anchor(anchor)
    found = []
    for rule, pattern, read, confidence in _DEICTIC:
        for match in pattern.finditer(text):
            value = read(match, origin) if origin else None
            start = (
                match.start("m") if rule == "month-of-publication" and not match["which"] else match.start()
            )
            if value is None and rule in {"month-of-publication", "season-of-publication"}:
                continue
            found.append(
                DateMention(
                    start,
                    match.end(),
                    text[start : match.end()],
                    value,
                    "relative",
                    rule,
                    confidence if value else 0.4,
                )
            )
    return found


def _vague(text: str) -> list[DateMention]:
    found = []
    for match in _VAGUE.finditer(text):
        start = match.start("y") if match["y"] else match.start()
        found.append(
            DateMention(start, match.end(), text[start : match.end()], None, "vague", "years-unnamed", 0.6)
        )
    return found


def _anaphor(
    text: str, match: _Match, known: Sequence[DateMention], places: Sequence[int], origin: _Anchor | None
) -> DateMention | None:
    antecedent = _antecedent(text, match.start(), known, places, single=match["then"] is None)
    if antecedent is None or antecedent.edtf is None:
        return None
    if match["then"]:
        return _mention(text, match, antecedent.edtf, "at-that-time", 0.5)
    years = cal.years_of(antecedent.edtf)
    if years is None:
        return None
    if match["m"] or match["season"]:
        part = (
            f"{cal.month_number(match['m']):02d}" if match["m"] else cal.SEASON_CODES[match["season"].lower()]
        )
        return _mention(text, match, f"{years[0]}-{part}", "part-of-that-year", 0.7)
    if match["since"]:
        until = origin.at(0) if origin and match["since"].endswith("then") else ".."
        return _mention(text, match, f"{years[0]}/{until}", "years-after", 0.5)
    offset = _years_away(match)
    rule, confidence = ("same-year", 0.8) if offset == 0 else ("year-after", 0.6)
    return _mention(text, match, str(years[0] + offset), rule, confidence)


def _years_away(match: _Match) -> int:
    """Returns how many years an anaphor lies from the year it points at."""
    if match["n"]:
        step = cal.number(match["n"])
        return step if match["way"].lower() == "later" else -step
    return 1 if match["next"] else -1 if match["before"] else 0


def _mention(text: str, match: _Match, edtf: str, rule: str, confidence: float) -> DateMention:
    start, end = match.span()
    return DateMention(start, end, text[start:end], edtf, "relative", rule, confidence)


def _antecedent(
    text: str, at: int, known: Sequence[DateMention], places: Sequence[int], *, single: bool
) -> DateMention | None:
    """Returns the last date before ``at`` that stands in the running text, not in brackets.

    ``single`` asks for one within a single year; otherwise it must stand in the same paragraph.
    """
    for index in range(bisect_right(places, at - 1) - 1, -1, -1):
        mention = known[index]
        if at - mention.start > _REACH or (not single and "\n\n" in text[mention.end : at]):
            return None
        years = cal.years_of(mention.edtf)
        if mention.end > at or years is None or (single and years[0] != years[1]):
            continue
        opened = text.rfind("(", max(0, mention.start - 60), mention.start)
        if opened < 0 or text.rfind(")", opened, mention.start) > opened:
            return mention
    return None

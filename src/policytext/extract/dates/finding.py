"""Dates in British policy prose: what stands there, and which EDTF value it has.

Kinds of temporal expression follow TIMEX3 (ISO 24617-1), values EDTF (ISO 8601-2). A text is read twice:
first the dates that carry their year, then those that lean on another date, a saying or the publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from policytext.annotation import DateMention
from policytext.extract import calendar as cal
from policytext.extract.dates import decades
from policytext.extract.dates import years as rules
from policytext.extract.dates.days import read_day, read_month
from policytext.extract.dates.durations import HEADS as UNITS
from policytext.extract.dates.durations import read_duration
from policytext.extract.dates.heads import Head
from policytext.extract.dates.misread import is_misread, is_misread_day
from policytext.extract.dates.narrative import Narrative
from policytext.extract.dates.phrases import Phrase, read_phrase
from policytext.extract.dates.relative import PHRASES
from policytext.extract.dates.seasons import FEASTS, read_feast, read_season, read_weekday
from policytext.extract.dates.undated import read_day_alone, read_month_alone
from policytext.spans import Span

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>“”]+|\b[\w.+-]{1,64}@[\w.-]{1,120}"
    r"|\b[\w-]{1,40}(?:\.[\w-]{1,40}){1,4}/[^\s<>“”]+"
)
_NUMBERED = re.compile(r"\bISBN[-: ]{0,3}[\dX][\dX -]{8,20}|\bISSN[-: ]{0,3}\d{4}-\d{3}[\dX]")
_TO = re.compile(r"\s{0,3}(?:\bto\b|\buntil\b|\btill\b|\bup to\b|[-\u2010-\u2015])\s{0,3}(?:the\s{1,3})?")
_AND = re.compile(r"\s{1,3}and\s{1,3}(?:the\s{1,3})?")
# "the reorganisations of 1948 and 1974", "in both 1948 and 1974"; a plain list of years is but a list
_TOGETHER = re.compile(r"(?:\b[a-z]{4,}s\s{1,3}of|\b[Bb]oth(?:\s{1,3}in)?|\b[Tt]he\s{1,3}years)\s{1,3}$")
_BETWEEN = re.compile(r"\b[Bb]etween\s{1,3}(?:the\s{1,3})?$")
_TOKEN = re.compile(r"[^\W_]+")
# Figures do not begin a date inside a longer number, a sum of money, a reference or an identifier.
_OPEN = re.compile(r"(?<![\w£$€#=%/\\])(?<!\d[.,:\-–])")
_INSTRUMENT = re.compile(
    r"\b(?:(?:Act|ACT|Bill|Measure|Order|Regulations|Rules|Scheme)s?(?:\s{1,3}\([A-Z][a-z]+\))?,?"
    r"|(?:Act|Bill|Statute)s?\s{1,3}of"
    r"(?:\s{1,3}\d{4}(?:,|\s{1,3}and)){0,3})\s{1,3}$"
)
_ACT_BEHIND = re.compile(r"\s{1,3}(?:Act|Bill|Regulations|Order)s?\b")

_CENTURIES = frozenset({"century", "centuries"})
_SPOKEN = frozenset({"nineteen", "eighteen", "two"})
_DECADES = frozenset(cal.DECADE_WORDS)
_BY_HEAD: dict[str, tuple[Phrase, ...]] = {
    head: tuple(rule for rule in PHRASES if head in rule.heads)
    for head in sorted({head for rule in PHRASES for head in rule.heads} | UNITS)
}
_WEEKDAYS = frozenset(cal.WEEKDAYS)
_BY_NAME = {
    **dict.fromkeys(cal.SEASON_CODES, read_season),
    **dict.fromkeys(sorted(FEASTS), read_feast),
    **dict.fromkeys(cal.WEEKDAYS, read_weekday),
}
_PLAIN = {*FEASTS, *_CENTURIES, *_SPOKEN, *_DECADES, *_BY_HEAD, *cal.SEASON_CODES}
_SEEDS = frozenset(
    {*cal.MONTH_WORDS, *(form for word in _PLAIN for form in (word, word.capitalize(), word.upper()))}
    | {word.capitalize() for word in _WEEKDAYS}
)
_LEFT, _RIGHT = 72, 56


def find_dates(
    text: str,
    *,
    anchor: str | None = None,
    titles: Sequence[Span] = (),
    skip: Sequence[Span] = (),
    asides: Sequence[Span] = (),
) -> list[DateMention]:
    """Returns the temporal expressions of a text in reading order.

    A range said in words ("between 1948 and 1974") is given besides its two ends, and so is a pair ("1948 and
    1974") that one word governs; a compact range ("1948-74") stands alone. What cannot be resolved has
    ``edtf`` None.

    Args:
        text: the clean text.
        anchor: the publication date in EDTF. It resolves relative expressions ("last year") only.
        titles: the names of Acts, Bills and papers, any order: a year in one is of type ``title_year``, and
            nothing leans on it.
        skip: where nothing is to be found; any order.
        asides: footnotes, references, tables, running headers: no text outside one leans on a date in it.

    Raises:
        ValueError: ``anchor`` is no valid EDTF.
    """
    latest = cal.years_of(anchor)
    closed = bytearray(len(text))
    for start, end in _closed(text, skip):
        closed[start:end] = b"\x01" * (end - start)
    named = bytearray(len(text))
    for span in titles:
        named[span.start : span.end] = b"\x01" * (span.end - span.start)
    words = list(_seeds(text))
    dated = list(_absolute(text, words, latest[1] if latest else None, closed, named))
    told = [mention for mention in dated if not named[mention.start]]
    narrative = Narrative(text, anchor, told, [(span.start, span.end) for span in asides])
    leaning = list(_leaning(text, words, latest[1] if latest else None, closed, named, narrative))
    found = [*dated, *leaning, *_ranges(text, [*dated, *leaning]), *_pairs(text, dated)]
    return sorted(found, key=lambda m: (m.start, -m.end, m.rule))


def _closed(text: str, skip: Sequence[Span]) -> list[tuple[int, int]]:
    spans = [(span.start, span.end) for span in skip]
    for pattern in (_ADDRESS, _NUMBERED):
        spans += [match.span() for match in pattern.finditer(text)]
    return spans


def _is_misread(word: str) -> bool:
    return len(word) <= 5 and (is_misread(word) or is_misread_day(word))


def _seeds(text: str) -> Iterator[tuple[str, int]]:
    """Yields the words and figures at which a date may stand, with their offsets."""
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word[0].isdigit() or word in _SEEDS or (word[0] in "lIiZz" and _is_misread(word)):
            yield word, match.start()


def _absolute(
    text: str, words: Sequence[tuple[str, int]], latest: int | None, closed: bytearray, named: bytearray
) -> Iterator[DateMention]:
    """Yields the dates that carry their year, closing each place to later readers."""
    for word, start in words:
        if closed[start] or (word[0].isdigit() and _OPEN.match(text, start) is None):
            continue
        head = Head(text, start, latest, bool(named[start]))
        for mention in _dated(head, word):
            if any(closed[mention.start : mention.end]):
                continue
            closed[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
            yield _titled(mention, text, named)


def _dated(head: Head, word: str) -> list[DateMention]:
    if word[0].isdigit():
        return _figures(head, word)
    if word in cal.MONTH_WORDS:
        return read_month(head)
    if is_misread_day(word):
        return read_day(head)
    lower = word.lower()
    if lower in _CENTURIES:
        found = decades.read_century(head)
    elif lower in _DECADES:
        found = decades.read_decade_word(head)
    elif lower in _SPOKEN:
        found = rules.read_spoken_year(head)
    else:
        found = rules.read_misread_year(head, word) if is_misread(word) else None
    return [found] if found else []


def _figures(head: Head, word: str) -> list[DateMention]:
    if len(word) >= 4 and word[:4].isdigit():
        letter = word[4:].isalpha() and word[4:] != "s"
        found = rules.read_cited_year(head) if letter else rules.read_year(head) if len(word) <= 5 else None
        return [found] if found else []
    if is_misread(word):
        found = rules.read_misread_year(head, word)
        return [found] if found else []
    days = read_day(head)
    if days:
        return days
    found = decades.read_decade_word(head) or rules.read_split_year(head) or rules.read_short_year(head)
    return [found] if found else []


def _titled(mention: DateMention, text: str, named: bytearray) -> DateMention:
    """Returns a year in a title as such: in one that is cited, or beside "Act", "Bill", "Order".

    A day or month in a citation, such as that of a letter, stays a date.
    """
    single = mention.rule in {"year", "misread-year"}
    beside = single and (
        _INSTRUMENT.search(text[max(0, mention.start - 40) : mention.start]) is not None
        or _ACT_BEHIND.match(text, mention.end) is not None
    )
    if beside or (named[mention.start] and (single or mention.type in {"range", "financial_year"})):
        confidence = 0.9 if mention.rule != "misread-year" else mention.confidence
        return replace(mention, type="title_year", rule="title-year", confidence=confidence)
    return mention


def _leaning(
    text: str,
    words: Sequence[tuple[str, int]],
    latest: int | None,
    closed: bytearray,
    named: bytearray,
    narrative: Narrative,
) -> Iterator[DateMention]:
    """Yields the dates that lean on others, in reading order, so that each may lean on those before it."""
    done = 0
    for word, start in words:
        if closed[start] or named[start] or start < done:
            continue
        mention = _lean(text, word, start, done, latest, narrative)
        if mention is None or any(closed[mention.start : mention.end]):
            continue
        closed[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
        done = mention.end
        if mention.edtf and mention.rule != "at-that-time":
            narrative.add(mention)
        yield mention


def _lean(
    text: str, word: str, start: int, done: int, latest: int | None, narrative: Narrative
) -> DateMention | None:
    head, lower = Head(text, start, latest, named=False), word.lower()
    if word[0].isdigit():
        return read_day_alone(head, narrative)
    if word in cal.MONTH_WORDS:
        return read_month_alone(head, word, narrative)
    if read := _BY_NAME.get(lower):
        return read(head, word, narrative)
    window = max(done, start - _LEFT), min(len(text), start + _RIGHT)
    for rule in _BY_HEAD.get(lower, ()):
        if found := read_phrase(text, rule, (start, start + len(word)), window, narrative):
            return found
    return read_duration(text, (start, start + len(word)), window) if lower in UNITS else None


def _ranges(text: str, dated: Sequence[DateMention]) -> list[DateMention]:
    """Returns ranges between two neighbouring dates: "from May 1956 to June 1957", "between A and B"."""
    found = []
    ordered = sorted(
        (m for m in dated if m.edtf and m.type not in {"range", "set", "title_year"}), key=lambda m: m.start
    )
    for first, last in pairwise(ordered):
        if not 0 <= last.start - first.end <= 12:
            continue
        between = text[first.end : last.start]
        lead = _BETWEEN.search(text[max(0, first.start - 16) : first.start])
        if not (_TO.fullmatch(between) or (lead and _AND.fullmatch(between))):
            continue
        value = cal.joined(first.edtf or "", last.edtf or "")
        if value is None:
            continue
        start = first.start - len(lead[0]) if lead else first.start
        confidence = min(first.confidence, last.confidence)
        found.append(
            DateMention(start, last.end, text[start : last.end], value, "range", "from-to", confidence)
        )
    return found


def _pairs(text: str, dated: Sequence[DateMention]) -> list[DateMention]:
    """Returns pairs of years that are named as one: "the reorganisations of 1948 and 1974"."""
    years = [m for m in dated if m.rule == "year" and m.edtf]
    found = []
    for first, last in pairwise(years):
        if last.start - first.end > 9 or not re.fullmatch(r"\s{1,3}and\s{1,3}", text[first.end : last.start]):
            continue
        if _TOGETHER.search(text[max(0, first.start - 24) : first.start]) and str(first.edtf) < str(
            last.edtf
        ):
            value, name = f"{{{first.edtf},{last.edtf}}}", text[first.start : last.end]
            found.append(DateMention(first.start, last.end, name, value, "set", "years-together", 0.8))
    return found

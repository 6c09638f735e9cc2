"""Dates in British policy prose: what stands there, and which EDTF value it has.

Kinds of temporal expression follow TIMEX3 (ISO 24617-1), values EDTF (ISO 8601-2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from policytext.annotation import DateMention
from policytext.document import Span
from policytext.extract import calendar as cal
from policytext.extract.date_rules import RULES
from policytext.extract.relative import find_relative

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>“”]+|\b[\w.+-]{1,64}@[\w.-]{1,120}"
    r"|\b[\w-]{1,40}(?:\.[\w-]{1,40}){1,4}/[^\s<>“”]+"
)
_NUMBERED = re.compile(r"\bISBN[-: ]{0,3}[\dX][\dX -]{8,20}|\bISSN[-: ]{0,3}\d{4}-\d{3}[\dX]")
_TO = re.compile(r"\s{0,3}(?:\bto\b|\buntil\b|\btill\b|\bup to\b|[-\u2010-\u2015])\s{0,3}")
_AND = re.compile(r"\s{1,3}and\s{1,3}")
_BETWEEN = re.compile(r"\b[Bb]etween\s{1,3}$")


def find_dates(text: str, *, anchor: str | None = None, skip: Sequence[Span] = ()) -> list[DateMention]:
    """Returns the temporal expressions of a text in reading order.

    A range said in words ("between 1948 and 1974") is given besides its two ends; a compact one ("1948-74")
    alone. An expression that cannot be resolved has ``edtf`` None.

    Args:
        text: the clean text.
        anchor: the publication date in EDTF. It resolves relative expressions ("last year") only.
        skip: where nothing is to be found, such as the titles of Acts; clean offsets, any order.

    Raises:
        ValueError: ``anchor`` is no valid EDTF.
    """
    closed = bytearray(len(text))
    for start, end in _closed(text, skip):
        closed[start:end] = b"\x01" * (end - start)
    dated = _absolute(text, anchor, closed)
    relative = [m for m in find_relative(text, anchor, dated) if not any(closed[m.start : m.end])]
    return sorted([*dated, *_ranges(text, dated), *relative], key=lambda m: (m.start, -m.end, m.rule))


def _closed(text: str, skip: Sequence[Span]) -> list[tuple[int, int]]:
    spans = [(span.start, span.end) for span in skip]
    for pattern in (_ADDRESS, _NUMBERED):
        spans += [match.span() for match in pattern.finditer(text)]
    return spans


def _absolute(text: str, anchor: str | None, closed: bytearray) -> list[DateMention]:
    """Returns what the rules read, closing each place to later rules."""
    years = cal.years_of(anchor)
    found = []
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            if any(closed[start:end]):
                continue
            reading = rule.read(match, years[1] if years else None)
            if reading is None:
                continue
            closed[start:end] = b"\x01" * (end - start)
            found.append(
                DateMention(
                    start, end, text[start:end], reading.edtf, reading.type, rule.name, reading.confidence
                )
            )
    return sorted(found, key=lambda m: m.start)


def _ranges(text: str, dated: Sequence[DateMention]) -> list[DateMention]:
    """Returns ranges between two neighbouring dates: "from May 1956 to June 1957", "between A and B"."""
    found = []
    for first, last in pairwise(dated):
        if first.edtf is None or last.edtf is None or last.start - first.end > 12:
            continue
        between = text[first.end : last.start]
        lead = _BETWEEN.search(text[max(0, first.start - 12) : first.start])
        if not (_TO.fullmatch(between) or (lead and _AND.fullmatch(between))):
            continue
        value = cal.joined(first.edtf, last.edtf)
        if value is None:
            continue
        start = first.start - len(lead[0]) if lead else first.start
        confidence = min(first.confidence, last.confidence)
        found.append(
            DateMention(start, last.end, text[start : last.end], value, "range", "from-to", confidence)
        )
    return found

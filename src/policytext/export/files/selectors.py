"""Selectors of the Web Annotation Data Model, and the way back from them to a place in a text.

A place is told twice: by offsets (TextPositionSelector) and by its words with what stands around them
(TextQuoteSelector); see https://www.w3.org/TR/annotation-model/#selectors. Both count in code points of the
source decoded as text, before any repair.

`anchor` fails closed: it never takes a look-alike for the place. Tools that fall back on the most similar
words have moved annotations to other sentences without a word (Hypothesis client, issue 7571).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policytext.analysis.witness import RAW_CONTEXT
from policytext.errors import NotFound
from policytext.spans import Span

CONTEXT = RAW_CONTEXT
"""Characters of ``prefix`` and ``suffix``, as annotation clients have them."""

Selector = dict[str, Any]


def selectors(text: str, start: int, end: int, at: int = 0) -> list[Selector]:
    """Returns the two selectors of ``[start, end)`` in a source of which ``text`` begins at ``at``."""
    low, high = start - at, end - at
    quote = {
        "type": "TextQuoteSelector",
        "exact": text[low:high],
        "prefix": text[max(0, low - CONTEXT) : low],
        "suffix": text[high : high + CONTEXT],
    }
    return [position(start, end), quote]


def position(start: int, end: int) -> Selector:
    """Returns the selector of a place by its offsets."""
    return {"type": "TextPositionSelector", "start": start, "end": end}


def anchor(text: str, chosen: Iterable[Mapping[str, Any]]) -> Span:
    """Returns where in ``text`` the selectors of one target point.

    The offsets hold where exactly the quoted words stand there, and around them what the prefix and the
    suffix say; white space may differ. Otherwise the words are looked for, and they hold where they stand in
    the text once and only once between that prefix and that suffix.

    Raises:
        NotFound: there is no quotation to hold the offsets against, or the words are not there, or more than
            once, or nothing tells what stands around them.
    """
    by_type = {str(one.get("type")): one for one in chosen}
    quote = by_type.get("TextQuoteSelector")
    if quote is None:
        raise NotFound("no quotation to check the place against")
    place = _at_offsets(text, by_type.get("TextPositionSelector"), quote)
    return place if place is not None else _by_words(text, quote)


def _at_offsets(text: str, place: Mapping[str, Any] | None, quote: Mapping[str, Any]) -> Span | None:
    if place is None:
        return None
    start, end = int(place["start"]), int(place["end"])
    if not 0 <= start <= end <= len(text):
        return None
    prefix, suffix = quote.get("prefix"), quote.get("suffix")
    agreed = _same(text[start:end], quote["exact"])
    if prefix is not None:
        agreed = agreed and _same(text[max(0, start - len(prefix)) : start], prefix)
    if suffix is not None:
        agreed = agreed and _same(text[end : end + len(suffix)], suffix)
    return Span(start, end) if agreed else None


def _same(found: str, told: str) -> bool:
    return found == told or found.split() == told.split()


def _by_words(text: str, quote: Mapping[str, Any]) -> Span:
    exact, prefix, suffix = quote["exact"], quote.get("prefix"), quote.get("suffix")
    if not exact or not prefix or not suffix:
        raise NotFound("these words do not stand at their place, and nothing tells what is around them")
    whole = prefix + exact + suffix
    found = text.find(whole)
    if found < 0:
        raise NotFound("these words do not stand in this text any more")
    if text.find(whole, found + 1) >= 0:
        raise NotFound("these words stand in this text more than once")
    return Span(found + len(prefix), found + len(prefix) + len(exact))

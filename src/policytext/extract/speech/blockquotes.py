"""Quotations set off as a paragraph, without marks: behind "X wrote as follows:", or above a signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from policytext.extract.quotations import Quotation
from policytext.extract.speech.attribution import cue_before
from policytext.extract.speech.frame import Frame
from policytext.extract.speech.said import WORD, Reading, Said
from policytext.spans import Span
from policytext.text.sentences import sentences

_COLON = re.compile(r":[-–—]{0,2}[\s*_]*$")
_LISTED = re.compile(r"[\s>*_]*(?:[-•·*–—]\s|\(?(?:\d{1,3}|[a-z]|[ivxl]{1,5})[.)]\s|\|)")
_CITATION = re.compile(
    r"[\s*_]*[(\[](?:[^()\[\]]{0,80}?\b(?:1[89]|20)\d\d[a-z]?\b[^()\[\]]{0,60}|"
    r"[^()\[\]]{0,40}\bpp?\. ?\d[^()\[\]]{0,20}|"
    r"Q\s?\d{1,4}|Ev\.? ?\d{1,4})[)\]][.\s*_]*$"
)
_PREFIX = re.compile(r"[\s>*_“‘\"']*")
_SUFFIX = re.compile(r"[\s*_”’\"']*$")
_SAYING = re.compile(
    r"\b(?:sa(?:y|ys|id)|writ(?:e|es)|wrote|put(?:s)? it|repl(?:y|ies|ied)|report(?:s|ed)?|explain(?:s|ed)?|"
    r"comment(?:s|ed)?|observe[sd]?|remark(?:s|ed)?|recall(?:s|ed)?|state[sd]?|told|declare[sd]?|"
    r"conclude[sd]?|"
    r"add(?:s|ed)?|quote[sd]?|argue[sd]?|describe[sd]?|reads?|answer(?:s|ed)?|respond(?:s|ed)?|warn(?:s|"
    r"ed)?)\b"
)
_LEAST, _MOST = 8, 400
"""A block quotation has so many words."""


def find_blockquotes(
    reading: Reading, paragraphs: Sequence[Span], quotations: Sequence[Quotation]
) -> list[Said]:
    """Returns the paragraphs that are quotations without marks, in reading order.

    A paragraph behind the words that hand it over is one if a citation closes it, or if those words are a
    verb of saying and the paragraph is running text; a paragraph right above a dash and a name is one.

    Args:
        reading: the document.
        paragraphs: its paragraphs, in order.
        quotations: the quotations with marks; a paragraph that opens with one is no block quotation.
    """
    opened = {q.opening for q in quotations}
    found: list[Said] = []
    for before, paragraph in pairwise(paragraphs):
        if not _COLON.search(reading.frame.text, max(before.start, before.end - 8), before.end):
            continue
        said = _handed_over(reading, before, paragraph, opened)
        if said is not None:
            found.append(said)
    return found


def _handed_over(reading: Reading, before: Span, paragraph: Span, opened: set[int]) -> Said | None:
    span, cited = _inside(reading.frame, paragraph)
    if span is None or any(at in opened for at in range(paragraph.start, span.start + 1)):
        return None
    size = len(WORD.findall(reading.text, span.start, span.end))
    running = reading.text[span.end - 1] in ".?!…”" and reading.text[span.start].isupper()
    if not _LEAST <= size <= _MOST or not (cited or running):
        return None
    low = max(before.start, before.end - 1_000)
    last = sentences(reading.frame.text, low, before.end)
    begins = last[-1].start if last else low
    cue = cue_before(reading.frame, begins, before.end)
    if cue is None or cue.rule in {"name-colon", "name-verb-again"}:
        return None
    if not (cited or (_SAYING.search(cue.words) and cue.rule in {"name-verb", "name-verb-colon", "in-view"})):
        return None
    certainty = cue.certainty * (0.9 if cited else 0.7)
    dated = reading.dated(cue, begins, span.end)
    return Said(span.start, span.end, "direct", cue, begins, dated, "block-quote", certainty)


def _inside(frame: Frame, paragraph: Span) -> tuple[Span | None, bool]:
    """Returns a paragraph without its marks and its citation, and whether one closes it."""
    if _LISTED.match(frame.text, paragraph.start, paragraph.end):
        return None, False
    prefix = _PREFIX.match(frame.text, paragraph.start, paragraph.end)
    start = prefix.end() if prefix else paragraph.start
    low = max(start, paragraph.end - 200)
    citation = _CITATION.search(frame.text, low, paragraph.end)
    end = citation.start() if citation else paragraph.end
    suffix = _SUFFIX.search(frame.text, max(start, end - 8), end)
    end = suffix.start() if suffix else end
    return (Span(start, end) if end > start else None), citation is not None

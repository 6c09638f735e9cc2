"""Statements: who said what, and when.

Quotations are found first, then each looks for the cue that hands over to its speaker; pull quotes and
indirect speech follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policytext.annotation import DateMention, Statement
from policytext.document import FURNITURE, Block, Span
from policytext.extract.attribution import Frame
from policytext.extract.dating import Dating
from policytext.extract.quotations import find_quotations
from policytext.extract.quoted import find_quoted
from policytext.extract.reported import find_reported
from policytext.extract.said import WORD, Reading, write_down
from policytext.extract.turns import find_turns
from policytext.extract.voices import find_voices

_SILENT = FURNITURE | {"heading", "table", "pull_quote"}
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_MARKS = " \t\n*_\"'“”‘’"
_BODIES = 2_000
"""In at most so many quotations of the body is a pull quote looked up."""
_LEAST = 5
"""Fewer words than these in a pull quote are a caption."""


def find_statements(
    text: str,
    *,
    blocks: Sequence[Block] = (),
    dates: Sequence[DateMention] = (),
    publication_date: str | None = None,
    voice: str | None = None,
) -> list[Statement]:
    """Returns the statements of a document in reading order.

    Args:
        text: the clean text; spans are into it and leave quotation marks out.
        blocks: its blocks in order; headings, tables and page furniture make no statements, pull quotes are
            statements of the voice. Without blocks, blank lines part paragraphs.
        dates: its date mentions.
        publication_date: EDTF; what is said in the present tense is said then.
        voice: whose words the running text is, where one person or body speaks throughout.
    """
    paragraphs = _paragraphs(text, blocks)
    quotations = find_quotations(text, paragraphs)
    frame = Frame(text, [Span(q.start, q.end) for q in quotations])
    voices = find_voices(text, blocks, frame.speakers, voice)
    reading = Reading(text, frame, Dating(dates, publication_date), voices)
    turns = [write_down(reading, said) for said in find_turns(reading, paragraphs)]
    direct = [write_down(reading, said) for said in find_quoted(reading, paragraphs, quotations)]
    pulled = _pulled(reading, [b for b in blocks if b.kind == "pull_quote"], direct)
    indirect = [write_down(reading, said) for said in find_reported(reading, paragraphs, direct)]
    return sorted([*turns, *direct, *pulled, *indirect], key=lambda s: (s.start, -s.end, s.kind))


def _paragraphs(text: str, blocks: Sequence[Block]) -> list[Span]:
    if blocks:
        return [Span(b.start, b.end) for b in blocks if b.kind not in _SILENT and b.start < b.end]
    found, at = [], 0
    for gap in _BLANK_LINES.finditer(text):
        found.append(Span(at, gap.start()))
        at = gap.end()
    return [span for span in [*found, Span(at, len(text))] if len(span)]


def _pulled(reading: Reading, blocks: Sequence[Block], direct: Sequence[Statement]) -> list[Statement]:
    """Returns the pull quotes: said by whoever the body quotes with these words, else by the voice there."""
    bodies = [(_folded(s.text), s) for s in direct[:_BODIES] if s.speaker] if blocks else []
    published = reading.dating.publication_date
    found = []
    for block in blocks:
        start, end = _trimmed(reading.text, block.start, block.end)
        content = reading.text[start:end]
        if len(WORD.findall(content)) < _LEAST:
            continue
        body = next((s for words, s in bodies if _folded(content) in words), None)
        voice = reading.voices.at(block.start)
        if body is not None:
            found.append(
                replace(
                    body, start=start, end=end, text=content, rule="pull-quote-of-quotation", confidence=0.7
                )
            )
        elif voice is not None:
            basis = "publication" if published else None
            found.append(
                Statement(
                    start,
                    end,
                    content,
                    "direct",
                    voice,
                    "person",
                    None,
                    None,
                    None,
                    published,
                    basis,
                    None,
                    "pull-quote-of-voice",
                    0.6,
                )
            )
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    return start, end


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))

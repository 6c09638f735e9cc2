"""Pull quotes: a sentence of the text set in large type, said by whoever says it in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policytext.annotation import Statement
from policytext.document import Block
from policytext.extract.speech.said import Reading, type_of
from policytext.spans import Span

_WORD = re.compile(r"\w+")
_MARKS = " \t\n*_>\"'“”‘’"
_OPENING = 5
"""A pull quote is looked up in the text by so many of its first words."""


def find_pulled(
    reading: Reading, blocks: Sequence[Block], paragraphs: Sequence[Span], direct: Sequence[Statement]
) -> list[Statement]:
    """Returns the pull quotes as statements, in reading order.

    A pull quote is said by whoever the body quotes with these words, else by the voice of the section whose
    running text has them, else by the voice where it stands.

    Args:
        reading: the document.
        blocks: its pull quotes.
        paragraphs: its running text.
        direct: its direct speech, in order.
    """
    wanted: dict[tuple[str, ...], list[int]] = {}
    spans = [_trimmed(reading.text, b.start, b.end) for b in blocks]
    opened = [_opening_words(reading.text, *span) for span in spans]
    for number, words in enumerate(opened):
        if len(words) == _OPENING:
            wanted.setdefault(words, []).append(number)
    places = _places(reading.text, paragraphs, wanted) if wanted else {}
    found = []
    for block, span, words in zip(blocks, spans, opened, strict=True):
        if len(words) < _OPENING:
            continue
        place = places.get(words)
        statement = _said(reading, block, span, place, direct)
        if statement is not None:
            found.append(statement)
    return found


def _said(
    reading: Reading, block: Block, span: tuple[int, int], place: int | None, direct: Sequence[Statement]
) -> Statement | None:
    start, end = span
    content = reading.text[start:end]
    body = next((s for s in direct if place is not None and s.speaker and s.start <= place < s.end), None)
    if body is not None:
        return replace(
            body, start=start, end=end, text=content, rule="pull-quote-of-quotation", confidence=0.7
        )
    told = reading.voices.at(place) if place is not None else None
    voice = told or reading.voices.at(block.start)
    if voice is None:
        return None
    dated = reading.dating.printed(start)
    return Statement(
        start=start,
        end=end,
        text=content,
        kind="direct",
        speaker=voice,
        speaker_type=type_of(voice),
        speaker_text=None,
        role=reading.frame.role(voice, start),
        party=None,
        statement_date=dated.date,
        date_basis=dated.basis,
        cue=None,
        rule="pull-quote-of-text" if told else "pull-quote-of-voice",
        confidence=0.7 if told else 0.6,
        asserted_by=dated.asserted_by,
    )


def _places(
    text: str, paragraphs: Sequence[Span], wanted: dict[tuple[str, ...], list[int]]
) -> dict[tuple[str, ...], int]:
    """Returns where the running text first has the opening words of each pull quote; one pass."""
    firsts = {words[0] for words in wanted}
    found: dict[tuple[str, ...], int] = {}
    for paragraph in paragraphs:
        tokens = [(m[0].lower(), m.start()) for m in _WORD.finditer(text, paragraph.start, paragraph.end)]
        for number, (word, at) in enumerate(tokens):
            if word in firsts:
                words = tuple(w for w, _ in tokens[number : number + _OPENING])
                if words in wanted:
                    found.setdefault(words, at)
    return found


def _opening_words(text: str, start: int, end: int) -> tuple[str, ...]:
    words = []
    for match in _WORD.finditer(text, start, end):
        words.append(match[0].lower())
        if len(words) == _OPENING:
            break
    return tuple(words)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    return start, end

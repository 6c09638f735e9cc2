"""Statements: who said what, and when.

Quotations are found first, then each looks for the cue that hands over to its speaker; pull quotes and
indirect speech follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from policytext.annotation import DateMention, Statement
from policytext.document import FURNITURE, Block
from policytext.extract.indirect.finding import find_reported
from policytext.extract.indirect.parsed import ParsedClause, find_parsed
from policytext.extract.paragraphs import paragraphs
from policytext.extract.quotations import find_quotations
from policytext.extract.speakers.offices import enrich
from policytext.extract.speech.attribution import Frame
from policytext.extract.speech.blockquotes import find_blockquotes
from policytext.extract.speech.dating import Dating
from policytext.extract.speech.pulled import find_pulled
from policytext.extract.speech.quoted import find_quoted
from policytext.extract.speech.said import Reading, write_down
from policytext.extract.speech.turns import find_turns
from policytext.extract.speech.utterances import numbered
from policytext.extract.speech.voices import Voices, find_voices
from policytext.spans import Span

_SILENT = FURNITURE | {"heading", "table", "pull_quote"}


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said in a document: its statements in reading order, and whose words the running text is."""

    statements: tuple[Statement, ...]
    voices: Voices


def find_speech(
    text: str,
    *,
    blocks: Sequence[Block] = (),
    dates: Sequence[DateMention] = (),
    publication_date: str | None = None,
    voice: str | None = None,
    persons: Sequence[Span] = (),
    clauses: Sequence[ParsedClause] = (),
) -> Speech:
    """Returns the statements of a document in reading order, and its voices.

    Args:
        text: the clean text; spans are into it and leave quotation marks out.
        blocks: its blocks in order; headings, tables and page furniture make no statements, pull quotes are
            statements of the voice. Without blocks, blank lines part paragraphs.
        dates: its date mentions.
        publication_date: EDTF; what is said in the present tense is said then.
        voice: whose words the running text is, where one person or body speaks throughout.
        persons: clean spans where another recogniser saw a person; they are added to those found here.
        clauses: what a user's parser gives to reporting verbs; told where no rule found a statement.
    """
    running = paragraphs(text, blocks, _SILENT)
    quotations = find_quotations(text, running)
    frame = Frame(text, [Span(q.start, q.end) for q in quotations], persons)
    voices = find_voices(text, blocks, frame.speakers, voice)
    reading = Reading(
        text, frame, Dating(dates, publication_date, text=text, blocks=blocks, voices=voices), voices
    )
    turns = find_turns(reading, running)
    spoken = tuple((t.start, t.end, reading.speaker(t.cue.speaker)) for t in turns if t.cue.speaker)
    reading = replace(reading, voices=replace(voices, turns=spoken))
    quoted = [
        *find_quoted(reading, running, quotations),
        *find_blockquotes(reading, running, quotations),
    ]
    told = [(said, write_down(reading, said)) for said in sorted([*turns, *quoted], key=lambda s: s.start)]
    direct = [statement for _, statement in told if statement.kind == "direct"]
    pulled = find_pulled(reading, [b for b in blocks if b.kind == "pull_quote"], running, direct)
    indirect = [(said, write_down(reading, said)) for said in find_reported(reading, running, direct)]
    taken = [*(s for _, s in told), *pulled, *(s for _, s in indirect)]
    parsed = [(s, write_down(reading, s)) for s in find_parsed(reading, running, clauses, taken)]
    found = enrich(numbered([*told, *((None, s) for s in pulled), *indirect, *parsed]))
    return Speech(tuple(found), voices)

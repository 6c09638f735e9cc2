"""Indirect speech: clauses that a reporting verb or "according to" attributes to somebody.

Kept to forms that leave no doubt who speaks: SPEAKER VERB that CLAUSE; "felt they ..."; "As SPEAKER VERB,
CLAUSE"; "According to SPEAKER, CLAUSE". The clause is taken to run to the end of its sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from policytext.annotation import Statement
from policytext.document import Span
from policytext.extract.attribution import Cue, Frame
from policytext.extract.said import WORD, Reading, Said
from policytext.text.sentences import sentences

_THAT = re.compile(r" (?:\([^()]{1,60}\) |, [^,.;:]{2,40}, )?that,? (?:[^,.;:]{2,60}, that )?")
_NO_THAT = re.compile(r" (?=(?:they|their|there|it|its|he|she|his|her) [a-z])")
_WITHOUT_THAT = frozenset({"say", "feel", "think", "believe", "hope", "claim", "fear"})
_AS = re.compile(r"[Aa]s (?:the )?$")
_COMMA = re.compile(r"(?: (?:it|out))?, (?=\S)")
_TO = re.compile(r"(?:^|[;,] )[Aa]ccording to (?:the )?(?:[\w’'-]{2,20} ){0,4}$")
_TAIL = re.compile(r"[.?!;:,\s”\"’')*_\d]*$")
_SURE = {"person": 0.75, "organisation": 0.75, "document": 0.7, "anonymous": 0.6}
_LEAST = 4
"""Fewer words than these are no clause."""


def find_reported(reading: Reading, paragraphs: Sequence[Span], direct: Sequence[Statement]) -> list[Said]:
    """Returns what is reported in indirect speech, in reading order, at most one clause a sentence.

    Args:
        reading: the document.
        paragraphs: its paragraphs, in order.
        direct: the direct speech already found, in order; a sentence that holds some is left alone.
    """
    starts = [s.start for s in direct]
    found = []
    for paragraph in paragraphs:
        for sentence in sentences(reading.frame.text, paragraph.start, paragraph.end):
            index = bisect_left(starts, sentence.end) - 1
            if index >= 0 and direct[index].end > sentence.start:
                continue
            said = _by_verb(reading, sentence) or _by_lead(reading, sentence)
            if said is not None:
                found.append(said)
    return found


def _by_verb(reading: Reading, sentence: Span) -> Said | None:
    frame = reading.frame
    for verb in frame.verbs_within(sentence.start, sentence.end)[:4]:
        if not verb.verb.reports:
            continue
        opens = _THAT.match(frame.text, verb.end, sentence.end)
        certainty = 1.0
        if opens is None and verb.verb.base in _WITHOUT_THAT:
            opens, certainty = _NO_THAT.match(frame.text, verb.end, sentence.end), 0.85
        speaker = frame.subject(verb, sentence.start)
        if speaker is None:
            continue
        rule = "that-clause" if certainty == 1.0 else "clause-without-that"
        if opens is None and _AS.search(frame.text[max(sentence.start, speaker.start - 8) : speaker.start]):
            opens, rule = _COMMA.match(frame.text, verb.end, sentence.end), "as-said"
        if opens is None or (
            speaker.rule == "pronoun" and not _is_reported_self(frame, verb.start, speaker.end)
        ):
            continue
        if speaker.rule == "pronoun" and reading.speaker(speaker) is None:
            continue
        words = frame.text[verb.start : opens.end()].strip(" ,")
        cue = Cue(
            speaker, words, verb.verb.tense, speaker.start, opens.end(), rule, _SURE[speaker.type] * certainty
        )
        return _clause(reading, cue, opens.end(), sentence)
    return None


def _is_reported_self(frame: Frame, verb: int, pronoun: int) -> bool:
    """Tells "we have argued that", which reports, from "I think that", which is said here and now."""
    return (
        re.search(r"[’']ve |have |had ", frame.text[pronoun:verb]) is not None
        or frame.text[pronoun - 1] == "e"
    )


def _by_lead(reading: Reading, sentence: Span) -> Said | None:
    frame = reading.frame
    for speaker in frame.speakers_within(sentence.start, min(sentence.end, sentence.start + 120))[:2]:
        lead = _TO.search(frame.text[sentence.start : speaker.start])
        after = re.compile(r"[^,.;:]{0,60}, (?=\S)").match(frame.text, speaker.end, sentence.end)
        if lead is None or after is None:
            continue
        cue = Cue(speaker, "according to", "present", speaker.start, after.end(), "according-to-clause", 0.7)
        return _clause(reading, cue, after.end(), sentence)
    return None


def _clause(reading: Reading, cue: Cue, start: int, sentence: Span) -> Said | None:
    tail = _TAIL.search(reading.frame.text[max(start, sentence.end - 12) : sentence.end])
    end = sentence.end - (len(tail[0]) if tail else 0)
    if len(WORD.findall(reading.text[start:end])) < _LEAST:
        return None
    dated = reading.dated(cue, sentence.start, sentence.end)
    return Said(start, end, "indirect", cue, sentence.start, dated, cue.rule, cue.certainty)

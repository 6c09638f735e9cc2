"""Dates that a saying has from one told before it: "In 1961 X said A. He added B", "As X said".

The date is the earlier saying's; the basis is that of an anaphor.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from policytext.annotation import Statement
from policytext.extract.speech.dating import Dated
from policytext.extract.speech.frame import Cue
from policytext.extract.speech.said import Reading, Said

Dates = dict[str, Dated]
"""The last date that the text gives for what each speaker said in a paragraph."""
_CARRIED = frozenset({"explicit", "anaphoric", "citation_year", "vague"})
_PERFECT = re.compile(r"\b(?:has|have)\b|[’']ve\b")
_LOOKBACK = 12
_ECHO_REACH = 1_500
_ECHOED = 4


def dates_told(
    reading: Reading, found: Sequence[Said], direct: Sequence[Statement], floor: int, place: int
) -> Dates:
    """Returns the dates of what was said between ``floor`` and ``place``, by speaker.

    Args:
        reading: the document.
        found: the last indirect statements found.
        direct: all direct ones, in order.
        floor: where the paragraph begins.
        place: where the sentence does.
    """
    told: list[tuple[int, str | None, Dated]] = []
    index = bisect_left(direct, place, key=lambda s: s.start)
    for s in direct[max(0, index - _LOOKBACK) : index]:
        if s.start >= floor and s.date_basis in _CARRIED:
            dated = Dated(s.statement_date, s.date_basis, s.antecedent, s.asserted_by)
            told.append((s.start, s.speaker, dated))
    for said in found[-_LOOKBACK:]:
        speaker = said.cue.speaker
        if said.start >= floor and speaker is not None and said.dated.basis in _CARRIED:
            told.append((said.start, reading.speaker(speaker), said.dated))
    return {name: dated for _, name, dated in sorted(told, key=lambda t: t[0]) if name}


def same_saying(reading: Reading, cue: Cue, dates: Dates) -> Dated | None:
    """Returns the date of what the same speaker said before, for a saying in the past that has none."""
    if not dates or cue.speaker is None or cue.tense != "past" or _PERFECT.search(cue.words):
        return None
    dated = dates.get(reading.speaker(cue.speaker) or "")
    return dated._replace(basis="anaphoric", confidence=0.6) if dated is not None else None


def echoed(reading: Reading, cue: Cue, direct: Sequence[Statement]) -> Dated | None:
    """Returns the date of the last thing the same person was quoted with: "As X said" points back to it."""
    name = reading.speaker(cue.speaker) if cue.speaker else None
    index = bisect_left(direct, cue.start, key=lambda s: s.start)
    for s in reversed(direct[max(0, index - _ECHOED) : index]):
        if name and s.speaker == name and s.statement_date and cue.start - s.end < _ECHO_REACH:
            return Dated(s.statement_date, "anaphoric", (s.start, s.end), s.asserted_by, 0.6)
    return None

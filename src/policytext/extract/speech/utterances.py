"""Which statements are fragments of one saying: “...,” he said, “...”; a clause and its quotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from policytext.annotation import Statement
from policytext.extract.speech.said import Said

_FAR = 2_000
"""Fragments of one saying that is no speech in a debate stand no further apart, in characters."""


def numbered(pairs: Sequence[tuple[Said | None, Statement]]) -> list[Statement]:
    """Returns the statements in reading order, each with the number of its utterance.

    Statements are one utterance if the same words name their speaker, or if one goes on where the other
    stopped; numbers run from 1 in the order of first fragments.

    Args:
        pairs: each statement with what it was written down from, None where it came from no cue.
    """
    ordered = sorted(pairs, key=lambda p: (p[1].start, -p[1].end, p[1].kind))
    seen: dict[tuple[str, int], tuple[int, int]] = {}  # key -> number, end of its last fragment
    out, last = [], 0
    for said, statement in ordered:
        key = _key(said)
        number, end = seen.get(key, (0, 0)) if key else (0, 0)
        if not number or (key and key[0] != "turn" and statement.start - end > _FAR):
            last += 1
            number = last
        if key:
            seen[key] = (number, statement.end)
        out.append(replace(statement, utterance=number))
    return out


def _key(said: Said | None) -> tuple[str, int] | None:
    """Returns what the fragments of one saying share: the place that names their speaker."""
    if said is None:
        return None
    if said.kind == "turn":
        return "turn", said.cue.start
    if said.cue.speaker is None:
        return ("nobody", said.cue.start) if said.rule == "next-paragraph" or said.cue.words == "" else None
    return "said", said.cue.speaker.end

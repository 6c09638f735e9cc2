"""Whom a debate names by courtesy: "the hon. Gentleman", "my right hon. Friend the Member for Fenby"."""

from __future__ import annotations

import re

from policytext.annotation import SpeakerType
from policytext.extract.speakers.speaker import Speaker

_HONOUR = (
    r"(?:(?:right |most )?(?:hon\b\.?|honourable|noble|learned|gallant|reverend)"
    r"(?:,? (?:and )?(?=right |hon|noble|learned|gallant|reverend))? ?){1,3}"
)
_WORD = r"(?!(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady)\b)[A-Z][\w’'-]*"
SEAT = rf"{_WORD}(?:,? (?:(?:and|of|on|upon|under|the|with) ){{0,2}}{_WORD}){{0,5}}"
"""A constituency as a debate prints it: "Leeds, North-West"."""
_MEMBER = re.compile(
    rf"\b(?:(?:[Tt]he|[Mm]y|[Oo]ur) )?(?:{_HONOUR})?(?:(?:Friend|Gentleman|Lady),? the )?"
    rf"Members? for (?P<seat>{SEAT})"
)
_HONOURED = re.compile(
    rf"\b(?:[Tt]he|[Mm]y|[Oo]ur) {_HONOUR}(?:Gentlem[ae]n|Lad(?:y|ies)|Lords?|Baroness|Earl|Viscount|"
    r"Friends?|Members?)\b(?! [A-Z][a-z])"
)
_TO_NOBODY = re.compile(r"(?:Gentlemen|Ladies|Lords|Friends|Members)$")


def find_courtesies(text: str) -> list[Speaker]:
    """Returns those named by courtesy in reading order, none with a name; no two overlap.

    Args:
        text: the clean text, quotations blanked out.
    """
    if not any(word in text for word in ("on. ", "onourable", "noble", "Member for", "Members for")):
        return []
    found = [Speaker(m.start(), m.end(), None, "person", "office", 0.7) for m in _MEMBER.finditer(text)]
    taken = {s.start for s in found}
    found += [
        Speaker(m.start(), m.end(), None, _kind(m[0]), "office", 0.65)
        for m in _HONOURED.finditer(text)
        if m.start() not in taken
    ]
    return sorted(found, key=lambda s: s.start)


def _kind(shown: str) -> SpeakerType:
    return "anonymous" if _TO_NOBODY.search(shown) else "person"


_OPPOSITE = re.compile(rf"[Tt]he {_HONOUR}(?:Gentleman|Lady|Lord|Baroness|Earl|Viscount|Member)$")


def is_opposite(shown: str) -> bool:
    """Tells whether words name whom one answers, and nobody else: "the hon. Lady", not "my hon. Friend"."""
    return _OPPOSITE.match(" ".join(shown.split())) is not None

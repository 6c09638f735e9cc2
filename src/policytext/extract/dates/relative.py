"""Years, decades, months and weeks that lean on the publication ("last year") or on a date told before.

The phrases are tried in the order of ``PHRASES``, the first that holds a word counting.
"""

from __future__ import annotations

from policytext.extract.dates.anaphoric import ANAPHORIC
from policytext.extract.dates.deictic import DEICTIC
from policytext.extract.dates.narrative import Narrative
from policytext.extract.dates.phrases import Match, Phrase, Resolved, phrase


def _unnamed(_match: Match, _narrative: Narrative) -> Resolved:
    return Resolved(None, 0.6, kind="vague")


_VAGUE = (
    phrase(
        "years-unnamed",
        "years months weeks decades",
        r"\b(?:recent|future) (?:years|months|weeks|decades)\b",
        _unnamed,
    ),
    phrase(
        "years-unnamed",
        "years decades months weeks",
        r"\b(?:(?:past|earlier|later|coming|previous|bygone) (?:years|decades)|the (?:years|decades|months) "
        r"(?:ahead|to come)|(?:years|decades) to come"
        r"|the (?:coming|forthcoming) (?:years|decades|months|weeks))\b",
        _unnamed,
    ),
    phrase(
        "years-unnamed",
        "years decades",
        r"\b(?:over|through|across|down) (?P<span>the (?:years|decades))\b",
        _unnamed,
    ),
    phrase(
        "years-unnamed",
        "years decades",
        r"\b(?:for|after|over|in|despite|through|following) (?P<span>years|decades)\b"
        r"(?! (?:ago|since|ahead|\d))",
        _unnamed,
    ),
    phrase("years-unnamed", "decades", r"\b(?P<span>decades)(?=[- ](?:old|long|of)\b)", _unnamed),
)
PHRASES: tuple[Phrase, ...] = (*ANAPHORIC, *_VAGUE[:1], *DEICTIC, *_VAGUE[1:])

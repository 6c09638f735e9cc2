"""The place where a date may stand, and what the date rules share in looking around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.annotation import DateMention

Match = re.Match[str]
LEFT = 48
"""How many characters to the left of a figure the words that govern it are looked for."""


@dataclass(frozen=True, slots=True)
class Head:
    """A place where a date may stand: ``start`` of its first figure or word, and the text to its left.

    ``latest`` is the last year in which the document can have been written, if known; ``named`` tells that
    the place lies in the title of an Act or paper.
    """

    text: str
    start: int
    latest: int | None
    named: bool

    @property
    def left(self) -> str:
        """The ``LEFT`` characters before the place."""
        return self.text[max(0, self.start - LEFT) : self.start]

    def mention(
        self, lead: Match | None, end: int, edtf: str | None, kind: str, rule: str, confidence: float
    ) -> DateMention:
        """Returns a mention from the beginning of ``lead`` (found in ``left``), if any, to ``end``."""
        start = self.start - (len(lead.string) - lead.start() if lead else 0)
        return DateMention(start, end, self.text[start:end], edtf, kind, rule, confidence)


def spaced(pattern: str) -> str:
    """Returns a pattern in which each blank stands for up to three blanks or line breaks."""
    return pattern.replace(" ", r"\s{1,3}")


# A date does not end inside a longer number, a sum of money, a reference or an identifier; but "in 1956.3
# The" is a year with a footnote's number behind it.
AFTER = r"(?![\w%])(?!,\d)(?![.:/]\d(?!\d?\s{1,3}[A-Z“‘\"]))"
PART_LEAD = re.compile(
    spaced(
        r"(?i:\b(?:the )?(?:very )?"
        r"(?:(?P<adj>early|mid|late|later|middle)(?:[- ](?:part|half|months|weeks|days|years))?"
        r"(?: (?:of|in))?"
        r"(?: the)?"
        r"|(?P<noun>beginning|start|end|close|outset|middle|(?:first|second|latter|last) (?:half|part)"
        r"|(?:opening|closing|early|final|first|last) (?:months|weeks|days|years)) of(?: the)?)"
        r"(?: (?:calendar |financial )?year)?)[-\s\u2010-\u2015]{1,3}$"
    )
)
"""The early, the end of, the first half of: the words before a year or decade that make it a part of one."""

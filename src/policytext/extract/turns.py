"""Turns of a debate or interview: paragraphs that open with their speaker's name and a colon."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from policytext.document import Span
from policytext.extract.attribution import Cue, Frame
from policytext.extract.said import WORD, Reading, Said

_TITLES = "Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Baroness|Viscount|Earl|Professor|Alderman|Councillor"
_OPENING = re.compile(
    rf"(?:\d{{1,4}}\. )?(?:(?:The )?(?:{_TITLES})\b|The [A-Z][\w ]{{4,80}}\()"
    r"[^:\n]{1,110}(?P<colon>:)\s{1,3}(?=[A-Z\[])"
)
_PLAIN = re.compile(
    r"(?P<name>(?:[A-Z][\w.'’-]{0,24} ){1,3}[A-Z][\w'’-]{1,24})(?P<colon>:)\s{1,3}(?=[\"'“‘A-Z\[])"
)
"""Interviews name people without a title; only names that open several paragraphs are taken for speakers."""
_LEAST_TURNS = 2
"""One name before a colon is a caption or a list; a debate has at least two."""
_LEAST_WORDS = 3


def find_turns(reading: Reading, paragraphs: Sequence[Span]) -> list[Said]:
    """Returns the turns of a debate, one a paragraph, in reading order; none where the text is no debate.

    A paragraph that opens without a name goes on with the turn before it, with less confidence. A turn has no
    date of its own: a debate is held when its report is dated.

    Args:
        reading: the document.
        paragraphs: its paragraphs, in order.
    """
    plain = [_PLAIN.match(reading.text, p.start, min(p.end, p.start + 120)) for p in paragraphs]
    often = Counter(m["name"] for m in plain if m)
    openings = [
        _opening(reading.frame, paragraph, match if match and often[match["name"]] >= _LEAST_TURNS else None)
        for paragraph, match in zip(paragraphs, plain, strict=True)
    ]
    if sum(cue is not None for cue in openings) < _LEAST_TURNS:
        return []
    published = reading.dating.publication_date
    dated = (published, "publication") if published else (None, None)
    found: list[Said] = []
    current: Cue | None = None
    last = max(n for n, cue in enumerate(openings) if cue)
    for n, (paragraph, cue) in enumerate(zip(paragraphs, openings, strict=True)):
        current = cue or current
        if current is None or (n > last and plain[last]):
            continue  # what stands below an interview is nobody's answer
        start = cue.end if cue else paragraph.start
        if len(WORD.findall(reading.text[start : paragraph.end])) < _LEAST_WORDS:
            continue
        certainty, rule = (0.9, "turn") if cue else (0.6, "turn-goes-on")
        found.append(Said(start, paragraph.end, "turn", current, current.start, dated, rule, certainty))
    return found


def _opening(frame: Frame, paragraph: Span, plain: re.Match[str] | None) -> Cue | None:
    match = _OPENING.match(frame.text, paragraph.start, min(paragraph.end, paragraph.start + 160)) or plain
    if match is None:
        return None
    people = [
        s
        for s in frame.speakers_within(paragraph.start, match.start("colon"))
        if s.type == "person" and s.name
    ]
    return Cue(people[0], ":", None, people[0].start, match.end(), "turn", 0.9) if people else None

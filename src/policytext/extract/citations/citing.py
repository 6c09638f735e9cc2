"""The record of a citation, made of a place and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policytext.annotation import Citation, Place
from policytext.extract.citations.gazetteer import Entry

GAP = r"(?:[^\S\n]{1,3}|[^\S\n]{0,2}\n[^\S\n]{0,2})"
"""What parts two words of one phrase: blanks or a line's end, no blank line."""
CLASSES = {
    "command_paper": "policy_document",
    "white_paper": "white_paper",
    "green_paper": "policy_document",
    "policy_document": "policy_document",
}
"""The class of a citation by its entry's kind."""


def near(
    anchor: re.Pattern[str], pattern: re.Pattern[str], text: str, before: int, after: int
) -> Iterator[re.Match[str]]:
    """Yields the matches of a pattern around those of a plainer one that can be sought fast.

    A match begins at most ``before`` characters before an anchor and ends at most ``after`` behind it.
    """
    low = high = 0
    for match in anchor.finditer(text):
        if match.start() - before > high:
            yield from pattern.finditer(text, low, high)
            low = match.start() - before
        high = min(len(text), match.end() + after)
    yield from pattern.finditer(text, low, high)


def cite(
    text: str,
    span: Place,
    cls: str,
    rule: str,
    confidence: float,
    *,
    entry: Entry | None = None,
    title: str | None = None,
    year: int | None = None,
    chapter: str | None = None,
    uri: str | None = None,
    provision: str | None = None,
    candidates: tuple[str, ...] = (),
    antecedent: Place | None = None,
) -> Citation:
    """Returns a citation over a span; what an entry says goes before what is given, unless it is unchecked.

    An entry from general knowledge makes the citation less sure by 0.1.
    """
    sure = confidence if entry is None or entry.verified else confidence - 0.1
    return Citation(
        start=span[0],
        end=span[1],
        text=text[span[0] : span[1]],
        cls=cls,
        title=entry.title if entry else title,
        year=entry.year if entry and entry.year else year,
        chapter=chapter or (entry.chapter if entry else None),
        uri=uri,
        provision=provision,
        candidates=candidates,
        rule=rule,
        confidence=round(sure, 2),
        antecedent=antecedent,
    )

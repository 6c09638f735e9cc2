"""Headings that name an Act: what "the Act" means below them, whatever is named in passing."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from policytext.extract.citations.instruments import Instrument

_BEFORE = re.compile(
    r"(?:\A|\n)[^\S\n]*(?P<marks>#{1,6}[^\S\n]+)?[*_]{0,2}(?P<number>\d{1,2}(?:\.\d{1,2})*)?[.)]?[^\S\n]*(?:The\s|THE\s)?$"
)
_AFTER = re.compile(r"[*_:]{0,3}[^\S\n]*(?=\n|$)")
_HEADING = re.compile(
    r"^(?:#{1,6}[^\S\n]+)?[*_]{0,2}(?P<number>\d{1,2})[.)]?[^\S\n]{1,4}[*_]{0,2}[A-Z][^\n.;]{2,80}$",
    re.MULTILINE,
)
_MARKED = re.compile(r"^(?P<marks>#{1,6})[^\S\n]", re.MULTILINE)


def headed_by(text: str, instruments: Sequence[Instrument]) -> list[tuple[int, int, Instrument]]:
    """Returns the stretches below headings that consist of one Act's title, each with that Act.

    A heading counts where it has a number or the marks of one; a stretch ends at the next heading of the same
    rank or a higher one, which for numbers is the next without a full stop in it.
    """
    found: list[tuple[int, int, Instrument]] = []
    starts: list[int] | None = None
    for named in instruments:
        before = _BEFORE.search(text, max(0, named.start - 24), named.start)
        if named.head != "Act" or before is None or not _AFTER.match(text, named.end):
            continue
        if before["marks"]:
            end = _next_marked(text, named.end, len(before["marks"].strip()))
        elif before["number"] and "." not in before["number"]:
            if starts is None:
                starts = [m.start() for m in _HEADING.finditer(text)]
            at = bisect_left(starts, named.end)
            end = starts[at] if at < len(starts) else len(text)
        else:
            continue
        found.append((named.end, end, named))
    return found


def _next_marked(text: str, at: int, rank: int) -> int:
    for match in _MARKED.finditer(text, at):
        if len(match["marks"]) <= rank:
            return match.start()
    return len(text)

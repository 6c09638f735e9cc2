"""Titles of Acts that are not quite the printed ones: misread, shortened, or with another year.

Each way of being unlike has a rule of its own. Within the year a title may be misread by a few letters, or be
shortened ("Disabled Persons Act 1986"); across years it must be the very title, with the year next to it or
one digit misread.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from policytext.extract.citations.gazetteer import Entry, fold_title, gazetteer

_PLACE = re.compile(r"\((?:scotland|wales|northern ireland)\)")
_SMALL = frozenset(["and", "of", "the", "for", "etc", "in", "to"])
_LOOKALIKES = frozenset(
    frozenset(pair) for pair in ("17", "38", "56", "08", "69", "35", "46", "12", "49", "27", "68", "96")
)


@lru_cache(maxsize=1024)
def resembling(bare: str, year: int, latest: int) -> tuple[str, tuple[Entry, ...]]:
    """Returns the rule, and the Acts, by which a title and year that the gazetteer lacks may be meant.

    The rules, nearest first: ``title-misread`` (the same year, a few letters), ``title-abridged`` (the same
    year, words left out), ``title-other-year`` (the very title, the year before or after or one digit
    misread, none later than ``latest``). With several Acts nothing is decided between them.
    """
    title = _words(fold_title(bare))
    acts = [known for known in _known() if known.entry.year == year]
    if found := [k.entry for k in acts if _misread(title, k.words)]:
        return "title-misread", tuple(found)
    if found := [k.entry for k in acts if _abridged(title, k.words)]:
        return "title-abridged", _nearest_home(found)
    same = gazetteer().by_bare.get(fold_title(bare), ())
    return "title-other-year", tuple(
        e for e in same if e.kind == "act" and e.year and e.year <= latest and _near(year, e.year)
    )


def resembling_undated(
    bare: str, latest: int, cited: Container[tuple[str, int]], *, too_early: bool
) -> tuple[str, tuple[Entry, ...]]:
    """Returns the rule, and the Acts, by which a title without a year, which none yet had, may be meant.

    A title that is ``too_early``, that of an Act still to come, is a slip for one whose title it ends with
    (``title-too-early``). What the text has ``cited`` (folded title, year) goes before what else is known.
    """
    title = _words(fold_title(bare))
    acts = [k for k in _known() if k.year <= latest]
    if too_early and (found := [k.entry for k in acts if k.words == title[-len(k.words) :]]):
        return "title-too-early", tuple(found)
    here = [k for k in acts if (k.folded, k.year) in cited]
    for some, rule in ((here, "title-misread"), (acts, "title-misread")):
        if found := [k.entry for k in some if _misread(title, k.words)]:
            return rule, tuple(found)
    for some, rule in ((here, "title-abridged"), (acts, "title-abridged")):
        if longer := [k for k in some if _abridged(title, k.words)]:
            ended = [k for k in longer if k.words[-len(title) :] == title]
            return rule, _nearest_home([k.entry for k in ended or longer])
    return "title", ()


@dataclass(frozen=True, slots=True)
class _Known:
    entry: Entry
    year: int
    folded: str
    words: tuple[str, ...]


@lru_cache(maxsize=1)
def _known() -> tuple[_Known, ...]:
    acts = [e for e in gazetteer().entries if e.kind == "act" and e.year is not None]
    return tuple(_Known(e, e.year or 0, fold_title(e.bare), _words(fold_title(e.bare))) for e in acts)


def _nearest_home(found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Returns the Acts without a place in their title, where there are any (England is never named)."""
    return tuple(e for e in found if not _PLACE.search(fold_title(e.bare))) or tuple(found)


def _misread(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tells whether two titles have the same number of words and few letters between them.

    At most three words may differ, each by a quarter of its letters or by one.
    """
    if len(words) != len(others) or words == others:
        return False
    unlike = [(a, b) for a, b in zip(words, others, strict=True) if a != b]
    return len(unlike) <= 3 and all(
        OSA.distance(a, b) <= max(1, len(b) // 4) and len(b) > 3 for a, b in unlike
    )


def _abridged(words: Sequence[str], longer: Sequence[str]) -> bool:
    """Tells whether the words of a title stand, in their order, among those of a longer one."""
    if len(words) >= len(longer) or sum(w not in _SMALL for w in words) < 3:
        return False
    rest = iter(longer)
    return all(word in rest for word in words)


@lru_cache(maxsize=4096)
def _words(title: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w']+", title))


def _near(year: int, other: int) -> bool:
    if abs(year - other) == 1:
        return True
    a, b = str(year), str(other)
    unlike = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(unlike) == 1:
        return frozenset(unlike[0]) in _LOOKALIKES
    return len(unlike) == 2 and unlike[0] == unlike[1][::-1]

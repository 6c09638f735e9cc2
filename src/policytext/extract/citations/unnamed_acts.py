"""Acts meant by their year or their initials alone, where no Act of that year was named before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from policytext.extract.citations.gazetteer import Entry, gazetteer

_AROUND = 250
_WIDE = 2000
_COMMON = frozenset(
    [
        "act",
        "amendment",
        "and",
        "care",
        "etc",
        "for",
        "health",
        "in",
        "local",
        "national",
        "of",
        "order",
        "public",
        "scotland",
        "service",
        "services",
        "social",
        "the",
        "to",
        "wales",
    ]
)
"""Words of titles that say nothing of what sets an Act apart."""
_OF_POLICY = re.compile(
    r"[Hh]ealth|NHS|\b[Cc]are\b|[Hh]ospital|[Pp]atient|[Mm]edical|[Nn]urs|[Ww]elfare|[Ss]ocial\s[Ss]ervices"
)
_FEW, _LONG_ENOUGH = 3, 800
"""Words of health and care that a text on them has near a mention, in so many characters."""
_INITIALS = re.compile(r"(?P<letters>[A-Z]{3,8}) (?:Act|Bill)")
_SMALL = frozenset(["and", "of", "the", "for", "in", "to", "with", "etc"])


def likely_acts(text: str, at: int, year: int) -> tuple[str, tuple[Entry, ...]]:
    """Returns the rule, and the Acts, by which "the 1983 Act" may be meant at a place.

    ``only-of-year`` is the one Act of health or care, in a text on these; ``of-year-by-subject`` is the one
    whose title shares the most words with those around; ``ambiguous`` gives those that are known.
    """
    acts = gazetteer().of_year(year, "act")
    policy = tuple(e for e in acts if e.of_policy)
    near = text[max(0, at - _WIDE) : at + _WIDE]
    words = sum(1 for _ in islice(_OF_POLICY.finditer(near), _FEW))
    if len(near) > _LONG_ENOUGH and words < _FEW:
        policy = ()  # a text on something else
    if len(policy) == 1:
        return "only-of-year", policy
    some = policy or acts
    around = frozenset(re.findall(r"[a-z]{4,}", text[max(0, at - _AROUND) : at + _AROUND].lower()))
    scored = sorted(((_shared(e, around), e.title) for e in some), reverse=True)
    if len(scored) > 1 and scored[0][0] > scored[1][0] and "Amendment" not in scored[0][1]:
        return "of-year-by-subject", tuple(e for e in some if e.title == scored[0][1])
    return "ambiguous", some


def _shared(entry: Entry, around: frozenset[str]) -> int:
    words = frozenset(re.findall(r"[a-z]{4,}", entry.bare.lower())) - _COMMON
    return len(words & around)


def spelt_out(bare: str, titles: Sequence[str]) -> str | None:
    """Returns the one title, of those that a text names, whose initials an Act is called by ("CROW Act")."""
    match = _INITIALS.fullmatch(bare)
    if match is None:
        return None
    found = {title for title in titles if _initials_of(title).fullmatch(match["letters"])}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=1024)
def _initials_of(title: str) -> re.Pattern[str]:
    """Returns a pattern for the initials of a title; small words, and "Act", may have theirs."""
    words = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", title))
    main = [w for w in words if w not in {"Act", "Bill"}]
    letters = "".join(f"{w[0].upper()}?" if w.lower() in _SMALL else w[0].upper() for w in main)
    return re.compile(f"{letters}A?")

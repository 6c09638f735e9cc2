"""What may have been meant by a name that the archive does not have."""

from __future__ import annotations

from collections.abc import Iterable

from policytext.store.folding import fold

_LEAST, _BEHIND, _MOST = 70.0, 15.0, 3


def near(name: str, known: Iterable[str]) -> str:
    """Returns the known names most like a name, three at most, likest first and joined by commas.

    Likeness is RapidFuzz's ratio of the folded names with their words in order of the alphabet, or, of a name
    that is shorter, 0.95 of that with the likest part of the other: at least 70 of 100, and at most 15 less
    than that of the likest.
    """
    from rapidfuzz import fuzz

    wanted = fold(name)

    def like(other: str) -> float:
        part = 0.95 * fuzz.partial_ratio(wanted, other) if len(wanted) < len(other) else 0.0
        return max(fuzz.token_sort_ratio(wanted, other), part)

    scored = sorted((-like(fold(other)), other) for other in dict.fromkeys(known))
    least = max(_LEAST, -scored[0][0] - _BEHIND) if scored else _LEAST
    return ", ".join(other for score, other in scored[:_MOST] if -score >= least)

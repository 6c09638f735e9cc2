"""What a family is called: its most central witness, and the terms that tell it from everything else.

Telling terms are weighed by class-based TF-IDF (Grootendorst, "BERTopic", 2022): how often a term stands in
the family, times the logarithm of how rare it is in the corpus. Each work counts once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from policytext.analysis.discovery.opposing import telling
from policytext.text.terms import term_spans

_TERMS = 5
_IN_ID = 3
_LABEL = 200
_PLAIN = re.compile(r"[a-z]{3,20}")


@dataclass(frozen=True, slots=True)
class Named:
    """A family's id (unique, from its terms), its label (a sentence) and its telling terms as printed."""

    id: str
    label: str
    terms: tuple[str, ...]


def name(
    texts: Sequence[str], found: Sequence[Sequence[str]], groups: Sequence[Sequence[int]]
) -> list[Named]:
    """Returns a name for each group of texts, given by their numbers with the most central first.

    Args:
        texts: all texts of the corpus.
        found: the terms of each.
        groups: the families; an id that an earlier one has is counted on.
    """
    everywhere: Counter[str] = Counter()
    for one in found:
        everywhere.update(one)
    mean = sum(everywhere.values()) / max(len(groups) + 1, 2)
    named: list[Named] = []
    taken: Counter[str] = Counter()
    for group in groups:
        words = _printed([texts[n] for n in group], _telling([found[n] for n in group], everywhere, mean))
        plain = "-".join([w for w in words if _PLAIN.fullmatch(w)][:_IN_ID]) or "family"
        taken[plain] += 1
        unique = plain if taken[plain] == 1 else f"{plain}-{taken[plain]}"
        named.append(Named(unique, _shortened(texts[group[0]]), words))
    return named


def _telling(found: Sequence[Sequence[str]], everywhere: Counter[str], mean: float) -> list[str]:
    """Returns the terms of a family that weigh most; those of one member alone only where none are shared."""
    inside: Counter[str] = Counter()
    members: Counter[str] = Counter()
    for one in found:
        kept = telling(one)
        inside.update(term for term in one if term in kept)
        members.update(kept)
    shared = [term for term in inside if members[term] > 1] or list(inside)
    weights = {term: inside[term] * log(1 + mean / everywhere[term]) for term in shared}
    return sorted(shared, key=lambda term: (-round(weights[term], 9), term))[:_TERMS]


def _printed(texts: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Returns the terms as they are mostly printed in these texts, in small letters."""
    forms: dict[str, Counter[str]] = {term: Counter() for term in wanted}
    for text in texts:
        for start, end, term in term_spans(text):
            if term in forms:
                forms[term][text[start:end].lower()] += 1
    return tuple(min(counted, key=lambda w: (-counted[w], w)) for counted in forms.values() if counted)


def _shortened(text: str) -> str:
    """Returns the text, cut between words where it is long."""
    if len(text) <= _LABEL:
        return text
    return text[: text.rfind(" ", 0, _LABEL - 1) if " " in text[: _LABEL - 1] else _LABEL - 1] + "…"

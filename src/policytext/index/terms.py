"""What of a query ranks: its terms, what its compounds make, and, for damaged text, its 4-grams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from policytext.index.fields import GRAMS, WORDS
from policytext.text.compounds import compounds, halves
from policytext.text.glossary import Glossary
from policytext.text.grams import grams
from policytext.text.stems import term_of
from policytext.text.terms import BOUND, STOP_WORDS, query_terms, terms, words

GLOSSARY = "glossary.jsonl"
"""The file, beside the index's own, of the short forms that its documents define."""
GRAM_WEIGHT = 0.1
"""Of a 4-gram beside a term, in a damaged collection. Of 0.05 to 1, this lost nothing on clean Cranfield and
kept most on its damaged twins (docs/measured.md)."""
JOINED_WEIGHT = 0.1
"""Of what two words make together, beside the two: in full it would count as a rare third word and cost
0.02 nDCG@10 on Cranfield; with a tenth it finds what is set solid elsewhere and costs nothing."""
SHORT_WEIGHT = 0.5
"""Of what a short form of the query stands for, or of the short form of its words."""
_MEANINGS = 2  # of one short form; further ones are other papers' affairs
_RARE = 2
"""Passages that hold a solid word at most, for its halves to be asked as well."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term that ranks, or several as a phrase; ``own`` are those of the query itself.

    ``name`` is how it is shown, ``why`` how it comes to be wanted, where it is not a word of the query.
    """

    terms: tuple[str, ...]
    weight: float = 1.0
    name: str = ""
    why: str = ""
    field: str = WORDS
    own: bool = True


@dataclass(frozen=True, slots=True)
class BestOf:
    """Several ways to say one thing: the one that scores best counts, so that none counts twice."""

    parts: tuple[Wanted, ...]


class Counting(Protocol):
    """What is asked of an index."""

    def count(self, term: str) -> int:
        """Returns how many passages hold a term."""
        ...

    def together(self, first: str, second: str) -> int:
        """Returns how many passages hold two terms side by side."""
        ...


def wanted(
    query: str, index: Counting, gram_weight: float = 0.0, glossary: Glossary | None = None
) -> list[Wanted]:
    """Returns what ranks passages for ``query``, in its order; only what the index holds beside its words."""
    own = query_terms(query)
    found = [Wanted((term,), name=term) for term in own]
    found += _solid(query, own, index)
    found += _apart(query, own, index)
    if glossary:
        found += _abbreviated(query, own, index, glossary)
    if gram_weight:
        found += [
            Wanted((gram,), gram_weight, gram, "4-gram", GRAMS, own=False)
            for gram in dict.fromkeys(grams(query))
        ]
    return found


def _solid(query: str, own: list[str], index: Counting) -> Iterator[Wanted]:
    """Yields what neighbouring words make together, where that stands in the corpus: hand offs, handoffs."""
    if len(own) < 2 and "-" not in query:
        return
    held = set(own)
    for pair, joined in compounds(query):
        if joined not in held and index.count(joined):
            weight = 1.0 if pair[0] in BOUND else JOINED_WEIGHT
            yield Wanted((joined,), weight, joined, "joined", own=False)


def _apart(query: str, own: list[str], index: Counting) -> Iterator[Wanted]:
    """Yields the two words that a rare solid word may be printed as, where they stand side by side."""
    rare = {term for term in own if len(term) > 5 and index.count(term) <= _RARE}
    if not rare:
        return
    for word in dict.fromkeys(words(query)):
        if len(word) > 5 and term_of(word) in rare:
            counted = [
                (index.together(first, second), first, second)
                for first, second in halves(word)
                if index.count(first) and index.count(second)
            ]
            best = max(counted, default=(0, "", ""), key=lambda pair: (pair[0], pair[1]))
            if best[0]:
                yield Wanted(best[1:], name=f"{best[1]} {best[2]}", why="apart", own=False)


def _abbreviated(query: str, own: list[str], index: Counting, glossary: Glossary) -> Iterator[Wanted]:
    """Yields what the query's short forms stand for in these papers, and the short forms of its words.

    A function word is a short form only in capitals: "who decides" does not ask for the WHO.
    """
    for word in dict.fromkeys(words(query)):
        if word in STOP_WORDS and word.upper() not in query.split():
            continue
        for meaning in glossary.expansions(word)[:_MEANINGS]:
            weight = SHORT_WEIGHT / max(1, len(meaning.terms))  # as the words of a phrase add up
            yield Wanted(meaning.terms, weight, meaning.long, f"{meaning.short} in full", own=False)
    for form in glossary.short_forms(terms(query)):
        if form.term not in own and index.count(form.term):
            yield Wanted((form.term,), SHORT_WEIGHT, form.short, "short for its words", own=False)

"""Conditions of a query as queries of the engine, over the terms of the one analyser.

A word is asked for by its term, so in all its forms; a hyphenated one as its parts side by side or as one
word. A phrase is the terms of its words in order, stop words among them: "the boards" finds "the board" too,
and a phrase of a single word is no more exact than the word, for the index holds terms. A prefix and a fuzzy
word are looked up among the words as printed and asked for by the terms of those. (The engine's own prefix
finds nothing behind a stemmed field, and its own fuzzy query compares stems and scores all alike.)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from policytext.index.fields import BODY, WORDS
from policytext.index.vocabulary import Vocabulary
from policytext.text.querying import AllOf, AnyOf, Clause, Fuzzy, NoneOf, Phrase, Prefix, Word
from policytext.text.terms import terms, words

MOST = 1000
"""Words that a prefix or a fuzzy word stands for at most; those that most passages hold are taken."""
_MOST_PHRASES = 200


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words of the corpus that a prefix or a fuzzy word stands for.

    ``words`` are (word, passages that hold it), the nearest and then the commonest first; ``terms`` theirs,
    each once; ``left_out`` says how many more there were.
    """

    words: tuple[tuple[str, int], ...]
    terms: tuple[str, ...]
    left_out: int = 0


def expansion(part: Prefix | Fuzzy, vocabulary: Vocabulary, most: int = MOST) -> Expansion:
    """Returns what a prefix or a fuzzy word stands for in a corpus, ``most`` words at most."""
    asked = "".join(words(part.text))  # "co-op*" is about words in coop
    if not asked:
        found = []
    elif isinstance(part, Prefix):
        found = vocabulary.with_prefix(asked)
    else:
        found = [(near.word, near.count) for near in vocabulary.near(asked, part.distance)]
    kept = tuple(found[:most])
    their_terms = terms("\n".join(word for word, _ in kept))
    return Expansion(kept, tuple(dict.fromkeys(their_terms)), len(found) - len(kept))


def matching(clause: Clause, schema: Any, vocabulary: Vocabulary) -> Any:
    """Returns the engine's query for what satisfies ``clause``; every hit scores 0.

    So it can stand as a Must beside a query that ranks.
    """
    import tantivy

    return tantivy.Query.const_score_query(_matching(clause, schema, vocabulary), 0.0)


def ranking(clauses: Sequence[Clause], schema: Any, vocabulary: Vocabulary) -> Any | None:
    """Returns the engine's query that ranks by the prefixes and fuzzy words among ``clauses``, or None.

    Each gives the BM25 part of that of its terms which does most, and every term counts as if it were as
    common as the commonest: else a misprint that stands in one passage would beat the word itself. (Lucene
    does the same: TopTermsBlendedFreqScoringRewrite.)
    """
    import tantivy

    parts = [part for part in clauses if isinstance(part, Prefix | Fuzzy)]
    queries = [_blended(expansion(part, vocabulary), schema, vocabulary) for part in parts]
    should = tantivy.Occur.Should
    found = [(should, query) for query in queries if query is not None]
    return tantivy.Query.boolean_query(found) if found else None


def terms_of(clauses: Iterable[Clause], vocabulary: Vocabulary) -> frozenset[str]:
    """Returns the terms by which text can satisfy any of ``clauses``, for marking; without the excluded."""
    found: set[str] = set()
    for clause in clauses:
        if isinstance(clause, AllOf | AnyOf):
            found |= terms_of(clause.parts, vocabulary)
        elif isinstance(clause, Prefix | Fuzzy):
            found.update(expansion(clause, vocabulary).terms)
        elif not isinstance(clause, NoneOf):
            found.update(terms(clause.text))
    return frozenset(found)


def notes_of(clauses: Iterable[Clause], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Returns what to tell the reader of prefixes and fuzzy words that stand for nothing or for too much."""
    notes: list[str] = []
    for clause in clauses:
        if isinstance(clause, AllOf | AnyOf | NoneOf):
            notes += notes_of(clause.parts, vocabulary)
        elif isinstance(clause, Prefix | Fuzzy):
            notes += _note(clause, expansion(clause, vocabulary))
    return tuple(dict.fromkeys(notes))


def _note(part: Prefix | Fuzzy, found: Expansion) -> list[str]:
    asked = f"{part.text}*" if isinstance(part, Prefix) else f"{part.text}~{part.distance}"
    if not found.words and len(words(part.text)) < 2:
        return [f"no word of the corpus answers {asked}"]
    if found.left_out:
        return [
            f"{asked} stands for its {len(found.words):,} commonest words; {found.left_out:,} are left out"
        ]
    return []


def _matching(clause: Clause, schema: Any, vocabulary: Vocabulary) -> Any:
    import tantivy

    query, occur = tantivy.Query, tantivy.Occur
    match clause:
        case Word(text):
            return _word(text, schema)
        case Phrase(text, slop):
            return _phrase(terms(text), slop, schema)
        case Prefix() | Fuzzy():
            return _expanded(clause, schema, vocabulary)
        case AllOf(parts):
            return query.boolean_query([(occur.Must, _matching(p, schema, vocabulary)) for p in parts])
        case AnyOf(parts):
            return query.boolean_query([(occur.Should, _matching(p, schema, vocabulary)) for p in parts])
        case NoneOf(parts):
            excluded = [(occur.MustNot, _matching(p, schema, vocabulary)) for p in parts]
            # The engine finds nothing by exclusions alone.
            return query.boolean_query([(occur.Must, query.all_query()), *excluded])


def _word(text: str, schema: Any) -> Any:
    """Returns a word's query: its term, or its parts side by side or joined ("hand-offs" and "handoffs")."""
    import tantivy

    parts = words(text)
    found = _phrase(terms(text), 0, schema)
    if len(parts) < 2 or not all(part.isalpha() for part in parts):
        return found
    joined = _phrase(terms("".join(parts)), 0, schema)
    should = tantivy.Occur.Should
    return tantivy.Query.boolean_query([(should, found), (should, joined)])


def _expanded(part: Prefix | Fuzzy, schema: Any, vocabulary: Vocabulary) -> Any:
    """Returns the query for any of the words that a prefix or a fuzzy word stands for."""
    import tantivy

    query, should = tantivy.Query, tantivy.Occur.Should
    found = expansion(part, vocabulary).terms
    whole = query.term_set_query(schema, BODY, list(found)) if found else query.empty_query()
    if isinstance(part, Fuzzy) or len(words(part.text)) < 2:
        return whole
    *first, last = words(part.text)  # "hand-of*" is "hand" before a word in of, too
    before, ends = terms(" ".join(first)), expansion(Prefix(last), vocabulary, _MOST_PHRASES).terms
    apart = [_phrase([*before, end], 0, schema) for end in ends]
    return query.boolean_query([(should, way) for way in [whole, *apart]])


def _phrase(found: list[str], slop: int, schema: Any) -> Any:
    """Returns the query for terms side by side; writing that has no terms is found nowhere."""
    import tantivy

    query = tantivy.Query
    if not found:
        return query.empty_query()
    if len(found) == 1:  # the engine panics over a phrase of one
        return query.term_query(schema, BODY, found[0], index_option="basic")
    return query.phrase_query(schema, BODY, list(found), slop=slop)


def _blended(found: Expansion, schema: Any, vocabulary: Vocabulary) -> Any | None:
    """Returns the best of the terms' BM25 parts, each with the weight of the commonest term's."""
    import tantivy

    holding: dict[str, int] = {}
    for word, count in found.words:
        for term in terms(word):
            holding[term] = max(count, holding.get(term, 0))
    if not holding:
        return None
    query, least = tantivy.Query, _idf(max(holding.values()), vocabulary.passages)
    weighed = [
        query.boost_query(
            query.term_query(schema, WORDS, term, index_option="freq"),
            least / _idf(count, vocabulary.passages),
        )
        for term, count in holding.items()
    ]
    return query.disjunction_max_query(weighed)


def _idf(holding: int, passages: int) -> float:
    """Returns ln(1 + (N - n + 0.5) / (n + 0.5)), Lucene's form, n of N passages holding a word."""
    return math.log1p(max(0.5, passages - holding + 0.5) / (holding + 0.5))

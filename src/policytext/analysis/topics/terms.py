"""The terms of many passages as a sparse matrix, by the analyser that search uses; and terms as printed."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from policytext.analysis.topics.units import TopicUnit
from policytext.text.stems import term_of
from policytext.text.terms import STOP_WORDS, term_spans, terms
from policytext.text.words.lexicon import listed

if TYPE_CHECKING:
    import numpy as np

Sparse = Any
"""A scipy.sparse.csr_matrix; scipy has no types."""

MOST_TERMS = 20_000
"""Only so many terms, those in most passages, make topics: rarer ones tell none, and memory is bounded."""
COMMON = 0.5
"""A term in more than this share of the passages belongs to no topic."""

_UNTELLING = listed("""
    able across ago along already also although always am among another answer answered anyone anything
    april around ask asked asking august away back became become becomes becoming behind beyond bring
    brought came certain clear clearly come comes coming could course currently dame december despite
    different done dr eight either else enough especially et etc even ever every everyone everything
    example february find first five found four friday get gets getting give given gives giving go goes
    going gone good got great greater half happen happened happening hence however important include
    included includes including indeed instead january july june keep kept key kind know known lady large
    largely last later least less let like likely little long look looking lord lot made mainly make
    makes making many march may maybe mean means might monday mr mrs ms much must near nearly need needed
    needs neither never nevertheless new next nine nobody none nothing november now number numbers
    october often one ones onto order others otherwise part particular particularly per perhaps pm point
    possible put quite rather really recent recently replied reply right said saturday say saying says
    second see seem seems seen september set seven several side since sir six somebody something
    sometimes soon start started still sunday sure take taken takes taking talk tell ten therefore thing
    things think third though thought three thursday thus till time times today together told took toward
    towards try trying tuesday two type us use used uses using usually various via want wanted way ways
    wednesday well went whatever whether within without would year years yes yet
    """)
"""Words that stand in texts on any subject, besides the analyser's stop words: adverbs, verbs of saying,
doing and being, numbers, forms of address, months and days."""


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Passages by terms.

    ``counts`` is a sparse matrix of float32, a row a passage in the order of ``ids``, a column a term in the
    order of ``terms`` (sorted). ``documents`` and ``decades`` say where each passage comes from.
    """

    ids: tuple[str, ...]
    documents: tuple[str, ...]
    decades: tuple[int | None, ...]
    second_hand: int
    terms: tuple[str, ...]
    counts: Sparse


@dataclass(slots=True)
class _Gathered:
    """Counts as they are gathered: of each passage its columns and how often, one behind the other."""

    vocabulary: dict[str, int]
    columns: array[int]
    times: array[int]
    ends: array[int]


def count_terms(units: Iterable[TopicUnit], names: Callable[[], Iterable[str]] = tuple) -> TermCounts:
    """Returns the terms of the units; texts are read once and not kept.

    Left out are stop words, words of no subject, terms with a digit or of one letter, names, terms in fewer
    passages than `fewest_passages`, in more than half of them, and all but the `MOST_TERMS` commonest.

    Args:
        units: in the order of the rows.
        names: asked when all units are read: words, in small letters, that are names.
    """
    ids, documents, decades, second_hand = [], [], array("i"), 0
    got = _Gathered({}, array("I"), array("H"), array("Q", [0]))
    silent = _silent()
    for unit in units:
        ids.append(unit.id)
        documents.append(unit.document)
        decades.append(-1 if unit.decade is None else unit.decade)
        second_hand += unit.second_hand
        _count(unit.text, silent, got)
    kept_terms, counts = _kept(got, len(ids), frozenset(map(term_of, names())))
    shared = tuple(documents)
    return TermCounts(
        tuple(ids), shared, tuple(None if d < 0 else d for d in decades), second_hand, kept_terms, counts
    )


def _silent() -> frozenset[str]:
    return frozenset(map(term_of, STOP_WORDS | _UNTELLING))


def _count(text: str, silent: frozenset[str], got: _Gathered) -> None:
    vocabulary = got.vocabulary
    found = Counter(t for t in terms(text) if t not in silent and len(t) > 1 and t.isalpha())
    for term, times in found.items():
        got.columns.append(vocabulary.setdefault(term, len(vocabulary)))
        got.times.append(min(times, 65_535))
    got.ends.append(len(got.columns))


def fewest_passages(passages: int) -> int:
    """Returns in how many passages a term must stand: 2 of a hundred, 4 of a thousand, 10 of 100,000."""
    return max(2, int(0.5 + passages**0.2))


def _kept(got: _Gathered, passages: int, names: frozenset[str]) -> tuple[tuple[str, ...], Sparse]:
    """Returns the terms that make topics, sorted, and their counts."""
    import numpy as np
    from scipy.sparse import csr_matrix

    columns = np.frombuffer(got.columns, dtype=np.uint32) if got.columns else np.zeros(0, np.uint32)
    times = np.frombuffer(got.times, dtype=np.uint16) if got.times else np.zeros(0, np.uint16)
    shape = (passages, max(1, len(got.vocabulary)))
    whole = csr_matrix(
        (
            times.astype(np.float32),
            columns.astype(np.int32),
            np.frombuffer(got.ends, np.uint64).astype(np.int64),
        ),
        shape=shape,
    )
    held = np.bincount(columns, minlength=shape[1])
    least, most = fewest_passages(passages), max(2.0, COMMON * passages)
    fit = [
        (-int(held[at]), term, at)
        for term, at in got.vocabulary.items()
        if least <= held[at] <= most and term not in names
    ]
    chosen = sorted((term, at) for _, term, at in sorted(fit)[:MOST_TERMS])
    matrix = whole[:, np.array([at for _, at in chosen], dtype=np.int64)]
    matrix.sort_indices()
    return tuple(term for term, _ in chosen), matrix


def weighted(counts: Sparse) -> Sparse:
    """Returns TF-IDF weights: (1 + log tf) times smoothed idf, rows of unit length, float32."""
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


@dataclass(frozen=True, slots=True)
class PrintedPair:
    """Two neighbours as printed, how often, and how often the rarer and the commoner one stand anywhere."""

    form: str
    times: int
    rarer: int
    commoner: int

    def is_usual(self, of_rarer: float, of_commoner: float, times: int) -> bool:
        """Whether so large shares of the places of each, and so many places, are in the pair."""
        return self.times >= max(times, of_rarer * self.rarer, of_commoner * self.commoner)


@dataclass(frozen=True, slots=True)
class Printed:
    """How terms and neighbours are printed: the commonest form of each, as counted in some passages."""

    forms: dict[str, str]
    pairs: dict[tuple[str, str], PrintedPair]


def printed(texts: Iterable[str], wanted: Iterable[str]) -> Printed:
    """Returns the commonest printed form of each of the wanted terms, and of neighbours among them.

    Of forms as common as each other the shorter, then the first in the alphabet; a term that does not stand
    in the texts is its own form. Neighbours have nothing but a blank or a hyphen between them.
    """
    asked = frozenset(wanted)
    forms: dict[str, Counter[str]] = {term: Counter() for term in sorted(asked)}
    pairs: dict[tuple[str, str], Counter[str]] = {}
    for text in texts:
        spans = term_spans(text)
        for start, end, term in spans:
            if term in asked:
                forms[term][text[start:end]] += 1
        for (start, middle, one), (after, end, other) in pairwise(spans):
            if one in asked and other in asked and one != other and text[middle:after] in (" ", "-", "\n"):
                pairs.setdefault((one, other), Counter())[" ".join(text[start:end].split())] += 1
    return Printed(
        {term: _commonest(found) or term for term, found in forms.items()},
        {
            pair: PrintedPair(_commonest(found), found.total(), *sorted(forms[term].total() for term in pair))
            for pair, found in sorted(pairs.items())
        },
    )


def _commonest(found: Counter[str]) -> str:
    """Returns the commonest form in small letters, unless a capital is what it is usually printed with."""
    if not found:
        return ""
    small: Counter[str] = Counter()
    for form, times in found.items():
        small[form.lower()] += times
    plain = min(small, key=lambda f: (-small[f], len(f), f))
    ways = {form: times for form, times in found.items() if form.lower() == plain}
    best = min(ways, key=lambda f: (-ways[f], f.lower() != f, f))
    return best if best.isupper() or ways[best] >= 0.8 * small[plain] else plain


def top_terms(weights: np.ndarray, number: int) -> np.ndarray:
    """Returns the columns of the heaviest terms of each row, heaviest first, ties in the order of columns.

    Args:
        weights: topics by terms.
        number: how many of each row.
    """
    import numpy as np

    return np.argsort(-weights, axis=1, kind="stable")[:, :number]


def agreement(one: Sequence[int], other: Sequence[int]) -> float:
    """Returns how far two ranked lists agree, in [0, 1]: the average Jaccard score.

    The mean over depths d of the overlap of the first d of each (Greene, O'Callaghan & Cunningham 2014, How
    Many Topics? Stability Analysis for Topic Models, equation 2): agreement at the top counts most.
    """
    depth = min(len(one), len(other))
    if not depth:
        return 0.0
    total = 0.0
    seen, met = set[int](), set[int]()
    for a, b in zip(one[:depth], other[:depth], strict=True):
        seen.add(a)
        met.add(b)
        total += len(seen & met) / len(seen | met)
    return total / depth

"""Topics of a corpus: what its passages speak of, how much, when, and how far to trust it.

The steps, each in a module of its own: which passages (`units`), their terms (`terms`), topics
and their number (`models`), names and examples (`labels`), decades (`prevalence`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from policytext.analysis.topics.choosing import (
    TRIED_ON,
    Steadiness,
    Trial,
    choose,
    fits_of_steadiness,
    fits_of_trial,
    numbers_to_try,
    steadiness,
    subsample_size,
    try_numbers,
)
from policytext.analysis.topics.labels import SHOWN_BY, central, examples, label, telling_terms
from policytext.analysis.topics.models import TOP, Factors, coherences, factorise, one_thread, sample_rows
from policytext.analysis.topics.prevalence import Prevalence, prevalence
from policytext.analysis.topics.terms import TermCounts, printed, top_terms, weighted
from policytext.errors import PolicytextError

if TYPE_CHECKING:
    import numpy as np

FEWEST_PASSAGES, FEWEST_TERMS = 40, 50
"""Less prose than this has no topics that could be told from chance."""
STABLE = 0.5
"""A topic is stable when it comes back more than by chance, and agrees so far with its like in subsamples."""
CARRIES = 0.1
"""A passage carries the topics of which it has so large a share."""
_DIGITS = 4

Texts = Callable[[Sequence[str]], Iterable[str]]


class Watching(Protocol):
    """Hears of stages and steps."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins."""
        ...

    def advance(self, steps: int = 1) -> None:
        """``steps`` more are done."""
        ...


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic as found; fields as in ``store.topics.Topic``, ``terms`` are (term, printed form, weight)."""

    label: str
    terms: tuple[tuple[str, str, float], ...]
    share: float
    stability: float
    verdict: str
    npmi: float
    passages: int
    documents: int
    largest: str | None
    largest_share: float
    decades: tuple[Prevalence, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicModel:
    """Topics, the largest first, with the numbers that were tried.

    ``chance`` is the stability of topics of words dealt at random, ``bar`` what 95 % of these do not exceed.
    ``shares`` are passages by topics in the order of ``topics``, rows sum to 1 or are all 0.
    """

    topics: tuple[FoundTopic, ...]
    trials: tuple[Trial, ...]
    tried_on: int
    subsample: int
    chance: float
    bar: float
    shares: np.ndarray

    def carried(self, ids: Sequence[str]) -> Iterator[tuple[int, str, float]]:
        """Yields (number of the topic from 1, passage id, share) of all that a passage carries."""
        import numpy as np

        for topic in range(self.shares.shape[1]):
            for row in np.flatnonzero(self.shares[:, topic] >= CARRIES).tolist():
                yield topic + 1, ids[row], _rounded(self.shares[row, topic])


def verdict(stability: float, bar: float) -> str:
    """Returns in words how far a topic comes back in subsamples, where chance hardly ever exceeds ``bar``."""
    if stability <= bar:
        return "not stable"
    return "stable" if stability >= STABLE else "fairly stable"


def find_topics(
    counted: TermCounts, texts: Texts, watcher: Watching, number: int | None = None, seed: int = 0
) -> TopicModel:
    """Returns the topics of the passages; the same passages, number and seed give the same topics.

    Args:
        counted: the passages by terms.
        texts: gives the texts of passages by their ids, for printed forms.
        watcher: hears how far it is.
        number: of topics; None tries several and takes that of which most topics hold.
        seed: of samples and draws, 0 or more.

    Raises:
        PolicytextError: too few passages or terms, or fewer than the number asked for.
    """
    _require_enough(counted, number)
    with one_thread():
        trials, tried_on = _trials(counted, number, seed, watcher)
        number = number or choose(trials)
        watcher.stage(f"{number} topics", 1 + fits_of_steadiness())
        whole = factorise(weighted(counted.counts), number, seed)
        watcher.advance()
        steady = steadiness(counted.counts, whole, seed, watcher.advance)
        topics, shares = _described(counted, whole, steady, texts, seed)
    size = subsample_size(len(counted.ids))
    return TopicModel(topics, trials, tried_on, size, _rounded(steady.chance), _rounded(steady.bar), shares)


def _require_enough(counted: TermCounts, number: int | None) -> None:
    passages, terms = len(counted.ids), len(counted.terms)
    if passages < FEWEST_PASSAGES or terms < FEWEST_TERMS:
        what = f"too little for topics: {passages:,} passages of prose with {terms:,} terms in common"
        raise PolicytextError(
            what, "", f"more papers; {FEWEST_PASSAGES} passages and {FEWEST_TERMS} terms at least"
        )
    if number is not None and number > min(passages, terms) // 4:
        most = min(passages, terms) // 4
        raise PolicytextError(
            f"{number} topics are too many for {passages:,} passages", "-n", f"{most} or fewer"
        )


def _trials(
    counted: TermCounts, number: int | None, seed: int, watcher: Watching
) -> tuple[tuple[Trial, ...], int]:
    """Returns what the numbers of topics that were tried gave, and on how many passages."""
    if number is not None:
        return (), 0
    counts = counted.counts
    if counts.shape[0] > TRIED_ON:
        counts = counts[sample_rows(counts.shape[0], TRIED_ON, seed, 0)]
    numbers = numbers_to_try(counts.shape[0], counts.shape[1])
    watcher.stage("how many topics", len(numbers) * fits_of_trial())
    trials = try_numbers(counts, numbers, seed, watcher.advance)
    return tuple(trials), counts.shape[0]


def _described(
    counted: TermCounts, whole: Factors, steady: Steadiness, texts: Texts, seed: int
) -> tuple[tuple[FoundTopic, ...], np.ndarray]:
    """Returns the topics, largest first, and the shares of the passages in their order."""
    describing = _Describing(counted, whole, steady, texts, seed)
    found = [describing.topic(t) for t in range(len(steady.topics))]
    order = sorted(range(len(found)), key=lambda t: (-found[t].share, found[t].label, t))
    return tuple(found[t] for t in order), describing.shares[:, order]


class _Describing:
    """What is known of all topics at once, and from it the description of each."""

    def __init__(
        self, counted: TermCounts, whole: Factors, steady: Steadiness, texts: Texts, seed: int
    ) -> None:
        import numpy as np

        self._counted, self._steady, self._texts = counted, steady, texts
        self.shares = whole.shares()
        self._told = np.round(telling_terms(counted.counts, whole), 9)
        self._columns = top_terms(self._told, TOP)
        self._npmi = coherences(counted.counts, self._columns)
        self._central = central(whole, counted.counts)
        self._decades = prevalence(self.shares, counted.documents, counted.decades, seed)
        self._names, self._homes = np.unique(np.array(counted.documents, dtype=str), return_inverse=True)

    def topic(self, at: int) -> FoundTopic:
        """Returns the topic of a column of the factorisation."""
        rows, counted = self._central[at].tolist(), self._counted
        columns = [c for c in self._columns[at].tolist() if self._told[at, c] > 0]
        terms = [counted.terms[c] for c in columns]
        forms = printed(self._texts([counted.ids[row] for row in rows[:SHOWN_BY]]), terms)
        largest, largest_share = self._largest(at)
        stability = _rounded(self._steady.topics[at])
        return FoundTopic(
            label=label(terms, forms),
            terms=tuple(
                (t, forms.forms[t], round(float(self._told[at, c]), 6))
                for t, c in zip(terms, columns, strict=True)
            ),
            share=_rounded(self.shares[:, at].mean()),
            stability=stability,
            verdict=verdict(stability, _rounded(self._steady.bar)),
            npmi=_rounded(self._npmi[at]),
            passages=len(rows),
            documents=len({counted.documents[row] for row in rows}),
            largest=largest,
            largest_share=largest_share,
            decades=tuple(map(_rounded_decade, self._decades[at])),
            examples=examples(rows, counted),
        )

    def _largest(self, at: int) -> tuple[str | None, float]:
        """Returns the document that has most of the topic, and how much of it."""
        import numpy as np

        parts = np.round(np.bincount(self._homes, weights=self.shares[:, at]), 6)
        if not parts.any():
            return None, 0.0
        return str(self._names[parts.argmax()]), _rounded(parts.max() / parts.sum())


def _rounded(number: float) -> float:
    return round(float(number), _DIGITS)


def _rounded_decade(found: Prevalence) -> Prevalence:
    low, high = (None if n is None else _rounded(n) for n in (found.low, found.high))
    return Prevalence(found.decade, _rounded(found.share), low, high)

"""How many topics there are, and which of them come back when the passages are sampled, more than by chance.

Topics of samples are compared with those of the whole by their first terms (Greene, O'Callaghan & Cunningham
2014, How Many Topics? Stability Analysis for Topic Models). Samples overlap, so that even noise comes back,
in a small corpus surprisingly often. So the same is done with the words dealt at random to the passages, and
what counts is the agreement above that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policytext.analysis.topics.models import TOP, Factors, coherences, factorise, sample_rows
from policytext.analysis.topics.terms import Sparse, agreement, fewest_passages, top_terms, weighted

if TYPE_CHECKING:
    import numpy as np

SUBSAMPLES, SUBSAMPLE_SHARE = 10, 0.8
"""How often the passages are sampled, without replacement, and how many of them each time."""
TRIED_ON = 2_000
"""Numbers of topics are tried on so many passages at most; and no subsample is larger."""
DEALS, TRIAL_DEALS, DEAL_SUBSAMPLES = 6, 4, 5
"""How often words are dealt at random: for the number that was chosen, for each that is tried; and how often
a deal is sampled."""
DEALT = 4 * TRIED_ON
"""So many passages at most are dealt words at random. Of these a subsample is a larger part than of more,
so that chance is overrated, never underrated."""
LEVEL = 0.95
"""A topic comes back more than by chance when it does so more than this share of topics of dealt words, as
their mean and spread tell: the few dozen of them leave the share itself to luck."""
_NORMAL = 1.645  # standard deviations above the mean of what `LEVEL` of a normal distribution do not exceed
_NUMBERS = (4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40)
_LEAST = 20  # passages of a topic, if all were as large

Done = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """A number of topics that was tried.

    ``stability`` is the mean agreement of the topics of subsamples with those of the whole, in [0, 1],
    ``chance`` the same mean where words are dealt at random; ``held`` is how many of the topics come back
    more than by chance, ``npmi`` the mean coherence of the topics, in [-1, 1].
    """

    number: int
    stability: float
    chance: float
    held: int
    npmi: float

    @property
    def above_chance(self) -> float:
        """Returns stability as a share of what chance leaves to reach: 0 is chance, 1 always the same."""
        return (self.stability - self.chance) / (1 - self.chance) if self.chance < 1 else 0.0


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How steady each topic is: mean agreement with its like in subsamples, in [0, 1], by topic.

    ``chance`` is the mean of topics of dealt words, ``bar`` what `LEVEL` of them do not exceed.
    """

    topics: np.ndarray
    chance: float
    bar: float


def numbers_to_try(passages: int, terms: int) -> list[int]:
    """Returns the numbers of topics to try: with a score of passages for a topic, and ten terms."""
    most = max(_NUMBERS[0], min(passages // _LEAST, terms // TOP))
    return [n for n in _NUMBERS if n <= most]


def choose(trials: Sequence[Trial]) -> int:
    """Returns the number of which the largest share of topics comes back more than by chance.

    Of two that are equally good the one that is more stable above chance on the whole, then the larger.
    Where no topic of any number comes back, only the whole is left to go by.
    """
    return max(trials, key=lambda t: (t.held / t.number, round(t.above_chance, 3), t.number)).number


def try_numbers(counts: Sparse, numbers: Sequence[int], seed: int, done: Done) -> list[Trial]:
    """Returns how stable and coherent such numbers of topics are; ``done`` is called after a fit."""
    import numpy as np

    telling = counts[:, _in_enough(counts)]
    samples = subsamples(telling, seed)
    deals = [_deal(telling, seed, deal) for deal in range(TRIAL_DEALS)]
    whole = weighted(telling)
    tried = []
    for number in numbers:
        found = factorise(whole, number, seed)
        steady = agreements(found, samples, seed, done).mean(axis=0)
        noise = np.concatenate([_by_chance(deal, number, seed, done) for deal in deals])
        npmi = float(coherences(telling, top_terms(found.topics, TOP)).mean())
        tried.append((number, steady, noise, npmi))
    # A few topics of noise for each number tell little of how far they stray; all of them together do.
    spread = float(np.concatenate([noise - noise.mean() for _, _, noise, _ in tried]).std())
    return [
        Trial(
            number,
            float(steady.mean()),
            float(noise.mean()),
            int((steady > noise.mean() + _NORMAL * spread).sum()),
            npmi,
        )
        for number, steady, noise, npmi in tried
    ]


def _in_enough(counts: Sparse) -> np.ndarray:
    """Returns the columns of the terms that stand in enough passages of a sample."""
    import numpy as np

    held = np.bincount(counts.indices, minlength=counts.shape[1])
    found: np.ndarray = np.flatnonzero(held >= min(fewest_passages(counts.shape[0]), held.max(initial=0)))
    return found


def steadiness(counts: Sparse, whole: Factors, seed: int, done: Done) -> Steadiness:
    """Returns how steady the topics of the whole are, beside what chance gives for as many topics."""
    import numpy as np

    number = whole.topics.shape[0]
    steady = agreements(whole, subsamples(counts, seed), seed, done).mean(axis=0)
    deals = (_deal(counts, seed, deal) for deal in range(TRIAL_DEALS, TRIAL_DEALS + DEALS))
    chance = np.concatenate([_by_chance(deal, number, seed, done) for deal in deals])
    return Steadiness(steady, float(chance.mean()), float(chance.mean() + _NORMAL * chance.std()))


def _deal(counts: Sparse, seed: int, deal: int) -> tuple[Sparse, list[Sparse]]:
    """Returns the weighted matrix of dealt words, and its subsamples."""
    if counts.shape[0] > DEALT:
        counts = counts[sample_rows(counts.shape[0], DEALT, seed, 100 + deal)]
    noise = dealt(counts, seed, deal)
    return weighted(noise), subsamples(noise, seed, DEAL_SUBSAMPLES)


def _by_chance(deal: tuple[Sparse, list[Sparse]], number: int, seed: int, done: Done) -> np.ndarray:
    """Returns how steady each of ``number`` topics of dealt words is."""
    noise, samples = deal
    steady: np.ndarray = agreements(factorise(noise, number, seed), samples, seed, done).mean(axis=0)
    return steady


def fits_of_trial() -> int:
    """Returns how often ``done`` is called for each number that is tried."""
    return SUBSAMPLES + TRIAL_DEALS * DEAL_SUBSAMPLES


def fits_of_steadiness() -> int:
    """Returns how often `steadiness` calls ``done``."""
    return SUBSAMPLES + DEALS * DEAL_SUBSAMPLES


def subsample_size(rows: int) -> int:
    """Returns how many of so many passages a subsample holds."""
    return min(round(SUBSAMPLE_SHARE * rows), TRIED_ON)


def subsamples(counts: Sparse, seed: int, number: int = SUBSAMPLES) -> list[Sparse]:
    """Returns the weighted matrices of ``number`` subsamples of the passages."""
    rows = counts.shape[0]
    size = subsample_size(rows)
    return [weighted(counts[sample_rows(rows, size, seed, turn)]) for turn in range(1, number + 1)]


def dealt(counts: Sparse, seed: int, turn: int) -> Sparse:
    """Returns the counts with all words dealt at random: passages keep their lengths, words their numbers."""
    import numpy as np
    from scipy.sparse import csr_matrix

    times = counts.data.astype(np.int64)
    words = np.repeat(counts.indices, times)
    rows = np.repeat(np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr)), times)
    np.random.default_rng([seed, 1_000 + turn]).shuffle(words)
    return csr_matrix((np.ones(len(words), np.float32), (rows, words)), shape=counts.shape)


def agreements(whole: Factors, samples: Sequence[Sparse], seed: int, done: Done) -> np.ndarray:
    """Returns subsamples by topics: how far each topic agrees with its like in the subsample, in [0, 1].

    Topics are paired so that the sum of agreements is largest (Kuhn 1955, the Hungarian method).
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    number = whole.topics.shape[0]
    reference = top_terms(whole.topics, TOP).tolist()
    found = np.zeros((len(samples), number))
    for turn, sample in enumerate(samples):
        topics = top_terms(factorise(sample, number, seed).topics, TOP).tolist()
        table = np.array([[agreement(one, other) for other in topics] for one in reference])
        rows, columns = linear_sum_assignment(-table)
        found[turn, rows] = table[rows, columns]
        done()
    return found

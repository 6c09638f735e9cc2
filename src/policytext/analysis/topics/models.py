"""Non-negative matrix factorisation of passages by terms, the same every time; and how coherent topics are.

Sources: NMF started from an SVD (Boutsidis & Gallopoulos 2008, NNDSVD, in the variant nndsvda); coherence as
normalised pointwise mutual information (Bouma 2009; Lau, Newman & Baldwin 2014).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policytext.analysis.topics.terms import Sparse

if TYPE_CHECKING:
    import numpy as np

TOP = 10
"""Terms of a topic that are looked at: for stability, coherence and the label."""
FITTED_ON = 200_000
"""Topics are made from so many passages at most, drawn at random; the others only get their shares."""
_ROUNDS = 300
_TOLERANCE = 1e-3  # ten times finer moves no passage of the planted topics of eval/speed/topics.py


@dataclass(frozen=True, slots=True)
class Factors:
    """``topics``: topics by terms, rows sum to 1; ``weights``: passages by topics, in the scale of terms."""

    topics: np.ndarray
    weights: np.ndarray

    def shares(self) -> np.ndarray:
        """Returns passages by topics, rows sum to 1; a passage with no term of any topic is all 0."""
        import numpy as np

        total = self.weights.sum(axis=1, keepdims=True)
        shares: np.ndarray = np.divide(self.weights, total, out=np.zeros_like(self.weights), where=total > 0)
        return shares


def one_thread() -> AbstractContextManager[Any]:
    """Returns a context in which linear algebra uses one thread: sums come in one order."""
    import scipy.linalg  # noqa: F401 - the limit holds only for what is loaded: scipy brings a BLAS of its own
    import sklearn.decomposition  # noqa: F401 - and OpenMP
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits


def factorise(matrix: Sparse, number: int, seed: int) -> Factors:
    """Returns ``number`` topics of the weighted matrix; the same matrix and seed give the same topics.

    By coordinate descent, whatever the size: on passages with planted topics (eval/speed/topics.py)
    descent in mini-batches was slower and put passages wrong that this one puts right.
    """
    import warnings

    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(n_components=number, init="nndsvda", random_state=seed, max_iter=_ROUNDS, tol=_TOLERANCE)
    rows = matrix.shape[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # rounds bound the time; stability tells the rest
        if rows <= FITTED_ON:
            weights = model.fit_transform(matrix)
        else:
            weights = model.fit(matrix[sample_rows(rows, FITTED_ON, seed, 0)]).transform(matrix)
    topics = model.components_
    scale = topics.sum(axis=1)
    scale[scale == 0] = 1.0
    return Factors(topics / scale[:, None], weights * scale)


def sample_rows(rows: int, size: int, seed: int, turn: int) -> np.ndarray:
    """Returns the numbers of ``size`` of the rows, rising; which ones, ``seed`` and ``turn`` decide."""
    import numpy as np

    chance = np.random.default_rng([seed, turn])
    found: np.ndarray = np.sort(chance.choice(rows, size=min(size, rows), replace=False))
    return found


def coherences(counts: Sparse, tops: np.ndarray) -> np.ndarray:
    """Returns the coherence of each topic: NPMI over all pairs of its terms, in [-1, 1].

    Terms meet where they stand in one passage; a pair that never meets counts -1 (Bouma 2009).
    """
    import numpy as np

    columns, places = np.unique(tops, return_inverse=True)
    held = counts[:, columns].astype(bool).astype(np.float64)
    together = np.asarray((held.T @ held).todense()) / max(1, counts.shape[0])
    places = places.reshape(tops.shape)
    return np.array([_npmi(together[np.ix_(row, row)]) for row in places])


def _npmi(together: np.ndarray) -> float:
    """Returns the mean NPMI of all pairs; the table holds shares of passages, of terms on its diagonal."""
    import numpy as np

    one, other = np.triu_indices(len(together), k=1)
    if not len(one):
        return 0.0
    alone, both = np.diag(together), together[one, other]
    met = both > 0
    values = np.full(len(both), -1.0)
    values[met] = 1.0  # in every passage together: nothing to surprise, but nothing apart either
    told = met & (both < 1)
    expected = alone[one[told]] * alone[other[told]]
    values[told] = np.log(both[told] / expected) / -np.log(both[told])
    return float(values.mean())

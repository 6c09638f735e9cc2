"""The index of meaning: one unit vector a passage, ranked by the exact product with the query's vector."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

from array import array
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policytext.errors import IndexDamaged, IndexUnavailable
from policytext.index.fields import SEARCHED
from policytext.index.manifest import ADVICE, Build, Manifest, folder_of, open_manifest, require_made_so
from policytext.index.models import ModelFolder
from policytext.index.passages import IndexedPassage
from policytext.index.vectors import Encoder, VectorCache, text_key
from policytext.ranking import Ranked, by_score

NAME = "dense"
_FILE = "vectors.npy"
_CHUNK = 256  # passages embedded, and kept, at a time
_BLOCK = 16_384  # rows read and written at a time
_PICKED = 2048  # rows copied out at a time to be compared: 3 MB, which a processor's cache holds
_SLACK = 4e-6  # more than the float32 product of two unit vectors of a few thousand numbers can be off


def build_dense(
    root: Path,
    generation: int,
    corpus_hash: str,
    passages: Iterable[IndexedPassage],
    encoder: Encoder,
    progress: Callable[[int], None] | None = None,
) -> Manifest:
    """Builds the dense index of an archive and puts it in force.

    Vectors come from the archive's cache where the same text was embedded by the same model before; the
    others are computed and kept there as they come, so that an interrupted build goes on where it stopped.

    Args:
        root: the archive's folder.
        generation: of the store the passages come from.
        corpus_hash: digest of the passages, for the manifest.
        passages: numbered 0, 1, 2 ... in this order; read once, not held.
        encoder: computes vectors; its model is named in the manifest.
        progress: told how many passages have their vector.

    Raises:
        ArchiveError: another process is building it, or the cache is damaged.
        ValueError: passages are not numbered in order.
    """
    with Build(root, NAME) as build, VectorCache(root, encoder) as cache:
        keys = _embed(cache, passages, progress)
        _write(build.folder / _FILE, cache, keys, encoder.dims)
        return build.publish(
            generation,
            corpus_hash,
            len(keys),
            f"numpy {np.__version__}",
            {"product": "exact", "dtype": "float32", "searched": SEARCHED},
            _facts(encoder.model)
            | {
                "weights_fingerprint": encoder.model.weights_fingerprint(),
                "weights_sha256": cache.model_key.partition(":")[0],
            },
        )


def _embed(
    cache: VectorCache, passages: Iterable[IndexedPassage], progress: Callable[[int], None] | None
) -> list[bytes]:
    """Returns the keys of all passages, in order, once each has its vector in the cache."""
    keys: list[bytes] = []
    waiting: dict[bytes, str] = {}
    for passage in passages:
        if passage.number != len(keys):
            raise ValueError(f"passage {passage.number} came where {len(keys)} should stand")
        text = passage.searched()
        keys.append(text_key(text))
        waiting[keys[-1]] = text
        if len(waiting) >= _CHUNK:
            _fill(cache, waiting, len(keys), progress)
            waiting = {}
    _fill(cache, waiting, len(keys), progress)
    return keys


def _fill(
    cache: VectorCache, texts: dict[bytes, str], reached: int, progress: Callable[[int], None] | None
) -> None:
    """Computes what is missing of ``texts``, the last of the ``reached`` passages read so far."""
    if progress is None:
        cache.fill(texts)
        return
    new = len(cache.missing(texts))
    cache.fill(texts, lambda done: progress(reached - new + done))
    progress(reached)


def _write(path: Path, cache: VectorCache, keys: list[bytes], dims: int) -> None:
    """Writes the vectors as one array, a block at a time."""
    with path.open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (len(keys), dims)}
        np.lib.format.write_array_header_1_0(file, header)
        for start in range(0, len(keys), _BLOCK):
            file.write(cache.rows(keys[start : start + _BLOCK]).astype("<f4", copy=False).tobytes())


class DenseIndex:
    """The dense index, open for ranking; rows are mapped, not read. Safe to share between threads."""

    def __init__(self, manifest: Manifest, rows: NDArray[np.float32]) -> None:
        self.manifest, self.rows = manifest, rows

    @classmethod
    def open(cls, root: Path, generation: int, model: ModelFolder | None = None) -> DenseIndex:
        """Opens the index in force.

        Args:
            root: the archive's folder.
            generation: of the store; an index of another is stale.
            model: what queries will be encoded with; an index made with another model is stale. Told by
                size, dimensions, pieces and a fingerprint of the weights, which takes a millisecond.

        Raises:
            IndexUnavailable: it is missing, damaged, or stale.
        """
        manifest = open_manifest(root, NAME, generation)
        require_made_so(manifest, searched=SEARCHED)
        if model is not None and not _made_by(manifest, model):
            raise IndexUnavailable(
                f"the dense index was made with another model: {manifest.model.get('name')}",
                str(root),
                f"{ADVICE}, or --model with that one",
            )
        path = folder_of(root, manifest) / _FILE
        try:
            rows = np.load(path, mmap_mode="r" if manifest.count else None, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise IndexDamaged("the dense index cannot be opened", str(path), ADVICE) from error
        if rows.dtype != np.float32 or rows.shape != (manifest.count, manifest.model.get("dims")):
            raise IndexDamaged("the dense index has the wrong shape", str(path), ADVICE)
        return cls(manifest, np.asarray(rows))

    def rank_vector(
        self, vector: NDArray[np.float32], k: int, allowed: Collection[int] | None = None
    ) -> list[Ranked]:
        """Returns the ``k`` passages whose vectors lie nearest by cosine, best first.

        Equal scores are ordered by passage number. A passage's score depends on nothing but the two vectors:
        candidates are found in float32, and those that come near the k-th place are scored in float64.

        Args:
            vector: the query's, of unit length, shape (dims,).
            k: how many passages at most, 1 or more.
            allowed: numbers of the passages that may be found; None lets all of them.

        Raises:
            ValueError: ``k`` is below 1, or the vector has another shape or is not finite.
        """
        if k < 1:
            raise ValueError("k must be 1 or more")
        if vector.shape != (self.rows.shape[1],) or not np.isfinite(vector).all():
            raise ValueError(f"a query needs {self.rows.shape[1]} finite numbers")
        numbers = None if allowed is None else _numbers(allowed, len(self.rows))
        scores = self._scores(np.ascontiguousarray(vector, np.float32), numbers)
        if not scores.size:
            return []
        near = _at_the_top(scores, k)
        near = near if numbers is None else numbers[near]
        return by_score(self._exactly(vector.astype(np.float64), near))[:k]

    def _exactly(self, vector: NDArray[np.float64], numbers: NDArray[np.int64]) -> list[Ranked]:
        """Returns the passages scored in float64, each row summed by itself, so no neighbour changes it."""
        ranked: list[Ranked] = []
        for start in range(0, len(numbers), _BLOCK):
            block = numbers[start : start + _BLOCK]
            scores = (self.rows[block] * vector).sum(axis=1)
            ranked += [Ranked(int(n), float(s)) for n, s in zip(block, scores, strict=True)]
        return ranked

    def _scores(self, vector: NDArray[np.float32], numbers: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """Returns the float32 product with all rows, or with those of ``numbers``."""
        if numbers is None:
            return self.rows @ vector
        if not len(numbers):
            return np.empty(0, np.float32)
        first, end = int(numbers[0]), int(numbers[-1]) + 1
        if len(numbers) * 4 > end - first:  # one sweep over all rows between costs less than picking many
            return (self.rows[first:end] @ vector)[numbers - first]
        scores = np.empty(len(numbers), np.float32)
        for start in range(0, len(numbers), _PICKED):
            scores[start : start + _PICKED] = self.rows[numbers[start : start + _PICKED]] @ vector
        return scores


def _at_the_top(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Returns the places of the k best scores and of all that come so near that rounding could hide one."""
    if k >= len(scores):
        return np.arange(len(scores))
    last = np.partition(scores, len(scores) - k)[len(scores) - k]
    return np.flatnonzero(scores >= last - np.float32(_SLACK))


def _numbers(allowed: Collection[int], count: int) -> NDArray[np.int64]:
    """Returns the allowed numbers, each once, sorted, without those that no row has.

    Arrays (numpy's or the standard library's) and ranges are taken as they are; sorted ones cost least.
    """
    numbers: NDArray[np.int64]
    if isinstance(allowed, range):
        numbers = np.arange(allowed.start, allowed.stop, allowed.step, dtype=np.int64)
    elif isinstance(allowed, np.ndarray | array):
        numbers = np.asarray(allowed).astype(np.int64, copy=False)
    else:
        numbers = np.fromiter(allowed, np.int64, len(allowed))
    if not (numbers[1:] > numbers[:-1]).all():
        numbers = np.unique(numbers)
    first, end = np.searchsorted(numbers, (0, count))
    return numbers[first:end]


def _made_by(manifest: Manifest, model: ModelFolder) -> bool:
    """Whether the index was made with these weights; an index without a fingerprint goes by its facts."""
    recorded = manifest.model.get("weights_fingerprint")
    # The same weights go by a folder's name or by the hub's: the name tells nothing.
    facts = {fact: value for fact, value in _facts(model).items() if fact != "name"}
    same = all(manifest.model.get(fact) == value for fact, value in facts.items())
    return same and (recorded is None or recorded == model.weights_fingerprint())


def _facts(model: ModelFolder) -> dict[str, str | int | float | bool | None]:
    return {
        "name": model.name,
        "dims": model.dims,
        "max_pieces": model.max_pieces,
        "weights_size": model.size,
    }

"""Vectors of an archive's sentences: computed once, kept, and computed side by side where there are many."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from policytext.index.models import ModelFolder
from policytext.pipeline.indexing import Reached, processes_for
from policytext.pipeline.watching import Watcher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from policytext.index.vectors import VectorCache


class Meanings:
    """The vectors of an archive's texts under one model; a context manager.

    Vectors are kept beside the indexes as they come, so that what is asked again, or was interrupted, is not
    computed twice. Processes start with the first call that has much to do, and end with the context.

    Args:
        root: the archive's folder.
        model: what computes.
        watcher: is shown how far the work has come.
        workers: processes; None takes one a core where there is much to do.
    """

    def __init__(self, root: Path, model: ModelFolder, watcher: Watcher, workers: int | None = None) -> None:
        self._root, self._model, self._watcher, self._workers = root, model, watcher, workers
        self._side_by_side: VectorCache | None = None

    def __enter__(self) -> Self:
        from policytext.index.transformer import encoder_for
        from policytext.index.vectors import VectorCache

        self._open = ExitStack()
        self._cache = self._open.enter_context(VectorCache(self._root, encoder_for(self._model)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns one unit row of float32 a text, in order: shape (len(texts), dims)."""
        from policytext.index.vectors import text_key

        keys = [text_key(text) for text in texts]
        new = len(self._cache.missing(keys))
        if new:
            self._watcher.stage("embeddings", new)
            self._fill(dict(zip(keys, texts, strict=True)), processes_for(new, self._workers))
        return self._cache.rows(keys)

    def _fill(self, texts: dict[bytes, str], processes: int) -> None:
        cache = self._cache if processes == 1 else self._spread(processes)
        cache.fill(texts, Reached(self._watcher))

    def _spread(self, processes: int) -> VectorCache:
        """Returns the cache with processes behind it, which start once and end with the context."""
        if self._side_by_side is None:
            from policytext.index.spreading import SpreadEncoder
            from policytext.index.vectors import VectorCache

            encoder = self._open.enter_context(SpreadEncoder(self._model, processes))
            self._side_by_side = self._open.enter_context(VectorCache(self._root, encoder))
        return self._side_by_side

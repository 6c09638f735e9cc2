"""Bulk encoding over several processes. A vector does not depend on its neighbours: any split will do."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

from collections.abc import Callable, Sequence
from functools import lru_cache
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from policytext.index.models import ModelFolder
from policytext.index.transformer import encoder_for
from policytext.index.vectors import Encoder
from policytext.runners import process_pool

_PARTS = 4  # parts a process: enough that a long one does not keep the others waiting


class SpreadEncoder:
    """An encoder that works in ``workers`` processes; a context manager, since processes must end.

    Args:
        folder: the model; every process maps its weights, which the system shares.
        workers: processes, 1 or more.
    """

    def __init__(self, folder: ModelFolder, workers: int) -> None:
        self.model, self.dims = folder, folder.dims
        self._workers = workers
        self._pool = process_pool(workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Returns one unit row of float32 a text, in order: shape (len(texts), dims)."""
        rows = np.empty((len(texts), self.dims), np.float32)
        # Dealt out by length like cards, so that every part takes about as long.
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        parts = [part for n in range(self._workers * _PARTS) if (part := order[n :: self._workers * _PARTS])]
        asked = [self._pool.submit(_encode, self.model, [texts[n] for n in part]) for part in parts]
        done = 0
        for part, future in zip(parts, asked, strict=True):
            rows[part] = future.result()
            done += len(part)
            if progress is not None:
                progress(done)
        return rows


def _encode(folder: ModelFolder, texts: list[str]) -> NDArray[np.float32]:
    return _encoder(folder).encode(texts)


@lru_cache(maxsize=1)
def _encoder(folder: ModelFolder) -> Encoder:
    return encoder_for(folder)

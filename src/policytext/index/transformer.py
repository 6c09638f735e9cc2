"""The standard door to embedding models, sentence-transformers, and the choice between the two doors."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from policytext.errors import ModelUnavailable
from policytext.index.encoder import NumpyEncoder, supports
from policytext.index.models import ModelFolder
from policytext.index.vectors import Encoder

_BATCH = 32
_CHUNK = 1024  # texts between two reports of progress


class SentenceTransformerEncoder:
    """Encodes with sentence-transformers: any model it can load, on the device it is told to use.

    Args:
        folder: the model; only files that are there are read.
        device: as torch names it ("cpu", "cuda"); None leaves the choice to the library.

    Raises:
        ModelUnavailable: sentence-transformers is not installed, or cannot load the model.
    """

    def __init__(self, folder: ModelFolder, device: str | None = "cpu") -> None:
        if find_spec("sentence_transformers") is None:
            raise ModelUnavailable(
                "this model needs sentence-transformers", folder.name, 'pip install "policytext[full]"'
            )
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(str(folder.path), device=device, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelUnavailable(f"cannot be loaded: {error}", str(folder.path), "another model") from error
        self._model.max_seq_length = folder.max_pieces
        self.model, self.dims = folder, folder.dims

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Returns one unit row of float32 a text, in order: shape (len(texts), dims)."""
        rows = np.empty((len(texts), self.dims), np.float32)
        for start in range(0, len(texts), _CHUNK):
            part = list(texts[start : start + _CHUNK])
            rows[start : start + len(part)] = self._model.encode(
                part, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            if progress is not None:
                progress(start + len(part))
        return rows


def encoder_for(folder: ModelFolder, *, standard: bool = False) -> Encoder:
    """Returns an encoder for the model: numpy's where it computes the model, else sentence-transformers'.

    Args:
        folder: the model.
        standard: asks for sentence-transformers even so. The two agree to a cosine of 0.9999.

    Raises:
        ModelUnavailable: the model needs sentence-transformers and it is not installed, or is damaged.
    """
    if standard or supports(folder):
        return SentenceTransformerEncoder(folder)
    return NumpyEncoder(folder)

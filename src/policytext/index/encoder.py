"""A sentence encoder in numpy: BERT's forward pass over memory-mapped weights, no torch.

Devlin et al., "BERT" (2019), evaluated as in Hugging Face transformers; mean pooling and unit length as in
sentence-transformers. It computes what it computes exactly or refuses: see ``supports``.
"""

from __future__ import annotations

import os

# Read once, when numpy first loads. A second thread gains nothing on texts this short, and on a busy machine
# one query then took 450 ms in place of 27.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from policytext.errors import ModelUnavailable
from policytext.index.models import ModelFolder, read_json, read_list
from policytext.index.pieces import encodable, load_tokenizer, tokenizer_file
from policytext.index.weights import open_weights

Matrix = NDArray[np.float32]

_GRAIN = 12  # rows; BLAS libraries work through a product in tiles of 1, 2, 3, 4, 6 or 12 rows
_BATCH_ROWS = 480  # word pieces; keeps the widest layer of a batch at 3 MB for hidden sizes of 384
_FEW = 16  # texts, below which looking at BLAS costs more than batches save
_GELU_ROWS = 64  # as many rows of the widest layer as stay in a processor's cache


@dataclass(frozen=True, slots=True)
class _Layer:
    query: tuple[Matrix, Matrix]
    key: tuple[Matrix, Matrix]
    value: tuple[Matrix, Matrix]
    attended: tuple[Matrix, Matrix]
    attended_norm: tuple[Matrix, Matrix]
    widened: tuple[Matrix, Matrix]
    narrowed: tuple[Matrix, Matrix]
    narrowed_norm: tuple[Matrix, Matrix]


class NumpyEncoder:
    """Encodes texts with a BERT model. Cheap to start: weights are mapped, not read.

    Texts are computed several at a time, their word pieces stacked in one matrix, and yet a text's numbers
    are the same to the last bit whatever stands beside it, so that resuming and spreading the work change
    nothing. Every text begins on a row that is a multiple of 12, and a look at BLAS tells whether it then
    gives a row the same bits wherever it stands; where it does not, texts go one by one.

    Args:
        folder: the model.

    Raises:
        ModelUnavailable: the model is damaged, or of a kind that this encoder does not compute.
    """

    def __init__(self, folder: ModelFolder) -> None:
        refusal = supports(folder)
        if refusal:
            raise ModelUnavailable(refusal, str(folder.path), "sentence-transformers for this model")
        config = read_json(folder.path / "config.json")
        self.model, self.dims = folder, folder.dims
        self._stacks: bool | None = None
        self._heads = int(config["num_attention_heads"])
        self._epsilon = np.float32(config.get("layer_norm_eps", 1e-12))
        self._tokenizer = load_tokenizer(tokenizer_file(folder.path))
        self._tokenizer.enable_truncation(min(folder.max_pieces, int(config["max_position_embeddings"])))
        self._load(int(config["num_hidden_layers"]))

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Matrix:
        """Returns one unit row of float32 a text, in order: shape (len(texts), dims).

        Only the first ``max_pieces`` word pieces of a text count. ``progress`` is told how many are done.
        """
        rows = np.empty((len(texts), self.dims), np.float32)
        pieces = [e.ids for e in self._tokenizer.encode_batch_fast([encodable(t) for t in texts])]
        done = 0
        most = _BATCH_ROWS if len(texts) >= _FEW and self._may_stack() else 1
        for batch in _batches([len(ids) for ids in pieces], most):
            rows[batch] = self._forward([pieces[i] for i in batch])
            done += len(batch)
            if progress is not None:
                progress(done)
        return rows

    def _load(self, layers: int) -> None:
        weights = open_weights(self.model.weights)
        prefix = "bert." if "bert.embeddings.word_embeddings.weight" in weights else ""

        def pair(name: str) -> tuple[Matrix, Matrix]:
            weight = weights[f"{prefix}{name}.weight"]
            # Transposed views cost nothing here, and BLAS takes them as they are.
            return (weight.T if weight.ndim == 2 else weight), weights[f"{prefix}{name}.bias"]

        try:
            self._words = weights[f"{prefix}embeddings.word_embeddings.weight"]
            self._places = weights[f"{prefix}embeddings.position_embeddings.weight"]
            self._kinds = weights[f"{prefix}embeddings.token_type_embeddings.weight"]
            self._first_norm = pair("embeddings.LayerNorm")
            self._layers = [_layer(pair, f"encoder.layer.{n}") for n in range(layers)]
        except KeyError as error:
            raise ModelUnavailable(
                f"the weights lack {error}", str(self.model.weights), "another model"
            ) from error

    def _may_stack(self) -> bool:
        """Whether BLAS gives the rows of each kind of product here the same bits wherever they stand."""
        if self._stacks is None:
            layer = self._layers[0]
            kinds = (layer.query[0], layer.widened[0], layer.narrowed[0])
            self._stacks = all(stacks(weight) for weight in kinds)
        return self._stacks

    def _forward(self, texts: Sequence[Sequence[int]]) -> Matrix:
        """Returns unit rows for texts given as word pieces: shape (len(texts), dims)."""
        starts = [0, *accumulate(_padded(len(ids)) for ids in texts)]
        spans = [(start, start + len(ids)) for start, ids in zip(starts, texts, strict=False)]
        words, places = np.zeros(starts[-1], np.int64), np.zeros(starts[-1], np.int64)
        for (start, end), ids in zip(spans, texts, strict=True):
            words[start:end], places[start:end] = ids, np.arange(len(ids))
        state = self._norm(self._words[words] + (self._places[places] + self._kinds[0]), self._first_norm)
        for layer in self._layers:
            state = self._norm(state + self._attention(state, layer, spans), layer.attended_norm)
            wide = _linear(state, layer.widened)
            gelu(wide)
            state = self._norm(state + _linear(wide, layer.narrowed), layer.narrowed_norm)
        pooled = np.array([state[start:end].mean(axis=0) for start, end in spans])
        length_of = np.sqrt(np.einsum("ij,ij->i", pooled, pooled))[:, None]
        pooled /= np.maximum(length_of, np.float32(1e-12))
        return pooled

    def _attention(self, state: Matrix, layer: _Layer, spans: Sequence[tuple[int, int]]) -> Matrix:
        """Returns what the heads attend to within each text, brought back together; shape of ``state``."""
        shape = (len(state), self._heads, state.shape[1] // self._heads)
        query, key, value = (
            _linear(state, part).reshape(shape).transpose(1, 0, 2)
            for part in (layer.query, layer.key, layer.value)
        )
        query *= np.float32(shape[2] ** -0.5)
        together = np.zeros(shape, np.float32)
        for start, end in spans:
            scores = query[:, start:end] @ key[:, start:end].transpose(0, 2, 1)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            attended = scores @ value[:, start:end]
            attended /= np.einsum("hij->hi", scores)[:, :, None]  # fewer numbers to divide than scores
            together[start:end] = attended.transpose(1, 0, 2)
        return _linear(together.reshape(state.shape), layer.attended)

    def _norm(self, state: Matrix, norm: tuple[Matrix, Matrix]) -> Matrix:
        """Returns the rows with mean 0 and variance 1, scaled and shifted (layer normalisation)."""
        state = state - state.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", state, state)[:, None] / np.float32(state.shape[1])
        state /= np.sqrt(variance + self._epsilon)
        state *= norm[0]
        state += norm[1]
        return state


def supports(folder: ModelFolder) -> str:
    """Returns why the numpy encoder cannot compute the model, or nothing when it can.

    It computes BERT with the exact gelu and absolute positions, then the mean over the word pieces, then
    unit length; weights in float32 in one .safetensors file.
    """
    config = read_json(folder.path / "config.json")
    wanted = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "position_embedding_type": "absolute",
        "is_decoder": False,
    }
    for setting, value in wanted.items():
        if config.get(setting, value) != value:
            return f"{setting} is {config[setting]!r}, not {value!r}"
    if "model_type" not in config or folder.weights.suffix != ".safetensors":
        return "no BERT model with weights in model.safetensors"
    if not (folder.path / "tokenizer.json").is_file():
        return "no tokenizer.json"
    return _pooling_refusal(folder)


def gelu(wide: Matrix) -> None:
    """Replaces x by x P(X < x), X standard normal, in place; absolute error under 1e-7 |x| + rounding.

    The tail of the normal distribution is Zelen and Severo's, formula 26.2.17 in Abramowitz and Stegun,
    "Handbook of Mathematical Functions" (1964), |error| < 7.5e-8: numpy has no error function.
    """
    for start in range(0, len(wide), _GELU_ROWS):
        block = wide[start : start + _GELU_ROWS]
        size = np.abs(block)
        t = size * np.float32(0.2316419)
        t += 1
        np.reciprocal(t, out=t)
        tail = t * np.float32(1.330274429)
        for coefficient in (-1.821255978, 1.781477937, -0.356563782, 0.319381530):
            tail += np.float32(coefficient)
            tail *= t
        np.multiply(size, size, out=t)
        t *= np.float32(-0.5)
        np.exp(t, out=t)
        tail *= t
        size *= np.float32(0.3989422804)  # 1 / sqrt(2 pi)
        tail *= size
        np.maximum(block, 0, out=block)
        block -= tail


def _pooling_refusal(folder: ModelFolder) -> str:
    modules = folder.path / "modules.json"
    if not modules.is_file():
        return "no modules.json that names mean pooling and unit length"
    listed = read_list(modules)
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in listed]
    if kinds != ["Transformer", "Pooling", "Normalize"]:
        return f"its steps are {', '.join(kinds)}, not Transformer, Pooling, Normalize"
    pooling = read_json(folder.path / str(listed[1].get("path", "")) / "config.json")
    modes = [mode for mode, on in pooling.items() if mode.startswith("pooling_mode_") and on]
    if (modes or [str(pooling.get("pooling_mode"))]) not in (["pooling_mode_mean_tokens"], ["mean"]):
        return "its pooling is not the mean alone"
    limits = folder.path / "sentence_bert_config.json"
    if limits.is_file() and read_json(limits).get("do_lower_case"):
        return "it lowers case before its tokenizer"
    asks = folder.path / "config_sentence_transformers.json"
    if asks.is_file() and read_json(asks).get("default_prompt_name"):
        return "it puts a prompt before each text"
    return ""


def _layer(pair: Callable[[str], tuple[Matrix, Matrix]], name: str) -> _Layer:
    return _Layer(
        pair(f"{name}.attention.self.query"),
        pair(f"{name}.attention.self.key"),
        pair(f"{name}.attention.self.value"),
        pair(f"{name}.attention.output.dense"),
        pair(f"{name}.attention.output.LayerNorm"),
        pair(f"{name}.intermediate.dense"),
        pair(f"{name}.output.dense"),
        pair(f"{name}.output.LayerNorm"),
    )


def _linear(state: Matrix, dense: tuple[Matrix, Matrix]) -> Matrix:
    out: Matrix = state @ dense[0]
    out += dense[1]
    return out


def stacks(weight: Matrix) -> bool:
    """Whether a row times ``weight`` has the same bits in any stack of rows, at any multiple of 12 rows.

    BLAS promises no such thing: the tile that a row falls into decides in which order it is summed. So a
    stack of random rows is multiplied whole and in pieces, and the bits are compared.
    """
    rows = np.random.default_rng(0).standard_normal((_BATCH_ROWS, weight.shape[0]), np.float32)
    whole = rows @ weight
    for tiles in (1, 2, 3, 5, 9, 16, 21, 39):
        count = tiles * _GRAIN
        for start in (0, _GRAIN * (tiles % 7), _BATCH_ROWS - count):
            if not np.array_equal(rows[start : start + count] @ weight, whole[start : start + count]):
                return False
    return True


def _padded(length: int) -> int:
    return -(-length // _GRAIN) * _GRAIN


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yields the indices of the texts, short ones first, as many as ``most`` rows hold, one at least."""
    batch: list[int] = []
    rows = 0
    for i in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batch and rows + _padded(lengths[i]) > most:
            yield batch
            batch, rows = [], 0
        batch.append(i)
        rows += _padded(lengths[i])
    if batch:
        yield batch

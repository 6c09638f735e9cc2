"""The dense index: exact ranking, filters, ties, and a cache that embeds nothing twice."""

from __future__ import annotations

import random
from array import array

import numpy as np
import pytest

import tinybert
from policytext.errors import ArchiveError, IndexUnavailable
from policytext.index.dense import DenseIndex, build_dense
from policytext.index.encoder import NumpyEncoder
from policytext.index.manifest import folder_of, indexes_of
from policytext.index.models import read_model
from policytext.index.passages import IndexedPassage
from policytext.index.spreading import SpreadEncoder
from policytext.index.vectors import VectorCache

CORPUS = "c" * 64
WORDS = ["care", "board", "funds", "joint", "local", "plan", "review", "health", "act", "1958", "costs"]


class Counting:
    """An encoder that notes what it was asked, and can be stopped after so many texts."""

    def __init__(self, folder, stop_after=None):
        self.inner, self.model, self.dims = NumpyEncoder(folder), folder, folder.dims
        self.asked, self.stop_after = [], stop_after

    def encode(self, texts, progress=None):
        if self.stop_after is not None and len(self.asked) + len(texts) > self.stop_after:
            raise KeyboardInterrupt
        self.asked += texts
        return self.inner.encode(texts, progress)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return read_model(tinybert.write_model(tmp_path_factory.mktemp("model") / "tiny"), "tiny")


def passages(count, seed=0):
    rng = random.Random(seed)
    return [IndexedPassage(i, " ".join(rng.choices(WORDS, k=8)) + f" {i}") for i in range(count)]


@pytest.fixture(scope="module")
def archive(model, tmp_path_factory):
    root = tmp_path_factory.mktemp("dense")
    build_dense(root, 1, CORPUS, passages(900), NumpyEncoder(model))
    return root


@pytest.fixture(scope="module")
def index(archive, model):
    return DenseIndex.open(archive, 1, model)


@pytest.fixture(scope="module")
def vectors(model):
    return NumpyEncoder(model).encode(["joint funds for care", "the act of 1958", "plan", ""])


def exact(index, vector, k, allowed):
    scores = index.rows.astype(np.float64) @ vector.astype(np.float64)
    return sorted(allowed, key=lambda n: (-scores[n], n))[:k]


def test_the_ranking_is_exact(index, vectors):
    for vector in vectors:
        found = index.rank_vector(vector, 20)
        assert [r.number for r in found] == exact(index, vector, 20, range(900))
        assert found[0].score == pytest.approx(float(index.rows[found[0].number] @ vector), abs=1e-6)


@pytest.mark.parametrize("share", [0.01, 0.2, 0.24, 0.26, 0.95])
def test_a_filter_gives_the_best_of_what_it_lets_through(index, vectors, share):
    rng = random.Random(1)
    for vector in vectors:
        allowed = {n for n in range(900) if rng.random() < share}
        found = index.rank_vector(vector, 10, allowed)
        assert [r.number for r in found] == exact(index, vector, 10, allowed)


def test_a_score_depends_on_the_two_vectors_alone(index, vectors):
    whole = {r.number: r.score for r in index.rank_vector(vectors[0], 900)}
    assert len(whole) == 900
    for allowed in (None, range(3), [7], range(1, 900, 2), np.arange(50, 800)):
        for k in (1, 13, 2000):
            for hit in index.rank_vector(vectors[0], k, allowed):
                assert hit.score == whole[hit.number]


ALLOWED = [5, 890, 17, 17, 3, 400, 401, 402, -2, 900]


@pytest.mark.parametrize(
    "kind",
    [list, set, tuple, frozenset, np.array, lambda n: array("q", n), lambda n: np.array(n, np.int32)],
)
def test_filters_come_as_any_collection(index, vectors, kind):
    found = index.rank_vector(vectors[0], 20, kind(ALLOWED))
    assert [r.number for r in found] == exact(index, vectors[0], 20, {n for n in ALLOWED if 0 <= n < 900})


@pytest.mark.parametrize("allowed", [range(0), range(899, 10, -7), range(500, 700), range(-5, 2000)])
def test_a_filter_may_be_a_range(index, vectors, allowed):
    found = index.rank_vector(vectors[1], 10, allowed)
    assert [r.number for r in found] == exact(index, vectors[1], 10, set(allowed) & set(range(900)))


def test_ties_break_by_number_across_the_cut(model, tmp_path):
    same = [IndexedPassage(i, "the same words" if i != 5 else "other") for i in range(300)]
    build_dense(tmp_path, 1, CORPUS, same, NumpyEncoder(model))
    index = DenseIndex.open(tmp_path, 1)
    vector = NumpyEncoder(model).encode(["the same words"])[0]
    assert [r.number for r in index.rank_vector(vector, 7)] == [0, 1, 2, 3, 4, 6, 7]
    assert [r.number for r in index.rank_vector(vector, 2, range(250, 300))] == [250, 251]


def test_filters_may_be_empty_or_name_what_is_not_there(index, vectors):
    assert index.rank_vector(vectors[0], 5, []) == []
    assert index.rank_vector(vectors[0], 5, [-1, 900, 10**9]) == []


@pytest.mark.parametrize("vector", [np.zeros(3, np.float32), np.full(tinybert.HIDDEN, np.nan, np.float32)])
def test_a_vector_that_cannot_be_compared_is_refused(index, vector):
    with pytest.raises(ValueError, match="finite numbers"):
        index.rank_vector(vector, 5)


def test_k_below_one_is_refused(index, vectors):
    with pytest.raises(ValueError, match="k must be"):
        index.rank_vector(vectors[0], 0)


def test_the_heading_is_embedded_with_the_text(model, tmp_path):
    build_dense(tmp_path, 1, CORPUS, [IndexedPassage(0, "Text.", "Heading")], NumpyEncoder(model))
    row = NumpyEncoder(model).encode(["Heading\nText."])[0]
    assert np.array_equal(DenseIndex.open(tmp_path, 1).rows[0], row)


def test_an_empty_corpus_can_be_indexed_and_asked(model, tmp_path, vectors):
    build_dense(tmp_path, 1, CORPUS, [], NumpyEncoder(model))
    assert DenseIndex.open(tmp_path, 1, model).rank_vector(vectors[0], 5) == []


def test_passages_must_come_in_order(model, tmp_path):
    with pytest.raises(ValueError, match="1 came where 0"):
        build_dense(tmp_path, 1, CORPUS, [IndexedPassage(1, "a")], NumpyEncoder(model))


def test_nothing_is_embedded_twice(model, tmp_path):
    first = Counting(model)
    twice = passages(300) + [IndexedPassage(300 + p.number, p.text) for p in passages(300)]
    build_dense(tmp_path, 1, CORPUS, twice, first)
    assert len(first.asked) == len(set(first.asked)) == 300
    second = Counting(model)
    more = [*passages(300), IndexedPassage(300, "one that is new")]
    made = build_dense(tmp_path, 2, CORPUS, more, second)
    assert second.asked == ["one that is new"]
    assert (made.count, made.generation) == (301, 2)


def test_an_interrupted_build_goes_on_where_it_stopped_to_the_same_bytes(model, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        build_dense(tmp_path / "a", 1, CORPUS, passages(900), Counting(model, stop_after=600))
    with pytest.raises(IndexUnavailable):
        DenseIndex.open(tmp_path / "a", 1)
    rest = Counting(model)
    resumed = build_dense(tmp_path / "a", 1, CORPUS, passages(900), rest)
    assert len(rest.asked) == 900 - 512
    assert build_dense(tmp_path / "b", 1, CORPUS, passages(900), NumpyEncoder(model)) == resumed


def test_progress_counts_up_to_the_end(model, tmp_path):
    told = []
    build_dense(tmp_path, 1, CORPUS, passages(600), NumpyEncoder(model), told.append)
    assert told == sorted(told)
    assert {256, 512, 600} <= set(told)
    assert told[-1] == 600
    assert len(told) > 6  # between the 256 that are kept, so that a slow machine shows that it works


def test_progress_counts_what_was_there_already_at_once(model, tmp_path):
    build_dense(tmp_path, 1, CORPUS, passages(300), NumpyEncoder(model))
    told = []
    build_dense(tmp_path, 2, CORPUS, passages(310), NumpyEncoder(model), told.append)
    assert told[0] == 256
    assert told == sorted(told)
    assert told[-1] == 310


def test_the_manifest_names_the_model_and_its_weights(index, model):
    facts = index.manifest.model
    assert facts["name"] == "tiny"
    assert facts["weights_sha256"] == model.weights_sha256()
    assert facts["dims"] == tinybert.HIDDEN


def test_another_model_makes_the_index_stale(archive, model, tmp_path):
    folder = tinybert.write_model(tmp_path / "other")
    with (folder / "model.safetensors").open("ab") as file:
        file.write(b"\0" * 64)
    with pytest.raises(IndexUnavailable, match="another model") as caught:
        DenseIndex.open(archive, 1, read_model(folder, "other"))
    assert "policytext ingest" in str(caught.value)


def test_a_twin_of_the_same_size_is_refused_in_one_line(archive, model, tmp_path):
    twin = read_model(tinybert.write_model(tmp_path / "twin", seed=7), "twin")
    assert (twin.size, twin.dims, twin.max_pieces) == (model.size, model.dims, model.max_pieces)
    with pytest.raises(IndexUnavailable, match="made with another model: tiny") as caught:
        DenseIndex.open(archive, 1, twin)
    assert "\n" not in str(caught.value)
    assert "policytext ingest" in str(caught.value)


@pytest.mark.parametrize("tensor", sorted(tinybert.tensors(0)))
def test_training_a_single_tensor_makes_another_model(archive, tmp_path, tensor):
    folder = tinybert.write_model(tmp_path / "tuned")
    made = tinybert.tensors(0)
    made[tensor] = made[tensor] + np.float32(0.001)
    tinybert.write_weights(folder / "model.safetensors", made)
    with pytest.raises(IndexUnavailable, match="another model"):
        DenseIndex.open(archive, 1, read_model(folder, "tuned"))


def test_the_same_weights_elsewhere_are_the_same_model(archive, tmp_path):
    copy = read_model(tinybert.write_model(tmp_path / "copy"), "copy")
    assert DenseIndex.open(archive, 1, copy).manifest.count == 900


def test_vectors_of_two_models_do_not_mix(model, tmp_path):
    other = read_model(tinybert.write_model(tmp_path / "other", seed=1), "other")
    rows = []
    for folder in (model, other, model):
        with VectorCache(tmp_path, Counting(folder)) as cache:
            rows.append(cache.vectors(["some words"])[0])
    assert np.array_equal(rows[0], rows[2])
    assert not np.array_equal(rows[0], rows[1])


def test_the_cache_gives_rows_in_the_order_asked(model, tmp_path):
    texts = ["b", "a", "b", "c"]
    encoder = Counting(model)
    with VectorCache(tmp_path, encoder) as cache:
        assert np.array_equal(cache.vectors(texts), NumpyEncoder(model).encode(texts))
        assert cache.vectors([]).shape == (0, tinybert.HIDDEN)
    assert encoder.asked == ["b", "a", "c"]


def test_a_damaged_cache_is_named_in_a_line(model, tmp_path):
    indexes_of(tmp_path).mkdir()
    (indexes_of(tmp_path) / "vectors.sqlite").write_bytes(b"no database, just words " * 100)
    with pytest.raises(ArchiveError, match=r"vectors\.sqlite.*deleting this file"):
        build_dense(tmp_path, 1, CORPUS, passages(3), NumpyEncoder(model))


def test_a_damaged_index_is_refused(model, tmp_path):
    made = build_dense(tmp_path, 1, CORPUS, passages(10), NumpyEncoder(model))
    path = folder_of(tmp_path, made) / "vectors.npy"
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(IndexUnavailable, match="cannot be opened"):
        DenseIndex.open(tmp_path, 1)
    path.write_bytes(b"")
    with pytest.raises(IndexUnavailable, match="damaged"):
        DenseIndex.open(tmp_path, 1)


def test_encoding_over_processes_gives_the_same_bits(model):
    texts = [f"passage {n} " * (1 + n % 7) for n in range(30)]
    told: list[int] = []
    with SpreadEncoder(model, 2) as spread:
        rows = spread.encode(texts, told.append)
    assert np.array_equal(rows, NumpyEncoder(model).encode(texts))
    assert told == sorted(told)
    assert told[-1] == len(texts)

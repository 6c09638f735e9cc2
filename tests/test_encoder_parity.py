"""The two doors to one model, held to one another: the same vectors and hits, also after saving."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import tinybert
from policytext.index.dense import DenseIndex, build_dense
from policytext.index.encoder import NumpyEncoder
from policytext.index.models import find_model, read_model
from policytext.index.passages import IndexedPassage
from policytext.index.transformer import SentenceTransformerEncoder

if find_spec("sentence_transformers") is None:
    pytest.skip("sentence-transformers is not installed", allow_module_level=True)

HERE = Path(__file__).parent
STRANGE = json.loads((HERE / "data" / "index" / "strange_texts.json").read_text(encoding="utf-8"))
PAPERS = sorted((HERE.parent / "corpus" / "clean").glob("*.txt"))
QUERIES = ["joint funds for care", "the hospital plan", "who pays for the homes?", "stability"]


def paragraphs():
    """Returns the paragraphs of our own papers and the strange texts, also repeated beyond 256 pieces."""
    texts = [p.strip() for path in PAPERS for p in path.read_text(encoding="utf-8").split("\n\n")]
    return [*STRANGE, *(t * 40 for t in STRANGE if t), *(t for t in texts if t)]


@pytest.fixture(scope="module", params=["tiny", pytest.param("real", marks=pytest.mark.slow)])
def model(request, tmp_path_factory):
    if request.param == "tiny":
        return read_model(tinybert.write_model(tmp_path_factory.mktemp("model") / "tiny"), "tiny")
    if (found := find_model()) is None:
        pytest.skip("no embedding model on this machine")
    return found


@pytest.fixture(scope="module")
def doors(model):
    return NumpyEncoder(model), SentenceTransformerEncoder(model)


@pytest.fixture(scope="module")
def texts(model):
    found = paragraphs()
    return found if model.name == "tiny" else found[:120]


def cosines(one, other):
    return (one.astype(np.float64) * other.astype(np.float64)).sum(axis=1)


def test_the_vectors_agree(doors, texts):
    assert cosines(doors[0].encode(texts), doors[1].encode(texts)).min() >= 0.9999


def test_they_agree_after_saving_by_the_standard_library(doors, tmp_path):
    doors[1]._model.save(str(tmp_path / "saved"))  # what a user who fine-tunes has in the end
    again = read_model(tmp_path / "saved", "saved")
    assert again.max_pieces == doors[0].model.max_pieces
    assert cosines(doors[0].encode(STRANGE), NumpyEncoder(again).encode(STRANGE)).min() >= 0.9999
    assert (
        cosines(doors[0].encode(STRANGE), SentenceTransformerEncoder(again).encode(STRANGE)).min() >= 0.9999
    )


def test_the_ten_best_are_the_same(doors, texts, tmp_path):
    passages = [IndexedPassage(n, text) for n, text in enumerate(dict.fromkeys(texts))]
    found = []
    for door in doors:
        root = tmp_path / type(door).__name__
        build_dense(root, 1, "c" * 64, passages, door)
        index = DenseIndex.open(root, 1, door.model)
        found.append([index.rank_vector(row, 10) for row in door.encode(QUERIES)])
    for mine, standard in zip(*found, strict=True):
        assert {r.number: r.score for r in mine} == pytest.approx(
            {r.number: r.score for r in standard}, abs=1e-5
        )
        # Where two stand nearer to one another than the doors agree, either order is right.
        for one, other in zip(mine, standard, strict=True):
            assert one.number == other.number or one.score == pytest.approx(other.score, abs=1e-6)

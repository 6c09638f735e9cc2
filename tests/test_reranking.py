"""Reordering the best hits: laws of the order, and a real cross-encoder of a few thousand numbers."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinybert
from policytext.cli.root import run
from policytext.errors import ModelUnavailable
from policytext.ranking import Ranked
from policytext.search.reranking import CrossEncoderReranker, rerank

TEXTS = {n: f"passage {n}" for n in range(40)}


class Told:
    """Scores texts as it was told; keeps what it was asked."""

    def __init__(self, scores):
        self._scores, self.asked = scores, []

    def scores(self, query, texts):
        self.asked.append((query, list(texts)))
        return [self._scores[text] for text in texts]


def ranking(numbers):
    return [Ranked(n, 1.0 - i / 100) for i, n in enumerate(numbers)]


def test_the_best_are_reordered_and_the_rest_keep_their_order():
    told = Told({"passage 3": 0.1, "passage 9": 0.9, "passage 1": 0.5})
    found = rerank("care", ranking([3, 9, 1, 8, 2]), TEXTS, told, depth=3)
    assert [r.number for r in found] == [9, 1, 3, 8, 2]
    assert told.asked == [("care", ["passage 3", "passage 9", "passage 1"])]
    assert [r.score for r in found[:3]] == [0.9, 0.5, 0.1]


def test_equal_scores_stand_by_number():
    found = rerank("care", ranking([7, 2, 5]), TEXTS, Told(dict.fromkeys(TEXTS.values(), 1.0)))
    assert [r.number for r in found] == [2, 5, 7]


@given(
    st.permutations(range(12)),
    st.lists(st.floats(-1e12, 1e12), min_size=12, max_size=12),
    st.integers(1, 15),
)
def test_scores_fall_strictly_and_nothing_is_lost(order, scores, depth):
    told = Told({TEXTS[n]: score for n, score in enumerate(scores)})
    found = rerank("care", ranking(order), TEXTS, told, depth)
    assert sorted(r.number for r in found) == list(range(12))
    assert [r.number for r in found[depth:]] == list(order[depth:])
    assert [r.number for r in found[:depth]] == sorted(order[:depth], key=lambda n: (-scores[n], n))
    assert all(one.score > other.score for one, other in pairwise(found))


def test_nothing_found_is_nothing_to_reorder():
    assert rerank("care", [], TEXTS, Told({})) == []


@pytest.mark.parametrize("scores", [[1.0], [1.0, 2.0, 3.0], [1.0, float("nan")], [1.0, float("inf")]])
def test_scores_that_cannot_order_are_refused(scores):
    class Wrong:
        def scores(self, query, texts):
            return scores

    with pytest.raises(ValueError, match="2 finite scores"):
        rerank("care", ranking([1, 2]), TEXTS, Wrong())


def test_depth_below_one_is_refused():
    with pytest.raises(ValueError, match="depth"):
        rerank("care", ranking([1]), TEXTS, Told({}), 0)


def test_the_module_loads_no_torch_before_a_model_is_opened(tmp_path):
    with pytest.raises(ModelUnavailable, match="no reranking model here"):
        CrossEncoderReranker(tmp_path / "nowhere")


def test_without_the_library_one_line_says_so(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setattr("policytext.search.reranking.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="needs sentence-transformers") as caught:
        CrossEncoderReranker(tmp_path)
    assert "policytext[full]" in str(caught.value)


needs_standard = pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="sentence-transformers is not installed"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return written(tmp_path_factory.mktemp("cross") / "model", 1)


def written(path, labels):
    """Writes a cross-encoder with random numbers, by a seed, as transformers itself writes it."""
    if find_spec("sentence_transformers") is None:
        pytest.skip("sentence-transformers is not installed")
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(0)
    tokenizer = tinybert.write_model(path.parent / f"tiny{labels}") / "tokenizer.json"
    marks = {f"{n}_token": f"[{n.upper()}]" for n in ("pad", "unk", "cls", "sep", "mask")}
    PreTrainedTokenizerFast(tokenizer_file=str(tokenizer), model_max_length=60, **marks).save_pretrained(path)
    config = BertConfig(
        **{k: v for k, v in tinybert.CONFIG.items() if k != "architectures"}, num_labels=labels
    )
    model = BertForSequenceClassification(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    model.save_pretrained(path)
    return path


@needs_standard
def test_a_cross_encoder_scores_pairs(folder):
    reranker = CrossEncoderReranker(folder)
    texts = ["joint funds", "the plan of 1962", "", "care " * 200]
    scores = reranker.scores("who pays", texts)
    assert len(scores) == 4
    assert len(set(scores)) == 4
    assert CrossEncoderReranker(folder).scores("who pays", texts) == scores
    assert reranker.scores("the board", texts) != scores
    assert reranker.scores("who pays", []) == []


@needs_standard
def test_the_command_has_the_best_read_again(folder, corpus_archive, capsys):
    asked = ["search", "joint finance", "--archive", str(corpus_archive), "-k", "5", "--format", "jsonl"]
    assert run([*asked, "--rerank", str(folder), "--explain"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    texts = [row["text"] for row in rows]
    scores = CrossEncoderReranker(folder).scores("joint finance", texts)
    assert [row["score"] for row in rows] == pytest.approx(scores, abs=1e-4)
    assert all(a > b for a, b in pairwise(row["score"] for row in rows))
    assert rows[0]["explanation"]["parts"][0]["name"] == "reranker"


@needs_standard
def test_a_cross_encoder_reorders_a_ranking(folder):
    reranker = CrossEncoderReranker(folder)
    found = rerank("who pays", ranking([4, 3, 2, 1]), TEXTS, reranker, depth=3)
    scores = dict(zip([4, 3, 2], reranker.scores("who pays", [TEXTS[n] for n in (4, 3, 2)]), strict=True))
    assert [r.number for r in found] == [*sorted(scores, key=lambda n: (-scores[n], n)), 1]


@needs_standard
def test_a_model_that_sorts_pairs_into_classes_is_no_reranker(tmp_path):
    with pytest.raises(ModelUnavailable, match="3 scores a pair"):
        CrossEncoderReranker(written(tmp_path / "classes", 3))


@needs_standard
def test_a_folder_that_is_no_model_is_named(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        CrossEncoderReranker(tmp_path)

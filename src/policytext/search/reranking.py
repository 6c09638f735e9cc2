"""A second, slower look at the best hits: a model that reads query and passage together orders them anew.

Nogueira and Cho, "Passage Re-ranking with BERT" (2019). No such model comes with this package: one is used
where a user names its folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from math import inf, isfinite, nextafter
from pathlib import Path
from typing import Protocol

from policytext.errors import ModelUnavailable
from policytext.ranking import Ranked, by_score

DEPTH = 50
"""How many of the best are read again: a cross-encoder of six layers takes about a second for so many."""
_BATCH = 16
_STEP = 1e-6  # the least by which a score falls; see policytext.search.fusion.strictly_falling


class Reranker(Protocol):
    """Scores passages for a query, each by itself; another model or a service plugs in here."""

    def scores(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        """Returns one finite score a text, in order; higher is better, on any scale."""
        ...


class CrossEncoderReranker:
    """Scores with a cross-encoder of sentence-transformers, read from a folder.

    Args:
        folder: the model, with ``config.json``; only files that are there are read, never the network.
        device: as torch names it ("cpu", "cuda"); None leaves the choice to the library.

    Raises:
        ModelUnavailable: sentence-transformers is not installed, or the folder holds no model that gives
            one score a pair.
    """

    def __init__(self, folder: str | Path, device: str | None = "cpu") -> None:
        path = Path(folder)
        if not (path / "config.json").is_file():
            raise ModelUnavailable("no reranking model here", str(folder), "the path of its folder")
        if find_spec("sentence_transformers") is None:
            raise ModelUnavailable(
                "reranking needs sentence-transformers", str(folder), 'pip install "policytext[full]"'
            )
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(str(path.resolve()), device=device, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelUnavailable(f"cannot be loaded: {error}", str(folder), "another model") from error
        if self._model.num_labels != 1:
            raise ModelUnavailable(
                f"gives {self._model.num_labels} scores a pair, not one", str(folder), "another model"
            )
        self.name = path.resolve().name

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Returns one score a text, in order; higher is better."""
        if not texts:
            return []
        told = self._model.predict(
            [(query, text) for text in texts], batch_size=_BATCH, show_progress_bar=False
        )
        return [float(score) for score in told]


def rerank(
    query: str,
    ranked: Sequence[Ranked],
    texts: Mapping[int, str],
    reranker: Reranker,
    depth: int = DEPTH,
) -> list[Ranked]:
    """Returns the ranking with its ``depth`` best in the order of the reranker; the rest keep theirs.

    Scores are the reranker's for those it read. They fall strictly: equal ones stand in order of number
    and part by 0.000001, and so do those of the rest, which stand below.

    Args:
        query: as the user put it.
        ranked: best first.
        texts: the passages' texts by number; those of the ``depth`` best are needed.
        reranker: reads query and text.
        depth: how many it reads, 1 or more.

    Raises:
        KeyError: a text is missing.
        ValueError: ``depth`` is below 1, or the reranker gave too few scores, too many, or one that is
            not a finite number.
    """
    if depth < 1:
        raise ValueError("depth must be 1 or more")
    head, rest = ranked[:depth], ranked[depth:]
    scores = list(reranker.scores(query, [texts[r.number] for r in head]))
    if len(scores) != len(head) or not all(isfinite(score) for score in scores):
        raise ValueError(f"the reranker must give {len(head)} finite scores")
    anew = by_score([Ranked(r.number, float(s)) for r, s in zip(head, scores, strict=True)])
    return _falling([*anew, *(Ranked(r.number, inf) for r in rest)])


def _falling(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Returns the ranking with each score rounded, at least a step below the one before."""
    out: list[Ranked] = []
    for r in ranked:
        score = round(r.score, 6)
        if out and score >= (most := round(out[-1].score - _STEP, 6)):
            # of numbers beyond a thousand million a step takes nothing away
            score = min(most, nextafter(out[-1].score, -inf))
        out.append(Ranked(r.number, score))
    return out

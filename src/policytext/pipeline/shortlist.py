"""Which passages of a large archive are read for a codebook: those that come near it, and a sample of all.

To embed every sentence of a hundred thousand passages takes hours; the passages themselves are embedded and
indexed already. So the nearest to every sentence of a claim, by words and by meaning, are read sentence by
sentence, and a sample of all passages beside them tells what is usual in the archive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policytext.analysis.codebook import Claim, Codebook
from policytext.analysis.coding.coder import Judgement
from policytext.pipeline.indexing import count_passages
from policytext.pipeline.watching import Watcher
from policytext.ranking import Query
from policytext.store.archive import Archive
from policytext.store.said import numbers_at

if TYPE_CHECKING:
    from policytext.search.engine import SearchEngine

WHOLE = 5_000
"""Up to so many passages an archive is read whole."""
DEPTH = 300
"""Passages looked at for each claim of a larger one."""
_SAMPLE = 1_500
_K = 60  # of reciprocal ranks: a passage near several sentences of a claim comes before one near a single one


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Numbers of passages, rising.

    ``near`` are those that come near some claim, ``judged`` those that a person judged, ``sample`` stands for
    all of them.
    """

    near: tuple[int, ...]
    judged: tuple[int, ...]
    sample: tuple[int, ...]

    @property
    def passages(self) -> frozenset[int]:
        """All passages to be read."""
        return frozenset((*self.near, *self.judged, *self.sample))


def shortlist(
    archive: Archive,
    codebook: Codebook,
    judgements: Iterable[Judgement],
    depth: int,
    model: str | None,
    watcher: Watcher,
) -> Shortlist | None:
    """Returns the passages to be read, None for all of them.

    Args:
        archive: with its indexes.
        codebook: its ``says`` and ``denies`` are searched for, by words and by meaning.
        judgements: a person's decision holds wherever it lies.
        depth: passages for each claim.
        model: as of `SearchEngine`.
        watcher: hears of every claim.
    """
    from policytext.search.engine import SearchEngine

    count = count_passages(archive)
    if count <= WHOLE:
        return None
    engine = SearchEngine(archive, "hybrid", model)
    watcher.stage("passages near the claims", len(codebook.claims))
    near: set[int] = set()
    for claim in codebook.claims:
        near.update(_nearest(engine, claim, depth))
        watcher.advance()
    judged = {n for j in judgements for n in numbers_at(archive, j.document, j.start, j.end)}
    return Shortlist(tuple(sorted(near)), tuple(sorted(judged)), evenly(count, _SAMPLE))


def _nearest(engine: SearchEngine, claim: Claim, depth: int) -> list[int]:
    """Returns the passages nearest to a claim, by the sum of reciprocal ranks over its sentences."""
    scores: dict[int, float] = {}
    for text in dict.fromkeys((claim.label, *claim.says, *claim.denies)):
        for hit in engine.search(Query("1", text, plain=True, exact=True, fold=False), depth):
            scores[hit.number] = scores.get(hit.number, 0.0) + 1 / (_K + hit.rank)
    return sorted(scores, key=lambda n: (-scores[n], n))[:depth]


def evenly(count: int, sample: int) -> tuple[int, ...]:
    """Returns so many of the numbers below ``count``, at even distances, rising.

    Every paper has its share, and the same archive the same sample.
    """
    step = max(1.0, count / sample)
    return tuple(sorted({int(n * step) for n in range(min(count, sample))}))


def passage_ids(archive: Archive, numbers: Iterable[int]) -> frozenset[str]:
    """Returns the ids of the passages with these numbers."""
    wanted = frozenset(numbers)
    rows = archive.sql.execute("SELECT n.number, p.id FROM numbers n JOIN passages p ON p.key = n.passage")
    return frozenset(row["id"] for row in rows if row["number"] in wanted)

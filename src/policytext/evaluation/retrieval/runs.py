"""Runs: what a system found for each query, and how TREC writes it down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Run = Mapping[str, Sequence[tuple[str, float]]]
"""Documents with their scores, best first and strictly falling, by query."""


def trec_lines(run: Run, tag: str) -> Iterator[str]:
    """Yields the lines of a TREC run: ``qid Q0 document rank score tag``, ranks from 1.

    Tools sort by score and not by rank, each with ties in an order of its own; so scores must fall strictly.

    Raises:
        ValueError: a score is not below the one before it.
    """
    for qid, found in run.items():
        last: float | None = None
        for rank, (document, score) in enumerate(found, 1):
            if last is not None and score >= last:
                raise ValueError(f"query {qid}: the score at rank {rank} does not fall")
            last = score
            yield f"{qid} Q0 {document} {rank} {score:.6f} {tag}\n"

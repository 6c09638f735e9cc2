"""How far a figure would move with other papers: a bootstrap over papers.

Rows of one paper are no independent draws (one author, one scan, one reader), so whole papers are drawn, with
replacement, as many as there are (Field and Welsh 2007, "Bootstrapping clustered data").
"""

from __future__ import annotations

from collections.abc import Sequence

from policytext.evaluation.annotating.figures import Agreement

RESAMPLES = 2000
LEAST_ROWS = 5
"""With fewer rows of gold a figure has no interval worth the name."""
_SEED = 20
_TAIL = 0.025
_AT_ONCE = 100
_ALIKE = 1e-9


def interval(papers: Sequence[Agreement]) -> tuple[float, float] | None:
    """Returns the 95 % percentile interval of F1, of recall where there is no F1.

    None where it is not testable: with fewer than two papers or ``LEAST_ROWS`` rows of gold, or where every
    draw gives the same figure (all papers at 0, at 1 or alike), which says nothing of other papers. Seeded,
    so always the same.

    Args:
        papers: the measure of each paper, in a fixed order.
    """
    if len(papers) < 2 or sum(s.gold for s in papers) < LEAST_ROWS:
        return None
    import numpy as np

    table = np.array([(s.right, s.exported or 0, s.gold, s.held) for s in papers], dtype=np.int64)
    drawing = np.random.default_rng(_SEED)
    chances = np.full(len(papers), 1 / len(papers))
    asks = all(s.exported is not None for s in papers)
    paired = all(s.found is None for s in papers)
    values: list[float] = []
    for _ in range(RESAMPLES // _AT_ONCE):
        drawn = drawing.multinomial(len(papers), chances, size=_AT_ONCE) @ table
        for right, exported, gold, held in drawn.tolist():
            score = Agreement(right, exported if asks else None, gold, None if paired else held)
            values.append((score.f1 if asks else score.recall) or 0.0)
    values.sort()
    at = round(_TAIL * (len(values) - 1))
    low, high = values[at], values[-1 - at]
    return (low, high) if high - low > _ALIKE else None

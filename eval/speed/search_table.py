"""The table of search.py: one row a cell, one column a system, every figure with its ratio to the fastest."""

from collections.abc import Mapping, Sequence
from statistics import fmean

OURS = "policytext"
LIMIT = 1.5
Figures = Mapping[str, float | None]
"""A figure by system; None where there is none."""


def overlap(ours: Sequence[Sequence[int]], theirs: Sequence[Sequence[int]]) -> float:
    """Returns the mean share of passages that two systems have in common among their best, query by query.

    The share is of the longer list; two empty lists agree. Only queries that both answered count. Equal
    scores are not told apart: where ties reach over the last place, either choice costs.
    """
    shares = [
        len(set(a) & set(b)) / max(len(a), len(b)) if a or b else 1.0
        for a, b in zip(ours, theirs, strict=False)
    ]
    return fmean(shares) if shares else 0.0


def row(name: str, figures: Figures, systems: Sequence[str]) -> str:
    """Returns a line of the table. The last column says how ours stands to the best of the others."""
    known = [figure for figure in figures.values() if figure is not None]
    least = max(min(known), 1e-9) if known else 1.0
    cells = [_cell(figures.get(system), least) for system in systems]
    return "| " + " | ".join([name, *cells, verdict(figures)]) + " |"


def _cell(figure: float | None, least: float) -> str:
    return "-" if figure is None else f"{_short(figure)} ({_short(figure / least)})"


def verdict(figures: Figures) -> str:
    """Returns whether ours is within LIMIT times the least figure of the row."""
    ours = figures.get(OURS)
    known = [figure for figure in figures.values() if figure is not None]
    if ours is None or len(known) < 2:
        return "-"
    return "within" if ours <= LIMIT * min(known) else "**over**"


def _short(figure: float) -> str:
    """Returns three digits, as many as such a figure is good for."""
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def header(systems: Sequence[str]) -> list[str]:
    """Returns the first two lines of a table."""
    names = ["cell", *systems, f"{LIMIT} times"]
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]

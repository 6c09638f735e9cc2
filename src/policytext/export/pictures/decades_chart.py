"""The decade grid as a picture: claims by period, each with its denominator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policytext.export.pictures.decades import decade_grid, key_of
from policytext.export.pictures.grid import grid_chart
from policytext.export.pictures.style import finished, said_instead
from policytext.store.claims import StoredClaim


def decade_chart(claims: Sequence[StoredClaim], title: str, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Returns the grid of claims by period as a Vega-Lite specification (JSON, no outside data).

    A cell prints k/n: of the n sources that surely speak in the period, k surely say the claim; its shade is
    k/n. A hatched cell has no source: its silence is the corpus's, not the past's. A question mark tells of
    witnesses that fall into the period only perhaps. Rows keep the order given, that of the codebook.

    Args:
        claims: with the facts that coding or discovery stored; none at all gives a chart that says so.
        title: of the chart.
        notes: lines below it; what the figures mean and what is not drawn follow.
    """
    grid = decade_grid(claims)
    if not grid.columns:
        return finished(said_instead("No claim has a dated witness."), title, notes)
    chart = grid_chart(grid.rows, grid.columns, grid.cells, key_of(grid))
    return finished(chart, title, [*notes, *grid.notes])

"""The decade grid as a picture: claims by period, each with its denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policytext.export.pictures.decades import decade_grid, key_of, periods_told
from policytext.export.pictures.grid import example_of, grid_chart
from policytext.export.pictures.style import finished, said_instead
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim


def decade_chart(
    claims: Sequence[StoredClaim],
    title: str,
    notes: Sequence[str] = (),
    printed: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Returns the grid of claims by period as a Vega-Lite specification (JSON, no outside data).

    A cell prints k/n: of the n sources that surely speak in the period, k surely say the claim; its shade is
    k/n, lighter where fewer than three speak. A hatched cell has no source: its silence is the corpus's, not
    the past's. A question mark tells of witnesses that fall into the period only perhaps. Rows keep the order
    given, that of the codebook.

    Args:
        claims: with the facts that coding or discovery stored; none at all gives a chart that says so.
        title: of the chart.
        notes: lines below it; what the figures mean and what is not drawn follow.
        printed: how many papers can have been printed in each period, by label, as `printed_in` tells;
            periods that are known only from papers printed later have a diamond then.
    """
    grid = decade_grid(claims, printed)
    if not grid.columns:
        return finished(said_instead("No claim has a dated witness."), title, notes)
    key = key_of(grid)
    chart = grid_chart(grid.rows, grid.columns, grid.cells, key)
    return finished(chart, title, [*notes, *grid.notes], tuple(map(example_of, key)), years=True)


def printed_in(archive: Archive, claims: Sequence[StoredClaim]) -> dict[str, int]:
    """Returns how many papers of the archive can have been printed in each period of the claims, by label.

    A paper of an uncertain date is in every period that its bounds touch, so that a period with 0 surely has
    none of the dated papers; those without any date are in none.
    """
    rows = archive.sql.execute("SELECT published_earliest, published_latest FROM documents").fetchall()
    days = [(row[0] or "0000", row[1] or "9999") for row in rows if row[0] or row[1]]
    return {
        str(p["label"]): sum(
            int(low[:4]) <= int(p["last_year"]) and int(p["first_year"]) <= int(high[:4])
            for low, high in days
        )
        for claim in claims
        for p in periods_told(claim)
    }

"""Lines of a concordance, and facets, as rows: the same columns and values in jsonl, csv and data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from policytext.search.concordance import Occurrence
from policytext.search.facets import Facet, FacetName

KWIC_COLUMNS = (
    *("qid", "rank", "left", "node", "right", "passage", "source", "start", "end"),
    *("speaker", "date", "said_by"),
)
FACET_COLUMNS = ("facet", "value", "label", "passages")

_UNKNOWN: dict[FacetName, str] = {
    "speaker": "nobody named",
    "said": "no date",
    "printed": "no date",
    "document": "no title",
    "cites": "no title",
}


def kwic_row(qid: str, found: Occurrence) -> dict[str, Any]:
    """Returns an occurrence under KWIC_COLUMNS; ``start``/``end`` are the node's raw offsets."""
    return {"qid": qid, **{name: getattr(found, name) for name in KWIC_COLUMNS[1:]}}


def facet_rows(facets: Iterable[Facet]) -> Iterator[dict[str, Any]]:
    """Yields every count under FACET_COLUMNS; ``value`` is what a filter takes, None where not known."""
    for facet in facets:
        for count in facet.counts:
            values = (facet.name, count.value, count.label or _UNKNOWN[facet.name], count.passages)
            yield dict(zip(FACET_COLUMNS, values, strict=True))

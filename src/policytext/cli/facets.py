"""Facets on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policytext.cli.reading import shown
from policytext.export.wording import shown as cut
from policytext.search.engine import Matched
from policytext.search.facets import Count, Facet, FacetName

_SHOWN = 10
_LABEL = 64  # columns of the longest label
_HEADINGS: dict[FacetName, tuple[str, str]] = {
    "speaker": ("Who speaks", "nobody named"),
    "said": ("Said in the", "no date"),
    "printed": ("Printed in the", "no date"),
    "document": ("In the paper", "no title"),
    "cites": ("Citing", "no title"),
}
_RULES: dict[Matched, tuple[str, str]] = {
    "query": ("satisfies the query", "satisfy the query"),
    "all": ("holds all the words", "hold all the words"),
    "any": ("holds any of the words", "hold any of the words"),
}
_BY_TIME = frozenset({"said", "printed"})


def facets_heading(passages: int, rule: Matched) -> str:
    """Returns how many passages were counted, and which."""
    one, many = _RULES[rule]
    return f"1 passage {one}" if passages == 1 else f"{passages:,} passages {many}"


def facet_lines(facets: Iterable[Facet]) -> Iterator[str]:
    """Yields each facet with its ten most frequent values; decades are shown in their order."""
    for facet in facets:
        heading, unknown = _HEADINGS[facet.name]
        yield heading
        known = [c for c in facet.counts if c.value is not None]
        top = known[:_SHOWN]
        if facet.name in _BY_TIME:  # a reader looks for the course of time, not for the tallest decade
            top = sorted(top, key=lambda c: c.value or "")
        yield from _counts(top, unknown)
        if len(known) > _SHOWN:
            yield f"  {'':>7}  and {len(known) - _SHOWN:,} more"
        yield from _counts((c for c in facet.counts if c.value is None), unknown)
        if not facet.counts:
            yield f"  {'':>7}  nothing"
        yield ""


def _counts(counts: Iterable[Count], unknown: str) -> Iterator[str]:
    for count in counts:
        yield f"  {count.passages:>7,}  {cut(shown(count.label or unknown), _LABEL)}"

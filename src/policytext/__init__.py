"""policytext: when a policy promise was made, by whom, in which words, with proof.

The names below are the front door; each is fetched when it is first used, so that importing the package
loads nothing heavy::

    from pathlib import Path
    import policytext

    policytext.ingest([Path("papers")], Path("indexes/papers"))
    with policytext.Archive.open(Path("indexes/papers")) as archive:
        query = policytext.Query("1", "a period of stability")
        hits = policytext.SearchEngine(archive).search(query)
        for result in policytext.results(archive, query, hits):
            print(result.speaker, result.date, result.passage.source, result.passage.raw_start)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policytext.errors import PolicytextError as PolicytextError
    from policytext.pipeline.ingesting import ingest as ingest
    from policytext.ranking import Filters as Filters
    from policytext.ranking import Hit as Hit
    from policytext.ranking import Query as Query
    from policytext.search.engine import SearchEngine as SearchEngine
    from policytext.search.results import results as results
    from policytext.store.archive import Archive as Archive

__version__ = "0.1.0"

_HOMES = {
    "Archive": "policytext.store.archive",
    "Filters": "policytext.ranking",
    "Hit": "policytext.ranking",
    "PolicytextError": "policytext.errors",
    "Query": "policytext.ranking",
    "SearchEngine": "policytext.search.engine",
    "ingest": "policytext.pipeline.ingesting",
    "results": "policytext.search.results",
}
__all__ = ["Archive", "Filters", "Hit", "PolicytextError", "Query", "SearchEngine", "ingest", "results"]


def __getattr__(name: str) -> Any:
    """Fetches a name of the front door from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

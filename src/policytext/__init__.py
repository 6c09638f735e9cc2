"""policytext: when a policy promise was made, by whom, in which words, with proof.

The names below are the front door; each is fetched when it is first used, so that importing the package
loads nothing heavy::

    from pathlib import Path
    import policytext

    policytext.ingest([Path("papers")], Path("indexes/papers"))
    with policytext.open("indexes/papers") as papers:
        for hit in papers.search("a period of stability", to=1960):
            print(hit.speaker, hit.statement_date, hit.source, hit.start)
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policytext.api.results import Results as Results
    from policytext.api.results import SearchHit as SearchHit
    from policytext.api.session import Session as Session
    from policytext.api.session import open as open  # noqa: A004 - read as policytext.open
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
    "Results": "policytext.api.results",
    "SearchEngine": "policytext.search.engine",
    "SearchHit": "policytext.api.results",
    "Session": "policytext.api.session",
    "ingest": "policytext.pipeline.ingesting",
    "open": "policytext.api.session",
    "results": "policytext.search.results",
}
__all__ = [
    "Archive",
    "Filters",
    "Hit",
    "PolicytextError",
    "Query",
    "Results",
    "SearchEngine",
    "SearchHit",
    "Session",
    "ingest",
    "open",
    "results",
]


def __getattr__(name: str) -> Any:
    """Fetches a name of the front door from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


class _Ingest(ModuleType):
    """The package ``policytext.ingest``, which can be called as the function of that name."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return importlib.import_module(_HOMES["ingest"]).ingest(*arguments, **named)


class _FrontDoor(ModuleType):
    """This package. Whoever imports its part ``ingest`` first must not take the function away with it."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "ingest" and isinstance(value, ModuleType):
            value.__class__ = _Ingest
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor

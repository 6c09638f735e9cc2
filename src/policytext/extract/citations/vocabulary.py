"""The word lists of ``data/citations.toml``, by which citations are told from other phrases."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, frozenset[str]]:
    """Returns the word lists by name; words are in lower case."""
    data = (files("policytext.extract") / "data" / "citations.toml").read_text(encoding="utf-8")
    return {name: frozenset(listed.split()) for name, listed in tomllib.loads(data).items()}

"""The word lists of ``data/dates.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def date_words() -> dict[str, frozenset[str]]:
    """Returns the word lists by name; words are in lower case."""
    data = (files("policytext.extract") / "data" / "dates.toml").read_text(encoding="utf-8")
    return {name: frozenset(listed.split()) for name, listed in tomllib.loads(data).items()}


def one_of(name: str) -> str:
    """Returns the words of a list as a pattern, longest first."""
    return "|".join(sorted((re.escape(w) for w in date_words()[name]), key=lambda w: (-len(w), w)))

"""The word lists of ``data/words.toml`` and the reporting verbs of ``data/verbs.csv``."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Tense = Literal["past", "present"]


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a reporting verb; ``reports`` tells that a that-clause after it is what was said."""

    base: str
    tense: Tense
    reports: bool


@lru_cache(maxsize=1)
def words() -> dict[str, frozenset[str]]:
    """Returns the word lists by name; words are in lower case."""
    data = (files("policytext.extract") / "data" / "words.toml").read_text(encoding="utf-8")
    return {name: frozenset(listed.split()) for name, listed in tomllib.loads(data).items()}


@lru_cache(maxsize=1)
def verbs() -> dict[str, Verb]:
    """Returns the reporting verbs by each of their finite forms."""
    forms: dict[str, Verb] = {}
    lines = (files("policytext.extract") / "data" / "verbs.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        reports = row["that"] == "yes"
        forms[row["past"]] = Verb(row["base"], "past", reports)
        forms.setdefault(row["third"], Verb(row["base"], "present", reports))
        forms.setdefault(row["base"], Verb(row["base"], "present", reports))
    return forms


@lru_cache(maxsize=1)
def verb_pattern() -> re.Pattern[str]:
    """Returns a pattern for every form of every reporting verb; the blank in phrasal verbs may be a break."""
    forms = sorted(verbs(), key=lambda form: (-len(form), form))
    return re.compile(r"\b(?:" + "|".join(form.replace(" ", r"\s{1,2}") for form in forms) + r")\b")


def alternatives(name: str) -> str:
    """Returns the words of a list as a pattern, longest first."""
    return "|".join(sorted((re.escape(w) for w in words()[name]), key=lambda w: (-len(w), w)))

"""The word lists of ``data/words.toml`` and the reporting verbs of ``data/verbs.csv``."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

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
    """Returns the verbs that hand over to a quotation, by each of their finite forms."""
    forms: dict[str, Verb] = {}
    lines = (files("policytext.extract") / "data" / "verbs.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        if row["quotes"] == "no" and row["base"] not in words()["quoting"]:
            continue
        reports = "that" in row["frames"].split()
        forms[row["past"]] = Verb(row["base"], "past", reports)
        forms.setdefault(row["third"], Verb(row["base"], "present", reports))
        forms.setdefault(row["base"], Verb(row["base"], "present", reports))
    return forms


@lru_cache(maxsize=1)
def verb_pattern() -> re.Pattern[str]:
    """Returns a pattern for every form of every reporting verb; the blank in phrasal verbs may be a break."""
    return re.compile(rf"\b{either(verbs())}\b")


@lru_cache(maxsize=1)
def gerunds() -> dict[str, str]:
    """Returns the verbs that hand over to a quotation by their forms in -ing, each with its base."""
    lines = (files("policytext.extract") / "data" / "verbs.csv").read_text(encoding="utf-8").splitlines()
    return {row["gerund"]: row["base"] for row in csv.DictReader(lines) if row["quotes"] == "yes"}


@lru_cache(maxsize=1)
def gerund_pattern() -> re.Pattern[str]:
    """Returns a pattern for the forms in -ing of the verbs that hand over to a quotation."""
    return re.compile(rf"\b{either(gerunds())}\b")


def alternatives(name: str) -> str:
    """Returns the words of a list as a pattern, the longest that fits preferred."""
    return either(words()[name])


def either(forms: Iterable[str]) -> str:
    """Returns a pattern for any of some forms, the longest that fits preferred.

    It is a tree of letters, so that a text is compared with all forms at once and not with one after the
    other; a blank in a form may be a line break.
    """
    tree: dict[str, Any] = {}
    for form in sorted(forms):
        node = tree
        for letter in form:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(tree)


def _branches(node: dict[str, Any]) -> str:
    ends = "" in node
    parts = [
        (r"\s{1,2}" if letter == " " else re.escape(letter))
        + (_branches(below) if list(below) != [""] else "")
        for letter, below in node.items()
        if letter
    ]
    if not parts:
        return ""
    return f"(?:{'|'.join(parts)})" + ("?" if ends else "")

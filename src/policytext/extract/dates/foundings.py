"""When the institutions of ``data/foundings.csv`` began: "at its inception", "founded seventy years ago"."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib.resources import files

_BEGAN = re.compile(
    r"(?i:\b(?:inception|foundation|founded|founding|creation|created|birth|born|establishment|established|set\s+up|"
    r"launch|launched|opening|came\s+into\s+being)\b)"
)
_REACH = 240


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, int], re.Pattern[str]]:
    lines = (files("policytext.extract") / "data" / "foundings.csv").read_text(encoding="utf-8").splitlines()
    years = {row["name"]: int(row["year"]) for row in csv.DictReader(lines)}
    names = sorted(years, key=lambda name: (-len(name), name))
    pattern = "|".join(re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’]") for name in names)
    return years, re.compile(rf"\b(?:{pattern})\b")


def last_founded(text: str, at: int) -> tuple[int, tuple[int, int]] | None:
    """Returns the year in which the institution last named before ``at`` began, and where it is named."""
    years, pattern = _names()
    named = list(pattern.finditer(text, max(0, at - _REACH), at))
    if not named:
        return None
    found = named[-1]
    return years[re.sub(r"\s+", " ", found[0]).replace("’", "'")], found.span()


def told_beginning(text: str, at: int) -> tuple[int, tuple[int, int]] | None:
    """Returns the same where the sentence before ``at`` tells that the institution began."""
    sentence = max(
        text.rfind(". ", max(0, at - _REACH), at), text.rfind("\n\n", max(0, at - _REACH), at), at - _REACH
    )
    founded = last_founded(text, at)
    if founded is None or founded[1][0] < sentence or not _BEGAN.search(text, max(0, sentence), at):
        return None
    return founded

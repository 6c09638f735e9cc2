"""What is known of Acts, Bills, command papers and policy documents: ``data/acts.csv``."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Entry:
    """One instrument or paper; ``title`` is the full short title, of an Act with its year."""

    title: str
    year: int
    chapter: str | None
    uri: str | None
    aliases: tuple[str, ...]
    verified: bool
    kind: str

    @property
    def bare(self) -> str:
        """The title without its year."""
        return re.sub(rf"\s{self.year}$", "", self.title)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Entries by what a text may call them; keys are folded by ``fold_title``."""

    entries: tuple[Entry, ...]
    by_title: dict[tuple[str, int], Entry]
    by_bare: dict[str, tuple[Entry, ...]]
    by_number: dict[str, Entry]

    def of_year(self, year: int, kind: str) -> tuple[Entry, ...]:
        """Returns the entries of a year and kind, by title."""
        return tuple(e for e in self.entries if e.year == year and e.kind == kind)


def fold_title(title: str) -> str:
    """Returns a title with case, commas, spacing and common abbreviations levelled."""
    title = re.sub(r"\bN\.?\s?H\.?\s?S\b\.?", "National Health Service", title)
    title = title.replace("&", "and").replace("’", "'").replace(",", "").replace(".", "")
    return " ".join(title.casefold().split())


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Returns the gazetteer that comes with the package."""
    lines = (files("policytext.extract") / "data" / "acts.csv").read_text(encoding="utf-8").splitlines()
    entries = tuple(_entry(row) for row in csv.DictReader(lines))
    by_title: dict[tuple[str, int], Entry] = {}
    by_bare: dict[str, list[Entry]] = {}
    by_number: dict[str, Entry] = {}
    for entry in entries:
        for name in (entry.bare, *(re.sub(r"\s\d{4}$", "", alias) for alias in entry.aliases)):
            by_title.setdefault((fold_title(name), entry.year), entry)
            by_bare.setdefault(fold_title(name), []).append(entry)
        if entry.kind == "command_paper" and entry.chapter:
            by_number[entry.chapter] = entry
    distinct = {name: tuple(dict.fromkeys(found)) for name, found in by_bare.items()}
    return Gazetteer(entries, by_title, distinct, by_number)


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        title=row["title"],
        year=int(row["year"]),
        chapter=row["chapter"] or None,
        uri=row["uri"] or None,
        aliases=tuple(alias for alias in row["aliases"].split(";") if alias),
        verified=row["verified"] == "true",
        kind=row["kind"],
    )

"""What is known of Acts, Measures, Bills and state papers: the tables in ``data``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LAWS = frozenset(["act", "measure"])
"""Kinds with an identifier on legislation.gov.uk."""
_POLICY = re.compile(
    r"\b(?:health|care|carers?|hospitals?|nurses?|nursing|midwives|mental|medical|medicines?|disabled|sick"
    r"|assistance|welfare|registered homes|social (?:services|work)|personal care)\b"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One instrument or paper; ``title`` is the full short title, of an Act with its year.

    ``became`` is the identifier of the Act that a Bill became, ``chairs`` are names by which a report is
    known ("Seebohm"). ``kind`` is act, measure, bill, command_paper, white_paper, green_paper,
    policy_document, or private for a report that the state had no hand in.
    """

    title: str
    year: int | None
    chapter: str | None
    uri: str | None
    aliases: tuple[str, ...]
    verified: bool
    kind: str
    became: str | None = None
    issuer: str | None = None
    chairs: tuple[str, ...] = ()

    @property
    def bare(self) -> str:
        """The title without its year."""
        return re.sub(rf"\s{self.year}$", "", self.title)

    @property
    def of_policy(self) -> bool:
        """Whether its title is one of health or social care."""
        return _POLICY.search(self.title.lower()) is not None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Entries by what a text may call them; keys of titles are folded by ``fold_title``."""

    entries: tuple[Entry, ...]
    by_title: dict[tuple[str, int], Entry]
    by_bare: dict[str, tuple[Entry, ...]]
    by_number: dict[str, Entry]
    by_uri: dict[str, Entry]
    by_alias: dict[str, Entry]
    acts_by_year: dict[int, tuple[Entry, ...]]

    def of_year(self, year: int, kind: str) -> tuple[Entry, ...]:
        """Returns the entries of a year and kind, by title."""
        if kind == "act":
            return self.acts_by_year.get(year, ())
        return tuple(e for e in self.entries if e.year == year and e.kind == kind)


@lru_cache(maxsize=4096)
def fold_title(title: str) -> str:
    """Returns a title with case, marks, spacing, hyphens and common abbreviations levelled."""
    title = re.sub(r"\bN\.?\s?H\.?\s?S\b\.?", "National Health Service", title)
    title = title.replace("&c", "etc").replace("&", "and").replace("’", "'").replace("-", "")
    title = re.sub(r"[,.\u2010-\u2015]", "", title).casefold().replace("organiz", "organis")
    return " ".join(title.split())


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Returns the gazetteer that comes with the package."""
    entries = (*_rows("acts.csv", ""), *_rows("bills.csv", "bill"), *_rows("papers.csv", ""))
    by_title: dict[tuple[str, int], Entry] = {}
    by_bare: dict[str, list[Entry]] = {}
    for entry in entries:
        aliases = (re.sub(r"\s\d{4}$", "", alias) for alias in entry.aliases if not alias[0].isdigit())
        for name in (entry.bare, *aliases):
            if entry.year is not None:
                by_title.setdefault((fold_title(name), entry.year), entry)
            by_bare.setdefault(fold_title(name), []).append(entry)
    acts = [e for e in entries if e.kind == "act"]
    years = sorted({e.year for e in acts if e.year is not None})
    return Gazetteer(
        entries=entries,
        by_title=by_title,
        by_bare={name: tuple(dict.fromkeys(found)) for name, found in by_bare.items()},
        by_number={e.chapter: e for e in entries if e.chapter and e.kind not in {"act", "measure", "bill"}},
        by_uri={e.uri: e for e in entries if e.uri},
        by_alias=dict(_short_forms(acts)),
        acts_by_year={year: tuple(e for e in acts if e.year == year) for year in years},
    )


def table(name: str) -> list[dict[str, str]]:
    """Returns the rows of one of the package's tables."""
    lines = (files("policytext.extract") / "data" / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines))


def _short_forms(acts: list[Entry]) -> Iterator[tuple[str, Entry]]:
    """Yields aliases, and initials with the year ("HSCA 2012") where one Act of that year has them."""
    initials: dict[str, list[Entry]] = {}
    for entry in acts:
        letters = "".join(w[0] for w in re.findall(r"[A-Z]\w+", re.sub(r"\([^)]*\)", "", entry.bare)))
        initials.setdefault(f"{letters} {entry.year}", []).append(entry)
    for letters, found in initials.items():
        if len(found) == 1 and len(letters) > len("CA 2014"):
            yield letters, found[0]
    for entry in acts:
        yield from ((alias, entry) for alias in entry.aliases)


def _rows(name: str, kind: str) -> Iterator[Entry]:
    for row in table(name):
        yield Entry(
            title=row["title"],
            year=int(row["year"]) if row["year"] else None,
            chapter=row["chapter"] or None,
            uri=row.get("uri") or None,
            aliases=_listed(row["aliases"]),
            verified=row.get("verified") == "true",
            kind=row.get("kind") or kind,
            became=row.get("became") or None,
            issuer=row.get("issuer") or None,
            chairs=_listed(row.get("chairs") or ""),
        )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)

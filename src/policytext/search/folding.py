"""Reprints of one passage are one hit: the best ranked stands, the others are its further places.

A pull quote is a further place of the passage that it repeats, and lends it its rank.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policytext.ranking import Also, Ranked
from policytext.search.pulled import AROUND, pull_quotes
from policytext.store.archive import Archive

SHARE = 0.5
"""Of a passage's characters that must be printed elsewhere, for it to fold into the hit that prints them."""
_BATCH = 400


@dataclass(frozen=True, slots=True)
class Folded:
    """A ranked passage with its reprints and pull quotes; ``by`` names the one of them that lent its rank."""

    ranked: Ranked
    also: tuple[Also, ...]
    by: int | None = None


def folded(archive: Archive, ranked: Sequence[Ranked]) -> list[Folded]:
    """Returns the ranking with every passage left out that is a reprint of one above it.

    A pull quote folds into the passage that it repeats, which takes its rank and score if it is ranked at
    all. A passage is told of once: where it stands itself, or at the first hit that it folds into.
    """
    order = {r.number: place for place, r in enumerate(ranked)}
    twins = _Twins(archive.sql, list(order))
    quotes = {n: q for n, q in pull_quotes(archive.sql, list(order)).items() if q[1] in order}
    pulled: dict[int, list[Also]] = {}
    for quote, home in quotes.values():
        pulled.setdefault(home, []).append(quote)
    out, told = [], set[int]()
    for hit in ranked:
        number = quotes[hit.number][1] if hit.number in quotes else hit.number
        if hit.number in told or number in told:
            continue
        places = [place for place in twins.of(number) if place.number not in told]
        for home in (number, *(place.number for place in places)):
            places += pulled.get(home, ())
        also = {place.number: place for place in places if place.number not in told}
        told.update({number}, also)
        by_rank = sorted(also.values(), key=lambda a: (order.get(a.number, len(order)), a.number))
        by = hit.number if hit.number != number else None
        out.append(Folded(Ranked(number, hit.score), tuple(by_rank), by))
    return out


def twins_of(archive: Archive, number: int) -> set[int]:
    """Returns the passages that are reprints of one, and itself."""
    return {number} | {also.number for also in _Twins(archive.sql, [number]).of(number)}


def same_print(archive: Archive, number: int) -> set[int]:
    """Returns a passage with its reprints, its pull quotes, and the passage that it is a pull quote of."""
    near = range(max(0, number - AROUND), number + AROUND + 1)
    quotes = pull_quotes(archive.sql, near)
    pulled = {quote for quote, (_, home) in quotes.items() if home == number}
    return twins_of(archive, number) | pulled | ({quotes[number][1]} if number in quotes else set())


class _Twins:
    """Who prints what else, for some passages: asked of the store at once."""

    def __init__(self, sql: sqlite3.Connection, numbers: Sequence[int]) -> None:
        self._groups: dict[int, list[str]] = {}
        self._members: dict[str, list[tuple[Also, float]]] = {}
        for row in _rows(sql, "n.number", numbers):
            self._groups.setdefault(row["number"], []).append(row["grp"])
        groups = sorted({group for found in self._groups.values() for group in found})
        for row in _rows(sql, "r.grp", groups):
            place = (row["name"], row["raw_start"], row["raw_end"], row["line"])
            also = Also(row["number"], row["id"], *place, row["relation"])
            self._members.setdefault(row["grp"], []).append((also, row["share"]))

    def of(self, number: int) -> list[Also]:
        """Returns the others of its groups that are mostly the same print, each once, by number."""
        found: dict[int, Also] = {}
        for group in self._groups.get(number, ()):
            for also, share in self._members.get(group, ()):
                if also.number != number and share >= SHARE:
                    found.setdefault(also.number, also)
        return [found[n] for n in sorted(found)]


def _rows(sql: sqlite3.Connection, column: str, values: Sequence[int | str]) -> Iterator[sqlite3.Row]:
    for at in range(0, len(values), _BATCH):
        part = list(values[at : at + _BATCH])
        yield from sql.execute(
            "SELECT r.grp, n.number, p.id, d.name, p.raw_start, p.raw_end, p.line, r.relation, "  # noqa: S608 - question marks only
            "CAST(r.end - r.start AS REAL) / max(1, p.end - p.start) AS share "
            "FROM reprints r JOIN passages p ON p.key = r.passage JOIN numbers n ON n.passage = p.key "
            f"JOIN documents d ON d.key = p.document WHERE {column} IN ({', '.join('?' * len(part))}) "
            "ORDER BY r.grp, n.number, r.start",
            part,
        )

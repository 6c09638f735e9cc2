"""Reprints of one passage are one hit: the best ranked stands, the others are its further places.

A pull quote is a further place of the passage that it repeats, and lends it its rank.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policytext.ranking import Also, Ranked
from policytext.store.archive import Archive

SHARE = 0.5
"""Of a passage's characters that must be printed elsewhere, for it to fold into the hit that prints them."""
RELATION = "pull_quote"
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
    homes = {n: home for n in order if (home := twins.home(n)) in order}
    quoting: dict[int, list[Also]] = {}
    for quote, home in homes.items():
        quoting.setdefault(home, []).extend(place for place in twins.of(home) if place.number == quote)
    out, told = [], set[int]()
    for hit in ranked:
        number = homes.get(hit.number, hit.number)
        if hit.number in told or number in told:
            continue
        places = [place for place in twins.of(number) if place.number not in told]
        for home in [place.number for place in places]:
            places += quoting.get(home, ())
        also = {p.number: p for p in reversed(places) if p.number not in told and p.number != number}
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
    twins = _Twins(archive.sql, [number])
    home = twins.home(number)
    return {number} | {also.number for also in twins.of(number)} | ({home} if home is not None else set())


@dataclass(frozen=True, slots=True)
class _Member:
    """A passage that prints the text of a group, and the share of its characters that do."""

    place: Also
    document: int
    is_quote: bool
    share: float


class _Twins:
    """Who prints what else, for some passages: asked of the store at once."""

    def __init__(self, sql: sqlite3.Connection, numbers: Sequence[int]) -> None:
        self._groups: dict[int, list[str]] = {}
        self._members: dict[str, dict[int, _Member]] = {}
        for row in _rows(sql, "n.number", numbers):
            self._groups.setdefault(row["number"], []).append(row["grp"])
        groups = sorted({group for found in self._groups.values() for group in found})
        for row in _rows(sql, "r.grp", groups):
            place = (row["name"], row["raw_start"], row["raw_end"], row["line"])
            also = Also(row["number"], row["id"], *place, row["relation"])
            quote = row["kind"] == RELATION
            member = _Member(also, row["document"], quote, row["share"])
            self._members.setdefault(row["grp"], {})[row["number"]] = member

    def of(self, number: int) -> list[Also]:
        """Returns the others of its groups that are mostly the same print, each once, by number.

        A pull quote of the passage's own paper is called one, whatever else it is a reprint of.
        """
        found: dict[int, Also] = {}
        for own, other in self._with_others(number):
            if other.share >= SHARE:
                pulled = other.is_quote and not own.is_quote and other.document == own.document
                place = replace(other.place, relation=RELATION) if pulled else other.place
                found.setdefault(place.number, place)
        return [found[n] for n in sorted(found)]

    def home(self, number: int) -> int | None:
        """Returns the passage of its paper that a pull quote repeats, the nearest of several; else None."""
        homes = [
            other.place.number
            for own, other in self._with_others(number)
            if own.is_quote and own.share >= SHARE and not other.is_quote and other.document == own.document
        ]
        return min(homes, key=lambda home: (abs(home - number), home), default=None)

    def _with_others(self, number: int) -> Iterator[tuple[_Member, _Member]]:
        """Yields, for every group of a passage, itself with each of the others."""
        for group in self._groups.get(number, ()):
            members = self._members[group]
            for other in members.values():
                if other.place.number != number:
                    yield members[number], other


def _rows(sql: sqlite3.Connection, column: str, values: Sequence[int | str]) -> Iterator[sqlite3.Row]:
    """Yields the passages of groups, by group and number; what lies in one group in pieces is summed."""
    for at in range(0, len(values), _BATCH):
        part = list(values[at : at + _BATCH])
        yield from sql.execute(
            "SELECT r.grp, n.number, p.id, p.kind, p.document, d.name, p.raw_start, p.raw_end, p.line, "  # noqa: S608 - question marks only
            "max(r.relation) AS relation, "
            "CAST(sum(r.end - r.start) AS REAL) / max(1, p.end - p.start) AS share "
            "FROM reprints r JOIN passages p ON p.key = r.passage JOIN numbers n ON n.passage = p.key "
            f"JOIN documents d ON d.key = p.document WHERE {column} IN ({', '.join('?' * len(part))}) "
            "GROUP BY r.grp, n.number ORDER BY r.grp, n.number",
            part,
        )

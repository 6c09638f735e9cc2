"""Filters as SQL: which passages a search may find."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from policytext.errors import BadRequest
from policytext.ranking import Filters
from policytext.store.archive import Archive
from policytext.store.folding import fold

_BATCH = 800  # bound variables beside those of the filters; SQLite's old limit is 999


def allowed_numbers(archive: Archive, filters: Filters) -> list[int] | None:
    """Returns the numbers of the passages that satisfy ``filters``, rising; None where nothing is asked.

    A speaker matches by whole words of a name ("Turton", "Robin Turton"): as the document prints it, or any
    other that the archive has for the same one. A cited Act matches by whole words of its title or by its
    identifier, a document by its id or file name. Speaker and statement date must hold
    of one and the same statement, or of the document's own voice, which speaks when it is published. Passages
    of unknown quality pass.

    Raises:
        BadRequest: a speaker or title without a word in it.
    """
    if not filters:
        return None
    clauses, values = _conditions(archive, filters)
    sql = (
        "SELECT n.number FROM numbers n JOIN passages p ON p.key = n.passage "
        f"JOIN documents d ON d.key = p.document WHERE {' AND '.join(clauses)} ORDER BY n.number"
    )
    return [row["number"] for row in archive.sql.execute(sql, values)]


def allowed_among(archive: Archive, filters: Filters, numbers: Sequence[int]) -> set[int]:
    """Returns those of some passage numbers that satisfy ``filters``; see ``allowed_numbers``."""
    clauses, values = _conditions(archive, filters)
    found: set[int] = set()
    for at in range(0, len(numbers), _BATCH):
        part = list(numbers[at : at + _BATCH])
        sql = (
            "SELECT n.number FROM numbers n JOIN passages p ON p.key = n.passage "
            f"JOIN documents d ON d.key = p.document WHERE n.number IN ({', '.join('?' * len(part))}) "
            f"AND {' AND '.join(clauses)}"
        )
        found.update(row["number"] for row in archive.sql.execute(sql, [*part, *values]))
    return found


def knows_speaker(archive: Archive, name: str) -> bool:
    """Whether any statement or passage is by somebody of this name; see ``allowed_numbers``.

    Raises:
        BadRequest: a name without a word in it.
    """
    folded = _name("--speaker", name)
    asks = (
        "SELECT 1 FROM people WHERE instr(known_as, ?)",
        "SELECT 1 FROM statements WHERE instr(speaker_folded, ?)",
        "SELECT 1 FROM passages WHERE instr(voice_folded, ?)",
    )
    return any(archive.sql.execute(f"{ask} LIMIT 1", (folded,)).fetchone() for ask in asks)


def beside(archive: Archive, numbers: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Returns for passages the numbers of those right before and behind them in their documents.

    Numbers run through a document in reading order.
    """
    around = sorted({near for n in numbers for near in (n - 1, n, n + 1)})
    home: dict[int, int] = {}
    for at in range(0, len(around), _BATCH):
        part = around[at : at + _BATCH]
        rows = archive.sql.execute(
            "SELECT n.number, p.document FROM numbers n JOIN passages p ON p.key = n.passage "
            f"WHERE n.number IN ({', '.join('?' * len(part))})",
            part,
        )
        home.update((row["number"], row["document"]) for row in rows)
    return {
        n: tuple(near for near in (n - 1, n + 1) if home.get(near, -1) == home[n])
        for n in sorted(numbers)
        if n in home
    }


def _conditions(archive: Archive, filters: Filters) -> tuple[list[str], list[str | float]]:
    clauses: list[str] = ["1"]
    values: list[str | float] = []
    if filters.document is not None:
        clauses.append("(d.id = ? OR d.name = ? OR d.relative = ?)")
        values += [filters.document] * 3
    if filters.cites is not None:
        clauses.append(
            "EXISTS (SELECT 1 FROM passage_citations x JOIN citations c ON c.key = x.citation "
            "WHERE x.passage = p.key AND (instr(c.title_folded, ?) OR c.uri = ?))"
        )
        values += [_name("--cites", filters.cites), filters.cites]
    if filters.min_quality is not None:
        clauses.append("(p.quality IS NULL OR p.quality >= ?)")
        values.append(filters.min_quality)
    said, said_values = _said(filters)
    printed, printed_values = _printed(filters)
    if filters.dates == "publication":
        clauses.append(printed)
        values += printed_values
    if filters.speaker is not None or (said and filters.dates == "statement"):
        by_statement, by_voice, named = _speaker(archive, filters.speaker)
        statement_clause = said if filters.dates == "statement" else ""
        of_statement = " AND ".join(c for c in (statement_clause, by_statement) if c)
        clauses.append(
            "(EXISTS (SELECT 1 FROM passage_statements x JOIN statements s ON s.key = x.statement "
            f"WHERE x.passage = p.key AND {of_statement}) OR ({printed} AND {by_voice or '1'}))"
        )
        values += (said_values if statement_clause else []) + named + printed_values + named
    return clauses, values


def _speaker(archive: Archive, asked: str | None) -> tuple[str, str, list[str | float]]:
    """Returns SQL that asks who speaks a statement, who speaks a passage, and the values of either.

    The names that the archive joins are asked only where one of them matches.
    """
    if asked is None:
        return "", "", []
    name = _name("--speaker", asked)
    known = archive.sql.execute("SELECT 1 FROM people WHERE instr(known_as, ?) LIMIT 1", (name,)).fetchone()
    if known is None:
        return "instr(s.speaker_folded, ?)", "instr(p.voice_folded, ?)", [name]
    sayer = "SELECT 1 FROM sayers y JOIN people w ON w.id = y.person WHERE y.statement = s.key"
    voice = (
        "SELECT 1 FROM names v JOIN people w ON w.id = v.person "
        "WHERE v.document = p.document AND v.alias = p.voice AND v.joined"
    )
    return (
        f"(instr(s.speaker_folded, ?) OR EXISTS ({sayer} AND instr(w.known_as, ?)))",
        f"(instr(p.voice_folded, ?) OR EXISTS ({voice} AND instr(w.known_as, ?)))",
        [name, name],
    )


def _said(filters: Filters) -> tuple[str, list[str]]:
    return _within("s.statement_date", "s.said_earliest", "s.said_latest", filters)


def _printed(filters: Filters) -> tuple[str, list[str]]:
    clause, values = _within("d.publication_date", "d.published_earliest", "d.published_latest", filters)
    return clause or "1", values


def _within(known: str, first: str, last: str, filters: Filters) -> tuple[str, list[str]]:
    """Returns SQL that asks whether bounds overlap the filter's days; an unknown date never does."""
    clauses, values = [], []
    if filters.latest is not None:
        clauses.append(f"({first} IS NULL OR {first} <= ?)")
        values.append(filters.latest)
    if filters.earliest is not None:
        clauses.append(f"({last} IS NULL OR {last} >= ?)")
        values.append(filters.earliest)
    return (f"({known} IS NOT NULL AND {' AND '.join(clauses)})", values) if clauses else ("", [])


def _name(what: str, given: str) -> str:
    """Returns the folded words to look for. Raises BadRequest where nothing is left of them."""
    folded = fold(given)
    if not folded:
        raise BadRequest(f"nothing to look for in {given!r}", what, "a surname, or words of the title")
    return folded

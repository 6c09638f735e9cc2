"""Filters as SQL: which passages a search may find."""

from __future__ import annotations

from policytext.errors import BadRequest
from policytext.ranking import Filters
from policytext.store.archive import Archive
from policytext.store.folding import fold


def allowed_numbers(archive: Archive, filters: Filters) -> list[int] | None:
    """Returns the numbers of the passages that satisfy ``filters``, rising; None where nothing is asked.

    A speaker matches by whole words of the name ("Turton", "Robin Turton"), a cited Act by whole words of
    its title or by its identifier, a document by its id or file name. Speaker and statement date must hold
    of one and the same statement, or of the document's own voice, which speaks when it is published. Passages
    of unknown quality pass.

    Raises:
        BadRequest: a speaker or title without a word in it.
    """
    if not filters:
        return None
    clauses, values = _conditions(filters)
    sql = (
        "SELECT n.number FROM numbers n JOIN passages p ON p.key = n.passage "
        f"JOIN documents d ON d.key = p.document WHERE {' AND '.join(clauses)} ORDER BY n.number"
    )
    return [row["number"] for row in archive.sql.execute(sql, values)]


def _conditions(filters: Filters) -> tuple[list[str], list[str | float]]:
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
        statement_clause = said if filters.dates == "statement" else ""
        speaker = "" if filters.speaker is None else _name("--speaker", filters.speaker)
        of_statement = [c for c in (statement_clause, "instr(s.speaker_folded, ?)" if speaker else "") if c]
        of_voice = [printed, "instr(p.voice_folded, ?)" if speaker else "1"]
        clauses.append(
            "(EXISTS (SELECT 1 FROM passage_statements x JOIN statements s ON s.key = x.statement "
            f"WHERE x.passage = p.key AND {' AND '.join(of_statement)}) OR ({' AND '.join(of_voice)}))"
        )
        named = [speaker] if speaker else []
        values += (said_values if statement_clause else []) + named + printed_values + named
    return clauses, values


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

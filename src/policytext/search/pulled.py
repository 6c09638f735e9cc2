"""Pull quotes among hits: the passage that a pull quote repeats is what a reader wants to see."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from policytext.ranking import Also
from policytext.text.terms import terms

RELATION = "pull_quote"
AROUND = 30  # passages before and behind among which the original is looked for
_BATCH = 800


def pull_quotes(sql: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, tuple[Also, int]]:
    """Returns for every pull quote among passages its place, and the passage of its paper that it repeats.

    A pull quote is one by the role that its block was given. It repeats a passage that holds its terms in one
    piece, the nearest one if several do, of two as near the earlier; one that repeats none is left out. (The
    finder of reprints asks for more words than most pull quotes have.)
    """
    found: dict[int, tuple[Also, int]] = {}
    for at in range(0, len(numbers), _BATCH):
        part = list(numbers[at : at + _BATCH])
        rows = sql.execute(
            "SELECT n.number, p.id, p.document, d.name, p.raw_start, p.raw_end, p.line, p.text "  # noqa: S608 - question marks only
            "FROM numbers n JOIN passages p ON p.key = n.passage JOIN documents d ON d.key = p.document "
            f"WHERE p.kind = 'pull_quote' AND n.number IN ({', '.join('?' * len(part))}) ORDER BY n.number",
            part,
        ).fetchall()
        for row in rows:
            home = _home(sql, row)
            if home is not None:
                place = (row["name"], row["raw_start"], row["raw_end"], row["line"])
                found[row["number"]] = Also(row["number"], row["id"], *place, RELATION), home
    return found


def _home(sql: sqlite3.Connection, quote: sqlite3.Row) -> int | None:
    wanted = _run(quote["text"])
    number = quote["number"]
    rows = sql.execute(
        "SELECT n.number, p.text FROM numbers n JOIN passages p ON p.key = n.passage "
        "WHERE p.document = ? AND p.kind <> 'pull_quote' AND n.number BETWEEN ? AND ? "
        "ORDER BY abs(n.number - ?), n.number",
        (quote["document"], number - AROUND, number + AROUND, number),
    )
    return next((row["number"] for row in rows if wanted.strip() and wanted in _run(row["text"])), None)


def _run(text: str) -> str:
    return f" {' '.join(terms(text))} "

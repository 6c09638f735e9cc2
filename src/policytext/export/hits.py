"""Hits as rows: one set of columns and values for jsonl, csv and data frames."""

from __future__ import annotations

from typing import Any

from policytext.ranking import Query
from policytext.search.results import Result

RESULT_COLUMNS = (
    *("qid", "rank", "score", "passage", "source", "start", "end", "document", "title", "section", "line"),
    *("text", "speaker", "speaker_type", "role", "statement_date", "date_basis", "said_by"),
    *("asserted_by", "role_then", "party_then", "flags"),
    *("statement", "statement_start", "statement_end", "publication_date", "quality"),
    *("statements", "citations", "also"),
)

WHOLE_NUMBERS = frozenset({"rank", "start", "end", "line", "statement_start", "statement_end"})
"""Columns that hold whole numbers or nothing: a table must not make 2521.0 of an offset."""


def result_row(query: Query, result: Result) -> dict[str, Any]:
    """Returns a hit under RESULT_COLUMNS.

    ``start``/``end`` are the passage's raw offsets, ``statement_start``/``statement_end`` those of the
    statement that answers; ``said_by`` tells a statement from the document's own voice; ``also`` are the
    reprints folded into the hit.
    """
    passage, said = result.passage, result.statement
    values = (
        query.qid,
        result.hit.rank,
        result.hit.score,
        passage.id,
        passage.source,
        passage.raw_start,
        passage.raw_end,
        passage.document,
        passage.title,
        passage.section,
        passage.line,
        passage.text,
        result.speaker,
        said.speaker_type if said else None,
        said.role if said else None,
        result.date,
        result.date_basis,
        "statement" if said else "voice",
        said.asserted_by if said else None,
        said.role_then if said else None,
        said.party_then if said else None,
        "; ".join(said.flags) or None if said else None,
        said.text if said else None,
        said.raw_start if said else None,
        said.raw_end if said else None,
        passage.publication_date,
        passage.quality,
        [
            {
                "id": s.id,
                "start": s.raw_start,
                "end": s.raw_end,
                "speaker": s.speaker,
                "date": s.statement_date,
            }
            for s in passage.statements
        ],
        list(passage.citations),
        [
            {
                "passage": place.passage,
                "source": place.source,
                "start": place.start,
                "end": place.end,
                "line": place.line,
                "relation": place.relation,
            }
            for place in result.hit.also
        ],
    )
    return dict(zip(RESULT_COLUMNS, values, strict=True))

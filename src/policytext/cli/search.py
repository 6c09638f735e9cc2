"""policytext search."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from policytext.cli.asking import opened, resolved
from policytext.cli.options import archive_option, filter_options, filters_from, model_option, output_to
from policytext.cli.reading import result_lines
from policytext.errors import BadRequest
from policytext.ranking import Query
from policytext.search.engine import MODES, Mode, SearchEngine
from policytext.search.results import Result, results
from policytext.store.archive import Archive

_TAG = "policytext"


@click.command("search")
@click.argument("query", required=False)
@archive_option
@click.option(
    "--mode", type=click.Choice(MODES), help="By words, by meaning or both; else both where possible."
)
@click.option("-k", "k", type=click.IntRange(min=1), default=10, show_default=True, help="How many hits.")
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "csv", "trec"]),
    help="Else text, and jsonl for a batch.",
)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="QUERIES.jsonl",
    help='Many queries, one {"qid", "text", "filters"} a line, answered as jsonl or trec.',
)
@model_option
def command(
    query: str | None,
    archive: Path,
    mode: Mode | None,
    k: int,
    form: str | None,
    batch: Path | None,
    model: str | None,
    **filters: Any,
) -> None:
    """Find passages by words, by meaning, or both.

    Each hit says who speaks, when it was said (not only when it was printed), where it stands in the raw
    file, and shows the passage with the words of the query marked. Filters ask for all of what they name:
    --to 1960 finds what was said by 1960, also inside a paper of 2016.

    \b
    Example:
      policytext search "period of stability" --to 1960
      policytext search "pooled budgets" --cites "Health Act 1999" --mode lexical -k 5
      policytext search --batch queries.jsonl -k 20 --format trec
    """
    if (query is None) == (batch is None):
        raise click.UsageError("give either a QUERY or --batch FILE.")
    filters["from"] = filters.pop("from_")
    if batch is not None and any(
        v is not None for name, v in filters.items() if (name, v) != ("dates", "statement")
    ):
        raise click.UsageError("in a batch every query brings its own filters.")
    form = form or ("text" if batch is None else "jsonl")
    if batch is not None and form not in ("jsonl", "trec"):
        raise click.UsageError("--batch writes jsonl or trec.")
    with Archive.open(archive) as store:
        if batch is not None:
            queries = [resolved(store, q) for q in read_queries(batch)]
            engine = opened(store, mode, model)
            _answer_batch(engine, queries, k, form)
            return
        asked = resolved(store, Query("1", query or "", filters_from(filters)))
        engine = opened(store, mode, model)
        _print(asked, results(store, asked, engine.search(asked, k)), form)


def read_queries(path: Path) -> list[Query]:
    """Returns the queries of a .jsonl file, in its order.

    Raises:
        BadRequest: a line that is no query, or a qid that comes twice; the line is named.
    """
    queries, seen = [], set()
    with click.open_file(str(path), encoding="utf-8-sig", errors="surrogateescape") as file:
        for number, line in enumerate(file, 1):
            if any("\udc80" <= c <= "\udcff" for c in line):
                raise BadRequest("not UTF-8", f"{path}, line {number}", "saving it as UTF-8")
            if line.strip():
                query = _query(line, f"{path}, line {number}")
                if query.qid in seen:
                    raise BadRequest(f"qid {query.qid} comes twice", f"{path}, line {number}")
                seen.add(query.qid)
                queries.append(query)
    if not queries:
        raise BadRequest("no queries in it", str(path), '{"qid": "1", "text": "..."} on a line')
    return queries


def _query(line: str, where: str) -> Query:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadRequest(f"not JSON: {error}", where) from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadRequest('a query needs "qid" and "text"', where)
    qid = row.get("qid")
    if isinstance(qid, bool) or not isinstance(qid, str | int) or not str(qid) or re.search(r"\s", str(qid)):
        raise BadRequest('a query needs a "qid" without blanks', where)
    filters = row.get("filters") or {}
    if not isinstance(filters, dict):
        raise BadRequest("filters must be an object", where)
    if not row["text"].strip():
        raise BadRequest("the query is empty", where)
    try:
        return Query(str(qid), row["text"], filters_from(filters))
    except BadRequest as error:
        raise BadRequest(
            error.what, f"{where}, {error.where}" if error.where else where, error.advice
        ) from error


def _answer_batch(engine: SearchEngine, queries: list[Query], k: int, form: str) -> None:
    rows = (row for query in queries for row in _batch_rows(engine, query, k))
    with output_to(None) as out:
        _write_rows(rows, form, out)


def _batch_rows(engine: SearchEngine, query: Query, k: int) -> Iterator[dict[str, Any]]:
    for hit in engine.search(query, k):
        yield {
            "qid": query.qid,
            "rank": hit.rank,
            "score": hit.score,
            "passage": hit.passage,
            "source": hit.source,
            "start": hit.start,
            "end": hit.end,
        }


def _write_rows(rows: Iterable[dict[str, Any]], form: str, out: BinaryIO) -> None:
    """Writes hits as jsonl or as the lines of a TREC run: qid Q0 passage rank score tag."""
    if form == "trec":
        for row in rows:
            line = f"{row['qid']} Q0 {row['passage']} {row['rank']} {row['score']:.6f} {_TAG}\n"
            out.write(line.encode())
    else:
        from policytext.export.tables import write_jsonl

        write_jsonl(rows, out)


def _print(query: Query, found: list[Result], form: str) -> None:
    with output_to(None) as out:
        if form == "text":
            _print_text(found, out)
        elif form == "csv":
            from policytext.export.tables import write_csv

            columns = [n for n in RESULT_COLUMNS if n not in ("statements", "citations")]
            write_csv((result_row(query, r) for r in found), columns, out)
        else:
            _write_rows((result_row(query, r) for r in found), form, out)


def _print_text(found: list[Result], out: BinaryIO) -> None:
    colour = sys.stdout.isatty()
    if not found:
        click.echo("nothing found; try other words, or fewer filters", err=True)
    for n, result in enumerate(found):
        lines = ["", *result_lines(result, colour=colour)] if n else list(result_lines(result, colour=colour))
        out.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))


RESULT_COLUMNS = (
    *("qid", "rank", "score", "passage", "source", "start", "end", "document", "title", "section", "line"),
    *("text", "speaker", "speaker_type", "role", "statement_date", "date_basis", "said_by"),
    *("asserted_by", "role_then", "party_then", "flags"),
    *("statement", "statement_start", "statement_end", "publication_date", "quality"),
    *("statements", "citations"),
)


def result_row(query: Query, result: Result) -> dict[str, Any]:
    """Returns a hit under RESULT_COLUMNS.

    ``start``/``end`` are the passage's raw offsets, ``statement_start``/``statement_end`` those of the
    statement that answers; ``said_by`` tells a statement from the document's own voice.
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
    )
    return dict(zip(RESULT_COLUMNS, values, strict=True))

"""policytext search."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from policytext.cli.asking import note, notes, opened, read_queries, resolved
from policytext.cli.options import (
    archive_option,
    filter_options,
    filters_from,
    model_option,
    output_to,
    query_options,
    reading_options,
)
from policytext.cli.reading import explanation_lines, result_lines, shown
from policytext.errors import BadRequest
from policytext.export.hits import RESULT_COLUMNS, result_row
from policytext.ranking import Hit, Query
from policytext.search.engine import MODES, Mode, SearchEngine
from policytext.search.results import Result, results
from policytext.store.archive import Archive
from policytext.store.reader import document_id, passage_numbers

_TAG = "policytext"
_HITS, _LINES = 10, 1000
_BATCH_COLUMNS = ("qid", "rank", "score", "passage", "source", "start", "end")
_NOT_IN_CSV = frozenset({"statements", "citations", "also"})


@click.command("search")
@click.argument("query", required=False)
@archive_option
@click.option(
    "--mode", type=click.Choice(MODES), help="By words, by meaning or both; else both where possible."
)
@click.option(
    "-k",
    "k",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"How many hits, of --kwic how many lines. [default: {_HITS}; of --kwic {_LINES:,}]",
)
@filter_options
@query_options
@reading_options
@click.option(
    "--like",
    metavar="DOCUMENT:PASSAGE",
    help="Instead of a QUERY: what is like this passage, or like the one at DOCUMENT@START-END.",
)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="QUERIES.jsonl",
    help='Many queries, one {"qid", "text", "filters"} a line; plain words, unless with "syntax": true.',
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "csv", "trec"]),
    help="Else text, and jsonl for a batch.",
)
@model_option
@click.option(
    "--rerank",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="A cross-encoder of yours that reads the fifty best hits again and orders them anew.",
)
def command(archive: Path, mode: Mode | None, model: str | None, rerank: Path | None, **options: Any) -> None:
    """Find passages by words, by meaning, or both.

    Each hit says who speaks, when it was said (not only when it was printed), where it stands in the raw
    file, and shows the passage with the words of the query marked. Filters ask for all of what they name:
    --to 1960 finds what was said by 1960, also inside a paper of 2016.

    "words in quotes" must stand side by side in this order, in any of their forms; +word must be there,
    -word must not (before a query that begins with a minus put --); AND, OR, NOT and brackets, integrat*
    and comission~, speaker:, cites:, document: and said:1956..1979 do what they look like. Words alone only
    rank.

    \b
    Example:
      policytext search "period of stability" --to 1960
      policytext search '"pooled budgets" cites:"Health Act 1999" -housing' -k 5 --explain
      policytext search '"joint finance"' --kwic --sort right
      policytext search reorganisation --facets
      policytext search --like 2016-voices-digest:00004
      policytext search --batch queries.jsonl -k 20 --format trec
    """
    task = _Task.of(options)
    with Archive.open(archive) as store:
        if task.batch is not None:
            queries = [resolved(store, task.understood(q)) for q in read_queries(task.batch)]
            _answer_batch(opened(store, mode, model, rerank), store, queries, task)
            return
        query = resolved(store, task.understood(Query("1", task.query, filters_from(task.filters))))
        # Lines are of words: by meaning alone most hits would hold none of them.
        engine = opened(store, mode or ("lexical" if task.kwic else None), model, rerank)
        _answer(engine, store, query, task)


@dataclass(frozen=True, slots=True)
class _Task:
    """What the options ask for."""

    query: str
    like: str | None
    batch: Path | None
    k: int
    form: str
    filters: dict[str, Any]
    plain: bool
    exact: bool
    no_fold: bool
    explain: bool
    kwic: bool
    facets: bool
    order: str
    width: int | None

    @classmethod
    def of(cls, options: dict[str, Any]) -> _Task:
        """Returns the task. Raises click.UsageError where options do not go together."""
        own = ("query", "like", "batch", "explain", "kwic", "facets", "width", "plain", "exact", "no_fold")
        taken: dict[str, Any] = {name: options.pop(name) for name in own}
        form, k, order = (options.pop(name) for name in ("form", "k", "order"))
        _check(taken, form, order, k)
        options["from"] = options.pop("from_")
        if taken["batch"] is not None and any(
            v is not None for name, v in options.items() if (name, v) != ("dates", "statement")
        ):
            raise click.UsageError("in a batch every query brings its own filters.")
        taken["query"] = taken["query"] or ""
        return cls(
            **taken,
            k=k or (_LINES if taken["kwic"] else _HITS),
            form=form or ("text" if taken["batch"] is None else "jsonl"),
            filters=options,
            order=order or "rank",
        )

    def understood(self, query: Query) -> Query:
        """Returns the query as the options say it is meant."""
        return replace(
            query, plain=query.plain or self.plain, exact=query.exact or self.exact, fold=not self.no_fold
        )


def _check(taken: dict[str, Any], form: str | None, order: str | None, k: int | None) -> None:
    """Raises click.UsageError where options do not go together."""
    if sum(taken[name] is not None for name in ("query", "like", "batch")) != 1:
        raise click.UsageError("give either a QUERY or --batch FILE or --like PASSAGE.")
    views = [f"--{name}" for name in ("kwic", "facets", "explain") if taken[name]]
    if len(views) > 1:
        raise click.UsageError(f"{' and '.join(views)} do not go together.")
    if views and taken["query"] is None:
        raise click.UsageError(f"{views[0]} needs a QUERY.")
    if views and form == "trec":
        raise click.UsageError(f"{views[0]} does not go into a TREC run.")
    if views == ["--explain"] and form == "csv":
        raise click.UsageError("--explain writes text or jsonl.")
    if (order or taken["width"]) and not taken["kwic"]:
        raise click.UsageError("--sort and --width need --kwic.")
    if taken["facets"] and k is not None:
        raise click.UsageError("--facets counts all that match; leave -k out.")


def _answer(engine: SearchEngine, store: Archive, query: Query, task: _Task) -> None:
    if task.facets:
        _answer_facets(engine, store, query, task)
    elif task.kwic:
        _answer_kwic(engine, store, query, task)
    elif task.like is not None:
        number = _number(store, task.like)
        hits = engine.like(number, task.k, query.filters)
        _print(engine, query, _read(engine, store, query, hits), task)
    else:
        hits = engine.search(query, task.k)
        notes(engine, query)
        _print(engine, query, _read(engine, store, query, hits), task)


def _read(engine: SearchEngine, store: Archive, query: Query, hits: Sequence[Hit]) -> list[Result]:
    """Returns the hits with what answers the query, as the engine understood it."""
    asked = engine.understood(query) if query.text else None  # more like a passage: no words to mark
    return results(store, query, hits, asked)


_AT = re.compile(r"(.+)@(\d{1,12})-(\d{1,12})")


def _number(store: Archive, place: str) -> int:
    """Returns the number of the passage that ``place`` names, or that shares most with its characters.

    Raises:
        BadRequest: it names no passage.
        NotFound: there is none of that name.
    """
    at = _AT.fullmatch(place)
    if at is None:
        document, _, passage = place.partition(":")
        if not passage:
            raise BadRequest(f"no passage: {place!r}", "--like", f"{place}:00001 or {place}@1200-1350")
        return passage_numbers(store, document, passage)[0]
    start, end = int(at[2]), int(at[3])
    row = store.sql.execute(
        "SELECT n.number FROM passages p JOIN documents d ON d.key = p.document "
        "JOIN numbers n ON n.passage = p.key WHERE d.id = ? AND p.raw_start < ? AND p.raw_end > ? "
        "ORDER BY min(p.raw_end, ?) - max(p.raw_start, ?) DESC, n.number LIMIT 1",
        (document_id(store, at[1]), end, start, end, start),
    ).fetchone()
    if row is None:
        raise BadRequest("no passage stands there", place, f"policytext show {at[1]} --at {start}-{end}")
    return int(row["number"])


def _answer_kwic(engine: SearchEngine, store: Archive, query: Query, task: _Task) -> None:
    from policytext.cli.concordance import kwic_lines
    from policytext.cli.reading import columns
    from policytext.export.readings import KWIC_COLUMNS, kwic_row
    from policytext.search.concordance import CONTEXT, concordance, quoted, sorted_by

    hits = engine.search(query, max(task.k, _LINES))
    notes(engine, query)
    width = task.width or (columns() if task.form == "text" else CONTEXT)
    asked = replace(engine.understood(query), others=())  # lines are of the query's own words
    found = concordance(
        store,
        results(store, query, hits, asked),
        phrases=quoted(asked.needed),
        filters=asked.filters,
        context=max(width, CONTEXT) if task.form == "text" else width,
    )
    lines = sorted_by(found, task.order)[: task.k]  # type: ignore[arg-type]  # click lets only these through
    with output_to(None) as out:
        if task.form == "text":
            for line in kwic_lines(lines, width, colour=sys.stdout.isatty()):
                out.write(f"{line}\n".encode("utf-8", "replace"))
        else:
            _write_rows((kwic_row(query.qid, line) for line in lines), task.form, out, KWIC_COLUMNS)
    full = len(hits) >= max(task.k, _LINES)
    _tell_of_lines(len(found), task.k, full=full)
    ranks = {line.rank for line in found}
    folded = sum(len(hit.also) for hit in hits if hit.rank in ranks)
    if folded:
        some, s = "at least " if full else "", "" if folded == 1 else "s"
        note(f"without {some}{folded:,} reprint{s} of the passages found; --no-fold shows them")


def _tell_of_lines(found: int, k: int, *, full: bool) -> None:
    """Says how many lines there are beyond those shown; beyond ``full`` hits nobody has looked."""
    if not found:
        note("nothing found; try other words, or fewer filters")
    elif found > k or full:
        some = "more than " if full else ""
        note(f"{min(found, k):,} of {some}{found:,} lines; more with -k {max(found, 2 * k)}")


def _answer_facets(engine: SearchEngine, store: Archive, query: Query, task: _Task) -> None:
    from policytext.cli.facets import facet_lines, facets_heading
    from policytext.export.readings import FACET_COLUMNS, facet_rows
    from policytext.search.facets import facets

    numbers, rule = engine.matched(query)
    notes(engine, query)
    counted = facets(store, numbers)
    with output_to(None) as out:
        if task.form != "text":
            _write_rows(facet_rows(counted), task.form, out, FACET_COLUMNS)
            return
        heading = facets_heading(len(numbers), rule)
        for line in [heading, "", *facet_lines(counted)][: None if numbers else 1]:
            out.write(f"{line}\n".encode("utf-8", "replace"))


def _answer_batch(engine: SearchEngine, store: Archive, queries: Sequence[Query], task: _Task) -> None:
    if task.form != "text":
        with output_to(None) as out:
            _write_rows(_batch_rows(engine, queries, task.k), task.form, out, _BATCH_COLUMNS)
        return
    for query in queries:
        with output_to(None) as out:
            out.write(shown(f"# {query.qid}  {query.text}\n\n").encode("utf-8", "replace"))
        hits = engine.search(query, task.k)
        notes(engine, query, f"{query.qid}: ")
        _print(engine, query, _read(engine, store, query, hits), task)
        click.echo()


def _batch_rows(engine: SearchEngine, queries: Sequence[Query], k: int) -> Iterator[dict[str, Any]]:
    for query in queries:
        for hit in engine.search(query, k):
            values = (query.qid, hit.rank, hit.score, hit.passage, hit.source, hit.start, hit.end)
            yield dict(zip(_BATCH_COLUMNS, values, strict=True))
        notes(engine, query, f"{query.qid}: ")


def _write_rows(rows: Iterable[dict[str, Any]], form: str, out: BinaryIO, names: Sequence[str]) -> None:
    """Writes rows as jsonl, as csv under ``names`` or as a TREC run: qid Q0 passage rank score tag."""
    if form == "trec":
        for row in rows:
            line = f"{row['qid']} Q0 {row['passage']} {row['rank']} {row['score']:.6f} {_TAG}\n"
            out.write(line.encode())
        return
    from policytext.export.tables import write_csv, write_jsonl

    if form == "csv":
        write_csv(rows, names, out)
    else:
        write_jsonl(rows, out)


def _print(engine: SearchEngine, query: Query, found: list[Result], task: _Task) -> None:
    if not found:
        note("nothing found; try other words, or fewer filters")
    with output_to(None) as out:
        if task.form == "text":
            for line in _text(engine, query, found, task):
                out.write(f"{line}\n".encode("utf-8", "replace"))
            return
        names = [n for n in RESULT_COLUMNS if n not in _NOT_IN_CSV]
        _write_rows((_row(engine, query, r, task) for r in found), task.form, out, names)


def _text(engine: SearchEngine, query: Query, found: list[Result], task: _Task) -> Iterator[str]:
    colour = sys.stdout.isatty()
    for n, result in enumerate(found):
        yield from [""] if n else []
        yield from result_lines(result, colour=colour)
        if task.explain:
            yield from explanation_lines(engine.explain(query, result.hit), colour=colour)


def _row(engine: SearchEngine, query: Query, result: Result, task: _Task) -> dict[str, Any]:
    row = result_row(query, result)
    if task.explain:
        from dataclasses import asdict

        row["explanation"] = asdict(engine.explain(query, result.hit))
    return row

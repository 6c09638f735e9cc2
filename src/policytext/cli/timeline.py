"""policytext timeline."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import click

from policytext.cli.asking import opened, resolved
from policytext.cli.options import (
    archive_option,
    filter_options,
    filters_from,
    model_option,
    output_option,
    output_to,
)
from policytext.export.tables import provenance, timeline_row, write_jsonl, write_timeline_csv
from policytext.files import write_bytes
from policytext.pipeline.claim_timeline import claim_timeline
from policytext.pipeline.timeline import Timeline, source_digests, timeline
from policytext.ranking import Query
from policytext.search.engine import MODES, Mode, SearchEngine
from policytext.store.archive import Archive
from policytext.store.claims import claim_of, made_by

_FORMS = ("csv", "jsonl", "html", "svg", "png")


@click.command("timeline")
@click.argument("query", metavar="CLAIM-OR-QUERY")
@archive_option
@click.option(
    "--mode", type=click.Choice(MODES), help="By words, by meaning or both; else both where possible."
)
@click.option("-k", "k", type=click.IntRange(min=1), default=25, show_default=True, help="How many passages.")
@filter_options
@click.option("--format", "form", type=click.Choice(_FORMS), help="Else as the name after -o ends, else csv.")
@output_option
@model_option
def command(
    query: str,
    archive: Path,
    mode: Mode | None,
    k: int,
    form: str | None,
    output: Path | None,
    model: str | None,
    **filters: Any,
) -> None:
    """Who said it when: a table or a picture of a claim or a query.

    The id of a claim that was coded (policytext list claims) gives all its witnesses; all else is a query.

    A witness is a stretch of a source that says what was asked for, with its speaker, the date it was said
    and the date it was printed. What is printed again (a reprint) is shown and not counted. With -o, a
    file beside it (.provenance.json) says how it was made.

    \b
    Example:
      policytext timeline stability -o stability.csv
      policytext timeline "a period of stability" -o stability.csv
      policytext timeline "a period of stability" -o stability.svg
    """
    filters["from"] = filters.pop("from_")
    form = form or _form_of(output)
    with Archive.open(archive) as store:
        claim = claim_of(store, query)
        asked = resolved(store, Query("1", query, filters_from(filters)))
        engine = None if claim else opened(store, mode, model)
        if claim is not None:
            found, title = claim_timeline(store, claim, asked.filters), claim.label
        else:
            assert engine
            found, title = timeline(store, engine, asked, k), f"“{query}”"
        if not found.witnesses:
            click.echo("nothing found; try other words, or fewer filters", err=True)
        told = f"{len(found.witnesses)} witnesses of the claim {query}." if claim else _looked_at(found, k)
        _write(found, title, told, form, output)
        if output is not None:
            how = _provenance(store, engine, asked, k, found)
            write_bytes(output.with_name(f"{output.name}.provenance.json"), how)


def _form_of(output: Path | None) -> str:
    """Returns the format that a file's name asks for; csv where there is no file, or no suffix."""
    suffix = output.suffix[1:].lower() if output else ""
    if suffix and suffix not in _FORMS:
        raise click.UsageError(f"no format for {output}: give --format, or a name in .{', .'.join(_FORMS)}.")
    return suffix or "csv"


def _write(found: Timeline, title: str, told: str, form: str, output: Path | None) -> None:
    with output_to(output) as out:
        if form == "csv":
            write_timeline_csv(found.witnesses, out)
        elif form == "jsonl":
            write_jsonl(map(timeline_row, found.witnesses), out)
        else:
            from policytext.export.pictures import render, timeline_chart

            chart = timeline_chart(found.witnesses, title, told)
            out.write(render(chart, form))  # type: ignore[arg-type]  # click allows no other
    if form in ("csv", "jsonl"):
        click.echo(f"note: {told}", err=True)


def _looked_at(found: Timeline, k: int) -> str:
    """Returns how far the search looked, so that nobody takes a cut for a silence."""
    more = f" (-k {k}; there may be more)" if found.looked_at >= k else ""
    near = f", {found.left_out} of them near but without its words" if found.left_out else ""
    return f"From the best {found.looked_at} passages{more}{near}."


def _provenance(store: Archive, engine: SearchEngine | None, query: Query, k: int, found: Timeline) -> bytes:
    filters = {n: getattr(query.filters, n) for n in query.filters.__slots__}
    if engine is None:
        made = made_by(store)
        config: dict[str, Any] = {"claims": made, "filters": filters}
        model, seed = made["model"], made["seed"]
    else:
        looked = {"passages_looked_at": found.looked_at, "passages_left_out": found.left_out}
        config = {"mode": engine.mode, "k": k, **looked, "filters": filters}
        model, seed = engine.model, None
    record = provenance(
        command=shlex.join(["policytext", *sys.argv[1:]]),
        query=query.text,
        corpus=source_digests(store),
        config=config,
        model=model,
        seed=seed,
    )
    return (json.dumps({**record, "config": config}, ensure_ascii=False, indent=2) + "\n").encode()

"""policytext timeline."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass, replace
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
from policytext.ranking import Filters, Query
from policytext.search.engine import MODES, Mode
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, claim_of, made_by

_FORMS = ("csv", "jsonl", "html", "svg", "png")
_PASSAGES = 25


@click.command("timeline")
@click.argument("query", metavar="CLAIM-OR-QUERY")
@archive_option
@click.option(
    "--mode",
    type=click.Choice(MODES),
    help="Of a query: by words, by meaning or both; else both where possible.",
)
@click.option(
    "-k",
    "k",
    type=click.IntRange(min=1),
    help=f"Of a query: how many passages are looked at.  [default: {_PASSAGES}]",
)
@click.option(
    "--tier",
    type=click.Choice(["confirmed", "all"]),
    help="Of a claim: which witnesses.  [default: all in tables, confirmed in pictures]",
)
@click.option("--as-query", is_flag=True, help="Take it for a query, even where a claim has this id.")
@filter_options
@click.option("--format", "form", type=click.Choice(_FORMS), help="Else as the name after -o ends, else csv.")
@output_option
@model_option
def command(
    *,
    query: str,
    archive: Path,
    mode: Mode | None,
    k: int | None,
    tier: str | None,
    as_query: bool,
    form: str | None,
    output: Path | None,
    model: str | None,
    **filters: Any,
) -> None:
    """Who said it when: a table or a picture of a claim or a query.

    The id of a claim that was coded (policytext list claims) gives its witnesses; all else is a query.

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
        asked = resolved(store, Query("1", query, filters_from(filters)))
        claim = None if as_query else claim_of(store, query)
        if claim is None:
            if tier is not None:
                raise click.UsageError(
                    f"--tier is for claims, and {query!r} is none (policytext list claims)."
                )
            made = _of_query(store, asked, k or _PASSAGES, mode, model)
        else:
            if mode is not None or k is not None:
                raise click.UsageError("-k and --mode are for queries; a claim has all its witnesses.")
            made = _of_claim(store, claim, asked, tier, drawn=form not in ("csv", "jsonl"))
        if not made.found.witnesses:
            click.echo("nothing found; try other words, or fewer filters", err=True)
        _write(made, form, output)
        if output is not None:
            how = _provenance(store, query, made)
            write_bytes(output.with_name(f"{output.name}.provenance.json"), how)


@dataclass(frozen=True, slots=True)
class _Made:
    """A timeline with its title, what is worth saying of it, and what made it."""

    found: Timeline
    title: str
    told: str
    config: dict[str, Any]
    model: str | None
    seed: int | None


def _of_query(store: Archive, asked: Query, k: int, mode: Mode | None, model: str | None) -> _Made:
    engine = opened(store, mode, model)
    found = timeline(store, engine, asked, k)
    looked = {"passages_looked_at": found.looked_at, "passages_left_out": found.left_out}
    config = {"mode": engine.mode, "k": k, **looked, "filters": _plain(asked.filters)}
    return _Made(found, f"“{asked.text}”", _looked_at(found, k), config, engine.model, None)


def _of_claim(store: Archive, claim: StoredClaim, asked: Query, tier: str | None, *, drawn: bool) -> _Made:
    """Returns the timeline of a claim; a picture shows what counts: confirmed, and for the claim."""
    tier = tier or ("confirmed" if drawn else "all")
    found = claim_timeline(store, claim, asked.filters, tier)
    notes = [f"{len(found.witnesses)} witnesses of the claim {claim.id}."]
    if drawn:
        kept = [w for w in found.witnesses if w.stance != "denies"]
        denying = len(found.witnesses) - len(kept)
        found = replace(found, witnesses=kept)
        notes = [f"Not drawn: {denying} denying it."] if denying else []
    if found.left_out:
        notes.append(f"Left out: {found.left_out} only suggested (--tier all has them).")
    made = made_by(store)
    config = {"claims": made, "tier": tier, "filters": _plain(asked.filters)}
    return _Made(found, claim.label, " ".join(notes), config, made["model"], made["seed"])


def _plain(filters: Filters) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in filters.__slots__}


def _form_of(output: Path | None) -> str:
    """Returns the format that a file's name asks for; csv where there is no file, or no suffix."""
    suffix = output.suffix[1:].lower() if output else ""
    if suffix and suffix not in _FORMS:
        raise click.UsageError(f"no format for {output}: give --format, or a name in .{', .'.join(_FORMS)}.")
    return suffix or "csv"


def _write(made: _Made, form: str, output: Path | None) -> None:
    witnesses = made.found.witnesses
    with output_to(output) as out:
        if form == "csv":
            write_timeline_csv(witnesses, out)
        elif form == "jsonl":
            write_jsonl(map(timeline_row, witnesses), out)
        else:
            from policytext.export.pictures.lanes_chart import timeline_chart
            from policytext.export.pictures.rendering import render

            chart = timeline_chart(witnesses, made.title, made.told)
            out.write(render(chart, form))  # type: ignore[arg-type]  # click allows no other
    if form in ("csv", "jsonl"):
        click.echo(f"note: {made.told}", err=True)


def _looked_at(found: Timeline, k: int) -> str:
    """Returns how far the search looked, so that nobody takes a cut for a silence."""
    more = f" (-k {k}; there may be more)" if found.looked_at >= k else ""
    near = f", {found.left_out} of them near but without its words" if found.left_out else ""
    return f"From the best {found.looked_at} passages{more}{near}."


def _provenance(store: Archive, query: str, made: _Made) -> bytes:
    record = provenance(
        command=shlex.join(["policytext", *sys.argv[1:]]),
        query=query,
        corpus=source_digests(store),
        config=made.config,
        model=made.model,
        seed=made.seed,
    )
    return (json.dumps({**record, "config": made.config}, ensure_ascii=False, indent=2) + "\n").encode()

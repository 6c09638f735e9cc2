"""policytext quote."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from policytext.cli.options import archive_option, output_to
from policytext.cli.reading import shown, wrapped
from policytext.errors import BadRequest
from policytext.export.wording import display_date
from policytext.search.quote_placing import verify
from policytext.search.quote_records import Difference, QuotedPlace, Verdict
from policytext.search.quoting import find_quotation
from policytext.store.archive import Archive

_WIDEST = 100
_INDENT = "    "
_MOST = 20
"""Places shown; a word that stands everywhere fills no screens."""
_DIGITS = 12  # of the sha256; the rows have it whole
_MOST_ALIKE = 0.99
"""Shown at most of words that differ: 1.00 would say that they do not."""
_COLOURS = {
    "exact": "green",
    "normalised": "green",
    "elided": "cyan",
    "altered": "yellow",
    "too short": "yellow",
    "not found": "red",
}
_GREEN, _RED = "green", "red"


@click.command("quote")
@click.argument("text", required=False)
@archive_option
@click.option("--document", metavar="ID", help="Only in this document: its id or its file's name.")
@click.option("--speaker", metavar="NAME", help="Only where this speaker says it: whole words of the name.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Read the quotation from this file.",
)
@click.option("--everywhere", is_flag=True, help="Read every document, also of a very big archive.")
@click.option("--strict", is_flag=True, help="Exit 1 unless it is exact, normalised or elided.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def command(
    text: str | None,
    archive: Path,
    document: str | None,
    speaker: str | None,
    file: Path | None,
    form: str,
    **flags: bool,
) -> int:
    """Find a quotation and judge it, exact to altered or not found.

    Exact and normalised quotations have the words of the file; the latter differ in what no editor calls a
    change (quotation marks, dashes, line ends, words that we repaired). Elided ones leave out what their dots
    say. Altered ones have other words, which are shown: [-in the paper-] {+in the quotation+}. A look-alike
    is never a find. Whoever speaks second-hand is only quoted in this archive, and what is reported in the
    paper's words is no quotation. TEXT - is read from stdin.

    \b
    Example:
      policytext quote "Give us ten quiet years."
      policytext quote "We have been given three keys ... and each of us has been told to guard his own."
      policytext quote --strict --format jsonl --file quotation.txt
    """
    quotation = _quotation(text, file)
    with Archive.open(archive) as store:
        verdict = find_quotation(
            store, quotation, document=document, speaker=speaker, everywhere=flags["everywhere"]
        )
        for place in (*verdict.places, *([verdict.nearest] if verdict.nearest else [])):
            verify(store, place)
        with output_to(None) as out:
            _write(verdict, form, out)
    return 1 if flags["strict"] and not verdict.found else 0


def _quotation(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise click.UsageError("give either TEXT or --file FILE.")
    if file is not None or text == "-":
        data = file.read_bytes() if file is not None else sys.stdin.buffer.read()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadRequest("not UTF-8", str(file or "stdin"), "saving it as UTF-8") from error
    return (text or "").strip()


def _write(verdict: Verdict, form: str, out: BinaryIO) -> None:
    if form == "jsonl":
        from policytext.export.tables import write_jsonl

        write_jsonl(quote_rows(verdict), out)
    else:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        out.write(("\n".join(verdict_lines(verdict, colour=colour)) + "\n").encode("utf-8", "replace"))


# --- rows -----------------------------------------------------------------------------------------------


def quote_rows(verdict: Verdict) -> Iterator[dict[str, Any]]:
    """Yields a row for each place; with none, one row whose ``judgement`` says so and whose place is null.

    ``look_alike`` is true of a row that shows the nearest passage: it is no find.
    """
    for place in verdict.places:
        yield _row(verdict, place)
    if not verdict.places:
        yield _row(verdict, verdict.nearest)


def _row(verdict: Verdict, place: QuotedPlace | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "judgement": place.judgement if verdict.places and place else verdict.judgement,
        "look_alike": place is not None and not verdict.places,
        "reason": verdict.reason or None,
        "searched": verdict.searched,
        "documents": verdict.documents,
        "elsewhere": len(verdict.elsewhere),
    }
    told = {} if place is None else _told(place)
    return row | {name: told.get(name) for name in _PLACE}


_PLACE = (
    *("voice", "second_hand", "document", "source", "sha256", "start", "end", "spans", "line", "printed"),
    *(
        "speaker",
        "speaker_type",
        "role",
        "statement",
        "statement_kind",
        "statement_date",
        "date_basis",
        "publication_date",
    ),
    *("attribution", "asserted_by", "changes", "differences", "similarity", "rule", "confidence"),
    *("relation", "group"),
)


def _told(place: QuotedPlace) -> dict[str, Any]:
    said = place.saying
    return {
        "voice": place.voice,
        "second_hand": place.second_hand,
        "document": place.document,
        "source": place.source,
        "sha256": place.sha256,
        "start": place.start,
        "end": place.end,
        "spans": [[s.start, s.end] for s in place.spans],
        "line": place.line,
        "printed": list(place.printed),
        "speaker": place.speaker,
        "speaker_type": said.speaker_type if said else None,
        "role": said.role if said else None,
        "statement": said.id if said else None,
        "statement_kind": said.kind if said else None,
        "statement_date": said.statement_date if said else place.publication_date,
        "date_basis": said.date_basis if said else None,
        "publication_date": place.publication_date,
        "attribution": said.speaker_text if said else None,
        "asserted_by": said.asserted_by if said else None,
        "changes": list(place.changes),
        "differences": [_difference(d) for d in place.differences],
        "similarity": place.similarity,
        "rule": place.rule,
        "confidence": place.confidence,
        "relation": place.relation,
        "group": place.group,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "kind": difference.kind,
        "quote": [difference.quote.start, difference.quote.end],
        "text": [difference.text.start, difference.text.end],
        "quoted": difference.quoted,
        "printed": difference.printed,
        "note": difference.note,
    }


# --- lines ----------------------------------------------------------------------------------------------


def verdict_lines(verdict: Verdict, *, colour: bool) -> Iterator[str]:
    """Yields the judgement first, then every place: who and when, the words, the differences, the proof."""
    head = _styled(verdict.judgement.upper(), colour=colour, fg=_COLOURS[verdict.judgement], bold=True)
    told = [f"{len(verdict.places)} places"] if len(verdict.places) > 1 else []
    told += ["second-hand only"] if verdict.second_hand else []
    told += ["reported in the papers' words, no quotation"] if verdict.reported else []
    told += [verdict.reason] if verdict.reason else []
    yield " · ".join([head, *map(shown, told)])
    for place in verdict.places[:_MOST]:
        yield ""
        yield from place_lines(place, verdict.text, colour=colour)
    if len(verdict.places) > _MOST:
        yield ""
        yield f"and {len(verdict.places) - _MOST} more; --format jsonl lists all"
    if verdict.nearest is not None:
        yield ""
        yield "the nearest that is here, which is NOT the quotation:"
        yield from place_lines(verdict.nearest, verdict.text, colour=colour)


def place_lines(place: QuotedPlace, quotation: str, *, colour: bool) -> Iterator[str]:
    """Yields one place of a quotation."""
    alike = f"alike {min(place.similarity, _MOST_ALIKE):.2f}"
    told = place.judgement if place.judgement != "not found" else alike
    if place.judgement == "altered":
        told += f", {alike}"
    if place.changes:
        told += f" ({', '.join(place.changes)})"
    yield from _wrapped(_styled(f"{told}: {_said(place)}", colour=colour, bold=True), "")
    yield from _wrapped(_words(place, quotation, colour=colour))
    for difference in place.differences:
        yield from _wrapped(_line_of(difference), _INDENT + "- ", _INDENT + "  ")
    spans = ", ".join(f"{s.start}-{s.end}" for s in place.spans)
    proof = (
        f"{place.relative}, line {place.line}, characters {spans} · {place.document}"
        f" · sha256 {place.sha256[:_DIGITS]}"
        + (f" · {place.relation.replace('_', ' ')} {place.group}" if place.relation else "")
        + f" · rule {place.rule}, confidence {place.confidence:.2f}"
    )
    yield _INDENT + _styled(shown(proof), colour=colour, dim=True)


def _said(place: QuotedPlace) -> str:
    """Returns whose words they are, by whom attributed, and both dates."""
    paper, printed = place.title or place.document, display_date(place.publication_date)
    if place.voice == "own" or place.saying is None:
        who = place.speaker or "no author known"
        when = (
            f", said {display_date(place.saying.statement_date)}"
            if place.saying and place.saying.statement_date
            else ""
        )
        return shown(f"{who}, in the paper's own words{when}, printed {printed}, in {paper}")
    said = place.saying
    who = said.speaker or said.speaker_text or "an unnamed speaker"
    who += f" ({said.role})" if said.role and said.speaker else ""
    when = "undated"
    if said.statement_date:
        when = f"said {display_date(said.statement_date)} ({said.date_basis})"
    hand = "second-hand only: " if place.second_hand else ""
    if place.voice == "reported":
        words = f"reported in the paper's words, no quotation, attributed to {who}, {when}"
        return shown(f"{hand}{words}, printed {printed}, in {paper}")
    return shown(f"{hand}quoted in {paper}, attributed to {who}, {when}, printed {printed}")


def _words(place: QuotedPlace, quotation: str, *, colour: bool) -> str:
    """Returns the words: as printed, or the quotation with what differs marked."""
    marked = [d for d in place.differences if d.kind != "repaired"]
    if not marked:
        return _one_line(shown(" [...] ".join(place.printed)))
    out, at = [], 0
    for difference in sorted(marked, key=lambda d: (d.quote.start, d.quote.end)):
        if difference.quote.start < at:
            continue
        out.append(shown(quotation[at : difference.quote.start]))
        out.append(_marked(difference, colour=colour))
        at = difference.quote.end
    out.append(shown(quotation[at:]))  # what is not ours must not steer the terminal; our colours may
    return _one_line("".join(out))


def _marked(difference: Difference, *, colour: bool) -> str:
    printed = shown(difference.printed).strip("\n")
    quoted = shown(difference.quoted)
    gap = " " if difference.kind == "left out" else ""
    if colour:
        old = click.style(printed, fg=_RED) if printed else ""
        return gap + old + (click.style(quoted, fg=_GREEN) if quoted else "")
    old = f"[-{printed}-]" if printed.strip() or difference.kind == "punctuation" else ""
    return gap + old + (f"{{+{quoted}+}}" if quoted else "")


def _line_of(difference: Difference) -> str:
    """Returns a difference in words."""
    quoted, printed = _short(difference.quoted), _short(difference.printed)
    place = f"characters {difference.text.start}-{difference.text.end}"
    note = f", {difference.note}" if difference.note else ""
    if difference.kind == "repaired":
        return f"repaired: the file has {printed!r}, read as {quoted!r} ({difference.note}), {place}"
    if difference.kind == "left out":
        return f"left out{note}: {printed!r}, {place}"
    if difference.kind == "inserted":
        return f"inserted{note}: {quoted!r}"
    return f"{difference.kind}{note}: the paper has {printed!r}, the quotation {quoted!r}, {place}"


def _short(text: str, limit: int = 300) -> str:
    line = _one_line(shown(text)) if text.strip() else shown(text)
    return line if len(line) <= limit else f"{line[: limit // 2]} ... {line[-limit // 2 :]}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _styled(text: str, *, colour: bool, **style: Any) -> str:
    return click.style(text, **style) if colour else text


def _wrapped(text: str, first: str = _INDENT, rest: str = _INDENT) -> Iterable[str]:
    return wrapped(text, min(shutil.get_terminal_size().columns, _WIDEST), first, rest)

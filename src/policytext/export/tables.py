"""Tables for spreadsheets and programs: timeline.csv, JSON lines, and the sidecar that says whence they come.

All writers take a *binary* stream and decide every byte themselves, so that the same rows give the same
file on every system.

**Spreadsheets run what they read.** A cell that begins with ``= + - @``, a tab or a carriage return can be
taken for a formula ("CSV injection", OWASP). Such text gets one leading apostrophe, which spreadsheets show
as text; so does text that begins with apostrophes before such a character, so that dropping one apostrophe
(`restore`) always gives back what was there. Numbers are written as numbers and left alone.

**Spreadsheets show what they are told to.** A character that turns the direction of a line round, or a
control character, makes a cell say what its source does not; in csv it is written out (`visible`). JSON lines
keep it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from policytext.analysis.timeline import FamilyTest, Timeline
from policytext.analysis.witness import Witness

if TYPE_CHECKING:
    from policytext.export.forms import Provenance
    from policytext.store.archive import Archive

TIMELINE_COLUMNS: tuple[str, ...] = (
    "family_id",
    "witness_id",
    "relation",
    "counts_as_independent",
    "speaker",
    "statement_edtf",
    "statement_earliest",
    "statement_latest",
    "statement_date_basis",
    "date_asserted_by",
    "publication_edtf",
    "publication_earliest",
    "publication_latest",
    "publication_date_basis",
    "publication_asserted_by",
    "lag_years_min",
    "voice",
    "quote_status",
    "edit_distance",
    "quote",
    "quote_raw",
    "context_before",
    "context_after",
    "document",
    "title",
    "source",
    "source_sha256",
    "start",
    "end",
    "line_start",
    "page",
    "quality",
    "score",
    "passage",
    "rule",
    "confidence",
    "stance",
    "tier",
    "work",
    "family_p",
    "family_q",
    "verdict",
    "reviewed_by",
)
"""What a timeline's table has, one row a witness.

The names of `policytext.analysis.witness.Witness` mean what they mean there. ``*_earliest`` and ``*_latest``
are the ISO days between which a date lies, None where open or unknown; ``family_p``, ``family_q`` and
``verdict`` say how the claim's recurrence stands against chance, None where it is not testable.
"""

# What a spreadsheet may take for a formula: its first characters, also in full width (LibreOffice folds
# them) and behind blanks or invisible characters that some importers trim.
_FORMULA = re.compile("'*(?:[\t\r\n]|[\\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\\-@＝＋－＠])")

# Controls but for tab and line ends, and what embeds, overrides or isolates a direction (Unicode, UAX 9).
_STEERING = {
    code: f"\\u{code:04x}"
    for code in (*range(1, 9), 11, 12, *range(14, 32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
} | {0: "\ufffd"}  # to many readers a NUL is the end of the text

# Line ends to everything that splits lines by Unicode, but plain characters to JSON.
_JSON_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})

_PACKAGES = (
    *(
        "policytext",
        "altair",
        "edtf",
        "jinja2",
        "lxml",
        "networkx",
        "numpy",
        "pyarrow",
        "pybtex",
        "rank-bm25",
    ),
    *(
        "rapidfuzz",
        "rispy",
        "scikit-learn",
        "scipy",
        "spacy",
        "sentence-transformers",
        "tantivy",
        "tokenizers",
    ),
    *("torch", "vl-convert-python"),
)
"""Whatever may have shaped an export; sqlite and the library of Python itself are told by python."""


def timeline_rows(timeline: Timeline) -> Iterator[dict[str, Any]]:
    """Yields a row under `TIMELINE_COLUMNS` for every witness, in the order of the timeline."""
    for witness in timeline.witnesses:
        yield timeline_row(witness, timeline.tests.get(witness.family_id or ""))


def timeline_row(witness: Witness, test: FamilyTest | None = None) -> dict[str, Any]:
    """Returns the witness under `TIMELINE_COLUMNS`, in their order; missing values are None.

    ``counts_as_independent`` is 1 or 0; dates keep the precision they are asserted with. ``test`` is that of
    the witness's family.
    """
    test = test or FamilyTest()
    derived = {"family_p": test.p, "family_q": test.q, "verdict": test.verdict}
    derived["statement_earliest"], derived["statement_latest"] = witness.statement_bounds
    derived["publication_earliest"], derived["publication_latest"] = witness.publication_bounds
    derived["counts_as_independent"] = int(witness.counts_as_independent)
    return {c: derived[c] if c in derived else getattr(witness, c) for c in TIMELINE_COLUMNS}


def csv_timeline(timeline: Timeline, _provenance: Provenance, stream: BinaryIO) -> None:
    r"""Writes timeline.csv: UTF-8 with a byte-order mark, CRLF, one row a witness.

    EDTF columns are written as they are (never ``1956-01-01`` for ``1956``); ``*_earliest``/``*_latest`` are
    ISO days, blank where open or unknown. Formulas, control characters and those that turn a line round are
    made harmless as the module says; lone surrogates are written as ``\udcXX``, NUL as U+FFFD. One row is in
    memory at a time.
    """
    write_csv(timeline_rows(timeline), TIMELINE_COLUMNS, stream)


def jsonl_timeline(timeline: Timeline, _provenance: Provenance, stream: BinaryIO) -> None:
    """Writes one JSON object a witness, with `TIMELINE_COLUMNS` as its keys; missing values are null."""
    write_jsonl(timeline_rows(timeline), stream)


def csv_layer(archive: Archive, layer: str, _provenance: Provenance, stream: BinaryIO) -> None:
    """Writes a layer in the form of `csv_timeline`; a cell with several values holds them as JSON.

    Raises:
        NotFound: no such layer, or nothing of the kind in the archive yet.
    """
    from policytext.export.columns import COLUMNS
    from policytext.export.layers import layer_rows

    rows = layer_rows(archive, layer)
    first = next(rows, None)
    if first is None:
        write_csv([], [column.name for column in COLUMNS[layer]], stream)
    else:
        write_csv(chain([first], rows), list(first), stream)


def jsonl_layer(archive: Archive, layer: str, _provenance: Provenance, stream: BinaryIO) -> None:
    """Writes the rows of a layer as `write_jsonl` does. Raises as `csv_layer` does."""
    from policytext.export.layers import layer_rows

    write_jsonl(layer_rows(archive, layer), stream)


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], stream: BinaryIO) -> None:
    """Writes ``rows`` under ``columns`` in the form of `csv_timeline`; None and absent are blank."""
    names = list(columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    stream.write(b"\xef\xbb\xbf")
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])
        stream.write(text.getvalue().encode("utf-8", "backslashreplace"))
        text.seek(0)
        text.truncate()
    stream.write(text.getvalue().encode("utf-8"))  # the header alone, where there was no row


def write_jsonl(rows: Iterable[Mapping[str, Any]], stream: BinaryIO) -> None:
    r"""Writes one JSON object a line, UTF-8, ``\n``, keys in the order given.

    Unicode line ends are escaped, so that every way of splitting lines sees one object a line.

    Raises:
        ValueError: a number that is not finite; JSON has no word for it.
    """
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
        stream.write((line.translate(_JSON_LINE_ENDS) + "\n").encode("utf-8", "backslashreplace"))


def visible(text: str) -> str:
    r"""Returns ``text`` with what only steers its display written out, as ``\u202e``; NUL as U+FFFD."""
    return text.translate(_STEERING)


def neutralise(text: str) -> str:
    """Returns ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restore(cell: str) -> str:
    """Returns the text that `neutralise` made ``cell`` from."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, (list, tuple, dict)):
        return neutralise(visible(json.dumps(value, ensure_ascii=False)))
    return neutralise(visible(str(value)))


def provenance(
    *,
    command: str,
    query: str | None,
    corpus: Iterable[str],
    config: Mapping[str, Any],
    model: str | None,
    seed: int | None,
    model_sha256: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> dict[str, Any]:
    """Returns what the sidecar ``*.provenance.json`` of an export holds.

    The same run gives the same bytes: a ``time`` is present only where the environment variable
    ``SOURCE_DATE_EPOCH`` (seconds, see reproducible-builds.org) sets it.

    Args:
        command: the command line as typed.
        query: the query or claim asked for.
        corpus: the sha256 digests of the sources, in any order.
        config: the settings in force; must be JSON.
        model: what names the embedding model, None where none was used.
        seed: of whatever was random, None where nothing was.
        model_sha256: of the model's weights, where the index records it.
        environment: where ``SOURCE_DATE_EPOCH`` is looked up.
    """
    digests = sorted(corpus)
    record: dict[str, Any] = {
        "command": command,
        "query": query,
        "corpus_sha256": _sha256("\n".join(digests)),
        "corpus_sources": len(digests),
        "config_sha256": _sha256(json.dumps(config, sort_keys=True, separators=(",", ":"))),
        "model": model,
        "model_sha256": model_sha256,
        "versions": _versions(),
        "seed": seed,
    }
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        record["time"] = datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return record


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # an optional part that is not installed shaped nothing
            continue
    return versions

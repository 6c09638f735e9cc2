"""The folder of an evaluation: everything that was measured, and what it takes to measure it again.

A folder is written whole or not at all: it is made beside its place and then renamed. ``SHA256SUMS`` lists
every file with its digest, as ``sha256sum --check`` reads it; by it a later run knows which files are ours
to replace, and a replay whether anybody changed one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from policytext.errors import BadRequest
from policytext.evaluation.retrieval.collections.opening import fingerprints, texts
from policytext.evaluation.retrieval.records import Evaluation
from policytext.export.benchmarks import rows
from policytext.export.benchmarks.environment import environment_json
from policytext.export.benchmarks.markdown import markdown
from policytext.export.benchmarks.tables import judged_pairs, relevant_pairs
from policytext.export.benchmarks.words import one_line
from policytext.export.tables import write_csv
from policytext.files import replacing, sha256_of, sync_folder

SUMS = "SHA256SUMS"
SUMMARY = "summary.json"
ENVIRONMENT = "environment.json"
README = "README.md"
RUNS = "runs"
_OPEN = (RUNS, ".work")
"""Folders that may be there before the report is: runs, and what is kept to go on from."""
_TEXT = 200
"""Characters shown of a document that nobody judged."""
_UNUSUAL = re.compile(r"[^\w.+=,@-]")

_USE = (
    "changes.csv, unjudged.csv and the examples above hold texts of the collection, whose licence may forbid",
    "handing them on.",
    "",
    "Other programs (ir_measures, pytrec_eval, trec_eval) read no lines that begin with #; for them:",
    "",
    "```",
    "grep -v '^#' runs/NAME.trec > NAME.trec",
    "```",
)

Writer = Callable[[BinaryIO], None]

FILES: Mapping[str, str] = {
    README: "this page",
    SUMMARY: "means with intervals, judging, collection with digests, systems left out, the request",
    "per_query.csv": "each run's value of each measure for each judged query",
    "comparisons.csv": "each two runs: difference, interval, p, Holm, wins, losses, detectable difference",
    "slices.csv": "means by what queries and documents say of themselves, and by wording",
    "changes.csv": "the queries that gain and lose most, with the documents that moved",
    "unjudged.csv": "documents among the first ten that nobody judged",
    ENVIRONMENT: "Python, system, processor and libraries it was computed with",
    RUNS: "what each system found: TREC runs, with a header where the system wrote one",
    SUMS: "the digest of each file, for sha256sum --check",
}
"""What each file of an evaluation's folder is."""


def write_folder(
    folder: Path, evaluation: Evaluation, runs: Sequence[Path], request: Mapping[str, Any]
) -> None:
    """Writes an evaluation's folder, whole or not at all; an earlier one of ours is replaced.

    The same evaluation gives the same bytes, but for environment.json.

    Args:
        folder: where; the folder that it stands in is there already.
        evaluation: what was measured.
        runs: the run files, in the order of the evaluation's scores; they may lie in ``folder`` already.
        request: how to measure it again: ``command`` and ``arguments``.

    Raises:
        BadRequest: the folder holds what is not ours, or cannot be written.
        ValueError: there are not as many runs as scores.
    """
    if len(runs) != len(evaluation.scores):
        raise ValueError(f"{len(runs)} files of {len(evaluation.scores)} runs")
    copies = run_names(runs)
    summary = _summary(
        evaluation, dict(zip((s.run for s in evaluation.scores), copies, strict=True)), request
    )
    files: dict[str, Writer] = {
        README: partial(_write, data=_readme(evaluation, request)),
        SUMMARY: partial(_write, data=json_bytes(summary)),
        "per_query.csv": partial(_csv, rows.per_query_rows(evaluation), rows.PER_QUERY),
        "comparisons.csv": partial(_csv, map(rows.comparison_row, evaluation.comparisons), rows.COMPARISONS),
        "slices.csv": partial(_csv, map(rows.slice_row, evaluation.slices), rows.SLICES),
        "changes.csv": partial(
            _csv, (row for change in evaluation.changes for row in rows.change_rows(change)), rows.CHANGES
        ),
        "unjudged.csv": partial(_csv, _unjudged(evaluation), rows.UNJUDGED),
        ENVIRONMENT: partial(_write, data=environment_json()),
    }
    replace_folder(folder, files, copies)


def run_names(runs: Sequence[Path]) -> dict[str, Path]:
    """Returns the name of each run within the folder: its own, numbered where two are alike."""
    named: dict[str, Path] = {}
    for path in runs:
        own = _UNUSUAL.sub("_", path.name)
        name, number = own, 1
        while f"{RUNS}/{name}" in named:
            number += 1
            stem, dot, suffix = own.partition(".")
            name = f"{stem}-{number}{dot}{suffix}"
        named[f"{RUNS}/{name}"] = path
    return named


def json_bytes(value: Any) -> bytes:
    """Returns JSON as a file; half a character is written as U+FFFD. Raises ValueError for no number."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return text.encode("utf-8", "replace")


def _write(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)


def _csv(found: Iterator[Mapping[str, Any]], columns: Sequence[str], stream: BinaryIO) -> None:
    write_csv(found, columns, stream)


def _summary(evaluation: Evaluation, files: Mapping[str, str], request: Mapping[str, Any]) -> dict[str, Any]:
    collection = evaluation.collection
    return {
        "request": dict(request),
        "collection": {
            "name": collection.name,
            "split": collection.split,
            "is_archive": collection.is_archive,
            "exhaustive": collection.exhaustive,
            "queries": len(collection.qrels),
            "pairs": judged_pairs(evaluation),
            "relevant": relevant_pairs(evaluation),
            "queries_without_qrels": collection.unasked,
            "sha256": fingerprints(collection),
        },
        "judging": asdict(evaluation.judging),
        "measures": list(evaluation.measures),
        "runs": [
            {"file": files[score.run], **rows.run_row(score, evaluation)} for score in evaluation.scores
        ],
        "left_out": [asdict(one) for one in evaluation.left_out],
        "notes": list(evaluation.notes),
    }


def _readme(evaluation: Evaluation, request: Mapping[str, Any]) -> bytes:
    lines = [markdown(evaluation, request).rstrip("\n"), "", "## Files", ""]
    lines += ["| file | what it is |", "| :-- | :-- |"]
    lines += [f"| {file} | {what} |" for file, what in FILES.items()]
    lines += ["", *_USE]
    lines += ["", "In this folder, to make all of it again and compare every byte:", "", "```"]
    lines += ["policytext eval replay .", "```", ""]
    return "\n".join(lines).encode("utf-8", "replace")


def _unjudged(evaluation: Evaluation) -> Iterator[Mapping[str, Any]]:
    """Yields what nobody judged, with the beginning of its text where there is a corpus."""
    found = [one for score in evaluation.scores for one in score.unjudged]
    collection = evaluation.collection
    wanted = {one.document for one in found}
    told = texts(collection, wanted) if wanted and collection.corpus is not None else {}
    short = {document: one_line(text, _TEXT) for document, text in told.items()}
    for one in found:
        yield rows.unjudged_row(one, short)


def check_replaceable(folder: Path, command: str | None = None) -> None:
    """Sees to it that nothing of anybody else's would be replaced, nor a report of another command.

    Args:
        folder: where a report is to be written.
        command: which command would write it, ``eval run``; None is any.

    Raises:
        BadRequest: something is there that no earlier report of this command has written.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise BadRequest("cannot write: a file has that name", str(folder), "another folder")
    if Path.cwd().is_relative_to(folder.resolve()):
        raise BadRequest(
            "cannot replace the folder one stands in", str(folder), "a folder in it, or beside it"
        )
    ours = sums(folder)
    for name in _files(folder):
        if name not in ours and PurePosixPath(name).parts[0] not in _OPEN:
            what = f"holds {one_line(name, 60)}, which no report has written"
            raise BadRequest(what, str(folder), "a folder of its own")
    earlier = _command(folder)
    if command is not None and earlier not in (None, command):
        raise BadRequest(f"holds a report of {one_line(earlier or '', 40)}", str(folder), "another folder")


def _command(folder: Path) -> str | None:
    """Returns the command that wrote the report in a folder; None where there is none that can be read."""
    try:
        told = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["request"]["command"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return told if isinstance(told, str) else None


def sums(folder: Path) -> dict[str, str]:
    """Returns the digest of each file that SHA256SUMS lists; nothing where there is no such list."""
    try:
        text = (folder / SUMS).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    lines = (line.partition("  ") for line in text.splitlines())
    found = {name: digest for digest, _, name in lines if name}
    return {**found, SUMS: hashlib.sha256(text.encode("utf-8")).hexdigest()}


def replace_folder(
    folder: Path, files: Mapping[str, Writer], copies: Mapping[str, Path] | None = None
) -> None:
    """Puts a folder of new files in the place of an earlier one, whole or not at all.

    What lies in ``runs`` and ``.work`` and is not of an earlier report stays there.

    Args:
        folder: the place.
        files: what writes each file, by its name within the folder, with ``/``.
        copies: files that are there already, by their new name.

    Raises:
        BadRequest: as `check_replaceable`, or the folder cannot be written.
    """
    check_replaceable(folder)
    folder = folder.resolve()
    try:
        beside = tempfile.TemporaryDirectory(
            prefix=f".{folder.name}.", suffix=".part", dir=folder.parent, ignore_cleanup_errors=True
        )
    except OSError as error:
        raise BadRequest(f"cannot write: {error.strerror}", str(folder), "another folder") from error
    with beside as room:
        new = Path(room) / "new"
        new.mkdir()
        for name, path in (copies or {}).items():
            _place(path, new / name, own=path.resolve().is_relative_to(folder))
        for name, write in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            with replacing(new / name) as stream:
                write(stream)
        listed = [f"{sha256_of(new / name)}  {name}\n" for name in _files(new)]
        with replacing(new / SUMS) as stream:
            stream.write("".join(listed).encode("utf-8", "replace"))
        _keep(folder, new)
        _swap(folder, new, Path(room) / "old")


def _keep(folder: Path, new: Path) -> None:
    """Brings along what an earlier folder holds beside its report."""
    ours = sums(folder)
    for name in _files(folder) if folder.exists() else ():
        if name not in ours and not (new / name).exists():
            _place(folder / name, new / name, own=True)


def _swap(folder: Path, new: Path, old: Path) -> None:
    if not folder.exists():
        new.replace(folder)
    else:
        folder.replace(old)
        try:
            new.replace(folder)
        except BaseException:
            old.replace(folder)
            raise
    sync_folder(folder.parent)


def _place(source: Path, target: Path, *, own: bool) -> None:
    """Puts a file where it belongs: our own by another name for the same bytes, anybody else's as a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if own:
        with contextlib.suppress(OSError):  # not every disk knows links
            os.link(source, target)
            return
    with source.open("rb") as bytes_in, replacing(target) as bytes_out:
        shutil.copyfileobj(bytes_in, bytes_out, 1 << 20)


def _files(folder: Path) -> list[str]:
    """Returns the names of all files within a folder, with ``/``, sorted."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in found)

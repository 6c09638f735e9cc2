"""The file beside an export that says how it was made."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from policytext.export.tables import provenance
from policytext.files import write_bytes
from policytext.pipeline.timeline import model_digest, source_digests
from policytext.store.archive import Archive


def provenance_of(
    store: Archive,
    query: str | None,
    *,
    config: Mapping[str, Any],
    model: str | None = None,
    seed: int | None = None,
) -> dict[str, Any]:
    """Returns what a writer is told of the run and the sidecar says: the settings themselves are in it."""
    record = provenance(
        command=shlex.join(["policytext", *sys.argv[1:]]),
        query=query,
        corpus=source_digests(store),
        config=config,
        model=model,
        seed=seed,
        model_sha256=model_digest(store, model),
    )
    return {**record, "config": dict(config)}


def published(record: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the record as it stands within a file: its command names no folder and no file written.

    So the file is the same under another name and in another place, and shows a reader nobody's folders; the
    sidecar has the line as it was typed.
    """
    kept: list[str] = []
    words = iter(shlex.split(record["command"]))
    for word in words:
        if word in ("-o", "--output"):
            next(words, None)
        elif not word.startswith("--output="):
            kept.append(Path(word).name if "/" in word and _is_path(word, kept) else word)
    return {**record, "command": shlex.join(kept)}


def _is_path(word: str, before: Sequence[str]) -> bool:
    """Whether a word of a command is a path rather than a query or an Act's identifier."""
    return word.startswith(("/", "./", "../", "~")) or before[-1:] == ["--archive"]


def write_sidecar(output: Path | None, record: Mapping[str, Any]) -> None:
    """Writes ``record`` beside the output under its name and ``.provenance.json``.

    The screen, a device or a pipe has nothing beside it.
    """
    if output is not None and output.is_file():
        data = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        write_bytes(
            output.with_name(f"{output.name}.provenance.json"), data.encode("utf-8", "backslashreplace")
        )

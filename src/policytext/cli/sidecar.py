"""The file beside an export that says how it was made."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping
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


def write_sidecar(output: Path | None, record: Mapping[str, Any]) -> None:
    """Writes ``record`` beside the output under its name and ``.provenance.json``.

    The screen, a device or a pipe has nothing beside it.
    """
    if output is not None and output.is_file():
        data = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        write_bytes(
            output.with_name(f"{output.name}.provenance.json"), data.encode("utf-8", "backslashreplace")
        )

"""Confusions as a file: JSON, a segment a line, the same confusions in the same bytes.

    {"format": "policytext confusions 1",
    "rate": 0.006, "severities": [0.8, 1.2],
    "papers": [{"name": "1949.txt", "truth_sha256": "...", "damaged_sha256": "...", "characters": 6038,
                "errors": 37, "left_out": 1}],
    "segments": [{"segment": "rn", "stood": 120, "right": 97, "read_as": {"m": 23}}]}

``rate`` is told for who reads it, and computed again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from policytext.errors import BadRequest
from policytext.evaluation.noise.confusions import Confusions, Segment, Witnessed
from policytext.files import write_bytes

FORMAT = "policytext confusions 1"


def write_confusions(confusions: Confusions, path: Path) -> None:
    """Writes the file that `read_confusions` reads; the same confusions give the same bytes."""
    write_bytes(path, confusions_json(confusions))


def confusions_json(confusions: Confusions) -> bytes:
    """Returns the file of `write_confusions`: JSON, a segment a line."""
    segments = (
        {"segment": s.text, "stood": s.stood, "right": s.right, "read_as": dict(s.read_as)}
        for s in confusions.segments
    )
    papers = (
        {
            "name": p.name,
            "truth_sha256": p.truth_sha256,
            "damaged_sha256": p.damaged_sha256,
            "characters": p.characters,
            "errors": p.errors,
            "left_out": p.left_out,
        }
        for p in confusions.papers
    )
    lines = [
        f'{{"format": {json.dumps(FORMAT)},',
        f'"rate": {confusions.rate!r},',
        f'"severities": {json.dumps(list(confusions.severities))},',
        f'"papers": [\n{_objects(papers)}\n],',
        f'"segments": [\n{_objects(segments)}\n]}}',
    ]
    return ("\n".join(lines) + "\n").encode()


def _objects(rows: Iterable[Mapping[str, Any]]) -> str:
    return ",\n".join(json.dumps(row, ensure_ascii=True) for row in rows)


def read_confusions(path: Path) -> Confusions:
    """Returns the confusions of a file.

    Raises:
        BadRequest: it cannot be read, or is no such file, or holds what cannot be.
    """
    try:
        found = _object(path.read_bytes())
        segments = tuple(
            Segment(
                s["segment"], int(s["stood"]), int(s["right"]), {r: int(n) for r, n in s["read_as"].items()}
            )
            for s in found["segments"]
        )
        papers = tuple(Witnessed(**paper) for paper in found["papers"])
        confusions = Confusions(segments, tuple(map(float, found["severities"])), papers)
        _check(confusions)
    except OSError as error:
        raise BadRequest(f"cannot read: {error.strerror}", str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise BadRequest(f"no confusions: {why}", str(path), "a file that --confusions-out wrote") from error
    return confusions


def _object(data: bytes) -> dict[str, Any]:
    found = json.loads(data)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f'"format" is not {FORMAT!r}')
    return found


def _check(confusions: Confusions) -> None:
    if not confusions.segments or not confusions.severities:
        raise ValueError("nothing was misread")
    texts = [segment.text for segment in confusions.segments]
    if sorted(set(texts)) != texts:
        raise ValueError("segments are not in order, each once")
    if not all(0 < severity < float("inf") for severity in confusions.severities):
        raise ValueError("severities are numbers above 0")

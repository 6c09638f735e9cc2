"""Makes the damaged papers from the clean ones: ``python corpus/damage.py``; ``--check`` only compares.

Reads ``clean/*.txt`` and ``recipes.toml``; writes ``damaged/`` (what a reader gets) and ``offsets/`` (how the
two fit together), the same bytes every time.

A row of ``offsets/NAME.jsonl`` is a stretch ``{"clean": [s, e], "damaged": [s, e], "kind": KIND}`` with
half-open code-point offsets into the two decoded files. The laws:

1. The damaged spans, in the order of the rows, tile the damaged file without gap or overlap.
2. The clean spans, sorted, tile the clean file likewise. They are in order too, except that a footnote is
   carried to the foot of the page it is cited on.
3. The two sides of a row are the same characters exactly where its kind is ``same``.
4. An empty clean side is something put in (furniture, markup); an empty damaged side something lost.

For a .jsonl file each row also has ``"record"``, the ``id`` of a line; damaged offsets count in the ``text``
of that line, and law 1 holds for each record.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from markup import html, markdown
from pieces import MONTHS, Change, Recipe
from scan import minutes, ocr

HERE = Path(__file__).resolve().parent
CARRIERS: dict[str, tuple[str, Callable[[str, Recipe, random.Random], list[Change]]]] = {
    "ocr": (".txt", ocr),
    "markdown": (".md", markdown),
    "html": (".html", html),
}


def rows_of(pieces: list[Change]) -> Iterator[dict[str, Any]]:
    """Yields the rows of stretches given in the order of the damaged file; kept neighbours are joined."""
    at, row = 0, None
    for piece in pieces:
        joined = row and row["kind"] == piece.kind == "same" and row["clean"][1] == piece.start
        if row and joined:
            row["clean"][1], row["damaged"][1] = piece.end, at + len(piece.text)
        else:
            if row:
                yield row
            row = {
                "clean": [piece.start, piece.end],
                "damaged": [at, at + len(piece.text)],
                "kind": piece.kind,
            }
        at += len(piece.text)
    if row:
        yield row


def made(clean: str, name: str, recipe: Recipe) -> tuple[str, str, list[dict[str, Any]]]:
    """Returns the damaged file's suffix, its content and the rows of its offsets."""
    rng = random.Random(f"{name}:{recipe['seed']}")
    if recipe["carrier"] == "jsonl":
        return ".jsonl", *_records(minutes(clean, recipe, rng), recipe)
    suffix, carrier = CARRIERS[recipe["carrier"]]
    pieces = carrier(clean, recipe, rng)
    return suffix, "".join(p.text for p in pieces), list(rows_of(pieces))


def _records(records: list[tuple[str, list[Change]]], recipe: Recipe) -> tuple[str, list[dict[str, Any]]]:
    lines, rows = [], []
    for day, pieces in records:
        year, month, number = day.split("-")
        line = {
            "id": day,
            "title": f"{recipe['title']}, {int(number)} {MONTHS[int(month) - 1]} {year}",
            "date": day,
            "publisher": recipe["publisher"],
            "kind": recipe["kind"],
            "text": "".join(p.text for p in pieces),
        }
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
        rows += [{"record": day, **row} for row in rows_of(pieces)]
    return "".join(lines), rows


def outputs(here: Path) -> dict[Path, str]:
    """Returns every file that is made from ``here``'s clean papers, by its path, with its content."""
    recipes = tomllib.loads((here / "recipes.toml").read_text(encoding="utf-8"))
    files = {}
    for name, recipe in recipes.items():
        clean = (here / "clean" / f"{name}.txt").read_text(encoding="utf-8")
        suffix, content, rows = made(clean, name, recipe)
        files[here / "damaged" / f"{name}{suffix}"] = content
        files[here / "offsets" / f"{name}.jsonl"] = "".join(json.dumps(row) + "\n" for row in rows)
    return files


def differing(files: dict[Path, str], here: Path) -> list[Path]:
    """Returns the files that are missing, differ, or stand there though nothing makes them."""
    there = {p for folder in ("damaged", "offsets") for p in (here / folder).glob("*")}
    wrong = {p for p, content in files.items() if p not in there or p.read_bytes() != content.encode()}
    return sorted(wrong | (there - files.keys()))


def main() -> int:
    """Writes the files, or with ``--check`` says which differ and returns 1."""
    parser = argparse.ArgumentParser(description="Makes the damaged papers from the clean ones.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where files differ")
    check = parser.parse_args().check
    files = outputs(HERE)
    if check:
        wrong = differing(files, HERE)
        for path in wrong:
            print(f"differs: {path.relative_to(HERE)}", file=sys.stderr)
        return 1 if wrong else 0
    for path, content in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

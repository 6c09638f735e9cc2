"""Which damaged file belongs to which true one, and what reading and cleaning make of the two."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.reading.rates import Measured, measure
from policytext.evaluation.reading.tracing import Part
from policytext.ingest.discovery import CATALOGUE_NAME, FORMATS, NOT_READ_YET, Found, Skipped, discover
from policytext.ingest.readers import Reading, read
from policytext.text.alignment import apply_edits
from policytext.text.cleaning import clean


@dataclass(frozen=True, slots=True)
class Pair:
    """A file that holds the truth and the damaged file of the same paper, which goes by ``name``."""

    truth: Path
    damaged: Path
    name: str


def pairs(truth: Path, damaged: Path) -> tuple[list[Pair], list[Skipped]]:
    """Returns the pairs of two folders by name, and the files that have no partner.

    Files belong together where their paths within the folder agree but for the suffix. Two files are a pair
    whatever their names.

    Raises:
        BadRequest: one is a folder and the other is not.
    """
    if not truth.is_dir() and not damaged.is_dir():
        return [Pair(truth, damaged, damaged.name)], []
    if not (truth.is_dir() and damaged.is_dir()):
        raise BadRequest(
            "a folder and a file are no pair", f"{truth}, {damaged}", "two folders, or two files"
        )
    true, hurt = _stems(truth), _stems(damaged)
    found, skipped = [], []
    for stem in sorted(true.keys() | hurt.keys()):
        ours, theirs = true.get(stem, []), hurt.get(stem, [])
        if len(ours) == len(theirs) == 1:
            found.append(Pair(ours[0], theirs[0], theirs[0].relative_to(damaged).as_posix()))
            continue
        for folder, other, files, others in ((truth, damaged, ours, theirs), (damaged, truth, theirs, ours)):
            fault = f"has no partner in {other}" if not others else "is one of several of this name"
            advice = "the same name, but for the suffix, once in both folders"
            names = [(str(path), path.relative_to(folder).as_posix()) for path in files]
            skipped += [Skipped(path, name, fault, advice) for path, name in names]
    return found, skipped


def _stems(folder: Path) -> dict[str, list[Path]]:
    """Returns the files that a reader may know, by path within the folder without suffix."""
    stems: dict[str, list[Path]] = defaultdict(list)
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            known = path.suffix.lower() in FORMATS or path.suffix.lower() in NOT_READ_YET
            if known and not name.startswith((".", "~$")) and name != CATALOGUE_NAME:
                stems[path.relative_to(folder).with_suffix("").as_posix()].append(path)
    return stems


def measured(pair: Pair, *, strict: bool = False) -> Measured:
    """Returns how the paper fares when it is read and cleaned, by itself and without anybody's decisions.

    Several records of a .jsonl file are one paper, in order. A truth without text is a blank page.

    Raises:
        UnreadableSource: a file, or a record of it, cannot be read.
    """
    truth, parts = both_sides(pair)
    return measure(truth, parts, source=pair.name, strict=strict)


def both_sides(pair: Pair) -> tuple[str, list[Part]]:
    """Returns the paper's true text, and its damaged text read and cleaned. Raises as `measured` does."""
    blank = not pair.truth.read_bytes().strip()
    readings = [] if blank else readings_of(pair.truth)
    truth = "\n\n".join(apply_edits(r.text, r.edits) for r in readings)
    return truth, [_part(r) for r in readings_of(pair.damaged)]


def raw_texts(folder: Path, names: Container[str]) -> dict[str, str]:
    """Returns the raw texts of the named sources of a folder; of several of one name the first.

    Raises:
        UnreadableSource: a file of that name cannot be read.
    """
    texts: dict[str, str] = {}
    for item in discover([folder]):
        if isinstance(item, Found) and item.name in names and item.name not in texts:
            texts[item.name] = read(item).text
    return texts


def readings_of(path: Path) -> list[Reading]:
    """Returns what a file holds, record by record.

    Raises:
        UnreadableSource: it, or a record of it, cannot be read, or it holds none.
    """
    readings = []
    for item in discover([path]):
        if not isinstance(item, Found):
            raise UnreadableSource(item.reason, item.name, item.advice)
        readings.append(read(item))
    if not readings:
        raise UnreadableSource("holds no record", path.name)
    return readings


def _part(reading: Reading) -> Part:
    cleaned = clean(
        reading.text,
        edits=reading.edits,
        hints=reading.hints,
        doubts=reading.doubts,
        carrier=reading.carrier,
    )
    return Part.of(reading.source.name, reading.edits, cleaned)

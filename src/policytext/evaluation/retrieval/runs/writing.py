"""Writing runs as TREC does, with a header, so that every tool sees our order.

Tools break ties in ways of their own, by id or by line, and some keep scores in single precision (trec_eval
inside pytrec_eval does), where 16.0000001 and 16.0000002 are one. So scores are written that fall strictly
even there.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TextIO

import numpy as np
from numpy.typing import NDArray

from policytext.errors import BadRequest
from policytext.evaluation.retrieval.records import Hit
from policytext.evaluation.retrieval.runs.headers import header_lines
from policytext.evaluation.retrieval.sorting import singles
from policytext.files import sha256_of, sync_folder

_COLUMNS = 6
_LEAST_STEP = 1e-12  # below it lie numbers that some readers take for 0


def strictly_falling(scores: Sequence[float]) -> NDArray[np.float32]:
    """Returns single-precision numbers in the order of ``scores``, each below the one before.

    A score that stays below the one before keeps its value, rounded to single precision; one that does not
    takes the next number below, at least 1e-12 lower.

    Raises:
        ValueError: a score rises, or is beyond single precision (3.4e38) or no number.
    """
    for rank, (before, score) in enumerate(itertools.pairwise([math.inf, *scores]), 1):
        if not score <= before:
            raise ValueError(f"the score at rank {rank} rises or is no number: {score}")
    falling = singles(scores)
    for n in np.flatnonzero(falling[1:] >= falling[:-1]) + 1 if len(falling) else ():
        # those behind it may have to make way too
        for later in range(int(n), len(falling)):
            if falling[later] < falling[later - 1]:
                break
            falling[later] = _below(falling[later - 1])
    for score, single in zip(scores, falling, strict=True):
        if not np.isfinite(single):
            raise ValueError(f"a score beyond single precision: {score}")
    return falling


def _below(value: np.float32) -> np.float32:
    """Returns the greatest number of single precision that is below, and at least the least step below."""
    next_one = np.nextafter(value, np.float32(-np.inf))
    return min(next_one, np.float32(float(value) - _LEAST_STEP))


def _lines_of(qid: str, hits: Iterable[Hit], tag: str) -> Iterator[str]:
    """Yields the lines of a query, ranks from 1; raises as ``RunWriter.write`` does."""
    pairs = list(hits)
    if qid == "#":
        raise BadRequest("a query's id that reads as a comment: #", advice="another id")
    for name in (qid, tag, *(document for document, _ in pairs)):
        if name.split() != [name]:
            raise BadRequest(f"a run holds no id with a blank in it: {name!r}", advice="ids without blanks")
    try:
        scores = strictly_falling([score for _, score in pairs])
    except ValueError as error:
        raise ValueError(f"query {qid}: {error}") from error
    # the shortest digits that single precision reads as the same number
    told = (each.removesuffix(".0") for each in scores.astype(np.str_).tolist())
    for rank, ((document, _), score) in enumerate(zip(pairs, told, strict=True), 1):
        yield f"{qid} Q0 {document} {rank} {score} {tag}\n"


class RunWriter:
    """Writes a run query by query, its header first; use it in a ``with`` block.

    A path is written as ``PATH.part`` and takes its name when the block ends well. What an interrupted one
    left is gone on with where ``resume`` says so and its header and tag are the same byte for byte: ``done``
    are the queries that stand there whole, the last one, which may be torn, not among them. A stream is
    written to as it is.

    Args:
        target: where to, a path or a text stream.
        header: how the run is made; see ``headers``.
        tag: the run's name, without blanks.
        resume: whether to go on with what is there.

    Raises:
        BadRequest: the folder is missing or cannot be written, or the tag has a blank.
    """

    def __init__(
        self, target: Path | TextIO, header: Mapping[str, Any], tag: str, *, resume: bool = False
    ) -> None:
        if tag.split() != [tag]:
            raise BadRequest(f"not a run's tag: {tag!r}", advice="a name without blanks")
        self._path = target if isinstance(target, Path) else None
        self._stream = None if isinstance(target, Path) else target
        self._tag = tag
        self._header = "".join(header_lines(header))
        self._file: BinaryIO | None = None
        self._written: set[str] = set()
        self.done: frozenset[str] = frozenset()
        if self._path is not None:
            self._open(self._path, resume=resume)
        else:
            self._put(self._header)

    def _open(self, path: Path, *, resume: bool) -> None:
        part = _part(path)
        done, end = _whole(part, self._header.encode(), self._tag) if resume else ([], 0)
        try:
            self._file = part.open("r+b" if end else "wb")
        except OSError as error:
            raise BadRequest(f"cannot write: {error.strerror}", str(path), "another folder") from error
        self.done = frozenset(done)
        self._written.update(done)
        if end:
            self._file.truncate(end)
            self._file.seek(end)
        else:
            self._put(self._header)

    def write(self, qid: str, hits: Iterable[Hit]) -> None:
        """Writes what was found for a query, best first, and hands it to the system.

        Raises:
            ValueError: the query was written before, or its scores rise.
            BadRequest: an id has a blank or half a character in it, or the query's reads as a comment.
        """
        if qid in self._written:
            raise ValueError(f"query {qid} was written before")
        lines = "".join(_lines_of(qid, hits, self._tag))
        self._written.add(qid)
        self._put(lines)

    def _put(self, text: str) -> None:
        if self._file is not None:
            try:
                raw = text.encode("utf-8")
            except UnicodeEncodeError as error:
                raise BadRequest(
                    f"a run holds no id with half a character: {error.object[error.start]!r}"
                ) from error
            self._file.write(raw)
            self._file.flush()
        elif self._stream is not None:
            self._stream.write(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None or self._path is None:
            return
        with self._file as file:
            file.flush()
            os.fsync(file.fileno())
        if kind is None:
            _part(self._path).replace(self._path)
            sync_folder(self._path.parent)


def is_finished(path: Path, header: Mapping[str, Any], digest: str | None) -> bool:
    """Whether the run that stands at a path was finished with just this header, and is still what it was.

    Args:
        path: of the run.
        header: how it is to be made.
        digest: hex SHA-256 of the file when it was finished; None, where nobody noted it, is never finished.
    """
    wanted = "".join(header_lines(header)).encode()
    try:
        with path.open("rb") as file:
            return file.read(len(wanted)) == wanted and digest is not None and sha256_of(path) == digest
    except OSError:
        return False


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _whole(part: Path, header: bytes, tag: str) -> tuple[list[str], int]:
    """Returns the queries that stand whole in a part of a run, and where the last of them ends.

    Only what another query follows is surely whole.
    """
    done: list[str] = []
    try:
        with part.open("rb") as file:
            if file.read(len(header)) != header:
                return [], 0
            end = position = len(header)
            last: bytes | None = None
            for line in file:
                columns = line.split()
                if len(columns) != _COLUMNS or columns[5] != tag.encode() or not line.endswith(b"\n"):
                    break
                if last is not None and columns[0] != last:
                    done.append(last.decode("utf-8"))
                    end = position
                last = columns[0]
                position += len(line)
    except (OSError, UnicodeDecodeError):
        return [], 0
    return done, end

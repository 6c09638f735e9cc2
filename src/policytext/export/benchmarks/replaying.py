"""Two folders of one request: where they differ, and what else had changed meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

from policytext.errors import BadRequest
from policytext.export.benchmarks.folder import ENVIRONMENT, RUNS, SUMMARY, SUMS, sums
from policytext.files import sha256_of

_ADVICE = "a folder that policytext eval run -o FOLDER wrote"
_HEADER = b"#"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a folder keeps of how it was made; ``summary`` is all of summary.json."""

    folder: Path
    command: str
    arguments: tuple[str, ...]
    summary: Mapping[str, Any]

    @property
    def request(self) -> dict[str, Any]:
        """The request as summary.json has it."""
        return {"command": self.command, "arguments": list(self.arguments)}


@dataclass(frozen=True, slots=True)
class Difference:
    """The first line in which two files of one name differ, from 1; 0 where one of the files is missing.

    ``then`` and ``now`` are the line in each, None where the file ends before it or is missing.
    """

    name: str
    line: int
    then: str | None
    now: str | None


def recorded(folder: Path) -> Recorded:
    """Returns what a folder says of how it was made.

    Raises:
        BadRequest: there is no summary.json, or no request in it that can be understood.
    """
    path = folder / SUMMARY
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadRequest(f"no {SUMMARY}", str(folder), _ADVICE) from error
    except (ValueError, RecursionError) as error:
        raise BadRequest("is no JSON", str(path), _ADVICE) from error
    request = summary.get("request") if isinstance(summary, dict) else None
    command = request.get("command") if isinstance(request, dict) else None
    arguments = request.get("arguments") if isinstance(request, dict) else None
    if not isinstance(command, str) or not isinstance(arguments, list):
        raise BadRequest("holds no request", str(path), _ADVICE)
    if not all(isinstance(word, str) for word in arguments):
        raise BadRequest("holds a request whose arguments are no words", str(path), _ADVICE)
    return Recorded(folder, command, tuple(arguments), summary)


def changed_files(folder: Path) -> list[str]:
    """Returns which files have other bytes than SHA256SUMS says, or are missing."""
    listed = {name: digest for name, digest in sums(folder).items() if name != SUMS}
    return [
        name
        for name, digest in listed.items()
        if not (folder / name).is_file() or sha256_of(folder / name) != digest
    ]


def compared(then: Path, now: Path) -> tuple[list[str], list[Difference]]:
    """Returns the names of all files but environment.json and SHA256SUMS, and where they differ.

    Where the environments differ, lines of a run's header may: they tell of programs and machines.
    """
    names = sorted({*sums(then), *sums(now)} - {SUMS, ENVIRONMENT})
    headers = not environment_changes(then, now)
    found = (
        _difference(name, then / name, now / name, headers=headers or not name.startswith(f"{RUNS}/"))
        for name in names
    )
    return names, [one for one in found if one is not None]


def _difference(name: str, then: Path, now: Path, *, headers: bool) -> Difference | None:
    if not then.is_file() or not now.is_file():
        return Difference(name, 0, _there(then), _there(now))
    with then.open("rb") as first, now.open("rb") as second:
        pairs = zip_longest(_lines(first, headers=headers), _lines(second, headers=headers))
        for one, other in pairs:
            if one is None or other is None or one[1] != other[1]:
                line = one[0] if one else other[0] if other else 0
                return Difference(name, line, _text(one), _text(other))
    return None


def _lines(file: BinaryIO, *, headers: bool) -> Iterator[tuple[int, bytes]]:
    """Yields the lines with their numbers; without ``headers`` those that begin with # are left out."""
    for number, line in enumerate(file, 1):
        if headers or not line.startswith(_HEADER):
            yield number, line


def _there(path: Path) -> str | None:
    return "present" if path.is_file() else None


def _text(line: tuple[int, bytes] | None) -> str | None:
    return None if line is None else line[1].decode("utf-8", "replace").rstrip("\r\n")


def environment_changes(then: Path, now: Path) -> list[tuple[str, str, str]]:
    """Returns in what two environments differ: name, then, now; "none" for what only one of them has."""
    first, second = (dict(_flat(_environment(folder), "")) for folder in (then, now))
    return [
        (name, first.get(name, "none"), second.get(name, "none"))
        for name in sorted({*first, *second})
        if first.get(name) != second.get(name)
    ]


def _environment(folder: Path) -> Any:
    try:
        return json.loads((folder / ENVIRONMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yields what a tree of JSON says, a line a leaf: ``versions.numpy``."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(one, f"{name}.{key}" if name else key)
    else:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

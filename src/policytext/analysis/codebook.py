"""The codebook of a study: the claims it looks for, each with sentences that say it and that deny it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from policytext.errors import BadRequest

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_KEYS = frozenset({"id", "label", "says", "denies", "note"})
_LONGEST = 2000  # characters of a sentence; a longer one is a pasted paragraph, and meaning blurs


@dataclass(frozen=True, slots=True)
class Claim:
    """One proposition: sentences that say it (one or more) and that deny it (perhaps none)."""

    id: str
    label: str
    says: tuple[str, ...]
    denies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"not an id: {self.id!r}")
        if not self.label.strip() or not self.says or not all(s.strip() for s in (*self.says, *self.denies)):
            raise ValueError(f"claim {self.id}: it needs a label and sentences that say it")


@dataclass(frozen=True, slots=True)
class Codebook:
    """Claims in the order in which they are given; ids are unique."""

    claims: tuple[Claim, ...]

    def __post_init__(self) -> None:
        ids = [c.id for c in self.claims]
        if not ids or len(set(ids)) != len(ids):
            raise ValueError("a codebook needs claims, each under an id of its own")


def read_codebook(data: bytes, where: str) -> Codebook:
    """Returns the codebook that TOML holds as ``[[claim]] id, label, says, denies`` (denies may be left out).

    Args:
        data: UTF-8.
        where: the file's name, for messages.

    Raises:
        BadRequest: it is no TOML, or a claim is not as it should be: which, and what to do.
    """
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRequest(f"not a codebook: {error}", where, "TOML in UTF-8, see docs/claims.md") from error
    rows = table.get("claim")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise BadRequest("no claims", where, "[[claim]] tables with id, label and says")
    claims = tuple(_claim(row, number, where) for number, row in enumerate(rows, 1))
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise BadRequest(f"two claims are called {claim.id}", where, "an id of its own for each")
        seen.add(claim.id)
    return Codebook(claims)


def _claim(row: Mapping[str, Any], number: int, where: str) -> Claim:
    name = row.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        what = "has no id" if name is None else f"has no proper id: {name!r}"
        raise BadRequest(f"claim {number} {what}", where, 'id = "stability": letters, digits, . _ -')
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise BadRequest(f"claim {name}: unknown key {unknown[0]}", where, ", ".join(sorted(_KEYS)))
    label = row.get("label")
    if not isinstance(label, str) or not label.strip():
        raise BadRequest(f"claim {name} has no label", where, "label = what the claim is, in a sentence")
    says = _sentences(row.get("says", []), f"claim {name}: says", where)
    if not says:
        raise BadRequest(f"claim {name} has no says", where, "one or more sentences that say it")
    return Claim(
        name, " ".join(label.split()), says, _sentences(row.get("denies", []), f"claim {name}: denies", where)
    )


def _sentences(values: Any, what: str, where: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
        raise BadRequest(f"{what} is no list of sentences", where, 'says = ["...", "..."]')
    found = tuple(dict.fromkeys(" ".join(v.split()) for v in values))
    if any(len(v) > _LONGEST for v in found):
        raise BadRequest(f"{what} holds a text of over {_LONGEST} characters", where, "single sentences")
    return found


def written(claims: Iterable[Claim], heading: str = "") -> str:
    """Returns TOML that `read_codebook` reads back; ``heading`` stands above as a comment."""
    told = ("".join(c for c in line if c >= " " and c != "\x7f") for line in heading.splitlines())
    lines = [f"# {line}".rstrip() for line in told]
    for claim in claims:
        lines += ["", "[[claim]]", f"id = {_quoted(claim.id)}", f"label = {_quoted(claim.label)}"]
        lines += _listed("says", claim.says)
        if claim.denies:
            lines += _listed("denies", claim.denies)
    return "\n".join(lines).lstrip("\n") + "\n"


def _listed(name: str, values: Iterable[str]) -> list[str]:
    return [f"{name} = [", *(f"  {_quoted(v)}," for v in values), "]"]


def _quoted(text: str) -> str:
    """Returns a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}" for c in escaped) + '"'

"""Gold annotations: what a careful reader marked in some papers.

A folder of gold holds some of ``FILES``, each row with ``source``, ``start``, ``end`` as in an export.
Besides what was marked there are

- rows that are not counted either way, since careful readers differ: statements that are ``debatable``, dates
  and citations that are ``optional``, durations and relative dates without a value; damage that is not
  ``certain``, that may be a slip of the author's own (``origin`` begins "unknown") or stands inside a block;
  witnesses of a claim that only allude to it (``strength`` 1), that print another again
  (``reprint_of``) or, where support is asked for, speak against it (``stance`` "contra");
- ``covering`` dates, which hold others that are marked by themselves: those are looked for, and a find on the
  whole is no hit;
- look-alikes: statements of kind ``scare`` (quotation marks that quote nobody) and the rows of
  ``dates_negatives.jsonl`` and ``legislation_negatives.jsonl``;
- ``scope.jsonl``, where there is one: rows ``source``, ``start``, ``end``. Of a source that it names only
  what begins within one of its spans was marked, and counts; other sources count whole.
  ``damage_scope.jsonl`` says the same of edits and blocks alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.annotating.judging import denies
from policytext.evaluation.annotating.rows import LAYERS, Row, ordered, read_rows

FILES: Mapping[str, str] = {
    "statements": "statements.jsonl",
    "dates": "dates.jsonl",
    "citations": "legislation.jsonl",
    "edits": "damage.jsonl",
    "blocks": "damage.jsonl",
    "reprints": "reprints.jsonl",
    "claims": "claims.jsonl",
}
"""The file of each layer in a folder of gold."""
BLOCKS: Mapping[str, str] = {
    "pull_quote": "pull_quote",
    "footnote_text": "footnote",
    "table": "table",
    "boilerplate": "boilerplate",
}
"""Kinds of damage that are a block with a role (``level`` "block"), and the kind that an export calls it."""
_NEGATIVES = {"dates": "dates_negatives.jsonl", "citations": "legislation_negatives.jsonl"}
_FLAGS = {"statements": "debatable", "dates": "optional", "citations": "optional"}
_MARKS = {**_FLAGS, "edits": "expected", "reprints": "variant", "claims": "strength"}
"""A field that only the gold of a layer has."""
_SAID = frozenset({"direct", "indirect", "turn"})
_UNRESOLVED = frozenset({"duration", "relative"})
_PLAIN = 2


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold of a layer, rows in order of place.

    ``rows`` are to be found; of ``free`` rows it does not matter whether they are, and ``covering`` ones are
    themselves not looked for. ``lookalikes`` are not to be found. ``sources`` are the papers that were read,
    of which ``scope`` names the spans that were, where it was not the whole.
    """

    layer: str
    rows: tuple[Row, ...]
    free: tuple[Row, ...]
    covering: tuple[Row, ...]
    lookalikes: tuple[Row, ...]
    sources: frozenset[str]
    scope: Mapping[str, Sequence[tuple[int, int]]]

    def read(self, row: Row) -> bool:
        """Whether a row begins in what was read."""
        return row.source in self.sources and _within(row, self.scope)

    def read_whole(self, row: Row) -> bool:
        """Whether a row lies wholly in what was read."""
        bounds = self.scope.get(row.source)
        inside = bounds is None or any(start <= row.start and row.end <= end for start, end in bounds)
        return row.source in self.sources and inside

    @property
    def marked(self) -> tuple[Row, ...]:
        """All rows, those that are not counted either way too, in order of place."""
        return tuple(ordered([*self.rows, *self.free, *self.covering]))


def looks_like_gold(folder: Path) -> bool:
    """Whether a folder holds gold and no export, by its files and what the first row of each holds."""
    if any((folder / FILES[layer]).is_file() for layer in ("citations", "edits")):
        return True
    for layer in ("statements", "dates", "reprints", "claims"):
        path = folder / FILES[layer]
        if path.is_file() and _MARKS[layer] in _first(path, layer):
            return True
    return False


def _first(path: Path, layer: str) -> Mapping[str, Any]:
    return next((row.values for row in read_rows(path, layer)), {})


def gold_layers(folder: Path) -> list[str]:
    """Returns the layers that a folder has gold of, in the order of ``LAYERS``."""
    return [layer for layer in LAYERS if (folder / FILES[layer]).is_file()]


def read_gold(folder: Path, layer: str) -> Gold:
    """Returns the gold of a layer.

    Raises:
        BadRequest: the folder holds none.
        UnreadableSource: a row of it makes no sense.
    """
    path = folder / FILES[layer]
    if not path.is_file():
        raise BadRequest(f"no gold of {layer}: no {path.name}", str(folder), "another --layer")
    scope = _scope(folder, layer)
    marked = read_rows(path, "edits" if path.name == FILES["edits"] else layer)
    negatives = _NEGATIVES.get(layer)
    apart = read_rows(folder / negatives) if negatives and (folder / negatives).is_file() else []
    sources = frozenset(row.source for row in [*marked, *apart]) | scope.keys()
    rows = [row for row in ordered(marked) if _within(row, scope)]
    lookalikes = [row for row in ordered(apart) if _within(row, scope)]
    if layer == "statements":
        lookalikes = [row for row in rows if row.named("kind") not in _SAID]
        rows = [row for row in rows if row.named("kind") in _SAID]
    is_free = _free_of(layer, rows, str(path))
    free = [row for row in rows if is_free(row)]
    others = [row for row in rows if not is_free(row)]
    covering = [row for row in others if row.values.get("covering")]
    wanted = [row for row in others if not row.values.get("covering")]
    return Gold(layer, tuple(wanted), tuple(free), tuple(covering), tuple(lookalikes), sources, scope)


def _scope(folder: Path, layer: str) -> dict[str, list[tuple[int, int]]]:
    own = folder / "damage_scope.jsonl"
    bounds = own if layer in ("edits", "blocks") and own.is_file() else folder / "scope.jsonl"
    scope: dict[str, list[tuple[int, int]]] = {}
    for row in read_rows(bounds) if bounds.is_file() else ():
        scope.setdefault(row.source, []).append((row.start, row.end))
    return scope


def _within(row: Row, scope: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    return row.source not in scope or any(start <= row.start < end for start, end in scope[row.source])


def _free_of(layer: str, rows: Sequence[Row], where: str) -> Callable[[Row], bool]:
    """Returns which rows of a layer are not counted either way."""
    if layer == "edits":
        blocks = [row for row in rows if row.named("level") == "block"]
        return lambda row: _is_uncertain(row) or _inside(row, blocks)
    if layer == "blocks":
        return lambda row: row.named("level") != "block" or row.named("kind") not in BLOCKS
    if layer == "claims":
        return lambda row: not is_plain(row, where) or denies(row)
    return lambda row: _is_free(layer, row)


def _is_free(layer: str, row: Row) -> bool:
    named = row.named("type") in _UNRESOLVED and row.values.get("edtf") is None
    return bool(row.values.get(_FLAGS.get(layer, ""))) or (layer == "dates" and named)


def _is_uncertain(row: Row) -> bool:
    return not row.values.get("certain", True) or row.named("origin").startswith("unknown")


def _inside(row: Row, spans: Iterable[Row]) -> bool:
    return any(s.source == row.source and s.start <= row.start and row.end <= s.end for s in spans)


def is_plain(row: Row, where: str = "") -> bool:
    """Whether a witness says the claim plainly, or denies it so, and prints no other again.

    Raises:
        UnreadableSource: its strength is no number.
    """
    strength = row.values.get("strength", _PLAIN)
    if isinstance(strength, bool) or not isinstance(strength, int | float):
        place = f"{where}, {row.source}:{row.start}-{row.end}"
        raise UnreadableSource(f"strength is no number: {strength!r:.40}", place, "1, 2 or 3")
    return strength >= _PLAIN and not row.values.get("reprint_of")


def common_sources(gold: Iterable[Gold], exported: Iterable[Row]) -> bool:
    """Whether any row of an export belongs to a paper that was read for the gold."""
    read = {source for layer in gold for source in layer.sources}
    return any(row.source in read for row in exported)

"""Gold annotations: what a careful reader marked in some papers, and when a find says the same.

A folder of gold holds ``statements.jsonl``, ``dates.jsonl`` and ``legislation.jsonl`` (citations), each row
with ``source``, ``start``, ``end`` as in an export. Besides what was marked there are

- rows that count neither way, since careful readers differ: statements that are ``debatable``, dates and
  citations that are ``optional``, durations and relative dates without a value;
- ``covering`` dates, which hold others that are marked by themselves: those are looked for, and a find on the
  whole is no hit;
- look-alikes: statements of kind ``scare`` (quotation marks that quote nobody) and the rows of
  ``dates_negatives.jsonl`` and ``legislation_negatives.jsonl``;
- ``scope.jsonl``, where there is one: rows ``source``, ``start``, ``end``. Of a source that it names only
  what begins within one of its spans was marked, and counts; other sources count whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policytext.errors import BadRequest
from policytext.evaluation.annotating.rows import LAYERS, Row, ordered, read_rows

FILES: Mapping[str, str] = {
    "statements": "statements.jsonl",
    "dates": "dates.jsonl",
    "citations": "legislation.jsonl",
}
"""The file of each layer in a folder of gold."""
_NEGATIVES = {"dates": "dates_negatives.jsonl", "citations": "legislation_negatives.jsonl"}
_FLAGS = {"statements": "debatable", "dates": "optional", "citations": "optional"}
_SAID = frozenset({"direct", "indirect", "turn"})
_UNRESOLVED = frozenset({"duration", "relative"})
_LEGISLATION = frozenset({"act", "bill", "section", "regulations"})


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


def looks_like_gold(folder: Path) -> bool:
    """Whether a folder holds gold and no export, by its files and what the first row of each holds."""
    if (folder / FILES["citations"]).is_file():
        return True
    for layer in ("statements", "dates"):
        path = folder / FILES[layer]
        if path.is_file() and _FLAGS[layer] in _first(path):
            return True
    return False


def _first(path: Path) -> Mapping[str, Any]:
    return next((row.values for row in read_rows(path)), {})


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
    bounds = folder / "scope.jsonl"
    scope: dict[str, list[tuple[int, int]]] = {}
    for row in read_rows(bounds) if bounds.is_file() else ():
        scope.setdefault(row.source, []).append((row.start, row.end))
    marked = read_rows(path)
    negatives = _NEGATIVES.get(layer)
    apart = read_rows(folder / negatives) if negatives and (folder / negatives).is_file() else []
    sources = frozenset(row.source for row in [*marked, *apart]) | scope.keys()
    rows = [row for row in ordered(marked) if _within(row, scope)]
    lookalikes = [row for row in ordered(apart) if _within(row, scope)]
    if layer == "statements":
        lookalikes = [row for row in rows if row.values.get("kind") not in _SAID]
        rows = [row for row in rows if row.values.get("kind") in _SAID]
    free = [row for row in rows if _is_free(layer, row.values)]
    others = [row for row in rows if not _is_free(layer, row.values)]
    covering = [row for row in others if row.values.get("covering")]
    wanted = [row for row in others if not row.values.get("covering")]
    return Gold(layer, tuple(wanted), tuple(free), tuple(covering), tuple(lookalikes), sources, scope)


def _within(row: Row, scope: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    return row.source not in scope or any(start <= row.start < end for start, end in scope[row.source])


def _is_free(layer: str, values: Mapping[str, Any]) -> bool:
    unresolved = layer == "dates" and values.get("edtf") is None and values.get("type") in _UNRESOLVED
    return bool(values.get(_FLAGS[layer])) or unresolved


Judge = Callable[[Row, Row], Mapping[str, bool]]
"""Of a gold row and the find at its place: what the find gets right, by name. The last name is the whole."""


def judge_of(layer: str) -> Judge:
    """Returns how the finds of a layer are judged; see the functions that it returns."""
    return {"statements": judge_statement, "dates": judge_date, "citations": judge_citation}[layer]


def kinds_of(layer: str) -> Mapping[str, Callable[[Row], bool]]:
    """Returns groups of kinds that are worth a figure of their own beside each kind, by name."""
    if layer == "citations":
        return {"acts, bills, sections": lambda row: row.values.get("class") in _LEGISLATION}
    return {}


def kind_of(layer: str, row: Row) -> str:
    """Returns the kind of a gold row: kind of statement, type of date, class of citation."""
    return str(row.values.get({"statements": "kind", "dates": "type", "citations": "class"}[layer]) or "-")


def judge_statement(gold: Row, found: Row) -> dict[str, bool]:
    """Judges who said it (``speaker``), when (``date``), and both (``attributed``).

    Any of the speakers and dates that the gold accepts is right. Somebody without a name is right where the
    find leaves the speaker open or calls him anonymous. Honours and letters behind names do not matter.
    """
    speaker = _speaker_agrees(gold.values, found.values)
    date = found.values.get("statement_date") in _dates(gold.values, "statement_date")
    return {"speaker": speaker, "date": date, "attributed": speaker and date}


def judge_date(gold: Row, found: Row) -> dict[str, bool]:
    """Judges whether the EDTF value is one that the gold accepts (``resolved``)."""
    return {"resolved": found.values.get("edtf") in _dates(gold.values, "edtf")}


def judge_citation(gold: Row, found: Row) -> dict[str, bool]:
    """Judges the ``class``, and whether the find names the right instrument (``resolved``).

    Where both give an identifier, it decides; that of a section is right for its Act. Else one title must
    hold the other. What the gold finds too vague to name is resolved wherever it is found.
    """
    wanted, got = gold.values, found.values
    return {"class": wanted.get("class") == got.get("class"), "resolved": _names_the_same(wanted, got)}


def _dates(gold: Mapping[str, Any], field: str) -> set[str | None]:
    others = (*(gold.get("date_alt") or ()), *(gold.get("edtf_alt") or ()))
    precise = gold.get("date_precise")
    return {gold.get(field), *others} | ({precise} if precise else set())


def _names_the_same(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    if wanted.get("uri") and got.get("uri"):
        return bool(got["uri"] == wanted["uri"] or str(got["uri"]).startswith(f"{wanted['uri']}/"))
    if not wanted.get("canonical"):
        return True
    names = {_title(wanted.get(field)) for field in ("canonical", "resolves_to")} - {""}
    title = _title(got.get("title"))
    return any(title == name or (title != "" and (title in name or name in title)) for name in names)


def _title(text: str | None) -> str:
    return folded(text).removeprefix("the ")


def folded(text: str | None) -> str:
    """Returns text in small letters and digits, without accents, other characters as single blanks."""
    plain = unicodedata.normalize("NFKD", text or "").casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


_HONOURS = frozenset(
    {"sir", "dame", "lord", "lady", "baroness", "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "rev"}
    | {"rt", "hon", "alderman", "councillor", "cllr", "mbe", "cbe", "obe", "mp", "the"}
)


def _speaker_agrees(gold: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    names = [n for n in (gold.get("speaker"), *(gold.get("speaker_accept") or ())) if n]
    said = found.get("speaker")
    nameless = said is None or found.get("speaker_type") == "anonymous"
    return (gold.get("speaker") is None and nameless) or any(_bare(said) == _bare(name) for name in names)


def _bare(name: str | None) -> list[str]:
    """Returns the words of a name without honours; "A; B" is two names in whatever order, hence sorted."""
    people = (
        " ".join(w for w in folded(one).split() if w not in _HONOURS) for one in (name or "").split(";")
    )
    return sorted(people)


def common_sources(gold: Iterable[Gold], exported: Iterable[Row]) -> bool:
    """Whether any row of an export belongs to a paper that was read for the gold."""
    read = {source for layer in gold for source in layer.sources}
    return any(row.source in read for row in exported)

"""Edits and blocks held against gold: which damaged places read as they should, and what was harmed.

A damaged place is ``repaired`` where, with the applied edits that overlap or border on it, the text there
reads as it does with the repairs of the gold; blank space, quotation marks and compatibility forms (Unicode
NFKC) do not matter. One beyond repair (``expected`` null) must be flagged, or left out, and not guessed. An
edit does harm where it changes letters or digits and no damage is marked there or beside it; text that is
moved is not changed.

A block is found where one of its kind shares half of the shorter of the two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policytext.errors import BadRequest
from policytext.evaluation.annotating.figures import Agreement, Case, Scored, added, in_order
from policytext.evaluation.annotating.gold import BLOCKS, Gold
from policytext.evaluation.annotating.rows import Row, meeting, ordered, touched

_WORD = re.compile(r"\w+")
_NO_LETTER = re.compile(r"[\W_]+")
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


@dataclass(frozen=True, slots=True)
class _Place:
    """A damaged place: how it should read, how it does after the edits there, and whether that is as good."""

    row: Row
    edits: tuple[Row, ...]
    wanted: str
    got: str
    repaired: bool


def score_edits(gold: Gold, exported: Sequence[Row], texts: Mapping[str, str]) -> Scored:
    """Returns how the edits of an export do against the damage that was marked.

    Args:
        gold: the damage.
        exported: edits, one that is only suggested too, which does not count.
        texts: the raw text of each paper that was read, by name.

    Raises:
        BadRequest: the text of a paper is not given, or does not read as the gold says.
    """
    _check(gold, texts)
    edits = [row for row in ordered(exported) if row.source in gold.sources and _counts(row)]
    places = _places(gold, edits, texts)
    harmful = _harmful(gold, edits, texts)
    words = sum(_words(texts[source], gold.scope.get(source)) for source in gold.sources)
    kinds = sorted({place.row.named("kind") for place in places})
    cases = [_case(place) for place in places if not place.repaired]
    return Scored(
        "edits",
        {"repaired": _repaired(places)},
        {s: {"repaired": _repaired(p for p in places if p.row.source == s)} for s in sorted(gold.sources)},
        {"kind": {kind: _repaired(p for p in places if p.row.named("kind") == kind) for kind in kinds}},
        {},
        {"harm": len(harmful), "words": words, "harm per 1,000 words": 1000 * len(harmful) / max(words, 1)},
        (f"{len(gold.free):,} gold rows (blocks, their text, doubtful places) are not counted either way",),
        in_order([*cases, *(Case("extra", None, row) for row in harmful)]),
    )


def _case(place: _Place) -> Case:
    if not place.edits:
        return Case("missed", place.row, None)
    return Case("wrong", place.row, place.edits[0], ("text",), reads=(place.wanted, place.got))


def _counts(edit: Row) -> bool:
    return edit.values.get("status", "applied") in ("applied", "flagged")


def _repaired(places: Iterable[_Place]) -> Agreement:
    listed = list(places)
    return Agreement(sum(place.repaired for place in listed), None, len(listed))


def _check(gold: Gold, texts: Mapping[str, str]) -> None:
    absent = sorted(gold.sources - texts.keys())
    if absent:
        raise BadRequest("the text of a paper is not at hand", absent[0], "--papers, the folder of the files")
    for row in gold.marked:
        if row.text and texts[row.source][row.start : row.end] != row.text:
            place = f"{row.source}:{row.start}-{row.end}"
            raise BadRequest(
                "the paper does not read as the gold says", place, "the file that the gold was made from"
            )


def _places(gold: Gold, edits: Sequence[Row], texts: Mapping[str, str]) -> list[_Place]:
    fixes = [row for row in gold.marked if row.values.get("expected") is not None and not _is_block(row)]
    found = []
    for row, near in zip(gold.rows, meeting(gold.rows, edits), strict=True):
        mine = [edits[j] for j in near if _acts_on(edits[j], row)]
        found.append(_place(row, mine, fixes, texts[row.source]))
    return found


def _is_block(row: Row) -> bool:
    return row.named("level") == "block"


def _acts_on(edit: Row, row: Row) -> bool:
    """Whether an edit that overlaps or borders on a place bears on it."""
    return edit.start < row.end or edit.end > row.start or row.start == row.end


def _place(row: Row, edits: Sequence[Row], fixes: Sequence[Row], raw: str) -> _Place:
    start = min([row.start, *(edit.start for edit in edits)])
    end = max([row.end, *(edit.end for edit in edits)])
    mine = [f for f in fixes if f.source == row.source and start <= f.start and f.end <= end]
    got = _carried_out(raw, edits, "replacement", start, end)
    wanted = _carried_out(raw, mine, "expected", start, end)
    repaired = bool(edits) and _squashed(got) == _squashed(wanted)
    if row.values.get("expected") is None:
        repaired = any(not edit.named("replacement").strip() for edit in edits)
    return _Place(row, tuple(edits), wanted, got, repaired)


def _carried_out(raw: str, edits: Sequence[Row], field: str, start: int, end: int) -> str:
    """Returns raw ``[start, end)`` with edits carried out; where two overlap the first is."""
    out, at = [], start
    for edit in edits:
        if edit.start >= at:
            kept = raw[edit.start : edit.end]
            out += [raw[at : edit.start], kept if edit.values.get(field) is None else edit.named(field)]
            at = edit.end
    return "".join([*out, raw[at:end]])


def _squashed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).split())


def _harmful(gold: Gold, edits: Sequence[Row], texts: Mapping[str, str]) -> list[Row]:
    """Returns the edits that change letters or digits where nothing is damaged."""
    marked = gold.marked
    read = [edit for edit in edits if gold.read_whole(edit)]
    return [
        edit
        for edit, near in zip(read, meeting(read, marked), strict=True)
        if not near and _changes(edit, texts[edit.source])
    ]


def _changes(edit: Row, raw: str) -> bool:
    if edit.values.get("replacement") is None or edit.values.get("moved_to") is not None:
        return False
    before, after = raw[edit.start : edit.end], edit.named("replacement")
    return _NO_LETTER.sub("", before) != _NO_LETTER.sub("", after)


def _words(text: str, scope: Sequence[tuple[int, int]] | None) -> int:
    stretches = [(0, len(text))] if scope is None else scope
    return sum(len(_WORD.findall(text[start:end])) for start, end in stretches)


def score_blocks(gold: Gold, exported: Sequence[Row]) -> Scored:
    """Returns how the blocks of an export that are no running text do against those that were marked."""
    read = [row for row in ordered(exported) if gold.read_whole(row)]
    kinds: dict[str, tuple[list[tuple[Row, bool]], list[tuple[Row, bool]]]] = {}
    for named, kind in BLOCKS.items():
        wanted = [row for row in gold.rows if row.named("kind") == named]
        got = [row for row in read if row.named("kind") == kind]
        kinds[kind] = _held(wanted, got), _held(got, wanted)
    everything = (
        [part for sides in kinds.values() for part in sides[0]],
        [part for sides in kinds.values() for part in sides[1]],
    )
    cases = [Case("missed", row, None) for row, held in everything[0] if not held]
    cases += [Case("extra", None, row) for row, held in everything[1] if not held]
    return Scored(
        "blocks",
        {"blocks": added(_block_score(*sides) for sides in kinds.values())},
        {source: {"blocks": _block_score(*everything, source)} for source in sorted(gold.sources)},
        {"kind": {kind: _block_score(*sides) for kind, sides in kinds.items()}},
        {},
        {},
        (),
        in_order(cases),
    )


def _held(rows: Sequence[Row], others: Sequence[Row]) -> list[tuple[Row, bool]]:
    return [(row, bool(found)) for row, found in zip(rows, touched(rows, others), strict=True)]


def _block_score(
    wanted: Sequence[tuple[Row, bool]], got: Sequence[tuple[Row, bool]], source: str | None = None
) -> Agreement:
    ours, theirs = ([held for row, held in rows if source in (None, row.source)] for rows in (wanted, got))
    return Agreement(sum(theirs), len(theirs), len(ours), sum(ours))

"""What is said when one points at a sign: who, when, where, and every quotation that stands there."""

from __future__ import annotations

from collections.abc import Sequence

from policytext.analysis.witness import Witness
from policytext.export.pictures.placing import (
    DENIES,
    OWN,
    REPRINT,
    RESURFACING,
    SAME_WORK,
    SECOND_HAND,
    UNDATED,
    Placed,
    best_of,
    said_edtf,
)
from policytext.export.witness_words import (
    basis_words,
    gap_before,
    gap_behind,
    head,
    printed_basis_words,
    relation_words,
    tail,
)
from policytext.export.wording import display_date, display_year, shown

MOST_TOLD = 5
"""So many quotations of one sign are told; a box with more of them covers the picture."""
_MOST_NAMES = 4
_ALONE, _AMONG, _NAME = 400, 160, 120  # characters of a quotation alone, one of several, and a name
_AROUND = 140  # characters of context on either side

_SPOKEN = {
    OWN: "own statement",
    SECOND_HAND: "second-hand",
    RESURFACING: "perhaps a return",
    DENIES: "denies it",
    UNDATED: "not dated, standing at its printing",
    REPRINT: "reprint, not counted",
    SAME_WORK: "same work again, not counted",
}

Telling = dict[str, str]
"""Lines of the box by their heads, in the order in which they are shown; a value may have several lines."""


def telling(placed: Sequence[Placed]) -> Telling:
    """Returns what is told of the witnesses behind one sign: one document, one date, most often one speaker.

    Every quotation comes with its place in the raw file, up to `MOST_TOLD` and the best first, which has the
    words around it besides.
    """
    ordered = [p.witness for p in best_of(placed)]
    w = ordered[0]
    one = len(ordered) == 1
    return {
        "Speaker": _speakers(ordered),
        "Said": _said(w),
        "Printed": f"{display_date(w.publication_edtf)} ({printed_basis_words(w.publication_date_basis)})",
        "Words": _quoted(w, _ALONE) if one else _several(ordered),
        "Context": f"{'' if one else '1. '}{_around(w)}",
        "Relation": "; ".join(dict.fromkeys(map(_standing, ordered))),
        "Document": shown(f"{w.title or w.source}", _NAME),
        "Place": f"{shown(w.source, _NAME)}, {_place(w)}" if one else shown(w.source, _NAME),
        "Found by": "; ".join(dict.fromkeys(map(_found, ordered[:MOST_TOLD]))),
    }


def spoken(placed: Sequence[Placed]) -> str:
    """Returns what a screen reader says of a sign: ``Robin Turton, 1956, second-hand``."""
    ordered = [p.witness for p in best_of(placed)]
    kind, edtf = placed[0].kind, said_edtf(ordered[0])
    when = [display_year(edtf)] if edtf is not None and kind != UNDATED else []
    kinds = ["quoted at the time" if kind == OWN and ordered[0].voice != "own" else _SPOKEN[kind]]
    kinds += ["only suggested"] if ordered[0].tier == "suggested" else []
    times = [f"{len(ordered)} places"] if len(ordered) > 1 else []
    return ", ".join([_speakers(ordered), *when, *kinds, *times])


def _said(w: Witness) -> str:
    if w.statement_edtf is None:
        return "not dated"
    return f"{display_date(w.statement_edtf)} ({basis_words(w.statement_date_basis)})"


def _speakers(ordered: Sequence[Witness]) -> str:
    names = list(dict.fromkeys(shown(w.speaker or "speaker not named", _NAME) for w in ordered))
    more = len(names) - _MOST_NAMES
    return "; ".join([*names[:_MOST_NAMES], f"and {more} more"] if more > 0 else names)


def _several(ordered: Sequence[Witness]) -> str:
    several = len({w.speaker for w in ordered}) > 1
    lines = []
    for number, w in enumerate(ordered[:MOST_TOLD], 1):
        speaker = f"{shown(w.speaker or 'not named', 40)}: " if several else ""
        lines.append(f"{number}. {speaker}{_quoted(w, _AMONG)} ({_place(w)})")
    more = len(ordered) - MOST_TOLD
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def _quoted(w: Witness, limit: int) -> str:
    return f"\u201c{shown(w.quote, limit)}\u201d"


def _around(w: Witness) -> str:
    """Returns the words around a quotation, which has a line of its own: others may be quoted beside it."""
    before, after = tail(w.context_before, _AROUND), head(w.context_after, _AROUND)
    return f"{before}{gap_behind(before)}[\u2026]{gap_before(after)}{after}"


def _place(w: Witness) -> str:
    page = f"p. {shown(w.page, 12)}, " if w.page else ""
    return f"{page}line {w.line_start}, characters {w.start}\u2013{w.end}"


def _standing(w: Witness) -> str:
    """Returns how it stands to the claim and to what was said before, and whether a person looked at it."""
    words = [relation_words(w.relation, w.voice)]
    words += [] if w.counts_as_independent else ["not counted"]
    words += ["denies it"] if w.stance == "denies" else []
    words += ["only suggested"] if w.tier == "suggested" else []
    if w.reviewed_by:
        words.append(f"decided by {shown(w.reviewed_by, 40)}")
    elif w.family_id is not None:
        words.append("not checked by a person")
    return ", ".join(words)


def _found(w: Witness) -> str:
    return f"the rule {shown(w.rule, _NAME)}, confidence {w.confidence:.2f}"

"""What is said when one points at a sign: who, when, where, and every quotation that stands there."""

from __future__ import annotations

from collections.abc import Sequence

from policytext.analysis.witness import Witness
from policytext.export.pictures.placing import Placed, best_of
from policytext.export.wording import display_date, shown

MOST_TOLD = 5
"""So many quotations of one sign are told; a box with more of them covers the picture."""
_MOST_NAMES = 4
_ALONE, _AMONG, _NAME = 400, 160, 120  # characters of a quotation alone, one of several, and a name

Telling = dict[str, str]
"""Lines of the box by their heads, in the order in which they are shown; a value may have several lines."""


def telling(placed: Sequence[Placed]) -> Telling:
    """Returns what is told of the witnesses behind one sign: one document, one date, most often one speaker.

    Every quotation comes with its place in the raw file, up to `MOST_TOLD` and the best first.
    """
    ordered = [p.witness for p in best_of(placed)]
    w = ordered[0]
    one = len(ordered) == 1
    return {
        "Speaker": _speakers(ordered),
        "Said": f"{display_date(w.statement_edtf)} ({w.statement_date_basis or 'no date found'})",
        "Printed": f"{display_date(w.publication_edtf)} ({w.publication_date_basis or 'no date found'})",
        "Words": _quoted(w, _ALONE) if one else _several(ordered),
        "Relation": "; ".join(dict.fromkeys(map(_standing, ordered))),
        "Document": shown(f"{w.title or w.source}", _NAME),
        "Place": f"{shown(w.source, _NAME)}, {_place(w)}" if one else shown(w.source, _NAME),
        "Found by": "; ".join(dict.fromkeys(map(_found, ordered[:MOST_TOLD]))),
    }


def _speakers(ordered: Sequence[Witness]) -> str:
    names = list(dict.fromkeys(shown(w.speaker or "not named", _NAME) for w in ordered))
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


def _place(w: Witness) -> str:
    page = f"p. {shown(w.page, 12)}, " if w.page else ""
    return f"{page}line {w.line_start}, characters {w.start}\u2013{w.end}"


def _standing(w: Witness) -> str:
    """Returns how it stands to the claim and to what was said before."""
    words: list[str] = [w.relation]
    words += [] if w.counts_as_independent else ["not counted"]
    words += ["denies it"] if w.stance == "denies" else []
    words += ["only suggested"] if w.tier == "suggested" else []
    words += [f"decided by {shown(w.reviewed_by, 40)}"] if w.reviewed_by else []
    return ", ".join(words)


def _found(w: Witness) -> str:
    return f"{shown(w.rule, _NAME)}, confidence {w.confidence:.2f}"

"""What a report says in words around its tables, the same on the screen and on a page."""

from __future__ import annotations

import math
import shlex
import unicodedata
from collections.abc import Mapping
from typing import Any

from policytext.evaluation.retrieval.records import Change, Evaluation, Moved
from policytext.evaluation.wording import counted
from policytext.export.benchmarks.tables import judged_pairs, relevant_pairs
from policytext.export.tables import visible
from policytext.export.wording import shown


def subject(evaluation: Evaluation) -> str:
    """Returns what was measured on what, in a line."""
    collection = evaluation.collection
    judged, relevant = judged_pairs(evaluation), relevant_pairs(evaluation)
    pairs = counted(relevant, "relevant pair") + (f" of {judged:,} judged" if judged != relevant else "")
    kind = ", passages of an archive" if collection.is_archive else ""
    return (
        f"{collection.name}, {collection.split}{kind}: {counted(len(collection.qrels), 'judged query')}, "
        f"{pairs}; {counted(len(evaluation.scores), 'run')}"
    )


def judging_words(evaluation: Evaluation) -> str:
    """Returns how the runs were judged."""
    judging = evaluation.judging
    ties = {
        "expected": "equal scores count as the mean over every order they may stand in",
        "trec_eval": "equal scores stand by document id, falling, as trec_eval has them",
    }[judging.ties]
    own = "; documents a query was taken from are left out" if judging.leave_own else ""
    once = (
        "; documents that print the same count once"
        if judging.groups_once and evaluation.collection.groups
        else ""
    )
    return f"Means over all judged queries, those without a hit at 0; {ties}{own}{once}."


def change_words(change: Change) -> str:
    """Returns what a query gains or loses: ``0.0000 to 1.0000``."""
    return f"{change.before:.4f} to {change.after:.4f}"


def moved_words(moved: Moved) -> str:
    """Returns how a document moved: ``grade 1, rank 53 to 1``."""
    return f"grade {moved.grade}, rank {_rank(moved.before)} to {_rank(moved.after)}"


def _rank(rank: int | None) -> str:
    return "none" if rank is None else str(rank)


def command_line(request: Mapping[str, Any]) -> str:
    """Returns a request as one types it."""
    return f"policytext {request.get('command', '')} {shlex.join(request.get('arguments', ()))}".strip()


def one_line(text: str, limit: int = 10_000) -> str:
    """Returns foreign text on one line: what steers its display is written out, or dropped where unseen."""
    return shown(visible(text), limit)


def columns_of(text: str) -> int:
    """Returns how many columns of a terminal ``text`` takes: two for wide characters, none for marks."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def cut(text: str, room: int) -> str:
    """Returns ``text`` in so many columns, dots for its middle where it is wider."""
    if columns_of(text) <= room:
        return text
    head = math.ceil((room - 1) / 2)
    return f"{start_of(text, head)}\u2026{start_of(text[::-1], room - 1 - head)[::-1]}"


def cut_end(text: str, room: int) -> str:
    """Returns ``text`` in so many columns, dots for its end where it is wider."""
    return text if columns_of(text) <= room else f"{start_of(text, room - 1).rstrip()}\u2026"


def start_of(text: str, room: int) -> str:
    """Returns as much of ``text`` as takes so many columns."""
    taken = 0
    for at, char in enumerate(text):
        taken += _columns(char)
        if taken > room:
            return text[:at]
    return text

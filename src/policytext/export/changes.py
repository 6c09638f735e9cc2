"""What cleaning did to a text, place by place, as a person reads it; and the same as questions to decide."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from policytext.document import Edit, Move
from policytext.store.decisions import proposal
from policytext.text.cleaning import Cleaned

Noise = Literal["blanks", "markup"]

_CONTEXT = 48  # characters on each side of a change; the reader sees as many of them as there is room for
_MARKUP = frozenset({"html", "md"})
_BETWEEN_WORDS = frozenset({"space.blank", "space.edge", "line.wrap", "line.kept"})
"""Rules of layout that stand where words are apart already, if only by a tag."""
_NOT_ASKED = frozenset({"line", "join", "decision"})
"""Families of rules that go by the lines of the page, which nobody sees in a table, or that were decided."""
_LONGEST_WORD = 40
_AFTER_BREAK = re.compile(r"(?:[ \t]{0,8}\r?\n[ \t]{0,8}(?=\w))?")


@dataclass(frozen=True, slots=True)
class Change:
    """An edit or a move as a change of whole words.

    ``start``/``end`` are the raw offsets of the edit itself, ``replacement`` what is to stand between them,
    ``line`` the line of the raw text, from 1, where it stands. ``old`` is the raw text with the rest of the
    words it touches, ``new`` what that is to read: None where it is only flagged. ``before`` and ``after``
    hold the raw text on both sides. ``status`` is the edit's, or ``moved``. ``noise`` says that no word
    changes: blank space for blank space, or marks of Markdown or HTML.
    """

    line: int
    start: int
    end: int
    before: str
    old: str
    new: str | None
    after: str
    replacement: str | None
    reason: str
    rule: str
    confidence: float
    status: str
    noise: Noise | None


def changes(raw: str, edits: Iterable[Edit], moves: Iterable[Move]) -> list[Change]:
    """Returns the changes of a text by place."""
    breaks = [n for n, c in enumerate(raw) if c == "\n"]
    found = [_change(raw, e, bisect_right(breaks, e.start - 1) + 1) for e in edits]
    found += [_moved(raw, m, bisect_right(breaks, m.start - 1) + 1) for m in moves]
    return sorted(found, key=lambda c: (c.start, c.end, c.status, c.rule))


def visible(cleaned: Cleaned, *, suggestions: bool) -> list[Edit]:
    """Returns the edits to show: all but what is merely suggested, or that as well."""
    return [e for e in cleaned.edits if suggestions or e.status != "suggested"]


def _before(raw: str, start: int) -> str:
    """Returns the whole words before ``start``, as far as they give context."""
    begin = max(0, start - _CONTEXT)
    text = raw[begin:start]
    cut = begin > 0 and not raw[begin - 1].isspace()
    return text[_blank_in(text) :] if cut else text


def _after(raw: str, end: int) -> str:
    """Returns the whole words behind ``end``, likewise."""
    text = raw[end : end + _CONTEXT]
    cut = end + _CONTEXT < len(raw) and not raw[end + _CONTEXT].isspace()
    return text[: len(text) - _blank_in(text[::-1])] if cut else text


def _blank_in(text: str) -> int:
    """Returns where the first blank stands in ``text``; 0 where there is none."""
    return next((at for at, character in enumerate(text) if character.isspace()), 0)


def _change(raw: str, edit: Edit, line: int) -> Change:
    noise = _noise(raw, edit)
    start, end = (edit.start, edit.end) if noise else _words(raw, edit.start, edit.end)
    new = None
    if edit.replacement is not None:
        new = raw[start : edit.start] + edit.replacement + raw[edit.end : end]
    return Change(
        line=line,
        start=edit.start,
        end=edit.end,
        before=_before(raw, start),
        old=raw[start:end],
        new=new,
        after=_after(raw, end),
        replacement=edit.replacement,
        reason=edit.reason,
        rule=edit.rule,
        confidence=edit.confidence,
        status=edit.status,
        noise=noise,
    )


def _moved(raw: str, move: Move, line: int) -> Change:
    return Change(
        line=line,
        start=move.start,
        end=move.end,
        before=_before(raw, move.start),
        old=raw[move.start : move.end],
        new="",
        after=_after(raw, move.end),
        replacement="",
        reason=move.reason,
        rule=move.rule,
        confidence=move.confidence,
        status="moved",
        noise=None,
    )


def _words(raw: str, start: int, end: int) -> tuple[int, int]:
    """Returns the stretch with the rest of the words that ``[start, end)`` begins and ends in."""
    first, last = start, end
    while first > max(0, start - _LONGEST_WORD) and raw[first - 1].isalnum():
        first -= 1
    if raw[start:end] == "-":  # whether the hyphen goes is asked of both halves of the word
        last = _AFTER_BREAK.match(raw, end).end()  # type: ignore[union-attr]  # it matches nothing as well
    while last < min(len(raw), end + _LONGEST_WORD) and raw[last].isalnum():
        last += 1
    return first, last


def _noise(raw: str, edit: Edit) -> Noise | None:
    if edit.status != "applied":
        return None
    parts = edit.rule.split("+")
    others = [part for part in parts if part.partition(".")[0] not in _MARKUP]
    is_layout = all(part in _BETWEEN_WORDS or part.startswith("join.") for part in others)
    if is_layout and len(others) < len(parts):
        return "markup"
    if edit.text.strip() or (edit.replacement or "").strip():
        return None
    return "blanks" if is_layout or not _parts_words(raw, edit) else None


def _parts_words(raw: str, edit: Edit) -> bool:
    """Whether a blank is put in or taken out inside a line: that makes other words."""
    if edit.start == 0 or edit.end == len(raw) or bool(edit.text) == bool(edit.replacement):
        return False
    if "\n" in edit.text or "\n" in (edit.replacement or ""):
        return False
    return not raw[edit.start - 1].isspace() and not raw[edit.end].isspace()


def proposals(source: str, cleaned: Cleaned, edits: Sequence[Edit]) -> Iterator[dict[str, str]]:
    """Yields the rows that ask a person about ``edits``, by place, under ``store.decisions.COLUMNS``.

    Asked is what concerns words; markup and layout are not, nor what is decided already.
    """
    for change in changes(cleaned.raw, edits, ()):
        families = {part.partition(".")[0] for part in change.rule.split("+")}
        if change.noise or not families.isdisjoint(_NOT_ASKED):
            continue
        around = " ".join(f"{change.before[-30:]}[{change.old}]{change.after[:30]}".split())
        note = f"{change.status}, {change.rule}, {change.confidence:.2f}: {around}"
        place = (change.start, change.end, cleaned.raw[change.start : change.end])
        yield proposal(source, place, change.replacement, note)

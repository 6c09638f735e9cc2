"""What a person decided: accepted, rejected and own edits, by raw place.

A decision names the raw place and what stands there. It wins over every rule, and what could not be followed
is said, with the reason: the text may have changed since. What decisions lead to does not depend on the order
they are given in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from policytext.document import Decision, Edit, EditStatus
from policytext.spans import Span
from policytext.text.alignment import Alignment, apply_edits
from policytext.text.repairing import disjoint

_TAKEN = "another decision is followed there"
_LINES = "it would make a line, empty one or join two, and layout cannot be decided on"
ACCEPTED, REJECTED, OWN = "+decision.accepted", "+decision.rejected", "decision.own"


class Rulings:
    """The decisions on one raw text; ``followed`` collects those that had an effect."""

    def __init__(self, raw: str, decisions: Sequence[Decision]) -> None:
        self._remarks: list[tuple[int, int, str]] = []
        self._open: dict[tuple[int, int], list[Decision]] = {}
        self._followed: set[Decision] = set()
        self._refused: dict[Decision, str] = {}
        self._accepted: list[Edit] = []
        for decision in sorted(dict.fromkeys(decisions), key=_order):
            if raw[decision.start : decision.end] == decision.text and decision.end <= len(raw):
                self._open.setdefault((decision.start, decision.end), []).append(decision)
            else:
                stands = raw[decision.start : decision.end][:40]
                self._remark(
                    decision, f"there stands {stands!r}, not {decision.text[:40]!r}: did the file change?"
                )

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was not followed and why, in order of place."""
        unmet = [d for found in self._open.values() for d in found if d not in self._followed]
        for decision in unmet:
            self._remark(decision, self._refused.get(decision) or self._reason(decision))
        self._open = {}
        return tuple(remark for _, _, remark in sorted(self._remarks))

    def _remark(self, decision: Decision, why: str) -> None:
        remark = f"decision at {decision.start}-{decision.end} not followed: {why}"
        self._remarks.append((decision.start, decision.end, remark))

    def _reason(self, decision: Decision) -> str:
        if not self._followed.isdisjoint(self._open[decision.start, decision.end]):
            return _TAKEN
        what = "nothing is edited" if decision.verdict == "reject" else "markup or blank space stands"
        return f"{what} there, or it is layout, which cannot be decided on"

    def judged(self, proposed: Iterable[Edit], alignment: Alignment) -> list[Edit]:
        """Returns edits of a step as the decisions leave them.

        Args:
            proposed: edits on the text that ``alignment`` leads to.
            alignment: from the raw text.
        """
        if not self._open:
            return list(proposed)
        judged = [self._judged(edit, alignment.hull(edit.start, edit.end)) for edit in proposed]
        self._accepted = [e for e in judged if e.rule.endswith(ACCEPTED)]
        return judged

    def _judged(self, edit: Edit, place: Span) -> Edit:
        for decision in self._open.get((place.start, place.end), ()):
            fits = decision.replacement is None or decision.replacement == edit.replacement
            if fits and decision.verdict == "reject":
                self._followed.add(decision)
                return _set_aside(edit, decision)
            if fits and edit.replacement is not None:
                self._followed.add(decision)
                rule, reason = edit.rule + ACCEPTED, edit.reason + _signed("accepted", decision)
                return replace(edit, rule=rule, reason=reason, confidence=1.0, status="applied")
        return edit

    def own(self, alignment: Alignment, text: str) -> list[Edit]:
        """Returns the accepted edits that no rule proposed, on the ``text`` that ``alignment`` leads to.

        Of those that collide the first stands, and what was accepted when last ``judged`` stands before all.
        """
        wanted = {edit: d for d in self._unmet() if (edit := self._own(d, alignment, text))}
        fit = [e for e in wanted if _keeps_its_line(text, [e])]
        free = [e for e in disjoint([self._accepted, fit]) if e in wanted]
        lines = [list(found) for _, found in groupby(free, key=lambda e: _line(text, e))]
        kept = [e for found in lines if _keeps_its_line(text, found) for e in found]
        taken = set(fit).difference(free)
        self._refused = {d: _TAKEN if e in taken else _LINES for e, d in wanted.items()}
        self._followed.update(wanted[e] for e in kept)
        return kept

    def _unmet(self) -> list[Decision]:
        return [
            d
            for known in self._open.values()
            for d in known
            if d.verdict == "accept" and d not in self._followed
        ]

    def _own(self, decision: Decision, alignment: Alignment, text: str) -> Edit | None:
        at = self._place(decision, alignment)
        if at is None or text[at.start : at.end] != decision.text:
            return None
        reason = f"decided by {decision.by}" if decision.by else "decided by a person"
        made = Edit(at.start, at.end, decision.text, decision.replacement, reason, OWN)
        line = _line(text, made)
        if made.text or line is None or line.start < made.start < line.end:
            return made
        # What is put in at an end of a line belongs to it, not to the blanks beside it and not to what stands
        # there when the line is moved: its first or last character takes it.
        if made.start == line.start:
            first = text[line.start]
            return replace(made, end=line.start + 1, text=first, replacement=f"{made.replacement}{first}")
        last = text[line.end - 1]
        return replace(made, start=line.end - 1, text=last, replacement=f"{last}{made.replacement}")

    def _place(self, decision: Decision, alignment: Alignment) -> Span | None:
        """Returns where the decision's place stands now; None where it does not stand whole."""
        if decision.start < decision.end:
            return _kept(alignment, decision.start, decision.end)
        if behind := _kept(alignment, decision.start, decision.start + 1):
            return Span(behind.start, behind.start)
        before = _kept(alignment, decision.start - 1, decision.start) if decision.start else None
        return Span(before.end, before.end) if before else None


def _kept(alignment: Alignment, start: int, end: int) -> Span | None:
    """Returns where raw ``[start, end)`` stands now, if in one piece: ``&`` is no part of ``&amp;``."""
    spans = alignment.to_clean(start, end)
    whole = len(spans) == 1 and alignment.hull(spans[0].start, spans[0].end) == Span(start, end)
    return spans[0] if whole else None


def _set_aside(edit: Edit, decision: Decision) -> Edit:
    """Returns a rejected edit: it stays on record as a suggestion that nobody wants."""
    rule, reason = edit.rule + REJECTED, edit.reason + _signed("rejected", decision)
    status: EditStatus = "flagged" if edit.replacement is None else "suggested"
    return replace(edit, rule=rule, reason=reason, confidence=0.0, status=status)


def _signed(verdict: str, decision: Decision) -> str:
    return f"; {verdict} by {decision.by}" if decision.by else f"; {verdict}"


def _order(decision: Decision) -> tuple[int, int, str, str, str, str]:
    return (
        decision.start,
        decision.end,
        decision.verdict,
        decision.replacement or "",
        decision.by,
        decision.source,
    )


def _line(text: str, edit: Edit) -> Span | None:
    """Returns the line that an edit stands in, without the blanks at its ends; None where it leaves one."""
    start = text.rfind("\n", 0, edit.start) + 1
    end = text.find("\n", edit.start)
    row = text[start : end if end >= 0 else len(text)]
    if not row.strip():
        return None
    line = Span(start + len(row) - len(row.lstrip()), start + len(row.rstrip()))
    return line if line.start <= edit.start and edit.end <= line.end else None


def _keeps_its_line(text: str, edits: Sequence[Edit]) -> bool:
    """Whether the line that ``edits`` stand in stays one, with something in it and no blank at its ends."""
    line = _line(text, edits[0])
    if line is None or any(c.isspace() and c != " " for e in edits for c in e.replacement or ""):
        return False
    inside = [replace(e, start=e.start - line.start, end=e.end - line.start) for e in edits]
    new = apply_edits(text[line.start : line.end], inside)
    return new == new.strip() != ""

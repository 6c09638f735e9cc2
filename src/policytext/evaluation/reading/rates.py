"""How much cleaning mends and how much it breaks, measured on papers whose true text is known.

- **CER**, the character error rate: Levenshtein distance(truth, text) / length of the truth; **WER** the same
  over words (Rice, The ISRI analytic tools for OCR evaluation, 1996; Carrasco, ocrevalUAtion, 2014; the
  program dinglehopper). `policytext.evaluation.reading.tokens` says what is folded first and what a word is,
  `policytext.evaluation.reading.aligning` how text that stands in another place is compared.
- **before** is the text as its reader gives it (a web page without its tags); **after** the running text:
  what cleaning leaves, without the blocks of `LEFT_OUT`. Between them stands **text only**: before, less the
  words that cleaning leaves out, so that one sees which part of the gain is furniture and which is repair.
- A word of the truth is **right** before (after) where the word aligned with it agrees. The exact map from
  clean to raw decides where aligning is in doubt: a word that is right on one side, and that cleaning carried
  over from or to the same word, is right on the other. **Fixed**: wrong before, right after; **damaged**:
  right before, wrong after; **left**: wrong both times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

from policytext.document import FURNITURE
from policytext.evaluation.reading.aligning import Comparison, character_errors, compare
from policytext.evaluation.reading.tokens import Stretch, Token, joined, tokens
from policytext.evaluation.reading.tracing import Part, Trace, traced
from policytext.spans import Span

LEFT_OUT: frozenset[str] = FURNITURE | {"pull_quote"}
"""Kinds of blocks that are no part of the running text; a pull quote says again what the text says."""


@dataclass(frozen=True, slots=True)
class Rate:
    """An error rate with what it was counted on, so that rates can be added up."""

    errors: int
    length: int

    @property
    def value(self) -> float | None:
        """Errors by length; 0 where there is nothing at all, None where errors stand against nothing."""
        if self.length:
            return self.errors / self.length
        return None if self.errors else 0.0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.errors + other.errors, self.length + other.length)


@dataclass(frozen=True, slots=True)
class WordCase:
    """A word of the truth that cleaning damaged or left wrong.

    ``start``/``end`` are raw offsets in ``source`` of what stands there (an empty span where it is missing),
    ``raw`` what that reads and ``clean`` what it reads when cleaned. ``rule`` names the edits that were made
    there, or the rule that took the block out of the running text; a rule that only suggested or flagged
    stands in brackets; empty where nothing was done.
    """

    kind: Literal["damaged", "left"]
    source: str
    start: int
    end: int
    truth: str
    raw: str
    clean: str
    rule: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One paper measured, or several together.

    ``characters`` are the lengths of (truth, text before, running text) as compared. ``kept`` counts the
    words that are right before and after. ``moves`` counts stretches (before, after) that stand elsewhere
    than in the truth. ``cases`` are in order of the truth.
    """

    source: str
    characters: tuple[int, int, int]
    cer_before: Rate
    cer_text_only: Rate
    cer_after: Rate
    wer_before: Rate
    wer_after: Rate
    kept: int
    fixed: int
    damaged: int
    left: int
    moves: tuple[int, int]
    cases: tuple[WordCase, ...] = ()

    @property
    def words(self) -> int:
        """The number of words of the truth."""
        return self.kept + self.fixed + self.damaged + self.left

    @property
    def damaged_share(self) -> float | None:
        """The share of the words that were right before and are damaged; None where none was right."""
        return _share(self.damaged, self.kept + self.damaged)

    @property
    def fixed_share(self) -> float | None:
        """The share of the words that were wrong before and are fixed; None where none was wrong."""
        return _share(self.fixed, self.fixed + self.left)

    @property
    def cer_fall(self) -> float | None:
        """By which part CER falls, 1 to nothing; negative where it rises, None where it was nothing."""
        share = _share(self.cer_after.errors, self.cer_before.errors)
        return None if share is None else 1 - share


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The truth between the text before and the text after.

    ``latest`` holds for each token of the truth the last partner before among those up to it, -1 for none.
    """

    truth: str
    parts: Sequence[Part]
    true: Sequence[Token]
    before: Sequence[Token]
    after: Sequence[Token]
    old: Comparison
    new: Comparison
    trace: Trace
    latest: Sequence[int]


def measure(truth: str, parts: Sequence[Part], *, source: str, strict: bool = False) -> Measured:
    """Returns how one paper fares.

    Args:
        truth: its true running text.
        parts: its damaged text, read and cleaned; more than one where several records make up the paper.
        source: the name the paper goes by.
        strict: fold nothing but blank space.
    """
    sheet = _sheet(truth, parts, strict=strict)
    length, words = len(joined(sheet.true)), sum(1 for t in sheet.true if t.key)
    aside = zip(sheet.before, sheet.trace.aside, strict=True)
    text_only = character_errors(sheet.true, [token for token, out in aside if not out])
    right = {n: _right(sheet, n) for n, token in enumerate(sheet.true) if token.key}
    outcomes = list(right.values())
    return Measured(
        source,
        (length, len(joined(sheet.before)), len(joined(sheet.after))),
        Rate(sheet.old.errors, length),
        Rate(text_only, length),
        Rate(sheet.new.errors, length),
        Rate(sheet.old.word_errors, words),
        Rate(sheet.new.word_errors, words),
        kept=outcomes.count((True, True)),
        fixed=outcomes.count((False, True)),
        damaged=outcomes.count((True, False)),
        left=outcomes.count((False, False)),
        moves=(sheet.old.moves, sheet.new.moves),
        cases=tuple(_case(sheet, n, was) for n, (was, now) in right.items() if not now),
    )


def _sheet(truth: str, parts: Sequence[Part], *, strict: bool) -> _Sheet:
    true = tokens([Stretch(0, truth, 0, len(truth))], strict=strict)
    before = tokens((Stretch(n, p.before, 0, len(p.before)) for n, p in enumerate(parts)), strict=strict)
    running = (
        Stretch(n, part.cleaned.text, block.start, block.end)
        for n, part in enumerate(parts)
        for block in part.cleaned.blocks
        if block.kind not in LEFT_OUT
    )
    after = tokens(running, strict=strict)
    trace = traced(parts, before, after, LEFT_OUT)
    old = compare(true, before)
    latest: list[int] = list(accumulate(old.partners, _last_there))
    return _Sheet(truth, parts, true, before, after, old, compare(true, after), trace, latest)


def _last_there(last: int, partner: int) -> int:
    return partner if partner >= 0 else last


def _right(sheet: _Sheet, number: int) -> tuple[bool, bool]:
    """Returns whether a word of the truth is right before, and right after."""
    key, was, now = sheet.true[number].key, sheet.old.partners[number], sheet.new.partners[number]
    before = was >= 0 or (now >= 0 and any(sheet.before[i].key == key for i in sheet.trace.origins[now]))
    after = now >= 0 or (was >= 0 and any(sheet.after[i].key == key for i in sheet.trace.images[was]))
    return before, after


def _case(sheet: _Sheet, number: int, was_right: bool) -> WordCase:  # noqa: FBT001 - half of a result
    """Returns the case of a word that is wrong after."""
    there = _stands_at(sheet, number)
    part, span = _place(sheet, number, there)
    made = [sheet.after[i] for i in sorted({i for d in there for i in sheet.trace.images[d]})]
    return WordCase(
        "damaged" if was_right else "left",
        part.name,
        span.start,
        span.end,
        sheet.truth[sheet.true[number].start : sheet.true[number].end],
        part.cleaned.raw[span.start : span.end],
        " ".join(sheet.parts[t.part].cleaned.text[t.start : t.end] for t in made),
        ", ".join(dict.fromkeys(rule for d in there for rule in sheet.trace.rules[d])),
    )


def _stands_at(sheet: _Sheet, number: int) -> list[int]:
    """Returns the tokens before that stand where a word of the truth should."""
    if sheet.old.partners[number] >= 0:
        return [sheet.old.partners[number]]
    made_of = {d for i in sheet.new.instead[number] for d in sheet.trace.origins[i]}
    return sorted(made_of or sheet.old.instead[number])


def _place(sheet: _Sheet, number: int, there: Sequence[int]) -> tuple[Part, Span]:
    """Returns the part and raw span of those tokens; of none, the place behind the last word there is."""
    if there:
        first = sheet.before[there[0]].part
        spans = [sheet.trace.raw[d] for d in there if sheet.before[d].part == first]
        return sheet.parts[first], Span(min(s.start for s in spans), max(s.end for s in spans))
    last = sheet.latest[number]
    if last < 0:
        return sheet.parts[0], Span(0, 0)
    end = sheet.trace.raw[last].end
    return sheet.parts[sheet.before[last].part], Span(end, end)


def together(measured: Iterable[Measured], source: str = "all") -> Measured:
    """Returns the sum of several papers: rates over all characters and words (micro average)."""
    papers = list(measured)
    none = Rate(0, 0)
    lengths = [sum(p.characters[side] for p in papers) for side in range(3)]
    return Measured(
        source,
        (lengths[0], lengths[1], lengths[2]),
        sum((p.cer_before for p in papers), none),
        sum((p.cer_text_only for p in papers), none),
        sum((p.cer_after for p in papers), none),
        sum((p.wer_before for p in papers), none),
        sum((p.wer_after for p in papers), none),
        kept=sum(p.kept for p in papers),
        fixed=sum(p.fixed for p in papers),
        damaged=sum(p.damaged for p in papers),
        left=sum(p.left for p in papers),
        moves=(sum(p.moves[0] for p in papers), sum(p.moves[1] for p in papers)),
        cases=tuple(case for p in papers for case in p.cases),
    )


def telling(
    cases: Iterable[WordCase], kind: Literal["damaged", "left"], most: int
) -> list[tuple[int, WordCase]]:
    """Returns (how often, its first case) of what happens most: the same truth, reading and rule.

    The most frequent comes first, ties by source and offset.
    """
    groups: dict[tuple[str, str, str, str], list[WordCase]] = {}
    for case in cases:
        if case.kind == kind:
            groups.setdefault((case.truth, case.raw, case.clean, case.rule), []).append(case)
    counted = [(len(same), min(same, key=lambda c: (c.source, c.start))) for same in groups.values()]
    return sorted(counted, key=lambda c: (-c[0], c[1].source, c[1].start, c[1].truth))[:most]


def measured_row(paper: Measured) -> dict[str, Any]:
    """Returns one paper as a row of a table; shares are in [0, 1], what is not defined is None."""
    rates = {
        "cer_before": paper.cer_before,
        "cer_text_only": paper.cer_text_only,
        "cer_after": paper.cer_after,
        "wer_before": paper.wer_before,
        "wer_after": paper.wer_after,
    }
    return {
        "source": paper.source,
        "truth_characters": paper.characters[0],
        "before_characters": paper.characters[1],
        "after_characters": paper.characters[2],
        **{name: rate.value for name, rate in rates.items()},
        **{name.replace("er_", "er_errors_"): rate.errors for name, rate in rates.items()},
        "cer_fall": paper.cer_fall,
        "truth_words": paper.words,
        "kept": paper.kept,
        "fixed": paper.fixed,
        "damaged": paper.damaged,
        "left": paper.left,
        "damaged_share": paper.damaged_share,
        "fixed_share": paper.fixed_share,
        "moves_before": paper.moves[0],
        "moves_after": paper.moves[1],
    }


def case_row(times: int, case: WordCase) -> dict[str, Any]:
    """Returns a case, and how often it happens, as a row of a table."""
    return {
        "source": case.source,
        "start": case.start,
        "end": case.end,
        "truth": case.truth,
        "raw": case.raw,
        "clean": case.clean,
        "rule": case.rule,
        "times": times,
    }

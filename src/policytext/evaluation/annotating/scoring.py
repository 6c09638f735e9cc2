"""An export held against gold: precision, recall and F1 of spans and of what is said of them.

Spans belong together one to one where intersection over union is ``LEAST_OVERLAP`` or more; of several
candidates one that says the right thing goes first, then the one that overlaps more. Figures are counted over
all papers together (micro average), and every ratio comes with its counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policytext.evaluation.annotating.gold import Gold, judge_of, kind_of, kinds_of
from policytext.evaluation.annotating.rows import Row, matched, ordered

_SAID = frozenset({"direct", "indirect", "turn"})


@dataclass(frozen=True, slots=True)
class Score:
    """``right`` of the ``exported`` rows, and of the ``gold`` ones; ratios of nothing are None."""

    right: int
    exported: int
    gold: int

    @property
    def precision(self) -> float | None:
        """The share of the exported rows that are right."""
        return self.right / self.exported if self.exported else None

    @property
    def recall(self) -> float | None:
        """The share of the gold rows that are found, and right."""
        return self.right / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        both = self.exported + self.gold
        return 2 * self.right / both if both else None


@dataclass(frozen=True, slots=True)
class Found:
    """Gold rows of one kind: how many there are, are found, and are found and wholly right."""

    gold: int
    found: int
    right: int


@dataclass(frozen=True, slots=True)
class Case:
    """A gold row that is ``missed``, a find without gold (``extra``), or one ``wrong`` in its ``faults``."""

    kind: Literal["missed", "extra", "wrong"]
    gold: Row | None
    found: Row | None
    faults: tuple[str, ...] = ()

    @property
    def row(self) -> Row:
        """The gold row; the find, where there is none."""
        row = self.gold or self.found
        assert row is not None
        return row


@dataclass(frozen=True, slots=True)
class Hit:
    """A gold row and the find at its place, and what the find gets right."""

    gold: Row
    found: Row
    verdict: Mapping[str, bool]

    @property
    def right(self) -> bool:
        """Whether it is wholly right: the last of the verdicts."""
        return _is_right(self.verdict)


@dataclass(frozen=True, slots=True)
class LayerScore:
    """A layer of an export against its gold.

    ``hits`` are the gold rows that were found, ``counted`` the exported rows that count, ``kinds`` the recall
    of each kind of gold row by itself. ``taken`` are the look-alikes that were exported, ``unread`` counts
    the exported rows outside what was read for the gold.
    """

    gold: Gold
    hits: tuple[Hit, ...]
    counted: tuple[Row, ...]
    kinds: Mapping[str, Found]
    taken: tuple[Row, ...]
    unread: int

    @property
    def measures(self) -> dict[str, Score]:
        """The score of each measure: ``spans``, then each of the verdicts."""
        return self._scores(None)

    def by_source(self) -> dict[str, dict[str, Score]]:
        """Returns the measures of each paper that was read, by name."""
        return {source: self._scores(source) for source in sorted(self.gold.sources)}

    def by_rule(self) -> dict[str, Found]:
        """Returns for each rule its rows that count (as ``gold``), those found in gold, and those right."""
        counts = Counter(row.rule for row in self.counted)
        hits = Counter(hit.found.rule for hit in self.hits)
        right = Counter(hit.found.rule for hit in self.hits if hit.right)
        ranked = sorted(counts, key=lambda rule: (-counts[rule], rule))
        return {rule: Found(counts[rule], hits[rule], right[rule]) for rule in ranked}

    def cases(self) -> list[Case]:
        """Returns everything that is not as in the gold, in order of place."""
        found = {id(hit.gold) for hit in self.hits}
        held = {id(hit.found) for hit in self.hits}
        cases = [Case("missed", row, None) for row in self.gold.rows if id(row) not in found]
        cases += [Case("extra", None, row) for row in self.counted if id(row) not in held]
        for hit in self.hits:
            if not hit.right:
                faults = tuple(n for n, right in hit.verdict.items() if not right and n != "attributed")
                cases.append(Case("wrong", hit.gold, hit.found, faults))
        return sorted(cases, key=lambda case: (case.row.place, case.kind))

    def _scores(self, source: str | None) -> dict[str, Score]:
        """Returns the measures of one paper; of all where none is named."""
        hits = [hit for hit in self.hits if source in (None, hit.gold.source)]
        exported = sum(source in (None, row.source) for row in self.counted)
        gold = sum(source in (None, row.source) for row in self.gold.rows)
        names = verdicts(self.gold.layer)
        scores = {name: Score(sum(h.verdict[name] for h in hits), exported, gold) for name in names}
        return {"spans": Score(len(hits), exported, gold), **scores}


def verdicts(layer: str) -> tuple[str, ...]:
    """Returns the names of the verdicts on a layer, the whole one last."""
    nothing = Row("", 0, 1, "", {})
    return tuple(judge_of(layer)(nothing, nothing))


def score(gold: Gold, exported: Sequence[Row]) -> LayerScore:
    """Returns how an exported layer does against its gold.

    Of the statements only those of a kind count. A find on a row that counts neither way is left out, and so
    is a date or citation within such a row, or within a covering one, that matches nothing else.
    """
    judge = judge_of(gold.layer)
    rows = [row for row in ordered(exported) if gold.layer != "statements" or _is_said(row)]
    read = [row for row in rows if gold.read(row)]
    marked = [*gold.rows, *gold.free, *gold.covering]

    def weight(wanted: Row, found: Row, shared: float) -> float:
        return shared + _is_right(judge(wanted, found))

    pairs = [(marked[i], read[j]) for i, j in matched(marked, read, weight)]
    wanted, free = {id(row) for row in gold.rows}, {id(row) for row in gold.free}
    hits = tuple(Hit(g, f, judge(g, f)) for g, f in pairs if id(g) in wanted)
    dropped = {id(f) for g, f in pairs if id(g) in free}
    if gold.layer != "statements":
        inside = _inside(read, [*gold.free, *gold.covering])
        dropped |= inside - {id(f) for g, f in pairs if id(g) not in free}
    counted = tuple(row for row in read if id(row) not in dropped)
    held = {id(hit.found) for hit in hits}
    others = [row for row in counted if id(row) not in held]
    taken = [gold.lookalikes[i] for i, _ in matched(gold.lookalikes, others, lambda _a, _b, shared: shared)]
    return LayerScore(
        gold,
        tuple(sorted(hits, key=lambda hit: hit.gold.place)),
        counted,
        _kinds(gold, read, weight),
        tuple(ordered(taken)),
        len(rows) - len(read),
    )


def _is_said(row: Row) -> bool:
    return row.values.get("kind", "direct") in _SAID


def _is_right(verdict: Mapping[str, bool]) -> bool:
    return list(verdict.values())[-1]


def _inside(rows: Sequence[Row], spans: Sequence[Row]) -> set[int]:
    """Returns the identities of the rows that lie within one of the spans."""
    by_source: dict[str, list[Row]] = {}
    for span in spans:
        by_source.setdefault(span.source, []).append(span)
    return {
        id(row)
        for row in rows
        if any(s.start <= row.start and row.end <= s.end for s in by_source.get(row.source, ()))
    }


def _kinds(
    gold: Gold, exported: Sequence[Row], weight: Callable[[Row, Row, float], float]
) -> dict[str, Found]:
    """Returns the recall of each kind of gold row, and of groups of kinds, each matched by itself.

    By itself, so that the recall of one kind does not hang on how another was matched.
    """
    kinds = sorted({kind_of(gold.layer, row) for row in gold.rows})
    groups = {kind: [r for r in gold.rows if kind_of(gold.layer, r) == kind] for kind in kinds}
    for name, belongs in kinds_of(gold.layer).items():
        groups[name] = [r for r in gold.rows if belongs(r)]
    judge = judge_of(gold.layer)
    found = {}
    for name, rows in groups.items():
        spans = matched(rows, exported, lambda _a, _b, shared: shared)
        right = [_is_right(judge(rows[i], exported[j])) for i, j in matched(rows, exported, weight)]
        found[name] = Found(len(rows), len(spans), sum(right))
    return found


def score_rows(scored: LayerScore) -> Iterator[Mapping[str, Any]]:
    """Yields the figures as rows of a table, then every case; ``record`` says what a row is.

    Counts stand beside each ratio, which is None where it has no base.
    """
    layer = scored.gold.layer
    for name, one in scored.measures.items():
        yield {"record": "all", "layer": layer, "measure": name, **_figures(one)}
    for source, measures in scored.by_source().items():
        for name, one in measures.items():
            yield {"record": "source", "layer": layer, "source": source, "measure": name, **_figures(one)}
    for record, tallies in (("kind", scored.kinds), ("rule", scored.by_rule())):
        for name, tally in tallies.items():
            base = "gold" if record == "kind" else "exported"
            counts = {base: tally.gold, "found": tally.found, "right": tally.right}
            yield {"record": record, "layer": layer, record: name, **counts}
    yield {
        "record": "lookalikes",
        "layer": layer,
        "gold": len(scored.gold.lookalikes),
        "exported": len(scored.taken),
    }
    for case in scored.cases():
        yield _case_row(layer, case)


def _figures(one: Score) -> dict[str, Any]:
    ratios = {"precision": one.precision, "recall": one.recall, "f1": one.f1}
    return {"right": one.right, "exported": one.exported, "gold": one.gold, **ratios}


def _case_row(layer: str, case: Case) -> dict[str, Any]:
    row, found = case.row, case.found
    return {
        "record": case.kind,
        "layer": layer,
        "source": row.source,
        "start": row.start,
        "end": row.end,
        "text": row.text,
        "kind": kind_of(layer, row),
        "rule": found.rule if found else None,
        "faults": list(case.faults),
        "wanted": told(layer, case.gold),
        "got": told(layer, found),
    }


TOLD: Mapping[str, tuple[str, ...]] = {
    "statements": ("speaker", "statement_date"),
    "dates": ("edtf",),
    "citations": ("class", "canonical", "title", "uri"),
}
"""What is told of a gold row or a find, where it has it."""


def told(layer: str, row: Row | None) -> dict[str, Any]:
    """Returns what a row says that is judged; nothing of no row."""
    return {name: row.values[name] for name in TOLD[layer] if name in row.values} if row else {}

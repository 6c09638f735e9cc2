"""An export held against gold: precision, recall and F1 of spans and of what is said of them.

Spans belong together one to one where intersection over union is ``LEAST_OVERLAP`` or more; of several
candidates one that says the right thing goes first, then the one that overlaps more. Figures are counted over
all papers together (micro average), and every ratio comes with its counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from policytext.evaluation.annotating.figures import Agreement, Case, Found, in_order
from policytext.evaluation.annotating.gold import Gold
from policytext.evaluation.annotating.judging import judge_of, kind_of, kinds_of
from policytext.evaluation.annotating.rows import Row, matched, ordered

_SAID = ("direct", "indirect", "turn")
MANY_BEYOND = 5
"""So many finds behind the last gold row of a paper make one ask whether it was read to its end."""


@dataclass(frozen=True, slots=True)
class Match:
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

    ``matches`` are the gold rows that were found, ``counted`` the exported rows that count, ``kinds`` the
    recall of each kind of gold row by itself. ``taken`` are the look-alikes that were exported, ``unread``
    counts the exported rows outside what was read for the gold.
    """

    gold: Gold
    matches: tuple[Match, ...]
    counted: tuple[Row, ...]
    kinds: Mapping[str, Found]
    taken: tuple[Row, ...]
    unread: int

    @property
    def layer(self) -> str:
        """The name of the layer."""
        return self.gold.layer

    @property
    def measures(self) -> dict[str, Agreement]:
        """The score of each measure: ``spans``, then each of the verdicts."""
        return self._measured(self.matches, len(self.counted), len(self.gold.rows))

    @property
    def beyond(self) -> dict[str, int]:
        """How many exported rows begin behind the last gold row of their paper, if many: ``MANY_BEYOND``.

        Only of papers that no scope bounds: there a reader may have stopped early and not said so.
        """
        last: dict[str, int] = {}
        for row in [*self.gold.marked, *self.gold.lookalikes]:
            last[row.source] = max(last.get(row.source, 0), row.end)
        counts = Counter(row.source for row in self.counted if row.start >= last.get(row.source, row.end))
        unbounded = sorted(source for source in counts if source not in self.gold.scope)
        return {source: counts[source] for source in unbounded if counts[source] >= MANY_BEYOND}

    def by_source(self) -> dict[str, dict[str, Agreement]]:
        """Returns the measures of each paper that was read, by name."""
        exported, gold = (Counter(row.source for row in rows) for rows in (self.counted, self.gold.rows))
        matches: dict[str, list[Match]] = defaultdict(list)
        for match in self.matches:
            matches[match.gold.source].append(match)
        return {s: self._measured(matches[s], exported[s], gold[s]) for s in sorted(self.gold.sources)}

    def by_rule(self) -> dict[str, Found]:
        """Returns for each rule its rows that count (as ``gold``), those found in gold, and those right."""
        counts = Counter(row.rule for row in self.counted)
        matches = Counter(match.found.rule for match in self.matches)
        right = Counter(match.found.rule for match in self.matches if match.right)
        ranked = sorted(counts, key=lambda rule: (-counts[rule], rule))
        return {rule: Found(counts[rule], matches[rule], right[rule]) for rule in ranked}

    def cases(self) -> list[Case]:
        """Returns everything that is not as in the gold, in order of place."""
        found = {id(match.gold) for match in self.matches}
        held = {id(match.found) for match in self.matches}
        cases = [Case("missed", row, None) for row in self.gold.rows if id(row) not in found]
        cases += [Case("extra", None, row) for row in self.counted if id(row) not in held]
        for match in self.matches:
            if not match.right:
                faults = tuple(n for n, right in match.verdict.items() if not right and n != "attributed")
                cases.append(Case("wrong", match.gold, match.found, faults))
        return list(in_order(cases))

    def _measured(self, matches: Sequence[Match], exported: int, gold: int) -> dict[str, Agreement]:
        names = verdicts(self.gold.layer)
        scores = {name: Agreement(sum(h.verdict[name] for h in matches), exported, gold) for name in names}
        return {"spans": Agreement(len(matches), exported, gold), **scores}


def verdicts(layer: str) -> tuple[str, ...]:
    """Returns the names of the verdicts on a layer, the whole one last."""
    nothing = Row("", 0, 1, "", {})
    return tuple(judge_of(layer)(nothing, nothing))


def score(gold: Gold, exported: Sequence[Row]) -> LayerScore:
    """Returns how an exported layer does against its gold.

    Of the statements only those of a kind count. A find on a row that is not counted either way is left out,
    and so is a date or citation within such a row, or within a covering one, that matches nothing else.
    """
    judge = judge_of(gold.layer)
    rows = [row for row in ordered(exported) if gold.layer != "statements" or _is_said(row)]
    read = [row for row in rows if gold.read(row)]
    marked = [*gold.rows, *gold.free, *gold.covering]

    def weight(wanted: Row, found: Row, shared: float) -> float:
        return shared + _is_right(judge(wanted, found))

    pairs = [(marked[i], read[j]) for i, j in matched(marked, read, weight)]
    wanted, free = {id(row) for row in gold.rows}, {id(row) for row in gold.free}
    matches = tuple(Match(g, f, judge(g, f)) for g, f in pairs if id(g) in wanted)
    dropped = {id(f) for g, f in pairs if id(g) in free}
    if gold.layer != "statements":
        inside = _inside(read, [*gold.free, *gold.covering])
        dropped |= inside - {id(f) for g, f in pairs if id(g) not in free}
    counted = tuple(row for row in read if id(row) not in dropped)
    held = {id(match.found) for match in matches}
    others = [row for row in counted if id(row) not in held]
    taken = [gold.lookalikes[i] for i, _ in matched(gold.lookalikes, others, lambda _a, _b, shared: shared)]
    return LayerScore(
        gold,
        tuple(sorted(matches, key=lambda match: match.gold.place)),
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

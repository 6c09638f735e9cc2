"""Reprints held against gold: which printings belong to one text, in pairs.

A pair of gold printings is right where it stands in one group on both sides; an exported group holds a gold
printing where they touch (``rows.touch``). Groups of the gold that touch, a paragraph and a sentence of it,
are kin: pairs across them, or across two groups with a common kin, are not counted either way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from policytext.evaluation.annotating.figures import Agreement, Case, Scored, in_order
from policytext.evaluation.annotating.gold import Gold
from policytext.evaluation.annotating.rows import Row, ordered, touch, touched

_Pairs = set[tuple[int, int]]


def score_reprints(gold: Gold, exported: Sequence[Row]) -> Scored:
    """Returns how the reprints of an export do against their gold.

    Cases ``outside`` are printings that touch no gold row. ``papers`` counts every pair that has an end in
    the paper, so that papers add up to more than the whole.
    """
    rows = ordered(gold.rows)
    found = [row for row in ordered(exported) if gold.read(row)]
    places = touched(rows, found)
    wanted = _pairs(rows, [[row.named("group")] for row in rows])
    said = _pairs(rows, [[found[j].named("group") for j in place] for place in places])
    kin = _kin(rows)
    said = {pair for pair in said if pair in wanted or not _related(rows[pair[0]], rows[pair[1]], kin)}

    counted = (wanted & said, said, wanted)
    ends = [_by_paper(pairs, rows) for pairs in counted]
    outside = [row for row, places in zip(found, touched(found, rows), strict=True) if not places]
    return Scored(
        "reprints",
        {"pairs": Agreement(*map(len, counted))},
        {source: {"pairs": Agreement(*(n[source] for n in ends))} for source in sorted(gold.sources)},
        _by_variant(rows, wanted, said),
        {},
        {"groups of the gold": len({row.named("group") for row in rows}), "exported outside": len(outside)},
        ("a pair across two papers counts in both of them",),
        in_order([*_cases(rows, wanted - said, said - wanted), *(Case("outside", None, r) for r in outside)]),
    )


def _pairs(rows: Sequence[Row], groups: Iterable[Iterable[str]]) -> _Pairs:
    """Returns the pairs of rows that have a group in common."""
    members: dict[str, list[int]] = defaultdict(list)
    for i, names in zip(range(len(rows)), groups, strict=True):
        for name in sorted(set(names)):
            members[name].append(i)
    return {pair for listed in members.values() for pair in combinations(listed, 2)}


def _by_paper(pairs: _Pairs, rows: Sequence[Row]) -> Counter[str]:
    """Returns how many pairs have an end in each paper."""
    return Counter(source for i, j in pairs for source in {rows[i].source, rows[j].source})


def _kin(rows: Sequence[Row]) -> dict[str, set[str]]:
    kin: dict[str, set[str]] = defaultdict(set)
    for row, near in zip(rows, touched(rows, rows), strict=True):
        mine = row.named("group")
        kin[mine] |= {rows[j].named("group") for j in near} - {mine}
    return kin


def _related(one: Row, other: Row, kin: dict[str, set[str]]) -> bool:
    ours, theirs = kin[one.named("group")], kin[other.named("group")]
    return other.named("group") in ours or bool(ours & theirs) or touch(one, other)


def _by_variant(rows: Sequence[Row], wanted: _Pairs, said: _Pairs) -> dict[str, dict[str, Agreement]]:
    """Returns the recall of pairs that read alike and of those in which one was edited."""
    if not any(row.named("variant") for row in rows):
        return {}
    counts: dict[str, list[bool]] = defaultdict(list)
    for i, j in wanted:
        variants = {rows[i].named("variant"), rows[j].named("variant")} - {"identical"}
        counts[" and ".join(sorted(variants)) or "identical"].append((i, j) in said)
    return {"variant": {name: Agreement(sum(all_), None, len(all_)) for name, all_ in sorted(counts.items())}}


def _cases(rows: Sequence[Row], missed: _Pairs, extra: _Pairs) -> list[Case]:
    cases = [Case("missed", rows[j], None, other=rows[i]) for i, j in sorted(missed)]
    return cases + [Case("extra", None, rows[j], other=rows[i]) for i, j in sorted(extra)]

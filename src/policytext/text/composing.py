"""Two rounds of edits made into one: each cleaning step sees the text the steps before it left.

``compose`` rewrites edits on the middle text as edits on the raw text, so that one flat list tells the
whole way from raw to clean, however many steps there were.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from policytext.document import Edit
from policytext.spans import Span
from policytext.text.alignment import Alignment, apply_edits


@dataclass(frozen=True, slots=True)
class _Item:
    """An edit as an interval ``[start, end)`` of the middle text; of the first round if ``raw`` is set."""

    start: int
    end: int
    raw: Span | None
    edit: Edit

    def order(self) -> tuple[int, bool, bool, int]:
        """Sorts by place; at one place insertions and deletions first, the first round before the second."""
        return self.start, self.end > self.start, self.raw is None, self.end


def compose(raw: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """Returns edits on ``raw`` that do what ``first`` and then ``second`` do.

    Edits of the two rounds that touch the same characters become one, with both rules named and the lower
    confidence. Suggested and flagged edits of ``second`` are carried back to the raw place they concern.

    Args:
        raw: the raw text.
        first: edits on ``raw``.
        second: edits on the text that ``first`` leaves.

    Raises:
        ValueError: where a round overlaps itself or was not made for its text.
    """
    if not second:
        return list(first)
    middle = apply_edits(raw, first)
    alignment = Alignment(len(raw), first)
    new = [_Item(e.start, e.end, None, e) for e in second if e.status == "applied"]
    composed, met = _parted(alignment, new)
    for cluster in _clusters(sorted(met + new, key=_Item.order)):
        edit = _merge(raw, middle, alignment, cluster)
        if edit.text != edit.replacement:
            composed.append(edit)
    aside = [e for e in first if e.status != "applied"]
    aside += [_carried_back(raw, alignment, e) for e in second if e.status != "applied"]
    return sorted(composed + aside, key=lambda e: (e.start, e.end, e.status, e.rule))


def _parted(alignment: Alignment, new: Sequence[_Item]) -> tuple[list[Edit], list[_Item]]:
    """Returns the edits of the first round that no new one touches, and those that one does: mostly few."""
    reaches = sorted((item.start, item.end) for item in new)
    starts = [start for start, _ in reaches]
    ends = list(accumulate((end for _, end in reaches), max))
    alone: list[Edit] = []
    met: list[_Item] = []
    for piece in alignment.pieces:
        if piece.edit is None:
            continue
        index = bisect_right(starts, piece.end) - 1
        if index >= 0 and ends[index] >= piece.start:
            met.append(_Item(piece.start, piece.end, Span(piece.raw_start, piece.raw_end), piece.edit))
        else:
            alone.append(piece.edit)
    return alone, met


def _clusters(items: list[_Item]) -> list[list[_Item]]:
    """Returns the items in groups that must become one edit each."""
    clusters: list[list[_Item]] = []
    reach = -1
    for item in items:
        if clusters and _belongs(clusters[-1], reach, item):
            clusters[-1].append(item)
            reach = max(reach, item.end)
        else:
            clusters.append([item])
            reach = item.end
    return clusters


def _belongs(cluster: list[_Item], reach: int, item: _Item) -> bool:
    if item.start < reach:
        return True
    if item.start > reach:
        return False
    # They only touch. Nothing on the raw side may tell two insertions at one point apart: such merge.
    touching = [i for i in cluster if i.end == reach]
    if item.raw is None and item.start == item.end:
        return any(i.start == i.end or (i.raw is not None and len(i.raw) == 0) for i in touching)
    if item.raw is not None and (item.start == item.end or len(item.raw) == 0):
        return any(i.raw is None and i.start == i.end for i in touching)
    return False


def _merge(raw: str, middle: str, alignment: Alignment, cluster: list[_Item]) -> Edit:
    if len(cluster) == 1 and cluster[0].raw is not None:
        return cluster[0].edit
    if len(cluster) == 1 and cluster[0].start < cluster[0].end:
        return _alone(raw, alignment, cluster[0])
    start, end = cluster[0].start, max(i.end for i in cluster)
    rounds = [replace(i.edit, start=i.start - start, end=i.end - start) for i in cluster if i.raw is None]
    lead = _raw_start(alignment, cluster)
    tail = _raw_end(alignment, cluster, lead)
    rules = "+".join(dict.fromkeys(i.edit.rule for i in sorted(cluster, key=lambda i: i.raw is None)))
    return Edit(
        lead,
        tail,
        raw[lead:tail],
        apply_edits(middle[start:end], rounds),
        rounds[-1].reason,
        rules,
        min(i.edit.confidence for i in cluster),
    )


def _alone(raw: str, alignment: Alignment, item: _Item) -> Edit:
    """Returns an edit of the second round that meets none of the first, on the raw text."""
    edit = item.edit
    spans = alignment.to_raw(item.start, item.end)
    start, end = spans[0].start, spans[-1].end
    return Edit(start, end, raw[start:end], edit.replacement, edit.reason, edit.rule, edit.confidence)


def _raw_start(alignment: Alignment, cluster: list[_Item]) -> int:
    first = [i.raw.start for i in cluster if i.raw is not None and i.start == cluster[0].start]
    if first:
        return min(first)
    start, end = cluster[0].start, max(i.end for i in cluster)
    if start == end:
        return _between(alignment, start)
    return alignment.to_raw(start, start + 1)[0].start


def _raw_end(alignment: Alignment, cluster: list[_Item], lead: int) -> int:
    end = max(i.end for i in cluster)
    last = [i.raw.end for i in cluster if i.raw is not None and i.end == end]
    if last:
        return max(last)
    if all(i.start == i.end for i in cluster):
        return lead
    return alignment.to_raw(end - 1, end)[-1].end


def _between(alignment: Alignment, at: int) -> int:
    """Returns the raw offset of an insertion at middle offset ``at`` where no edit stands."""
    if at == 0:
        return 0
    return alignment.to_raw(at - 1, at)[-1].end


def _carried_back(raw: str, alignment: Alignment, edit: Edit) -> Edit:
    hull = alignment.hull(edit.start, edit.end)
    return replace(edit, start=hull.start, end=hull.end, text=raw[hull.start : hull.end])

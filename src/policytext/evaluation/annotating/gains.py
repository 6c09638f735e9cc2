"""What one export has and the other has not: the gains, losses and changes between two states of the work."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from policytext.evaluation.annotating.rows import Row, matched, ordered

Kind = Literal["gained", "lost", "changed"]

SPAN = "span"
"""What a change is called in which the row stands at another place, though half of it is shared."""

NOT_COMPARED: frozenset[str] = frozenset(
    {"source", "start", "end", "id", "document", "line", "utterance", "spans", "confidence", "similarity"}
    | {"passage", "statement", "work", "label", "score", "evidence"}
)
"""Fields that number rows, say again where they stand or what their claim is, or how sure a rule is: no news
by themselves."""

_GROUPED: Mapping[str, str] = {"reprints": "group", "claims": "family"}
"""The field of a layer that says what a row belongs to."""
_DISCOVERED = "discovery."
"""Rules that name a family by what is in it, so that another version may call the same one otherwise."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is only in the new export (``gained``), only in the old (``lost``), or in both and changed.

    ``fields`` names what changed.
    """

    kind: Kind
    old: Row | None
    new: Row | None
    fields: tuple[str, ...] = ()

    @property
    def row(self) -> Row:
        """The row as it is now; as it was, where it is lost."""
        row = self.new or self.old
        assert row is not None
        return row

    def values(self, side: Row | None) -> dict[str, Any]:
        """Returns what one side says: where it changed, else in all that is compared and not empty."""
        if side is None:
            return {}
        if self.kind != "changed":
            return {n: v for n, v in side.values.items() if n not in NOT_COMPARED and v not in (None, [], "")}
        place = {SPAN: [side.start, side.end]}
        return {name: place[name] if name == SPAN else side.values.get(name) for name in self.fields}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows are the same, changed, gained and lost."""

    same: int = 0
    changed: int = 0
    gained: int = 0
    lost: int = 0

    @property
    def different(self) -> int:
        """The rows that are not the same."""
        return self.changed + self.gained + self.lost


@dataclass(frozen=True, slots=True)
class LayerGains:
    """A layer of two exports compared.

    ``differences`` are in order of place; ``same`` are the rows that did not change, as the new export has
    them. ``one_sided`` names the fields that only one export has at all, which are not compared.
    """

    layer: str
    old: int
    new: int
    differences: tuple[Difference, ...]
    same: tuple[Row, ...]
    one_sided: tuple[str, ...]

    @property
    def tally(self) -> Tally:
        """All rows of the layer."""
        return next(iter(self._tallies(lambda _: "").values()), Tally())

    def by_rule(self) -> dict[str, Tally]:
        """Returns the tally of each rule, most differences first; a change counts for the new rule."""
        return self._tallies(lambda row: row.rule)

    def by_source(self) -> dict[str, Tally]:
        """Returns the tally of each source, most differences first."""
        return self._tallies(lambda row: row.source)

    def by_family(self) -> dict[str, Tally]:
        """Returns the tally of each claim, most differences first; one that moved counts for its new one."""
        return self._tallies(lambda row: row.named("family")) if self.layer == "claims" else {}

    def by_field(self) -> dict[str, int]:
        """Returns how often each field changed, most often first."""
        counts = Counter(name for d in self.differences for name in d.fields)
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def of_kind(self, kind: Kind) -> Iterator[Difference]:
        """Yields the differences of a kind, in order of place."""
        return (d for d in self.differences if d.kind == kind)

    def _tallies(self, key: Callable[[Row], str]) -> dict[str, Tally]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.same:
            counts[key(row)]["same"] += 1
        for difference in self.differences:
            counts[key(difference.row)][difference.kind] += 1
        tallies = {name: Tally(**counted) for name, counted in counts.items()}
        return dict(sorted(tallies.items(), key=lambda pair: (-pair[1].different, pair[0])))


def gains(
    layer: str, old: Sequence[Row], new: Sequence[Row], fields: Iterable[str] | None = None
) -> LayerGains:
    """Returns what a layer gained and lost from one export to another.

    Rows belong together one to one where they share half of their union in one source; the same span goes
    first, and of several rows on one span those that say the same. Witnesses of one claim go before all
    others, so that one which is left over and found again under another claim has changed its ``family``.
    Groups of reprints, and families that were discovered, have names of their own in each export: a new one
    is called as the old one that shares most rows with it, so ``group`` changes where a row went elsewhere.

    Args:
        layer: its name.
        old: its rows in the one export.
        new: its rows in the other.
        fields: what to compare (beside the span); all but ``NOT_COMPARED`` where not given.
    """
    old, new = ordered(old), ordered(new)
    if layer == "reprints" or (layer == "claims" and _are_discovered([*old, *new])):
        new = ordered(renamed(_GROUPED[layer], old, new))
    known = _fields_of(old), _fields_of(new)
    both = known[0] & known[1] if old and new else known[0] | known[1]
    asked = both - NOT_COMPARED if fields is None else set(fields)

    def weight(one: Row, other: Row, shared: float) -> float:
        same = shared == 1.0 and not _changed(one, other, asked)
        akin = layer in _GROUPED and one.named(_GROUPED[layer]) == other.named(_GROUPED[layer])
        return shared + same + 2 * akin

    pairs = matched(old, new, weight)
    found = [Difference("changed", old[i], new[j], _changed(old[i], new[j], asked)) for i, j in pairs]
    paired_old, paired_new = {i for i, _ in pairs}, {j for _, j in pairs}
    changed = [d for d in found if d.fields]
    lost = [Difference("lost", row, None) for i, row in enumerate(old) if i not in paired_old]
    gained = [Difference("gained", None, row) for j, row in enumerate(new) if j not in paired_new]
    return LayerGains(
        layer,
        len(old),
        len(new),
        tuple(sorted([*changed, *lost, *gained], key=lambda d: (d.row.place, d.kind, d.row.rule))),
        tuple(sorted((d.row for d in found if not d.fields), key=lambda row: row.place)),
        tuple(sorted((known[0] ^ known[1]) - NOT_COMPARED)) if old and new else (),
    )


def _are_discovered(rows: Sequence[Row]) -> bool:
    return all(row.rule.startswith(_DISCOVERED) for row in rows)


def renamed(field: str, old: Sequence[Row], new: Sequence[Row]) -> list[Row]:
    """Returns new rows with the groups that ``field`` names called as in the old rows, one to one.

    The two groups that share most rows, one to one and half of their union, are one; then those of what is
    left. Ties go by name. A group that shares none keeps its name, unless that is an old one's: then it gets
    an apostrophe.
    """
    pairs = matched(old, new, lambda a, b, shared: shared + (a.named(field) == b.named(field)))
    shared = Counter((old[i].named(field), new[j].named(field)) for i, j in pairs)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for (before, after), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if after not in names and before not in taken:
            names[after] = before
            taken.add(before)
    taken |= {row.named(field) for row in old}
    for after in sorted({row.named(field) for row in new} - names.keys()):
        free = after
        while free in taken:
            free += "'"
        names[after] = free
        taken.add(free)
    return [replace(row, values={**row.values, field: names[row.named(field)]}) for row in new]


def _fields_of(rows: Sequence[Row]) -> set[str]:
    return {name for row in rows for name in row.values}


def _changed(old: Row, new: Row, asked: set[str]) -> tuple[str, ...]:
    """Returns the names of what differs; of rows at different places the text differs anyhow."""
    moved = old.place != new.place
    names = (n for n in sorted(asked) if not (moved and n == "text"))
    differing = tuple(n for n in names if not _same(old.values.get(n), new.values.get(n)))
    return (SPAN, *differing) if moved else differing


def _same(one: Any, other: Any) -> bool:
    """Whether two values say the same; what is no number (NaN) says the same as another such."""
    return _plain(one) == _plain(other) or repr(one) == repr(other)


def _plain(value: Any) -> Any:
    """Returns a value so that nothing said in several ways is one: null, an empty list and empty text."""
    return None if value in ([], "") else value


def gain_rows(found: LayerGains) -> Iterator[Mapping[str, Any]]:
    """Yields the comparison as rows of a table; ``record`` says what a row is.

    First the counts (total, rule, source), then every difference with its text and place; ``before`` and
    ``after`` hold what each side says.
    """
    counted = [
        ("total", {"": found.tally}),
        ("family", found.by_family()),
        ("rule", found.by_rule()),
        ("source", found.by_source()),
    ]
    for record, tallies in counted:
        for name, tally in tallies.items():
            named = {record: name} if record != "total" else {"old": found.old, "new": found.new}
            counts = {n: getattr(tally, n) for n in ("same", "changed", "gained", "lost")}
            yield {"record": record, "layer": found.layer, **named, **counts}
    for name, times in found.by_field().items():
        yield {"record": "field", "layer": found.layer, "field": name, "changed": times}
    for difference in found.differences:
        row = difference.row
        yield {
            "record": difference.kind,
            "layer": found.layer,
            "source": row.source,
            "start": row.start,
            "end": row.end,
            "text": row.text,
            "rule": row.rule,
            "fields": list(difference.fields),
            "before": difference.values(difference.old),
            "after": difference.values(difference.new),
        }

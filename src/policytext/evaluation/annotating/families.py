"""Claims held against gold: the coding of each family, works, stance and attribution, grouping.

A place is found where an exported one of the same family shares half of the shorter of the two
(``rows.touch``): a reader may mark a clause where a coder takes the sentence, so one exported row may answer
for several of the gold, and counts are kept apart.

``coded`` asks for every plain witness (strength 2 or more, no reprint, in favour) of a family that the gold
names; an exported row in favour is right if it touches any row of its family, also an allusion or a reprint.
``reprints once`` counts what is printed again once: a gold witness is found where any of its printings is,
in whatever paper, and exported rows that are themselves a reprint (``relation``) do not count. ``denied`` is
``coded`` of the rows that speak against their claim; there an exported row must touch a gold one that does.
``stance``, ``speaker``, ``date`` and ``attributed`` are asked of the gold rows that were found: of the
exported row there that overlaps most.

Grouping is judged without the names of families, so that discovered ones can be: extended B-cubed of Amigo et
al. (2009, "A comparison of extrinsic clustering evaluation metrics based on formal constraints"), since a
place may carry two claims. Gold rows that touch are one place; one that the export does not hold is a family
of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from policytext.evaluation.annotating.figures import (
    Agreement,
    Case,
    Ratios,
    Scored,
    added,
    harmonic,
    in_order,
)
from policytext.evaluation.annotating.gold import Gold, is_plain
from policytext.evaluation.annotating.judging import denies, judge_claim
from policytext.evaluation.annotating.rows import Row, ordered, overlap, touch, touched

_REPRINTS = frozenset({"reprint", "edited-reprint", "internal-repeat"})


@dataclass(frozen=True, slots=True)
class _Family:
    """A family of the gold with the exported rows that bear its name, and which touch which."""

    name: str
    gold: tuple[Row, ...]
    exported: tuple[Row, ...]
    places: tuple[tuple[Row, ...], ...]
    """Of each gold row the exported ones that touch it."""
    printed: frozenset[str]
    """The originals of which some printing, in whatever paper, is found in favour."""

    def coded(self, *, against: bool = False) -> Agreement:
        """Returns the score of the rows in favour, or of those against."""
        rows = zip(self.gold, self.places, strict=True)
        right = {id(f) for gold, found in rows if denies(gold) or not against for f in found}
        got = [f for f in self.exported if denies(f) == against]
        wanted = self.wanted(against=against)
        held = sum(any(denies(f) == against for f in found) for _, found in wanted)
        return Agreement(sum(id(f) in right for f in got), len(got), len(wanted), held)

    def wanted(self, *, against: bool = False) -> list[tuple[Row, tuple[Row, ...]]]:
        """Returns the plain rows in favour, or against, with what touches each."""
        rows = zip(self.gold, self.places, strict=True)
        return [(g, found) for g, found in rows if is_plain(g) and denies(g) == against]

    def once(self) -> Agreement:
        """Returns the score of the rows in favour with all printings of a witness as one."""
        wanted = [_original(row) for row, _ in self.wanted()]
        held = sum(original in self.printed for original in wanted)
        right = {id(f) for places in self.places for f in places}
        got = [f for f in self.exported if not denies(f) and f.named("relation") not in _REPRINTS]
        return Agreement(sum(id(f) in right for f in got), len(got), len(wanted), held)

    def best(self) -> list[tuple[Row, Row]]:
        """Returns each plain gold row that was found with the exported row that overlaps it most."""
        plain = [pair for against in (False, True) for pair in self.wanted(against=against)]
        return [(gold, max(found, key=lambda f: overlap(gold, f))) for gold, found in plain if found]

    def cases(self) -> list[Case]:
        """Returns what was missed, what is extra, and what is found and wrong in something."""
        right = {id(f) for found in self.places for f in found}
        plain = [pair for against in (False, True) for pair in self.wanted(against=against)]
        cases = [Case("missed", gold, None) for gold, found in plain if not found]
        cases += [Case("extra", None, row) for row in self.exported if id(row) not in right]
        for gold, found in self.best():
            verdict = judge_claim(gold, found)
            faults = tuple(n for n, good in verdict.items() if not good and n != "attributed")
            cases += [Case("wrong", gold, found, faults)] if faults else []
        return cases


def _original(row: Row) -> str:
    """Returns the id of the witness that a row prints again; its own, else its place."""
    return row.named("reprint_of") or row.named("id") or f"{row.place}"


def score_claims(gold: Gold, exported: Sequence[Row]) -> Scored:
    """Returns how the claims of an export do against their gold.

    Where no exported family has a name that the gold has, nothing was coded, and only grouping is judged.
    """
    rows = [row for row in ordered(exported) if gold.read(row)]
    marked = gold.marked
    names = {row.named("family") for row in marked}
    held = {row.named("family") for row in rows}
    units = _units(row for row in marked if is_plain(row))
    ratios, missed = _grouping(units, rows)
    notes = [f"{len(gold.free):,} gold rows (allusions, reprints, denials) are not counted either way"]
    if not (names & held) and held:
        notes.append("no exported family bears a name of the gold, so only grouping is judged")
        cases = in_order(Case("missed", row, None) for row in missed)
        nearest = {"family ~ nearest exported": _nearest(units, rows)}
        return Scored("claims", {}, {}, nearest, ratios, _counts(held, units, missed), tuple(notes), cases)
    others = sum(row.named("family") not in names for row in rows)
    notes += [f"{others:,} exported rows belong to families that the gold has not"] if others else []
    coding = [_family(name, marked, rows) for name in sorted(names)]
    by_family = {one.name: one.coded() for one in coding}
    parts = _by_source(coding)
    papers = {source: _measures(parts.get(source, [])) for source in sorted(gold.sources)}
    return Scored(
        "claims",
        _measures(coding),
        papers,
        {"family": by_family, **_by_tier(coding)},
        {f"coded, mean of {len(by_family)} families": _macro(by_family.values()), **ratios},
        _counts(held, units, missed),
        tuple(notes),
        in_order(case for one in coding for case in one.cases()),
    )


def _family(name: str, gold: Iterable[Row], exported: Iterable[Row]) -> _Family:
    mine = tuple(row for row in gold if row.named("family") == name)
    theirs = tuple(row for row in exported if row.named("family") == name)
    places = tuple(tuple(theirs[j] for j in found) for found in touched(mine, theirs))
    printed = frozenset(
        _original(row)
        for row, found in zip(mine, places, strict=True)
        if not denies(row) and any(not denies(f) for f in found)
    )
    return _Family(name, mine, theirs, places, printed)


def _by_source(coding: Iterable[_Family]) -> dict[str, list[_Family]]:
    """Returns the families as each paper has them."""
    parts: dict[str, list[_Family]] = defaultdict(list)
    for one in coding:
        marked: dict[str, list[tuple[Row, tuple[Row, ...]]]] = defaultdict(list)
        exported: dict[str, list[Row]] = defaultdict(list)
        for row, found in zip(one.gold, one.places, strict=True):
            marked[row.source].append((row, found))
        for row in one.exported:
            exported[row.source].append(row)
        for source in sorted(marked.keys() | exported.keys()):
            gold, places = tuple(g for g, _ in marked[source]), tuple(p for _, p in marked[source])
            parts[source].append(_Family(one.name, gold, tuple(exported[source]), places, one.printed))
    return parts


def _measures(coding: Sequence[_Family]) -> dict[str, Agreement]:
    verdicts = [judge_claim(gold, found) for one in coding for gold, found in one.best()]
    names = ("stance", "speaker", "date", "attributed")
    told = {name: Agreement(sum(v[name] for v in verdicts), None, len(verdicts)) for name in names}
    return {
        "coded": added(one.coded() for one in coding),
        "reprints once": added(one.once() for one in coding),
        "denied": added(one.coded(against=True) for one in coding),
        **{f"{name} of found": score for name, score in told.items()},
    }


def _by_tier(coding: Sequence[_Family]) -> dict[str, dict[str, Agreement]]:
    """Returns ``coded`` of the exported rows of each tier alone, where they have one."""
    tiers = sorted({row.named("tier") for one in coding for row in one.exported} - {""})
    scores = {}
    for tier in tiers:
        alone = [_family(o.name, o.gold, (r for r in o.exported if r.named("tier") == tier)) for o in coding]
        scores[tier] = added(one.coded() for one in alone)
    return {"tier alone": scores} if tiers else {}


def _macro(families: Iterable[Agreement]) -> Ratios:
    """Returns the mean over families; a ratio of nothing is 0, as where a family was never exported."""
    listed = list(families)
    n = len(listed) or 1
    precision, recall, f1 = (
        sum(getattr(s, name) or 0.0 for s in listed) / n for name in ("precision", "recall", "f1")
    )
    return Ratios(precision, recall, f1)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A place of the gold and the families that it belongs to."""

    row: Row
    families: frozenset[str]


def _units(rows: Iterable[Row]) -> list[_Unit]:
    """Returns the places of the gold: a row that touches an earlier, longer one is part of it."""
    homes: dict[str, list[tuple[Row, set[str]]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.source, row.start, -row.end)):
        placed = homes[row.source]
        home = next((families for first, families in placed if touch(first, row)), None)
        if home is None:
            placed.append((row, {row.named("family")}))
        else:
            home.add(row.named("family"))
    return [_Unit(row, frozenset(names)) for source in sorted(homes) for row, names in homes[source]]


def _holding(units: Sequence[_Unit], rows: Sequence[Row]) -> list[frozenset[str]]:
    """Returns of each place the exported families that hold it."""
    places = touched([unit.row for unit in units], rows)
    return [frozenset(rows[j].named("family") for j in found) for found in places]


def _grouping(units: Sequence[_Unit], rows: Sequence[Row]) -> tuple[dict[str, Ratios], list[Row]]:
    """Returns B-cubed and the places that no family holds.

    Places with the same families on both sides fare alike, so they are counted and not compared one by one.
    """
    held = _holding(units, rows)
    alike = Counter((mine, unit.families) for mine, unit in zip(held, units, strict=True))
    precision = recall = 0.0
    for (mine, families), times in alike.items():
        # one without a family is together with itself alone
        precise = [_share(len(mine & m), len(families & f), n) for (m, f), n in alike.items()]
        found = [_share(len(families & f), len(mine & m), n) for (m, f), n in alike.items()]
        if not mine:
            precise, itself = [(1.0, 1)], 1 / len(families)
            found = [*found, (itself, 0)]
        precision += times * _mean(precise)
        recall += times * _mean(found)
    n = len(units) or 1
    p, r = precision / n, recall / n
    missed = [unit.row for unit, mine in zip(units, held, strict=True) if not mine]
    return {f"grouping of {len(units):,} places (B-cubed)": Ratios(p, r, harmonic(p, r))}, missed


def _share(base: int, other: int, times: int) -> tuple[float, int]:
    """Returns what ``times`` pairs add to a mean, and for how many they count: none that share nothing."""
    return (times * min(base, other) / base, times) if base else (0.0, 0)


def _mean(parts: Iterable[tuple[float, int]]) -> float:
    listed = list(parts)
    times = sum(n for _, n in listed)
    return sum(value for value, _ in listed) / times if times else 0.0


def _nearest(units: Sequence[_Unit], rows: Sequence[Row]) -> dict[str, Agreement]:
    """Returns each gold family beside the exported one that answers to it best, by F1 of their places."""
    held = _holding(units, rows)
    sizes = Counter(name for mine in held for name in mine)
    nearest = {}
    for family in sorted({name for unit in units for name in unit.families}):
        mine = [names for names, unit in zip(held, units, strict=True) if family in unit.families]
        shared = Counter(name for names in mine for name in names)
        scores = {name: Agreement(n, sizes[name], len(mine)) for name, n in shared.items()}
        rank: Callable[[str], tuple[float, str]] = lambda name: (-(scores[name].f1 or 0.0), name)  # noqa: E731, B023 - used in the line below
        best = min(scores, key=rank, default=None)
        nearest[f"{family} ~ {best or '-'}"] = scores[best] if best else Agreement(0, 0, len(mine))
    return nearest


def _counts(held: set[str], units: Sequence[_Unit], missed: Sequence[Row]) -> Mapping[str, int]:
    return {"families exported": len(held), "places": len(units), "places held": len(units) - len(missed)}

"""Where everything stands in the bi-temporal chart of one claim or query: lanes, marks, bars and links.

A lane is one speaker in one document at one date; where that makes too many lanes, one speaker in one
document; where that is still too many, those with the best matches are kept and the notes say what is not
drawn. Nothing here knows how a picture is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from policytext.analysis.witness import Witness, in_time_order
from policytext.export.pictures.placing import PRINTED, UNDATED, Placed, domain_of, place, said_edtf, ticks_of
from policytext.export.pictures.telling import Telling, spoken, telling
from policytext.export.wording import display_year, shown
from policytext.text.edtf import bounds

MAX_LANES = 30
"""As many lanes as fit one printed page of A4 with two legible lines each."""
_NAME_SHOWN = 120
_NEAR = 0.025  # of the axis: a sign's width
_OFFSETS = (0.0, -0.3, 0.3)  # of a lane's height


@dataclass(frozen=True, slots=True)
class Lane:
    """Labels of one lane: who, the year or years said, the document, and how many witnesses if several."""

    name: str
    year: str
    document: str
    times: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at decimal year ``x``; hollow unless ``exact`` to the year, ``small`` where only suggested.

    ``ringed`` where a person decided so. ``about`` is told when one points at it, and a screen reader says
    ``spoken``.
    """

    lane: float
    x: float
    kind: str
    exact: bool
    small: bool = False
    ringed: bool = False
    about: Telling = field(default_factory=dict)
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line from ``x`` to ``x2`` in a lane: a bar of possible dates, or the way from saying to printing."""

    lane: float
    x: float
    x2: float
    kind: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn in the lanes, numbered from the top."""

    marks: tuple[Mark, ...] = ()
    bars: tuple[Stretch, ...] = ()
    links: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is drawn; ``domain`` and ``ticks`` in years; ``notes`` in words.

    ``left_out`` counts the dated witnesses for which there is no room.
    """

    lanes: tuple[Lane, ...] = ()
    drawn: Drawn = Drawn()
    domain: tuple[float, float] = (0.0, 1.0)
    ticks: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: int = 0


def lay_out(witnesses: Iterable[Witness], max_lanes: int = MAX_LANES) -> Layout:
    """Returns the layout of the chart; without any dated witness only the notes."""
    ordered = in_time_order(witnesses)
    placed = [p for w in ordered if (p := place(w)) is not None]
    if not placed:
        return Layout(notes=_notes(ordered, [], [], []))
    groups = _lanes(placed, max_lanes)
    kept = _best(groups, max_lanes)
    domain = domain_of(p for group in kept for p in group)
    signs = [placed for n, group in enumerate(kept) for placed in _side_by_side(n, group, domain)]
    return Layout(
        tuple(_label(group) for group in kept),
        draw(signs, domain),
        domain,
        ticks_of(domain),
        _notes(ordered, placed, groups, kept),
        len(placed) - sum(map(len, kept)),
    )


def _lanes(placed: Sequence[Placed], max_lanes: int) -> list[list[Placed]]:
    fine = _grouped(placed, fine=True)
    return fine if len(fine) <= max_lanes else _grouped(placed, fine=False)


def _grouped(placed: Sequence[Placed], *, fine: bool) -> list[list[Placed]]:
    groups: dict[tuple[object, ...], list[Placed]] = {}
    for p in placed:
        w = p.witness
        key = (w.document, w.speaker, *((w.statement_edtf, p.kind, w.stance) if fine else ()))
        groups.setdefault(key, []).append(p)
    return list(groups.values())


def _best(groups: list[list[Placed]], max_lanes: int) -> list[list[Placed]]:
    """Returns the lanes with the highest scores, still in order of time."""
    ranked = sorted(range(len(groups)), key=lambda i: (-max(p.witness.score for p in groups[i]), i))
    return [groups[i] for i in sorted(ranked[:max_lanes])]


def signs_of(placed: Iterable[Placed]) -> list[list[Placed]]:
    """Returns witnesses of one lane by the sign they share: one date of one kind, as sure and as decided."""
    signs: dict[tuple[object, ...], list[Placed]] = {}
    for p in placed:
        w = p.witness
        key = (p.low, p.high, p.kind, p.exact, w.tier == "suggested", w.reviewed_by is not None)
        signs.setdefault(key, []).append(p)
    return list(signs.values())


def _side_by_side(
    lane: int, group: Sequence[Placed], domain: tuple[float, float]
) -> list[tuple[float, list[Placed]]]:
    """Returns the signs of a lane and where they stand in it: above or below if one would hide another."""
    near = _NEAR * (domain[1] - domain[0])
    last: dict[float, float] = {}
    out = []
    for sign in sorted(signs_of(group), key=lambda s: s[0].at(domain)):
        x = sign[0].at(domain)
        free = [o for o in _OFFSETS if x - last.get(o, -math.inf) > near]
        offset = free[0] if free else _OFFSETS[0]
        last[offset] = x
        out.append((lane + offset, sign))
    return out


def draw(signs: Iterable[tuple[float, Sequence[Placed]]], domain: tuple[float, float]) -> Drawn:
    """Returns signs, each with the witnesses behind it, as marks, bars and links in their lanes."""
    marks: list[Mark] = []
    bars: list[Stretch] = []
    links: list[Stretch] = []
    printings: dict[tuple[float, float], None] = {}
    for lane, group in signs:
        first = group[0]
        x = first.at(domain)
        if (bar := first.bar(domain)) is not None:
            bars.append(Stretch(lane, *bar, first.kind))
        for printed in sorted({round(p.link, 3) for p in group if p.link is not None}):
            printings[lane, printed] = None
            links.append(Stretch(lane, x, printed, first.kind))
        small = first.witness.tier == "suggested"
        ringed = first.witness.reviewed_by is not None
        about, said = telling(group), spoken(group)
        marks.append(Mark(lane, x, first.kind, first.exact, small, ringed, about, said))
    ticks = [Mark(lane, x, PRINTED, exact=True, spoken=f"{PRINTED} {int(x)}") for lane, x in printings]
    return Drawn((*ticks, *marks), tuple(dict.fromkeys(bars)), tuple(dict.fromkeys(links)))


def _label(group: Sequence[Placed]) -> Lane:
    first = group[0].witness
    title = shown(first.title or first.source, _NAME_SHOWN)
    name = shown(first.speaker or "speaker not named", _NAME_SHOWN)
    denying = all(p.witness.stance == "denies" for p in group)
    return Lane(
        f"{name} (denies it)" if denying else name,
        _years(group),
        f"{title} ({display_year(first.publication_edtf)})",
        f"{len(group)}" if len(group) > 1 else "",
    )


def _years(group: Sequence[Placed]) -> str:
    """Returns the date of the lane as asserted, or where it holds several the years they span."""
    asserted = {None if p.kind == UNDATED else said_edtf(p.witness) for p in group}
    if len(asserted) == 1:
        return display_year(asserted.pop())
    days = [day for edtf in asserted if edtf for day in bounds(edtf) if day is not None]
    years = sorted({int(day[:4]) for day in days})
    known = ["\u2013".join(map(str, dict.fromkeys((years[0], years[-1]))))] if years else []
    return ", ".join([*known, "n.d."] if None in asserted or not known else known)


@dataclass(slots=True)
class Tally:
    """How many witnesses there are: all, those that count, of these those that deny, and those checked."""

    total: int = 0
    counted: int = 0
    denying: int = 0
    checked: int = 0
    of_claims: bool = False

    def add(self, witness: Witness) -> None:
        """Counts one more."""
        self.total += 1
        self.counted += witness.counts_as_independent
        self.denying += witness.counts_as_independent and witness.stance == "denies"
        self.checked += witness.reviewed_by is not None
        self.of_claims = self.of_claims or witness.family_id is not None

    def words(self) -> str:
        """Returns the numbers in words; where no claim is asked about, works are not known, only reprints."""
        if not self.of_claims:
            return f"Not printed before: {self.counted:,} of {self.total:,} witnesses"
        against = f", {self.denying:,} of them denying it" if self.denying else ""
        checked = f"{self.checked:,}" if self.checked else "none"
        counted = f"Counted as independent: {self.counted:,} of {self.total:,} witnesses{against}"
        return f"{counted}; {checked} checked by a person"


def counted_note(witnesses: Iterable[Witness]) -> str:
    """Returns how many witnesses there are, how many of them count, and how many a person has checked."""
    tally = Tally()
    for witness in witnesses:
        tally.add(witness)
    return f"{tally.words()}."


def _notes(
    witnesses: Sequence[Witness],
    placed: Sequence[Placed],
    groups: Sequence[Sequence[Placed]],
    kept: Sequence[Sequence[Placed]],
) -> tuple[str, ...]:
    total, drawn = len(witnesses), sum(map(len, kept))
    if not total:
        return ()
    notes = [counted_note(witnesses)]
    if len(kept) < len(groups):
        notes.append(
            f"Drawn: the {len(kept)} of {len(groups)} lanes (one speaker in one document each) with the best"
            f" matches; {len(placed) - drawn} witnesses are not drawn."
        )
    if len(placed) < total:
        notes.append(f"{total - len(placed)} without any date cannot be drawn.")
    return tuple(notes)

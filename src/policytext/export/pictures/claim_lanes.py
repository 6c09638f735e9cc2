"""Where everything stands in the chart of several claims: a band a claim, in rows so that no sign hides one.

A sign is one speaker in one document at one date; of what does not count, one document at one date. Signs
go from left to right into the first row in which they, their bars, links and names touch nothing (interval
partitioning, greedy by left ends). Where the bands would not fit a page so, rows are made without names, and
names are put where room is left; the notes say how many found none. Nothing here knows how a picture is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from policytext.analysis.witness import Witness, in_time_order
from policytext.export.pictures.lanes import Drawn, counted_note, draw
from policytext.export.pictures.lettering import fitted, text_width, wrapped
from policytext.export.pictures.placing import NOT_COUNTED, Placed, domain_of, place, ticks_of
from policytext.export.pictures.style import LABELS, PLOT
from policytext.export.wording import shown
from policytext.extract.speakers.namewords import honorific, lower, surname_word
from policytext.extract.words import words

ROW_HEIGHT = 16.0
"""Of a row of signs, in px."""
LABEL_SIZE, SMALL_SIZE, NAME_SIZE = 11, 9, 9
MOST_HEIGHT = 800.0
"""Of all bands together, in px: a page of A4 without title, axis and legend."""
_LABEL_LINES, _LABEL_LINE = 3, 13.0
_GAP = 0.5  # rows between bands
_HALF_SIGN, _NAME_GAP, _APART = 6.0, 2.0, 5.0
_NAME_ROOM = 120.0
_MARGIN = 26.0  # that names may take right of the plot

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Name:
    """A speaker's name at decimal year ``x``, to the left or right of it."""

    lane: float
    x: float
    side: Side
    words: str


@dataclass(frozen=True, slots=True)
class Band:
    """A claim's rows from ``top``, in rows; ``lines`` say which claim, ``told`` how often it was said."""

    claim: str
    lines: tuple[str, ...]
    told: str
    top: float
    rows: float


@dataclass(frozen=True, slots=True)
class ClaimsLayout:
    """Everything that is drawn; lanes are rows from the top, ``domain`` and ``ticks`` years."""

    bands: tuple[Band, ...]
    drawn: Drawn
    names: tuple[Name, ...]
    rows: float
    domain: tuple[float, float]
    ticks: tuple[int, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sign:
    """Witnesses behind one sign with what they take of the row, in px; the name may be on either side."""

    group: tuple[Placed, ...]
    at: float
    low: float
    high: float
    link: float | None
    name: str

    def room(self, side: Side | None) -> tuple[float, float]:
        """Returns from where to where nothing else may stand when the name is on this side, or left away."""
        wide = text_width(self.name, NAME_SIZE) + _NAME_GAP
        left = self.low - (wide if side == "left" else 0)
        right = self.high + (wide if side == "right" else 0)
        return left, max(right, self.link + 2 if self.link is not None else 0)

    def sides(self) -> tuple[Side, ...]:
        """The sides on which the name can stand; none where there is no name."""
        both: tuple[Side, ...] = ("right", "left")
        return tuple(side for side in both if self.name and self.fits(side))

    def fits(self, side: Side) -> bool:
        """Whether the name can stand on that side: within the plot, and not over the tick of its printing."""
        left, _ = self.room(side)
        end = self.high + text_width(self.name, NAME_SIZE) + 2 * _NAME_GAP
        return (
            left >= 0 if side == "left" else end <= (PLOT + _MARGIN if self.link is None else self.link - 4)
        )


@dataclass(frozen=True, slots=True)
class _Put:
    """A sign in a row of its band, and where its name stands; None where it is left away."""

    sign: _Sign
    row: int
    side: Side | None


def lay_out_claims(witnesses: Iterable[Witness], labels: Mapping[str, str]) -> ClaimsLayout | None:
    """Returns the layout of the chart, claims in the order of ``labels``; None where it fits no page."""
    ordered = in_time_order(witnesses)
    placed = [p for w in ordered if (p := place(w)) is not None]
    domain = domain_of(placed)
    signs = {claim: _signs(claim, placed, domain) for claim in _claims(ordered, labels)}
    for pack in (_with_names, _names_where_room):
        rows = {claim: pack(several) for claim, several in signs.items()}
        bands = _bands(rows, labels, ordered)
        height = (bands[-1].top + bands[-1].rows) * ROW_HEIGHT if bands else 0.0
        if height <= MOST_HEIGHT:
            notes = _notes(ordered, placed, [put for several in rows.values() for put in several])
            return _layout(bands, rows, domain, notes)
    return None


def surname(speaker: str) -> str:
    """Returns what a speaker is called beside a sign: the surname of a person, else the name in whole.

    A given name or a title before, and a surname at the end, tell a person; where a territory or a second
    person follows, nothing is cut.
    """
    parts = shown(speaker, 120).split(" ")
    titled = lower(parts[0]) in words()["given"] or honorific(parts[0])
    person = titled and surname_word(parts[-1]) and not {"of", "and", "&", "for"} & set(parts)
    return parts[-1] if len(parts) > 1 and person else " ".join(parts)


def _claims(witnesses: Iterable[Witness], labels: Mapping[str, str]) -> list[str]:
    """Returns the claims in the order of their labels; then what is of another, or of none."""
    others = {w.family_id or "" for w in witnesses} - labels.keys()
    return [*labels, *sorted(others)]


def _signs(claim: str, placed: Iterable[Placed], domain: tuple[float, float]) -> list[_Sign]:
    groups: dict[tuple[object, ...], list[Placed]] = {}
    for p in placed:
        w = p.witness
        if (w.family_id or "") == claim:
            who = None if p.kind in NOT_COUNTED else (w.speaker,)
            key = (who, w.document, w.statement_edtf, p.kind, w.stance, w.tier, w.reviewed_by is None)
            groups.setdefault(key, []).append(p)
    return [_sign(group, domain) for group in groups.values()]


def _sign(group: Sequence[Placed], domain: tuple[float, float]) -> _Sign:
    def px(year: float) -> float:
        return (year - domain[0]) / (domain[1] - domain[0]) * PLOT

    first = group[0]
    at = px(first.at(domain))
    low, high = first.bar(domain) or (first.at(domain), first.at(domain))
    named = first.witness.speaker if first.kind not in NOT_COUNTED else None
    return _Sign(
        tuple(group),
        at,
        min(px(low), at - _HALF_SIGN),
        max(px(high), at + _HALF_SIGN),
        None if first.link is None else px(first.link),
        fitted(surname(named), NAME_SIZE, _NAME_ROOM) if named else "",
    )


def _sign_order(sign: _Sign) -> tuple[float, bool, float]:
    return sign.low, sign.group[0].kind in NOT_COUNTED, sign.at


def _with_names(signs: Sequence[_Sign]) -> list[_Put]:
    return _packed(signs, names=True)


def _names_where_room(signs: Sequence[_Sign]) -> list[_Put]:
    """Returns the signs in as few rows as may be, each with its name where nothing else stands."""
    puts = _packed(signs, names=False)
    rows: dict[int, list[_Put]] = {}
    for put in puts:
        rows.setdefault(put.row, []).append(put)
    return [named for row in rows.values() for named in _named(row)]


def _named(row: Sequence[_Put]) -> list[_Put]:
    """Returns the signs of one row, which are in order from the left, with the names that fit between."""
    out: list[_Put] = []
    for number, put in enumerate(row):
        before = out[-1].sign.room(out[-1].side)[1] if out else -math.inf
        after = row[number + 1].sign.low if number + 1 < len(row) else math.inf
        rooms = [(side, put.sign.room(side)) for side in put.sign.sides()]
        free = [s for s, (low, high) in rooms if low >= before + _APART and high + _APART <= after]
        out.append(replace(put, side=free[0] if free else None))
    return out


def _packed(signs: Sequence[_Sign], *, names: bool) -> list[_Put]:
    """Returns the signs in rows; the order in which they come breaks ties."""
    ends: list[float] = []
    out = []
    for sign in sorted(signs, key=_sign_order):
        row, side = _first_row(sign, (sign.sides() if names else ()) or (None,), ends)
        end = sign.room(side)[1]
        if row == len(ends):
            ends.append(end)
        ends[row] = end
        out.append(_Put(sign, row, side))
    return out


def _first_row(sign: _Sign, sides: Sequence[Side | None], ends: Sequence[float]) -> tuple[int, Side | None]:
    for row, end in enumerate(ends):
        for side in sides:
            if sign.room(side)[0] >= end + _APART:
                return row, side
    return len(ends), sides[0]


def _bands(
    rows: Mapping[str, Sequence[_Put]], labels: Mapping[str, str], witnesses: Sequence[Witness]
) -> list[Band]:
    by_claim: dict[str, list[Witness]] = {claim: [] for claim in rows}
    for w in witnesses:
        by_claim[w.family_id or ""].append(w)
    bands: list[Band] = []
    for claim, several in rows.items():
        label = labels.get(claim, claim) or "of no claim"
        lines = wrapped(label, LABEL_SIZE, LABELS - 16, _LABEL_LINES)
        needed = math.ceil(((len(lines) + 1) * _LABEL_LINE) / ROW_HEIGHT)
        count = max([needed, *(put.row + 1 for put in several)])
        top = bands[-1].top + bands[-1].rows + _GAP if bands else 0.0
        bands.append(Band(claim, lines, said_of(by_claim[claim]), top, count))
    return bands


def said_of(witnesses: Sequence[Witness]) -> str:
    """Returns in words how many independent works say a claim, how many deny it, how many do not count."""
    counted = [w for w in witnesses if w.counts_as_independent]
    denying = sum(w.stance == "denies" for w in counted)
    works = len({w.work or w.witness_id for w in counted if w.stance != "denies"})
    told = [f"{works:,} {'work' if works == 1 else 'works'}"]
    told += [f"{denying:,} denying it"] if denying else []
    again = len(witnesses) - len(counted)
    told += [f"{again:,} not counted"] if again else []
    return ", ".join(told)


def _layout(
    bands: Sequence[Band],
    rows: Mapping[str, Sequence[_Put]],
    domain: tuple[float, float],
    notes: tuple[str, ...],
) -> ClaimsLayout:
    puts = [(band.top + put.row, put) for band in bands for put in rows[band.claim]]
    drawn = draw([(lane, put.sign.group) for lane, put in puts], domain)
    years = (domain[1] - domain[0]) / PLOT
    names: list[Name] = []
    starts: dict[tuple[float, float], float] = {}
    for lane, put in puts:
        if put.side is None:
            continue
        px = put.sign.low - _NAME_GAP if put.side == "left" else put.sign.high + _NAME_GAP
        names.append(Name(lane, round(domain[0] + px * years, 3), put.side, put.sign.name))
        if put.side == "right":
            end = px + text_width(put.sign.name, NAME_SIZE) + _NAME_GAP
            starts[lane, put.sign.group[0].at(domain)] = round(domain[0] + end * years, 3)
    # the dashed line begins behind the name, which it would strike out otherwise
    links = tuple(replace(s, x=starts.get((s.lane, s.x), s.x)) for s in drawn.links)
    total = bands[-1].top + bands[-1].rows if bands else 0.0
    return ClaimsLayout(
        tuple(bands), replace(drawn, links=links), tuple(names), total, domain, ticks_of(domain), notes
    )


def _notes(witnesses: Sequence[Witness], placed: Sequence[Placed], puts: Sequence[_Put]) -> tuple[str, ...]:
    if not witnesses:
        return ()
    notes = [counted_note(witnesses)]
    nameless = sum(put.side is None and bool(put.sign.name) for put in puts)
    if nameless:
        signs = f"{nameless} {'sign' if nameless == 1 else 'signs'}"
        notes.append(f"{signs} without the speaker's name, for want of room (point, or see the table).")
    if len(placed) < len(witnesses):
        notes.append(f"{len(witnesses) - len(placed)} without any date cannot be drawn.")
    return tuple(notes)

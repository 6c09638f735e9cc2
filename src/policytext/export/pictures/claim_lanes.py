"""Where everything stands in the chart of several claims: a band a claim, in rows so that no sign hides one.

A sign is one speaker in one document at one date; of what does not count, one document at one date. Signs
go from left to right into the first row in which they, their bars, links and names touch nothing (interval
partitioning, greedy by left ends). Where the bands would not fit a page so, rows are made with the names of
the first sign of a claim and of what is second-hand only, or without any, and names are put where room is
left, those first; the notes say how many found none. Nothing here knows how a picture is made.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from policytext.analysis.witness import Witness, in_time_order
from policytext.export.pictures.lanes import Drawn, counted_note, draw
from policytext.export.pictures.lettering import fitted, text_width, wrapped
from policytext.export.pictures.placing import NOT_COUNTED, SECOND_HAND, Placed, domain_of, place, ticks_of
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
_HALF_SIGN, _HALF_RING, _NAME_GAP, _APART = 6.0, 10.0, 2.0, 5.0
_LONG_LINK = 70.0  # a name behind the tick would seem to be that of the printing
_NAME_ROOM = 120.0
_MARGIN = 26.0  # that names may take right of the plot

Side = Literal["left", "right", "behind"]
"""Of a sign: left or right of it, or right of the tick where it was printed."""


@dataclass(frozen=True, slots=True)
class Name:
    """A speaker's name at decimal year ``x``, to the left or right of it."""

    lane: float
    x: float
    side: Literal["left", "right"]
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
        return left, max(right, self.end + (wide if side == "behind" else 0))

    def sides(self) -> tuple[Side, ...]:
        """The sides on which the name can stand; none where there is no name."""
        every: tuple[Side, ...] = ("right", "left", "behind")
        return tuple(side for side in every if self.name and self.fits(side))

    @property
    def end(self) -> float:
        """Where the sign ends, or the tick of its printing."""
        return self.high if self.link is None else max(self.high, self.link + 2)

    def fits(self, side: Side) -> bool:
        """Whether the name can stand on that side: within the plot, and not over the tick of its printing."""
        if side == "left":
            return self.room(side)[0] >= 0
        wide = text_width(self.name, NAME_SIZE) + 2 * _NAME_GAP
        if side == "right":
            return self.high + wide <= (PLOT + _MARGIN if self.link is None else self.link - 4)
        near = self.link is not None and self.end - self.high <= _LONG_LINK
        return near and self.end + wide <= PLOT + _MARGIN

    @property
    def second_hand(self) -> bool:
        """Whether it is known only from a later paper."""
        return self.group[0].kind == SECOND_HAND


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
    for pack in (_with_names, _first_names, _names_where_room):
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
    half = _HALF_SIGN if first.witness.reviewed_by is None else _HALF_RING
    low, high = first.bar(domain) or (first.at(domain), first.at(domain))
    named = first.witness.speaker if first.kind not in NOT_COUNTED else None
    return _Sign(
        tuple(group),
        at,
        min(px(low), at - half),
        max(px(high), at + half),
        None if first.link is None else px(first.link),
        fitted(surname(named), NAME_SIZE, _NAME_ROOM) if named else "",
    )


def _sign_order(sign: _Sign) -> tuple[float, bool, float]:
    return sign.low, sign.group[0].kind in NOT_COUNTED, sign.at


def _with_names(signs: Sequence[_Sign]) -> list[_Put]:
    return _packed(signs, frozenset(signs))


def _first_names(signs: Sequence[_Sign]) -> list[_Put]:
    """Returns the signs in rows with room for the names that matter most; others where nothing stands."""
    return _filled(_packed(signs, _foremost(signs)), _foremost(signs))


def _names_where_room(signs: Sequence[_Sign]) -> list[_Put]:
    """Returns the signs in as few rows as may be, each with its name where nothing else stands."""
    return _filled(_packed(signs, ()), _foremost(signs))


def _foremost(signs: Sequence[_Sign]) -> frozenset[_Sign]:
    """Returns the signs whose names a picture must not lack: the first of a claim, and second-hand ones."""
    named = [sign for sign in signs if sign.name]
    first = sorted(named, key=lambda sign: (sign.at, sign.low))[:1]
    return frozenset([*first, *(sign for sign in named if sign.second_hand)])


def _filled(puts: Sequence[_Put], foremost: Collection[_Sign]) -> list[_Put]:
    rows: dict[int, list[_Put]] = {}
    for put in puts:
        rows.setdefault(put.row, []).append(put)
    return [named for row in rows.values() for named in _named(row, foremost)]


def _named(row: Sequence[_Put], foremost: Collection[_Sign]) -> list[_Put]:
    """Returns the signs of one row, which are in order from the left, with the names that fit between."""
    out = list(row)
    for number in sorted(range(len(row)), key=lambda n: (row[n].sign not in foremost, n)):
        sign = row[number].sign
        before = out[number - 1].sign.room(out[number - 1].side)[1] if number else -math.inf
        after = out[number + 1].sign.room(out[number + 1].side)[0] if number + 1 < len(row) else math.inf
        rooms = [(side, sign.room(side)) for side in sign.sides()]
        free = [s for s, (low, high) in rooms if low >= before + _APART and high + _APART <= after]
        out[number] = replace(row[number], side=free[0] if free else None)
    return out


def _packed(signs: Sequence[_Sign], named: Collection[_Sign]) -> list[_Put]:
    """Returns the signs in rows, with room for the names of some; the order of ``signs`` breaks ties."""
    ends: list[float] = []
    out = []
    for sign in sorted(signs, key=_sign_order):
        row, side = _first_row(sign, (sign.sides() if sign in named else ()) or (None,), ends)
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
        beside = {"left": put.sign.low - _NAME_GAP, "right": put.sign.high + _NAME_GAP}
        px = beside.get(put.side, put.sign.end + _NAME_GAP)
        side: Literal["left", "right"] = "left" if put.side == "left" else "right"
        names.append(Name(lane, round(domain[0] + px * years, 3), side, put.sign.name))
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

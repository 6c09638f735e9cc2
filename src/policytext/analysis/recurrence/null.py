"""What chance would do: claims dealt out again among the sources that could carry them.

A *source* carries the claim or does not; a *slot* is one of its distinct dated places. An arrangement gives
the claim to as many sources of each stratum as carry it, and in each of them to one slot. All draws are
seeded and do not depend on the order of anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policytext.analysis.recurrence.least import least_spread
from policytext.analysis.recurrence.periods import Bounds, day_number, periods_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_CELLS = 4_000_000
"""Numbers in one batch of draws: what bounds the memory."""
DATE_DRAWS = 50
"""How often the dates are drawn, where any are in doubt."""


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """The slots of all sources as arrays, source by source.

    ``first[s]`` and ``count[s]`` give source s its slots; ``low``/``high`` (ordinals of days) and ``sure``
    (index of the period where the bounds lie in one, else -1) are by slot. ``starts`` holds the ordinal of
    each period's first day.
    """

    first: Ints
    count: Ints
    low: Ints
    high: Ints
    sure: Ints
    starts: Ints

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return len(self.starts)


def slots_of(said: Sequence[Sequence[Bounds]], period: int) -> Slots:
    """Returns the slots of sources, each of which has one or more."""
    import numpy as np

    bounds = [pair for pairs in said for pair in pairs]
    touched = [periods_of(pair, period) for pair in bounds]
    base, end = min(t[0] for t in touched), max(t[-1] for t in touched)
    count = np.array([len(pairs) for pairs in said], dtype=np.int64)
    return Slots(
        first=np.cumsum(count) - count,
        count=count,
        low=np.array([day_number(a) for a, _ in bounds], dtype=np.int64),
        high=np.array([day_number(b) for _, b in bounds], dtype=np.int64),
        sure=np.array([t[0] - base if len(t) == 1 else -1 for t in touched], dtype=np.int64),
        starts=np.array(
            [day_number(f"{n * period:04d}-01-01") for n in range(base, end + 1)], dtype=np.int64
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Who carries the claim and who could.

    ``strata`` holds the sources of each stratum, ``carrying`` how many of each carry it, ``places`` the slots
    at which each carrier does.
    """

    strata: tuple[tuple[int, ...], ...]
    carrying: tuple[int, ...]
    places: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How the carriers of arrangements, one date each, lie over the periods, summed over ``draws`` of dates.

    ``periods`` is how many they cover; ``squares`` the sum of the squared numbers of carriers a period: the
    smaller, the more even.
    """

    periods: Ints
    squares: Ints
    carriers: int
    draws: int

    @property
    def score(self) -> Ints:
        """Whole numbers that order by periods covered, then by evenness; higher is more recurrent."""
        return self.periods * (self.draws * self.carriers**2 + 1) - self.squares

    @property
    def covered(self) -> NDArray[np.float64]:
        """Periods covered, the mean over the drawn dates."""
        return self.periods / self.draws

    @property
    def effective(self) -> float:
        """The mean effective number of periods: as many of equal weight would be as even (Simpson 1949)."""
        return float((self.carriers**2 * self.draws / self.squares).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """The spread as ``observed`` (one arrangement), and by ``chance``, under the same drawn dates.

    ``observed_range`` is the fewest and the most periods that the observed arrangement covers under any.
    """

    observed: Spread
    observed_range: tuple[int, int]
    chance: Spread


def drawn(slots: Slots, arrangement: Arrangement, replicates: int, entropy: Sequence[int]) -> Draws:
    """Returns the spread of the observed arrangement and of as many random ones.

    Dates are drawn `DATE_DRAWS` times, once where all are sure, and are the same for all arrangements.
    """
    import numpy as np

    labels, places, days = (np.random.default_rng(s) for s in np.random.SeedSequence(entropy).spawn(3))
    dates = _dates(slots, days)
    carriers = sum(arrangement.carrying)
    size = max(1, _CELLS // max(*map(len, arrangement.strata), carriers, slots.periods))
    parts = []
    for start in range(0, replicates, size):
        rows = min(size, replicates - start)
        chosen = [
            _chosen(labels, np.array(sources), k, rows)
            for sources, k in zip(arrangement.strata, arrangement.carrying, strict=True)
            if k
        ]
        who = np.concatenate(chosen, axis=1)
        which = slots.first[who] + (places.random(who.shape) * slots.count[who]).astype(np.int64)
        parts.append(_summed(slots, which, dates))
    periods, squares = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    seen, unevenness = _observed(slots, arrangement.places, dates)
    observed = Spread(seen.sum(keepdims=True), unevenness.sum(keepdims=True), carriers, len(dates))
    chance = Spread(periods, squares, carriers, len(dates))
    return Draws(observed, (int(seen.min()), int(seen.max())), chance)


def _dates(slots: Slots, generator: np.random.Generator) -> Ints:
    """Returns the period of each slot by draw, shape (draws, slots); uniform over the days in its bounds."""
    import numpy as np

    vague = slots.sure < 0
    if not vague.any():
        return slots.sure[None, :]
    dates = np.tile(slots.sure, (DATE_DRAWS, 1))
    low, high = slots.low[vague], slots.high[vague]
    days = generator.integers(low, high, size=(DATE_DRAWS, len(low)), endpoint=True)
    dates[:, vague] = np.searchsorted(slots.starts, days, side="right") - 1
    return dates


def _chosen(generator: np.random.Generator, sources: Ints, k: int, rows: int) -> Ints:
    """Returns ``k`` different sources a row, each subset equally likely (Fisher & Yates 1938, cut short)."""
    import numpy as np

    n = len(sources)
    deck = np.tile(np.arange(n), (rows, 1))
    row = np.arange(rows)
    steps = min(k, n - k)  # choosing who is left out is choosing who is in
    for i in range(steps):
        j = generator.integers(i, n, size=rows)
        deck[row, j], deck[row, i] = deck[row, i], deck[row, j]
    return sources[deck[:, :k] if steps == k else deck[:, steps:]]


def _summed(slots: Slots, which: Ints, dates: Ints) -> tuple[Ints, Ints]:
    """Returns periods covered and squares of each row of slots, summed over the draws of dates."""
    import numpy as np

    height, width = len(which), slots.periods
    rows = np.broadcast_to(np.arange(height)[:, None], which.shape)
    vague = slots.sure[which] < 0
    fixed = _counts(rows[~vague], slots.sure[which[~vague]], height, width)
    if not vague.any():
        periods, squares = _spread(fixed)
        return periods * len(dates), squares * len(dates)
    total = np.zeros((2, height), dtype=np.int64)
    at, moving = rows[vague], which[vague]
    for drawn_periods in dates:
        total += _spread(fixed + _counts(at, drawn_periods[moving], height, width))
    return total[0], total[1]


def _counts(rows: Ints, periods: Ints, height: int, width: int) -> Ints:
    """Returns how often each period stands in each row, shape (width, height): period by period."""
    import numpy as np

    return np.bincount(periods * height + rows, minlength=height * width).reshape(width, height)


def _spread(counts: Ints) -> tuple[Ints, Ints]:
    """Returns the periods covered and the sum of squares of each row."""
    return (counts > 0).sum(axis=0), (counts * counts).sum(axis=0)


def _observed(slots: Slots, places: Sequence[tuple[int, ...]], dates: Ints) -> tuple[Ints, Ints]:
    """Returns the observed spread by draw, of the dates of each carrier the one that helps least."""
    import numpy as np

    periods = dates[:, [slot for own in places for slot in own]]
    if periods.shape[1] == len(places):
        rows = np.repeat(np.arange(len(dates)), len(places))
        return _spread(_counts(rows, periods.ravel(), len(dates), slots.periods))
    ends = np.cumsum([len(own) for own in places])
    return least_spread(np.split(periods, ends[:-1], axis=1))


def most_covered(slots: Slots, arrangement: Arrangement) -> int:
    """Returns the most periods that any arrangement can cover.

    A source takes one of the periods that its slots touch, a stratum as many as carry the claim in it: the
    greatest flow from the periods through the sources to the strata.
    """
    room: _Room = {}
    for period, sources in _touching(slots, arrangement):
        room.setdefault("start", {})["period", period] = 1
        room["period", period] = {("source", s): 1 for s in sources}
    for number, (members, k) in enumerate(zip(arrangement.strata, arrangement.carrying, strict=True)):
        room["stratum", number] = {"end": k}
        room.update({("source", s): {("stratum", number): 1} for s in members})
    return sum(iter(lambda: _one_more(room), 0))


def _touching(slots: Slots, arrangement: Arrangement) -> Iterator[tuple[int, list[int]]]:
    """Yields each period with the sources that can cover it."""
    import numpy as np

    low = np.searchsorted(slots.starts, slots.low, side="right") - 1
    high = np.searchsorted(slots.starts, slots.high, side="right") - 1
    owner = np.repeat(np.arange(len(slots.count)), slots.count)
    there = {s for sources in arrangement.strata for s in sources}
    for period in range(slots.periods):
        touched = np.unique(owner[(low <= period) & (period <= high)])
        yield period, [int(s) for s in touched if int(s) in there]


_Room = dict[Hashable, dict[Hashable, int]]
"""What more can flow from one node to another."""


def _one_more(room: _Room) -> int:
    """Sends one unit along the shortest way that has room (Edmonds & Karp 1972); returns 1, or 0 for none."""
    came: dict[Hashable, Hashable] = {"start": None}
    waiting: deque[Hashable] = deque(["start"])
    while waiting and "end" not in came:
        node = waiting.popleft()
        for other, left in room.get(node, {}).items():
            if left and other not in came:
                came[other] = node
                waiting.append(other)
    if "end" not in came:
        return 0
    node = "end"
    while node != "start":
        before = came[node]
        room[before][node] -= 1
        back = room.setdefault(node, {})
        back[before] = back.get(before, 0) + 1
        node = before
    return 1

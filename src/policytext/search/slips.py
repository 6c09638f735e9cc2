"""What it costs to mistype a word: slips of the pen, of the keyboard, and spelling by ear; set by hand."""

from __future__ import annotations

import math

LETTER = 1.0
"""One letter for any other."""
_DOUBLING, _SWAP, _OMISSION, _LIKELY, _SPELLING = 0.5, 0.6, 0.9, 0.7, 0.6
_FRONT = 1.5  # times: the first letter is seldom wrong (Yannakoudakis and Fawthrop, 1983)
_VOWELS = frozenset("aeiouy")
_SOUNDS = frozenset(
    map(frozenset, ("ck", "cs", "sz", "kq", "gj", "fv", "mn", "dt", "bp", "iy", "vw", "st", "ct", "xs"))
)
_WRITINGS = (("f", "ph"), ("k", "ch"), ("c", "ch"), ("k", "ck"), ("s", "sc"), ("n", "gn"), ("s", "ps"))
"""One letter for a sound that another spelling writes with two."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbouring_keys() -> frozenset[frozenset[str]]:
    """Returns the pairs of letters that lie side by side, or one above the other, on a British keyboard."""
    places = {letter: (row, at) for row, keys in enumerate(_ROWS) for at, letter in enumerate(keys)}
    return frozenset(
        frozenset((a, b))
        for a, (row, at) in places.items()
        for b, (other, there) in places.items()
        if (row == other and there == at + 1) or (other == row + 1 and there in {at - 1, at})
    )


_KEYS = _neighbouring_keys()


def slip_cost(typed: str, meant: str) -> float:
    """Returns what it costs to type ``typed`` for ``meant``: 0 for the same, about 1 a letter.

    The least sum of costs over all ways to align the two (Wagner and Fischer, 1974), with neighbours changed
    over as one slip (Damerau, 1964) and the writings of a sound.
    """
    table = [[math.inf] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    table[0][0] = 0.0
    for i in range(len(typed) + 1):
        for j in range(len(meant) + 1):
            if i or j:
                table[i][j] = min(table[i - a][j - b] + cost for a, b, cost in _slips(typed, meant, i, j))
    return table[-1][-1]


def _slips(typed: str, meant: str, i: int, j: int) -> list[tuple[int, int, float]]:
    """Returns (letters of ``typed``, letters of ``meant``, cost) of what may end before i and j."""
    ways: list[tuple[int, int, float]] = []
    times = _FRONT if min(i, j) <= 1 else 1.0
    if i and j:
        ways.append((1, 1, _exchange(typed[i - 1], meant[j - 1]) * times))
    if i:
        ways.append((1, 0, _gap(typed, i) * (_FRONT if i == 1 else 1.0)))
    if j:
        ways.append((0, 1, _gap(meant, j) * (_FRONT if j == 1 else 1.0)))
    if i > 1 and j > 1 and typed[i - 2 : i] == meant[j - 2 : j][::-1]:
        ways.append((2, 2, _SWAP))
    for one, two in _WRITINGS:
        if typed.endswith(one, 0, i) and meant.endswith(two, 0, j):
            ways.append((1, 2, _SPELLING))
        if typed.endswith(two, 0, i) and meant.endswith(one, 0, j):
            ways.append((2, 1, _SPELLING))
    return ways


def _gap(word: str, at: int) -> float:
    """Returns the cost of the letter before ``at`` being too many or too few."""
    return _DOUBLING if at > 1 and word[at - 1] == word[at - 2] else _OMISSION


def _exchange(one: str, other: str) -> float:
    if one == other:
        return 0.0
    pair = frozenset((one, other))
    return _LIKELY if pair <= _VOWELS or pair in _SOUNDS or pair in _KEYS else LETTER

"""The lines of a page of PDF as PDFium reads them, with where they stand and what they are set in."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low
from typing import Any

_SAMPLE = 5
"""Characters looked at for the place and size of a line: its first may be a raised note mark."""
_SOFT_HYPHENS = frozenset({0x02, 0xFFFE})
"""What PDFium puts for a hyphen at a line end, having joined the lines."""
_BOLD = re.compile(r"bold|black|heavy|demi(?!ta)", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # font flag (ISO 32000-1, table 123)
_BOLD_WEIGHT = 600
_SURROGATES = re.compile(r"[\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with something on it.

    ``size`` is the size of its type in points, 0 where unknown. ``place`` is the distance of its base line
    from the origin against the direction of the lines, in points: it falls from line to line. ``bold_head``
    and ``bold_tail`` tell whether its first and last characters are bold.
    """

    text: str
    size: float
    place: float
    bold_head: bool
    bold_tail: bool

    @property
    def bold(self) -> bool:
        """Whether the line seems bold throughout."""
        return self.bold_head and self.bold_tail


def page_lines(page: Any) -> list[Line]:
    """Returns the lines of a pypdfium2 page in PDFium's order, blank ones left out.

    Only a page whose lines all come from the foot up is turned round: so PDFium reads a landscape table
    set sideways on an upright page.
    """
    from pypdfium2 import raw

    with closing(page.get_textpage()) as text_page:
        code = raw.FPDFText_GetUnicode
        codes = [code(text_page, n) for n in range(text_page.count_chars())]
        lines = [line for numbers, tail in _cut(codes) if (line := _line(text_page, codes, numbers, tail))]
    upward = len(lines) > 2 and all(above.place < below.place for above, below in pairwise(lines))
    return lines[::-1] if upward else lines


def _cut(codes: Sequence[int]) -> Iterator[tuple[range, str]]:
    """Yields the character numbers of every line, and the hyphen that PDFium took from its end."""
    start = 0
    for number, code in enumerate(codes):
        if code in {0x0A, 0x0D} or code in _SOFT_HYPHENS:
            if start < number:
                yield range(start, number), "-" if code in _SOFT_HYPHENS else ""
            start = number + 1
    if start < len(codes):
        yield range(start, len(codes)), ""


def _line(text_page: Any, codes: Sequence[int], numbers: range, tail: str) -> Line | None:
    text = _text([codes[n] for n in numbers]).rstrip() + tail
    shown = [n for n in numbers if codes[n] > 0x20]
    if not text.strip() or not shown:
        return None
    sample = [_set_in(text_page, n) for n in shown[:: max(1, len(shown) // _SAMPLE)][:_SAMPLE]]
    size = median_low([s for s, _ in sample])
    place = next(place for s, place in sample if s == size)
    return Line(text, size, place, _is_bold(text_page, shown[0]), _is_bold(text_page, shown[-1]))


def _text(codes: Sequence[int]) -> str:
    text = "".join(map(chr, codes)).replace("\0", "")
    return _SURROGATES.sub(_paired, text)


def _paired(match: re.Match[str]) -> str:
    """Returns pairs of surrogates as the character they stand for, and a replacement for half a one."""
    return match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _set_in(text_page: Any, number: int) -> tuple[float, float]:
    """Returns the size of a character, to half a point, and how far up its base line stands."""
    from pypdfium2 import raw

    matrix, x, y = raw.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetMatrix(text_page, number, ctypes.byref(matrix))
    raw.FPDFText_GetCharOrigin(text_page, number, ctypes.byref(x), ctypes.byref(y))
    width = math.hypot(matrix.a, matrix.b)
    size = raw.FPDFText_GetFontSize(text_page, number) * math.hypot(matrix.c, matrix.d)
    up = (matrix.a * y.value - matrix.b * x.value) / width if width else y.value
    if not (math.isfinite(size) and math.isfinite(up)):
        return 0.0, 0.0
    return round(size * 2) / 2, up


def _is_bold(text_page: Any, number: int) -> bool:
    from pypdfium2 import raw

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(text_page, number, name, 128, ctypes.byref(flags))
    if 0 < length <= 128 and _BOLD.search(name.value.decode("utf-8", "replace")):
        return True
    return bool(flags.value & _FORCE_BOLD) or raw.FPDFText_GetFontWeight(text_page, number) >= _BOLD_WEIGHT

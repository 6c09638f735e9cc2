"""Text that was decoded with the wrong encoding: ``weâ€™ll`` for ``we’ll``, control U+0092 for ``’``.

ftfy undoes the first, line by line, and only where its own measure says that a line is garbled. Quote marks,
ligatures and everything else that ftfy could touch stay as they are. The C1 controls U+0080 to U+009F print
nothing; where they stand in a text they are bytes of Windows-1252 that were taken for Latin-1 (the WHATWG
encoding standard decodes them so).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policytext.document import Edit

_SUSPECT = re.compile(r"[\u00c2\u00c3\u00e2\u00ce\u00d0\u00ef\u0102\u0192\u0161]")
"""Letters that the first bytes of UTF-8 are misread as."""
_TOKEN = re.compile(r"[^\s\x21-\x7e]+(?:[ \x21-\x7e]{0,2}[^\s\x21-\x7e]+)*")
_C1 = re.compile(r"[\u0080-\u009f]")


def mojibake(text: str) -> list[Edit]:
    """Returns the edits that undo a wrong decoding; none for lines that ftfy does not call bad."""
    edits: list[Edit] = []
    at = 0
    while suspect := _SUSPECT.search(text, at):
        start = text.rfind("\n", 0, suspect.start()) + 1
        at = text.find("\n", suspect.end())
        at = len(text) if at < 0 else at
        edits += _mended(text[start:at], start)
    return sorted([*edits, *_controls(text, edits)], key=lambda e: e.start)


def _controls(text: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    """Yields edits that read C1 controls as Windows-1252, outside what is mended already."""
    mended = 0
    for control in _C1.finditer(text):
        while mended < len(edits) and edits[mended].end <= control.start():
            mended += 1
        inside = mended < len(edits) and edits[mended].start <= control.start()
        read = control[0].encode("latin-1").decode("cp1252", errors="ignore")
        if read and not inside:
            reason = "a byte of Windows-1252, decoded as a control"
            yield Edit(*control.span(), control[0], read, reason, "char.c1-control", 0.97)


def _mended(line: str, offset: int) -> Iterator[Edit]:
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    if not is_bad(line):
        return
    for run in _TOKEN.finditer(line):
        mended = fix_encoding(run.group())
        if mended != run.group() and not is_bad(mended):
            start = offset + run.start()
            reason = "decoded with the wrong encoding"
            yield Edit(start, offset + run.end(), run.group(), mended, reason, "char.mojibake", 0.95)

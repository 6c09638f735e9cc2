"""Bytes to text, with a word on how: mark, UTF-8, declaration, guess; in this order, the first that fits.

A guess is judged twice. charset-normalizer ranks the encodings British papers come in; then every character
outside ASCII is looked at where it stands (a pound sign before a digit, a letter beside a letter), since a
statistic over bytes cannot tell ``£5`` of an old DOS file from ``œ5``.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from policytext.errors import UnreadableSource

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("cp1252", "latin_1", "mac_roman", "cp850")
_LABELS = {"cp1252": "windows-1252", "latin_1": "iso-8859-1", "mac_roman": "macintosh", "cp850": "ibm850"}
_LATIN = {"iso8859-1", "ascii"}  # what web pages call windows-1252 (WHATWG Encoding Standard, section 4.2)
_DECLARED = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]")
_OPENING, _CLOSING = "\u2018“«¿¡", "\u2019”»"
_FREE = "\u2013—…•·§¶©®™°±\u00d7÷½¼¾†‡²³¹ªº¬\xa0\xad"  # signs that may stand anywhere
_MONEY = "£€¥¢"
_LEAST_PLAUSIBLE = 0.5


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it came out of the bytes.

    ``encoding`` is a name of the IANA registry, ``mark`` the byte-order mark that was taken off, ``rule`` one
    of mark, utf-8, utf-8-damaged, nulls, declared, guess; ``reversible`` whether ``encoded()`` is the file.
    """

    text: str
    encoding: str
    rule: str
    confidence: float
    mark: bytes = b""
    reversible: bool = True
    note: str = ""

    def encoded(self) -> bytes:
        """Returns the bytes that the text was decoded from. Raises ValueError unless ``reversible``."""
        if not self.reversible:
            raise ValueError(f"not reversible: {self.note}")
        return self.mark + self.text.encode(self.encoding)


def decode(data: bytes, *, markup: bool = False) -> Decoded:
    """Returns the text of ``data``.

    Args:
        data: a whole file.
        markup: whether an encoding declared in HTML or XML counts.

    Raises:
        UnreadableSource: no encoding gives a plausible text, or a byte-order mark is followed by nonsense.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data, mark, encoding)
    wide = _without_mark(data)  # first, for nulls are valid UTF-8
    if wide:
        return wide
    try:
        return Decoded(data.decode("utf-8"), "utf-8", "utf-8", 1.0)
    except UnicodeDecodeError:
        return (_declared(data) if markup else None) or _damaged_utf8(data) or _guessed(data)


def _marked(data: bytes, mark: bytes, encoding: str) -> Decoded:
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            f"begins as {encoding.upper()} but breaks off at byte {error.start + len(mark)}",
            advice="saving it anew as UTF-8",
        ) from error
    return _checked(data, Decoded(text, encoding, "mark", 1.0, mark))


def _without_mark(data: bytes) -> Decoded | None:
    """UTF-16 without its mark: in Western text every other byte is nought."""
    nulls = data[:4096].count(0)
    if nulls == 0 or nulls * 4 < len(data[:4096]):
        return None
    for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        if data[offset:4096:2].count(0) * 10 >= nulls * 9:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return _checked(data, Decoded(text, encoding, "nulls", 0.9, note=f"decoded as {encoding}"))
    return None


def _declared(data: bytes) -> Decoded | None:
    match = _DECLARED.search(data, 0, 4096)
    if not match:
        return None
    label = (match[1] or match[2]).decode("ascii")
    try:
        name = codecs.lookup(label).name
        encoding = "cp1252" if name in _LATIN else name
        if encoding.startswith(("utf", "idna", "punycode", "raw", "unicode")):
            return None  # UTF-8 has failed already; the others are no encodings of files
        text = data.decode(encoding)
    except (LookupError, UnicodeError, ValueError):
        return None
    label = _LABELS.get(encoding, encoding)
    return _checked(data, Decoded(text, label, "declared", 0.95, note=f"decoded as {label}, as it declares"))


def _damaged_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few stray bytes: what is right outnumbers what is wrong."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd") - data.count("\ufffd".encode())
    right = sum(1 for _ in _OUTSIDE_ASCII.finditer(text)) - text.count("\ufffd")
    if right <= wrong:
        return None
    note = f"decoded as utf-8; {wrong} places are damaged and read U+FFFD"
    return Decoded(text, "utf-8", "utf-8-damaged", right / (right + wrong), reversible=False, note=note)


def _guessed(data: bytes) -> Decoded:
    if 0 in data:
        raise UnreadableSource("is binary (it holds nulls)", advice="converting it to .txt, .md or .html")
    from charset_normalizer import from_bytes

    ranked = [m.encoding for m in from_bytes(data, cp_isolation=list(_CANDIDATES))]
    best: tuple[float, str, str] | None = None
    for encoding in [*ranked, *(c for c in _CANDIDATES if c not in ranked)]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        plausible = _plausibility(text)
        if best is None or plausible > best[0]:
            best = plausible, encoding, text
    if best is None or best[0] < _LEAST_PLAUSIBLE:
        raise UnreadableSource("no encoding makes sense of it", advice="saving it as UTF-8")
    confidence, label = round(best[0], 2), _LABELS[best[1]]
    note = f"decoded as {label} (guess, confidence {confidence})"
    return _checked(data, Decoded(best[2], label, "guess", confidence, note=note))


def _plausibility(text: str) -> float:
    """Returns the share of characters outside ASCII that stand where they may stand."""
    total = fitting = 0
    for match in _OUTSIDE_ASCII.finditer(text):
        at = match.start()
        total += 1
        fitting += _fits(match[0], text[at - 1 : at], text[at + 1 : at + 2])
    return fitting / total if total else 1.0


def _fits(char: str, before: str, after: str) -> bool:
    if char in _MONEY:
        return after.isdigit() or not after.strip() or after in "m()," or before.isdigit()
    if char in _OPENING:
        return not before.isalnum() and bool(after.strip())
    if char in _CLOSING:
        return bool(before.strip()) or after.isalnum()
    if char in _FREE:
        return True
    if not char.isalpha() or char in "ƒªº":
        return False
    beside = before + after
    # "ÒThe needsÓ": an accented capital stands neither behind a small letter nor before a capital.
    odd_capital = char.isupper() and (before.islower() or (after.isupper() and after.isascii()))
    return any(c.isalpha() for c in beside) and not any(c.isdigit() for c in beside) and not odd_capital


def _checked(data: bytes, decoded: Decoded) -> Decoded:
    """Returns ``decoded``, told whether it leads back to the bytes."""
    try:
        same = decoded.encoded() == data
    except UnicodeEncodeError:
        same = False
    if same:
        return decoded
    return Decoded(
        decoded.text,
        decoded.encoding,
        decoded.rule,
        decoded.confidence,
        decoded.mark,
        reversible=False,
        note=decoded.note or f"decoded as {decoded.encoding}, which does not lead back to the bytes",
    )

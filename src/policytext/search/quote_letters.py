"""What counts as the same: the letters of a text, and the gaps between them.

A text is read as a stream of *letters* (letters, digits and signs such as "£" and "%", with case folded and
ligatures taken apart) with *gaps* of anything else between them. Two texts with other letters are different
words. With the same letters, each gap decides: an editor may change the kind of quotation marks and dashes,
blank space, line ends and the hyphens at them, and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

JOINT = "\ue000"
"""Stands where the fragments of a broken utterance meet: whatever mark was there, the printer chose."""
_SIGNS = frozenset("£$€¥¢%‰&+=×÷§°")
_RAISED = "\u00b9\u00b2\u00b3\u2070-\u2079\u2080-\u2089"


class _Letters(dict[int, str]):
    """Maps a code point to its letters, none for what stands in gaps; filled as characters turn up."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _letters_of(chr(code))
        return found


def _letters_of(char: str) -> str:
    if char in _SIGNS:
        return char
    if re.match(f"[{_RAISED}]", char) or not (char.isalnum() or unicodedata.category(char).startswith("M")):
        return ""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())


_TABLE = _Letters()
_UNCOMMON = re.compile("[^\x00-\x7f\u00a0\u00a3\u00a7\u00ab\u00b0\u00b4\u00b7\u00bb\u2010-\u2027\u20ac]")
_NO_LETTER = re.compile("[^a-z0-9\u00a3$\u20ac%&+=\u00a7\u00b0]+")


def letters(text: str) -> str:
    """Returns the letters of ``text``."""
    if _UNCOMMON.search(text):
        return text.translate(_TABLE)
    return _NO_LETTER.sub("", text.lower())  # five times as fast, for nearly every paper


def letter_offsets(text: str) -> list[int]:
    """Returns for each of ``letters(text)`` the offset of the character it comes from."""
    return [at for at, char in enumerate(text) for _ in _TABLE[ord(char)]]


def is_letter(char: str) -> bool:
    """Whether a character gives letters."""
    return bool(_TABLE[ord(char)])


# --- gaps -----------------------------------------------------------------------------------------------

_ONE_KIND = str.maketrans(
    {
        **dict.fromkeys(
            '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b`\u00b4\u02bc\u2032\u2033', "'"
        ),
        **dict.fromkeys("\u2010\u2011\u2012\u2212", "-"),
        "\u2015": "\u2014",
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    }
)
_BLANKS = re.compile(r"\s+")
_QUOTES = re.compile("'+")
_DOTS = re.compile(r"\.(?: ?\.){2,}")
_LONG_DASH = re.compile(" ?(?:--+|\u2014+) ?| [-\u2013] ")
_LINE_HYPHEN = re.compile(r"(?:-|\u00ad)[ \t]*\r?\n\s*")
_LIST_MARK = re.compile("\\n\\s*(?:[\u2022\u00b7\u25aa\u25e6*\u2013-] ?)\\s*")
_NOTE = re.compile(f"[{_RAISED}]{{1,3}}")
_REPEATED_QUOTE = re.compile("\\n[ \\t]*[\"\u201c\u2018']$")


class Gap(NamedTuple):
    """How two gaps compare: not at all different, ``normal`` by the names given, or different."""

    same: bool
    changes: tuple[str, ...]


_SAME = Gap(same=True, changes=())
_DIFFERENT = Gap(same=False, changes=())
_SHORT = 64  # longer gaps are rare, and need not be remembered


def compared(quoted: str, printed: str) -> Gap:
    """Returns how the gap of a quotation compares with that of a paper.

    ``same`` with ``changes`` names what no editor calls a change.
    """
    if quoted == printed:
        return _SAME
    if JOINT in printed:
        return _DIFFERENT if quoted.strip(_AT_JOINT) else _SAME
    judge = _compared_cached if len(quoted) + len(printed) < _SHORT else _compared
    return judge(quoted, printed)


def _compared(quoted: str, printed: str) -> Gap:
    ours, theirs = _plain(quoted), _plain(printed)
    if ours == theirs:
        return Gap(same=True, changes=_named(quoted, printed))
    if (_LINE_HYPHEN.fullmatch(printed) and ours in ("", "-")) or (ours == "- " and theirs in ("", "-")):
        return Gap(same=True, changes=("hyphenation",))
    for name, pattern, put in (
        ("quote marks", _REPEATED_QUOTE, "\n"),
        ("list mark", _LIST_MARK, "\n"),
        ("note mark", _NOTE, ""),
    ):
        less = pattern.sub(put, printed)
        if less != printed and not (name == "note mark" and pattern.match(printed)) and _plain(less) == ours:
            return Gap(same=True, changes=(name,))
    if _less_quotes(printed) == ours and ours != theirs:
        return Gap(same=True, changes=("quote marks left out",))
    return _DIFFERENT


def _less_quotes(gap: str) -> str:
    """Returns the plain form of a gap without its quotation marks; an apostrophe behind a letter stays.

    A shell eats quotation marks, and so do many converters; none but a reader's eye is misled by it.
    """
    less = _DOUBLE.sub("", gap)
    if not less.startswith(_SINGLE) or any(c in ".,;:?!" for c in less):
        less = "".join(c for c in less if c not in _SINGLE)
    return _plain(less)


_DOUBLE = re.compile("[\"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]|''|``")
_SINGLE = ("'", "\u2018", "\u2019", "\u201a", "\u201b")
_AT_JOINT = " \t\r\n,.;:-\u2013\u2014"
_compared_cached = lru_cache(maxsize=8192)(_compared)


def _plain(gap: str) -> str:
    """Returns a gap with one kind of quotation mark, dash, dots and blank."""
    gap = _BLANKS.sub(" ", gap.translate(_ONE_KIND))
    gap = _DOTS.sub("\u2026", _QUOTES.sub("'", gap))
    gap = _LONG_DASH.sub("\u2014", gap)
    return "-" if gap == "\u2013" else gap


def _named(quoted: str, printed: str) -> tuple[str, ...]:
    """Returns what two gaps that mean the same differ in."""
    names = []
    if _only(quoted, "'\"") != _only(printed, "'\""):
        names.append("quote marks")
    if _only(quoted, "-") != _only(printed, "-"):
        names.append("dashes")
    if "\n" in printed and "\n" not in quoted:
        names.append("line break")
    return tuple(names) or ("white space",)


def _only(gap: str, which: str) -> str:
    """Returns the marks of a gap that are quotation marks, or dashes, as they stand."""
    kinds = {"'\"": "'", "-": "-\u2013\u2014"}[which]
    return "".join(c for c in gap if c.translate(_ONE_KIND) in kinds and c.translate(_ONE_KIND))


# --- edges ----------------------------------------------------------------------------------------------

_JOINERS = "-\u2010\u2011\u2019'"
_NUMBER_JOINERS = ".,:/\u2013"


def cuts_before(text: str, start: int) -> bool:
    """Whether offset ``start``, where a letter stands, lies inside a word, a compound or a number."""
    if start == 0:
        return False
    before, far = text[start - 1], text[start - 2] if start > 1 else " "
    if is_letter(before):
        return True
    if not is_letter(far):
        return False
    return before in _JOINERS or (before in _NUMBER_JOINERS and far.isdigit() and text[start].isdigit())


def cuts_after(text: str, end: int) -> bool:
    """Whether offset ``end``, before which a letter stands, lies inside a word, a compound or a number."""
    if end >= len(text):
        return False
    after, far = text[end], text[end + 1] if end + 1 < len(text) else " "
    if is_letter(after):
        return True
    if after in _JOINERS and far == "\n":
        return bool(re.match(r"\n[ \t]{0,8}[^\W\d_]", text[end + 1 : end + 12]))
    if not is_letter(far):
        return False
    return after in _JOINERS or (after in _NUMBER_JOINERS and far.isdigit() and text[end - 1].isdigit())

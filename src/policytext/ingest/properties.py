"""What PDF and Word files state of themselves. Programs fill these fields in, so each is judged first."""

from __future__ import annotations

import re

from policytext.document import Fact, Metadata

_JUNK_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\b|(?:powerpoint )?presentation\d*$|untitled|unnamed|document\d*$"
    r"|title$|slide ?\d*$|layout ?\d*$|template\b|scan(?:ned)?[\W_]|\(?anonymous|unspecified)"
    r"|.*\.(?:docx?|dotx?|rtf|odt|pdf|indd|qxp|qxd|pptx?|xlsx?|pub|p65|tiff?|jpe?g|html?|ps|eps|txt)\W{0,3}$",
    re.IGNORECASE,
)
_JUNK_AUTHOR = re.compile(
    r"(?:unknown|anonymous|unspecified|author|default|registered|valued|authori[sz]ed|microsoft|windows|dell|hp"
    r"|preferred|xp|test|temp|guest|office)\b|.*\b(?:user|admin\w*|owner|customer|employee|computer|laptop)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,40}")
_DAY = re.compile(r"(?:D:)?(\d{4})-?(\d\d)-?(\d\d)")
_LONGEST = 300
_TITLE, _AUTHOR = 0.7, 0.5
"""The author's judgement: the author field often names who typed the paper, or owned the machine."""


def stated(title: str, author: str, made: str) -> tuple[Metadata, tuple[str, ...]]:
    """Returns the facts worth keeping, with notes on what was left out.

    A title that is a file's name or a program's, and an author that is no name of two words or more, are left
    out. The day a file was made is not the day the paper was published (files are made again when a site
    moves), so it never becomes the date of publication; a note tells it.

    Args:
        title: as stated; empty where nothing is.
        author: likewise.
        made: when the file was made, as ``D:19990102...`` or ISO; empty where unknown.
    """
    title, author = _line(title), _line(author)
    notes = []
    good_title = bool(title) and not _JUNK_TITLE.match(title) and len(_WORD.findall(title)) > 1
    good_author = not _JUNK_AUTHOR.match(author) and len(_WORD.findall(author)) > 1
    if title and not good_title:
        notes.append(f"title left out, no name of a paper: {title[:60]!r}")
    if author and not good_author:
        notes.append(f"author left out, no name of an author: {author[:60]!r}")
    day = _DAY.match(made)
    if day:
        notes.append(f"file made {'-'.join(day.groups())}, which is no date of publication and was left out")
    metadata = Metadata(
        title=Fact(title, "file", _TITLE) if good_title else None,
        authors=Fact(author, "file", _AUTHOR) if good_author else None,
    )
    return metadata, tuple(notes)


def _line(field: str) -> str:
    """Returns a field as one line; empty if it is too long or holds what cannot be shown."""
    line = " ".join(field.replace("\0", "").split())
    return line if len(line) <= _LONGEST and line.isprintable() else ""

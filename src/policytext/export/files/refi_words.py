"""Names and descriptions in REFI-QDA files: guids, text that XML can hold, what a coder reads."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from policytext.export.wording import display_date, display_year, shown, xml_text
from policytext.store.claims import StoredClaim

NAME_LIMIT = 200
"""Characters of a name; NVivo takes 256."""

_OF_FILES = re.compile(r'[/\\:*?"<>|]')
"""What no name of a file may hold: tools store a paper under its name."""
_BLANKS = dict.fromkeys(map(ord, "\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\ufeff"), " ")
_KINDS = (("denies", "denied"), ("suggested", "suggested"), ("again", "same work"))


def guid(*parts: str) -> str:
    """Returns the same guid for the same parts, always (uuid5 of the id)."""
    return str(uuid5(NAMESPACE_URL, "policytext:" + "\x1f".join(parts).encode("utf-8", "replace").decode()))


def plain(text: str) -> str:
    """Returns the text with line feeds as its line ends, and U+FFFD for what XML cannot hold."""
    return xml_text(text.replace("\r\n", "\n").replace("\r", "\n"))


def readable(clean: str) -> str:
    """Returns a clean text as it is written to a file: as many characters, each at its old place.

    Other line ends than a line feed become blanks, since tools would turn one character into two; a
    byte-order mark likewise, since they would drop it; what cannot be read becomes U+FFFD.
    """
    return plain(clean.translate(_BLANKS))


def name_of(text: str) -> str:
    """Returns a name fit to be looked at: on one line, nothing hidden in it, not too long."""
    return plain(shown(text, NAME_LIMIT)) or "\u2014"


def source_names(rows: Sequence[Mapping[str, Any] | sqlite3.Row]) -> dict[str, str]:
    """Returns by document id the year and title of a paper, so that lists of them run in time.

    Papers of one name bear their id too.
    """
    names = {row["id"]: _year_and_title(row) for row in rows}
    seen: dict[str, int] = {}
    for name in names.values():
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
    return {
        document: name if seen[name.casefold()] == 1 else f"{shown(name, 120)} [{shown(document, 70)}]"
        for document, name in names.items()
    }


def _year_and_title(row: Mapping[str, Any] | sqlite3.Row) -> str:
    title = row["title"] or row["name"]
    return name_of(_OF_FILES.sub("-", f"{display_year(row['publication_date'])} {title}"))


def kind_of(row: sqlite3.Row) -> str:
    """Returns what sort of coding a witness is: "" counts for the claim, else why it stands apart.

    What is only suggested is not told further apart: it counts for nothing yet.
    """
    suggested = row["tier"] != "confirmed"
    marks = {
        "denies": row["stance"] == "denies",
        "suggested": suggested,
        "again": not row["counts"] and not suggested,
    }
    return ", ".join(words for mark, words in _KINDS if marks[mark])


KIND_WORDS = {
    "": "Confirmed, and counted: one place for each work, however often it is printed.",
    "denied": "Confirmed places that say the opposite.",
    "suggested": "Only suggested: near the claim, but not confirmed. Read them before counting them.",
    "same work": "Further places of a work that is counted already: a paper's own voice says it again, or "
    "it is printed again elsewhere. Not another voice, so not to be counted.",
    "denied, suggested": "Only suggested places that may say the opposite. Read them before counting them.",
    "denied, same work": "Further places of a work that says the opposite already: not to be counted.",
}
"""By kind of coding, in the order in which the codes below a claim stand."""


def claim_words(claim: StoredClaim) -> str:
    """Returns the description of a claim's code: the claim, and sentences that say or deny it."""
    lines = [claim.label]
    for heading, sentences in (("Said by sentences such as:", claim.says), ("Denied by:", claim.denies)):
        if sentences:
            lines += ["", heading, *(f"- {sentence}" for sentence in sentences)]
    return plain("\n".join(lines))


def recurrence_words(row: Mapping[str, Any]) -> str:
    """Returns what is known of how a claim comes again (a row of `export.claims.recurrence_row`)."""
    told = ((name.replace("_", " "), value) for name, value in row.items() if name not in ("claim", "label"))
    lines = (f"{name}: {value}" for name, value in told if value is not None)
    return plain("\n".join((str(row["label"]), "", *lines)))


def selection_name(row: sqlite3.Row) -> str:
    """Returns who said it and when."""
    return name_of(f"{row['speaker'] or 'not named'}, {display_date(row['statement_date'])}")


def selection_words(rows: Sequence[sqlite3.Row]) -> str:
    """Returns the description of a coded stretch: where it stands in the raw file, and each coding of it."""
    first = rows[0]
    place = f"characters {first['raw_start']}-{first['raw_end']}, line {first['line']}"
    lines = [
        f"Raw file {first['source']}, {place}; sha256 {first['sha256']}",
        f"Said {_dated(first['statement_date'], first['date_basis'])}",
        f"By {first['speaker'] or 'not named'}; voice: {first['voice']}",
        f"Printed {_dated(first['publication_date'], first['publication_basis'])}",
    ]
    return plain("\n".join([*lines, *map(_coding_words, rows)]))


def _dated(edtf: str | None, basis: str | None) -> str:
    return display_date(edtf) if edtf is None else f"{display_date(edtf)} (EDTF {edtf}; {basis})"


def _coding_words(row: sqlite3.Row) -> str:
    reviewed = f"; decided by {row['reviewed_by']}" if row["reviewed_by"] else ""
    counted = "" if row["counts"] else ", not counted"
    nearest = json.loads(row["evidence"]).get("nearest")
    near = f"; nearest sentence of the codebook: {nearest}" if nearest else ""
    return (
        f"{row['claim']}: {row['stance']}, {row['tier']}, {row['relation']}{counted}; score "
        f"{row['score']:g}, confidence {row['confidence']:g}, rule {row['rule']}{reviewed}; witness "
        f"{row['id']}, work {row['work']}{near}"
    )

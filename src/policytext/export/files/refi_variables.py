"""Variables of a REFI-QDA project: when and by whom a thing was said (cases), when it was printed (papers).

The standard has days, so an uncertain date is its EDTF value, its first and its last day, and its decade.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from policytext.export.files.refi_words import guid, plain

_DAY = re.compile(r"(?!0000)\d{4}-\d\d-\d\d")

_VARIABLES = {
    "Speaker": ("Text", "Who says it"),
    "Party": ("Text", "Party of the speaker"),
    "Said (EDTF)": ("Text", "When it was said, no more exactly than the paper tells"),
    "Said from": ("Date", "First day on which it can have been said"),
    "Said to": ("Date", "Last day on which it can have been said"),
    "Decade said": ("Text", "The decade, or the first and last that it can be"),
    "File": ("Text", "Name of the raw file"),
    "SHA-256": ("Text", "Digest of the raw file"),
    "Title": ("Text", "Title of the paper"),
    "Authors": ("Text", "Authors of the paper"),
    "Publisher": ("Text", "Who published it"),
    "Kind": ("Text", "Kind of paper"),
    "Rights": ("Text", "Who may do what with it"),
    "Printed (EDTF)": ("Text", "When it was printed, no more exactly than is known"),
    "Printed from": ("Date", "First day on which it can have been printed"),
    "Printed to": ("Date", "Last day on which it can have been printed"),
    "Decade printed": ("Text", "The decade, or the first and last that it can be"),
}


def variable_elements(tag: Callable[[str], str]) -> Iterator[Any]:
    """Yields the variables of cases and papers; ``tag`` puts a name into the namespace."""
    for name, (kind, words) in _VARIABLES.items():
        variable = etree.Element(tag("Variable"), guid=guid("variable", name), name=name, typeOfVariable=kind)
        etree.SubElement(variable, tag("Description")).text = words
        yield variable


def case_values(row: Any, tag: Callable[[str], str]) -> Iterator[Any]:
    """Yields the values of an occasion, by one of its witnesses (a row of `store.claims.witness_rows`)."""
    first, last = row["said_earliest"], row["said_latest"]
    values = {
        "Speaker": row["speaker"] or "not named",
        "Party": row["party"],
        "Said (EDTF)": row["statement_date"],
        "Said from": first,
        "Said to": last,
        "Decade said": decade_words(first, last),
    }
    return _values(values, tag)


def source_values(row: Any, tag: Callable[[str], str]) -> Iterator[Any]:
    """Yields the values of a paper (a row of documents)."""
    first, last = row["published_earliest"], row["published_latest"]
    values = {
        "File": row["name"],
        "SHA-256": row["sha256"],
        "Title": row["title"],
        "Authors": row["authors"],
        "Publisher": row["publisher"],
        "Kind": row["kind"],
        "Rights": row["rights"],
        "Printed (EDTF)": row["publication_date"],
        "Printed from": first,
        "Printed to": last,
        "Decade printed": decade_words(first, last),
    }
    return _values(values, tag)


def decade_words(first: str | None, last: str | None) -> str:
    """Returns the decade of two ISO days, the first and last where they differ; "" for an open side.

    "not dated" where neither is known.
    """
    decades = [f"{day[:3]}0s" if day else "" for day in (first, last)]
    if decades == ["", ""]:
        return "not dated"
    return decades[0] if decades[0] == decades[1] else f"{decades[0]}\u2013{decades[1]}"


def _values(values: dict[str, str | None], tag: Callable[[str], str]) -> Iterator[Any]:
    for name, value in values.items():
        kind = _VARIABLES[name][0]
        if value is None or (kind == "Date" and not _DAY.fullmatch(value)):
            continue
        element = etree.Element(tag("VariableValue"))
        etree.SubElement(element, tag("VariableRef"), targetGUID=guid("variable", name))
        etree.SubElement(element, tag(f"{kind}Value")).text = plain(value)
        yield element

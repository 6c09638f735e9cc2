"""Words of TEI: names of elements, text that XML can hold, identifiers, certainty, uncertain dates."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from lxml import etree

from policytext.export.wording import XML_FORBIDS, xml_text
from policytext.text.edtf import bounds

TEI = "http://www.tei-c.org/ns/1.0"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._-]")
_PLAIN = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")
_QUALIFIER = re.compile("[~?%]")
_YEAR = re.compile("[0-9X]{4}")
_MONTH = re.compile("[0-9X]{4}-[0-9]{2}")
_LEAST, _MOST = "0000", "9999"
_EVIDENCE = {
    "explicit": "internal",
    "anaphoric": "internal",
    "vague": "internal",
    "citation_year": "internal",
    "file": "internal",
    "publication": "external",
    "catalogue": "external",
}

Element = Any  # lxml has no types


def element(tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """Returns a TEI element; attributes that are None are left out, ``xml_id`` is ``xml:id``."""
    made = etree.Element(f"{{{TEI}}}{tag}", nsmap={None: TEI})
    for name, value in attributes.items():
        if value is not None:
            made.set(XML_ID if name == "xml_id" else name.rstrip("_").replace("__", "-"), xml_text(value))
    if text is not None:
        add_text(made, text)
    return made


def child(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """Returns a new last child of ``parent``, as `element` makes it."""
    made = element(tag, text, **attributes)
    parent.append(made)
    return made


def add_text(parent: Element, text: str) -> None:
    """Adds ``text`` behind all that ``parent`` holds.

    A character that XML forbids becomes ``<g n="U+000C">`` holding U+FFFD: ``n`` tells which it was.
    """
    at = 0
    for match in XML_FORBIDS.finditer(text):
        _add_legal(parent, text[at : match.start()])
        child(parent, "g", n=f"U+{ord(match[0]):04X}").text = "\ufffd"
        at = match.end()
    _add_legal(parent, text[at:])


def _add_legal(parent: Element, text: str) -> None:
    if not text:
        return
    try:
        last = parent[-1]  # its length would be counted anew every time
    except IndexError:
        parent.text = (parent.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def xml_name(text: str) -> str:
    """Returns ``text`` fit to be part of an ``xml:id``; different texts may give the same."""
    return _NOT_IN_ID.sub("-", text)[:200]


class Names:
    """Gives every text an ``xml:id`` of its own, the same for the same text."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, text: str) -> str:
        """Returns the id of ``text``: itself behind the prefix, numbered where that is taken."""
        if text not in self._given:
            plain = name = f"{self._prefix}{xml_name(text)}"
            number = 1
            while name in self._taken:
                number += 1
                name = f"{plain}-{number}"
            self._given[text] = name
            self._taken.add(name)
        return self._given[text]


def certainty(confidence: float) -> str:
    """Returns TEI's word for a confidence in [0, 1]: high from .8, medium from .5, else low."""
    return "high" if confidence >= 0.8 else "medium" if confidence >= 0.5 else "low"


def evidence(basis: str | None) -> str | None:
    """Returns TEI's word for how a date is known: internal, external or conjecture."""
    return None if basis is None else _EVIDENCE.get(basis, "conjecture")


def date_attributes(edtf: str | None) -> dict[str, str | None]:
    """Returns the attributes of a date to its own precision: ``when``, or ``notBefore`` and ``notAfter``.

    "1956" stays a year, "195X" is 1950 to 1959, an open side is left out; the EDTF value itself is in
    ``when-custom``. Bounds at the edge of what EDTF can say (years 0000 and 9999) say nothing and are left
    out.
    """
    if edtf is None:
        return {}
    custom: dict[str, str | None] = {"when__custom": edtf, "datingMethod": "#EDTF"}
    if _PLAIN.fullmatch(edtf) and edtf[:4] != _LEAST:
        return {"when": edtf, **custom}
    first, last = bounds(edtf)
    start, _, end = _QUALIFIER.sub("", edtf).partition("/")
    first = None if first is None or first[:4] == _LEAST else first[: _length(start)]
    last = None if last is None or last[:4] == _MOST else last[: _length(end or start)]
    return {"notBefore": first, "notAfter": last, **custom}


def _length(side: str) -> int:
    """Returns how many characters of an ISO day are as precise as one side of an EDTF value."""
    return 4 if _YEAR.fullmatch(side) else 7 if _MONTH.fullmatch(side) else 10


def place(source: str, start: int, end: int) -> str:
    """Returns a pointer to characters of a plain-text file (RFC 5147): ``joint.txt#char=100,133``."""
    return f"{quote(source.encode('utf-8', 'replace'), safe='')}#char={start},{end}"

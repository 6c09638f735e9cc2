"""XML from strangers, parsed without harm: no entities, no DTD, no network, no trees of unbounded size.

See https://lxml.de/FAQ.html#how-do-i-use-lxml-safely-as-a-web-service-endpoint and
https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, Literal

from policytext.errors import UnreadableSource

Element = Any
"""A node of lxml, which has no types of its own."""

_DECLARES = re.compile(rb"<!ENTITY|<!DOCTYPE[^>\[]{0,2000}\[", re.IGNORECASE)
_CUT_OFF = "getting the file anew; it may have been cut off"


def parse(data: bytes, what: str) -> Element:
    """Returns the root element of a document.

    Args:
        data: a whole XML file. A DOCTYPE is accepted if it declares nothing itself; its DTD is never loaded.
        what: the kind of file, for the error.

    Raises:
        UnreadableSource: it is not well-formed, or declares entities.
    """
    from lxml import etree

    refuse_declarations(data, what)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableSource(
            f"is {what} that is not well-formed ({reason(error)})", advice=_CUT_OFF
        ) from error
    _refuse_declared(root, what)
    return root


def parse_html(data: bytes, what: str) -> Element:
    """Returns the root element of an HTML page, which need not be well-formed; as safe as ``parse``.

    Raises:
        UnreadableSource: there is no element in it, or it declares entities.
    """
    from lxml import etree

    refuse_declarations(data, what)
    encoding = None if b"charset" in data[:4096] or data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding=encoding)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableSource(f"is {what} that cannot be read ({reason(error)})", advice=_CUT_OFF) from error
    if root is None:
        raise UnreadableSource(f"is {what} without an element", advice=_CUT_OFF)
    return root


def refuse_declarations(data: bytes, what: str) -> None:
    """Raises UnreadableSource where a DOCTYPE declares entities, where ASCII can be seen in the bytes."""
    if _DECLARES.search(data.replace(b"\0", b"")):
        raise UnreadableSource(
            f"is {what} that declares entities of its own, which are never expanded",
            advice="removing the [...] from its DOCTYPE",
        )


def _refuse_declared(root: Element, what: str) -> None:
    """Catches declarations in encodings that hide them from a look at the bytes (UTF-7, EBCDIC)."""
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise UnreadableSource(f"is {what} that declares entities of its own, which are never expanded")


def reason(error: Exception) -> str:
    """Returns a parser's complaint as a few words."""
    return " ".join(str(getattr(error, "msg", None) or error).split())[:120] or "no reason given"


def local(node: Element) -> str:
    """Returns an element's name without its namespace; empty for comments and the like."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def value(node: Element, name: str) -> str:
    """Returns an attribute by its name without namespace; empty where there is none."""
    found = node.get(name)
    if found is None:
        found = next((v for k, v in node.attrib.items() if k.endswith("}" + name)), "")
    return str(found)


def child(node: Element | None, *path: str) -> Element | None:
    """Returns the first descendant along a path of names without namespaces; None where a step fails."""
    for name in path:
        node = next((c for c in node if local(c) == name), None) if node is not None else None
    return node


def walk(root: Element) -> Iterator[tuple[Literal["start", "end"], Element]]:
    """Yields every node at its start and at its end, comments and references too; no tree is too deep."""
    stack = [(root, iter(root))]
    yield "start", root
    while stack:
        node, children = stack[-1]
        below = next(children, None)
        if below is None:
            stack.pop()
            yield "end", node
        else:
            stack.append((below, iter(below)))
            yield "start", below


def text_of(node: Element) -> str:
    """Returns the text at the head of a node; of a reference such as ``&nbsp;`` the character."""
    from lxml import etree

    if node.tag is etree.Entity:
        return html.unescape(str(node.text))
    return str(node.text or "") if isinstance(node.tag, str) else ""

"""Pictures inside the page: SVG that names itself to those who cannot see it, and does nothing else."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from policytext.export.wording import shown

_KEPT = frozenset({"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "ellipse", "polygon"})
_KEPT |= {"polyline", "defs", "clipPath", "pattern", "linearGradient", "stop"}
_LEFT_OUT = re.compile(r"(?:aria-|on|xml)|(?:role|href|class|style|tabindex)$", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)")
_OUTSIDE = re.compile(r"url\(|javascript:|data:", re.IGNORECASE)
_LABEL = 300


def inline_svg(data: bytes, name: str, label: str) -> Markup:
    """Returns a picture as markup for the inside of a page.

    Ids in it begin with ``name``, which is unique in the page. It is one image to a screen reader, called
    ``label``; what a drawing library says of every sign would only be noise beside the tables. Elements and
    attributes that could load or run anything are left out.

    Raises:
        ValueError: it is no well-formed SVG.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"a picture is no well-formed SVG: {error}") from error
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or etree.QName(element).localname not in _KEPT:
            _remove(element)
        else:
            _clean(element, name)
    root.set("role", "img")
    root.set("aria-label", shown(label, _LABEL))
    etree.cleanup_namespaces(root)
    text = etree.tostring(root, encoding="unicode")
    return Markup(text.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1))  # noqa: S704 - made above


def _remove(element: Any) -> None:
    """Takes an element out of the tree; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _clean(element: Any, name: str) -> None:
    for key, value in list(element.attrib.items()):
        if "}" in key or _LEFT_OUT.match(key):
            del element.attrib[key]
        elif key == "id":
            element.set(key, f"{name}-{value}")
        elif "url(" in value:
            element.set(key, _REFERENCE.sub(rf"url(#{name}-\1)", value))
            if _OUTSIDE.search(_REFERENCE.sub("", value)):
                del element.attrib[key]

"""What an HTML element says of its contents: role hints by name, ARIA role, class and id.

Names follow the HTML standard's content categories and ARIA landmarks (https://www.w3.org/TR/wai-aria-1.2/);
classes are those in common use on sites of government, charities and the press.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from policytext.document import BlockKind

BLOCKS: frozenset[str] = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html",
        "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
VOID: frozenset[str] = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
HEADINGS: frozenset[str] = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

Proof = Literal["none", "links"]
"""What must hold besides: ``links``, that at least half of the characters are links."""

_PULL_QUOTE = re.compile(r"(?:.*[-_])?pull[-_]?quote(?:[-_].*)?", re.IGNORECASE)
_COOKIES = re.compile(r"(?:.*[-_])?(?:cookie|gdpr|consent)s?(?:[-_].*)?", re.IGNORECASE)
_MENU = re.compile(
    r"(?:.*[-_])?(?:breadcrumbs?|menu|navbar|nav|navigation|sidebar|pagination|pager|share|sharing|social|related"
    r"|skip-?link|tags|toolbar|newsletter)(?:[-_].*)?",
    re.IGNORECASE,
)
_NOTE_ID = re.compile(r"(?:fn|ftn|_ftn|footnote|endnote|note)[-_:]?\d+", re.IGNORECASE)
_NOTE_CLASS = re.compile(r"(?:foot|end)note", re.IGNORECASE)
_LANDMARKS = {"navigation", "banner", "contentinfo", "search", "menu", "menubar"}


@dataclass(frozen=True, slots=True)
class Role:
    """A block kind, a heading's level, and what must be proved when the element ends."""

    kind: BlockKind
    level: int = 0
    proof: Proof = "none"


def role_of(name: str, attributes: Mapping[str, str], *, in_article: bool) -> Role | None:
    """Returns what an element is, as far as its tag says.

    ``in_article`` tells that it stands in an article or section, whose header and footer are the text's own.
    """
    if name in HEADINGS:
        return Role("heading", int(name[1]))
    if not attributes:
        return _furniture(name, "", [], in_article=in_article) or _content(name)
    classes = attributes.get("class", "")[:500].split()
    role = attributes.get("role", "").lower()
    if any(_PULL_QUOTE.fullmatch(c) for c in classes):
        return Role("pull_quote")
    note = role in {"doc-footnote", "doc-endnote"} or any(_NOTE_CLASS.fullmatch(c) for c in classes)
    if name in {"li", "p", "div", "aside"} and (note or _NOTE_ID.fullmatch(attributes.get("id", "")[:40])):
        return Role("footnote")
    return _furniture(
        name, role, [*classes, attributes.get("id", "")[:80]], in_article=in_article
    ) or _content(name)


def _furniture(name: str, role: str, labels: list[str], *, in_article: bool) -> Role | None:
    if name == "nav" or role in _LANDMARKS:
        return Role("boilerplate")
    if name in {"header", "footer"} and not in_article:
        return Role("boilerplate")
    if name not in BLOCKS or name in {"html", "body", "main", "article"}:
        return None
    if any(_COOKIES.fullmatch(label) for label in labels):
        return Role("boilerplate")
    if name == "aside" or any(_MENU.fullmatch(label) for label in labels):
        return Role("boilerplate", proof="links")
    return None


def _content(name: str) -> Role | None:
    if name == "figcaption":
        return Role("figure")
    if name == "blockquote":  # a quotation is somebody's text, not a repeat of the page's own
        return Role("paragraph")
    if name in {"ul", "ol", "menu", "li"}:
        return Role("list")
    return Role("table") if name == "table" else None

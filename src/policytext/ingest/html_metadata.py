"""What a web page states of itself: title, authors, publisher and date of publication.

Read, best first: schema.org in JSON-LD, citation and Dublin Core tags, Open Graph, plain ``meta`` names,
``<time>``, ``<title>``. See https://schema.org/Article, https://www.dublincore.org/specifications/dublin-core/dcq-html/
and https://ogp.me.
"""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policytext.document import Fact, Metadata
from policytext.ingest import dating
from policytext.ingest.tags import Dropped, Tag

_TITLES = ("ld:headline", "citation_title", "dc.title", "dcterms.title", "og:title", "title", "twitter:title")
_AUTHORS = ("ld:author", "citation_author", "dc.creator", "dcterms.creator", "author", "article:author")
_PUBLISHERS = (
    "ld:publisher", "citation_publisher", "dc.publisher", "dcterms.publisher", "og:site_name", "publisher",
)  # fmt: skip
_DATES = (
    "ld:datepublished", "citation_publication_date", "citation_date", "dc.date.issued", "dcterms.issued",
    "dc.date", "dcterms.date", "article:published_time", "og:published_time", "datepublished", "date",
    "publish-date", "time",
)  # fmt: skip
_RIGHTS = ("dc.rights", "dcterms.rights", "copyright", "rights")
_TAIL = re.compile(r"\s(?:\||-|\u2013|—|::|»)\s")
_LONGEST = 500


def metadata(tags: Sequence[Tag | Dropped], raw: str) -> tuple[Metadata, tuple[str, ...]]:
    """Returns what the page's tags state, with notes on what could not be understood."""
    stated: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in _statements(tags, raw):
        value = " ".join(value.split())  # noqa: PLW2901 - one line, as everywhere
        if value and len(value) <= _LONGEST and value not in stated[key]:
            stated[key].append(value)
    publisher = _first(stated, _PUBLISHERS)
    date, notes = _date(stated)
    authors = next((stated[k] for k in _AUTHORS if _names(stated[k])), [])
    return Metadata(
        title=_fact(_title(_first(stated, _TITLES), publisher)),
        authors=_fact("; ".join(_names(authors))),
        publisher=_fact(publisher),
        publication_date=_fact(date),
        rights=_fact(_first(stated, _RIGHTS)),
    ), notes


def _statements(tags: Sequence[Tag | Dropped], raw: str) -> Iterator[tuple[str, str]]:
    """Yields keys in lower case with their values, in the order of the page."""
    for tag in tags:
        if isinstance(tag, Dropped):
            inner = raw[tag.inner_start : tag.inner_end]
            if tag.name == "title":
                yield "title", html.unescape(inner[:2000])
            elif tag.name == "script" and "ld+json" in tag.inside:
                yield from _linked_data(inner)
        elif tag.name == "meta":
            attributes = tag.attributes()
            key = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
            yield key.strip().lower(), attributes.get("content", "")
        elif tag.name == "time" and not tag.closing:
            yield "time", tag.attributes().get("datetime", "")


def _linked_data(source: str) -> Iterator[tuple[str, str]]:
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        return
    for node in _nodes(data):
        for key in ("headline", "author", "publisher", "datePublished"):
            for value in _plain(node.get(key)):
                yield f"ld:{key.lower()}", value


def _nodes(data: Any) -> list[Mapping[str, Any]]:
    """Returns the objects that describe a work: those with a headline or a date of publication."""
    nodes = data.get("@graph", [data]) if isinstance(data, dict) else data
    nodes = nodes if isinstance(nodes, list) else [nodes]
    return [n for n in nodes if isinstance(n, dict) and ("headline" in n or "datePublished" in n)]


def _plain(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in (_plain(item) if not isinstance(item, list) else [])]
    if isinstance(value, dict):
        value = value.get("name")
    return [value] if isinstance(value, str) and value.isprintable() else []


def _first(stated: Mapping[str, Sequence[str]], keys: Sequence[str]) -> str:
    return next((stated[k][0] for k in keys if stated.get(k)), "")


def _names(values: Sequence[str]) -> list[str]:
    """Returns what can be names: a profile's address, as Open Graph has it, is none."""
    return [v for v in values if "://" not in v and "@" not in v]


def _title(title: str, publisher: str) -> str:
    """Returns a title without the name of the site behind it: ``Why integrate? | The Review``."""
    cuts = list(_TAIL.finditer(title))
    if not cuts:
        return title
    tail = title[cuts[-1].end() :].strip()
    site = publisher.casefold()
    named = bool(site) and (tail.casefold() in site or site in tail.casefold())
    return title[: cuts[-1].start()].strip() if named or cuts[-1][0].strip() == "|" else title


def _date(stated: Mapping[str, Sequence[str]]) -> tuple[str, tuple[str, ...]]:
    notes: list[str] = []
    for key in _DATES:
        for value in stated.get(key, ()):
            edtf = dating.to_edtf(value)
            if edtf:
                return edtf, tuple(notes)
            notes.append(f"date left out, not understood: {key} {value[:40]!r}")
    return "", tuple(notes)


def _fact(value: str) -> Fact | None:
    return Fact(value, "file") if value else None

"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/): every row points into its raw source.

A file is one AnnotationCollection with one page, one annotation a line, written as they are read: a layer of
100,000 rows needs no more memory than its largest documents. The source of a target is named by what it holds
(RFC 6920: ``ni:///sha-256;...`` of the bytes as they came), with the file's name and the hexadecimal digest
beside; selectors count code points of the source decoded as text. A row that stands in several raw places has
a target for each, in reading order. What the row knows beside is under ``facts``, as plain JSON.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, BinaryIO

from policytext.analysis.timeline import Timeline
from policytext.analysis.witness import Witness
from policytext.errors import BadRequest
from policytext.export.files.selectors import Selector, position, selectors
from policytext.export.layers import layer_rows
from policytext.export.tables import timeline_row
from policytext.export.wording import display_date
from policytext.store.archive import Archive
from policytext.store.reader import raw_document

CONTEXT: list[Any] = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "facts": {"@id": "urn:x-policytext:facts", "@type": "@json"},
        "provenance": {"@id": "urn:x-policytext:provenance", "@type": "@json"},
        "sha256": "urn:x-policytext:sha256",
    },
]
MOTIVATIONS: dict[str, str] = {
    "blocks": "classifying",
    "passages": "highlighting",
    "edits": "editing",
    "statements": "tagging",
    "dates": "tagging",
    "citations": "linking",
    "reprints": "linking",
    "claims": "tagging",
}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:x-policytext:annotation")
_LEGISLATION = "http://www.legislation.gov.uk/id/"  # the site's own form of an identifier
_KEPT_CHARACTERS = 50_000_000
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})

Json = dict[str, Any]


def write_timeline(timeline: Timeline, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes the witnesses of a timeline as annotations.

    Of a witness that does not hold its raw text only the position is told: a quotation with its white space
    collapsed would not be found.
    """
    items = (_of_witness(w, timeline.labels.get(w.family_id or "")) for w in timeline.witnesses)
    _write(items, timeline.title, f"timeline {timeline.kind} {timeline.asked}", provenance, stream)


def write_layer(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes the rows of a layer as annotations, in their order.

    Raises:
        NotFound: no such layer.
        BadRequest: rows of this layer stand in no place.
    """
    rows = layer_rows(archive, layer)
    if layer not in MOTIVATIONS:
        raise BadRequest("rows of this layer stand in no place", layer, ", ".join(MOTIVATIONS))
    sources = _Sources(archive)
    items = (_of_row(layer, row, number, sources) for number, row in enumerate(rows))
    _write(items, f"Layer {layer}", f"layer {layer}", provenance, stream)


def _write(
    items: Iterable[Json], label: str, key: str, provenance: Mapping[str, Any], stream: BinaryIO
) -> None:
    """Writes the collection; its total stands at the end, where it is known."""
    waiting = iter(items)
    begun = list(islice(waiting, 1))  # what cannot be read fails before anything is written
    name = _urn(key, str(provenance.get("corpus_sha256")))
    page = _urn(name, "page 1")
    software = f"policytext {dict(provenance.get('versions') or {}).get('policytext', '')}".strip()
    head: Json = {
        "@context": CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": label,
        "generator": {"id": "urn:x-policytext:software", "type": "Software", "name": software},
        **({"generated": provenance["time"]} if "time" in provenance else {}),
        "provenance": dict(provenance),
    }
    first = {"id": page, "type": "AnnotationPage", "partOf": name, "startIndex": 0}
    stream.write(_bytes(head)[:-1] + b', "first": ' + _bytes(first)[:-1] + b', "items": [')
    total = 0
    for total, item in enumerate(chain(begun, waiting), start=1):
        stream.write(b"\n" if total == 1 else b",\n")
        stream.write(_bytes(item))
    stream.write(b'\n]}, "last": ' + _bytes(page) + f', "total": {total}}}\n'.encode())


def _bytes(value: Any) -> bytes:
    """Returns JSON in UTF-8, on one line however lines are split; a lone surrogate stays an escape."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return line.translate(_LINE_ENDS).encode("utf-8", "backslashreplace")


def _urn(*names: str) -> str:
    told = json.dumps(names)  # all ASCII, and no two lists of names read alike
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, told)}"


def _source(name: str, sha256: str) -> Json:
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return {"id": f"ni:///sha-256;{digest}", "type": "Text", "label": name, "sha256": sha256}


def _target(source: Json, chosen: list[Selector]) -> Json:
    return {"type": "SpecificResource", "source": source, "selector": chosen}


def _one_or_all(targets: list[Json]) -> Json | list[Json]:
    return targets[0] if len(targets) == 1 else targets


def _annotation(name: str, motivation: str, body: list[Json], target: Any, facts: Json) -> Json:
    return {
        "id": name,
        "type": "Annotation",
        "motivation": motivation,
        **({"body": body} if body else {}),
        "target": target,
        "facts": facts,
    }


def _body(value: str, purpose: str) -> Json:
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def _tags(*values: Any) -> list[Json]:
    return [_body(str(value), "tagging") for value in dict.fromkeys(values) if value]


def _of_witness(w: Witness, label: str | None) -> Json:
    source = _source(w.source, w.source_sha256)
    facts = timeline_row(w)
    told = {"start", "end", "source", "source_sha256", *(("quote_raw",) if w.exact is not None else ())}
    return _annotation(
        _urn("witness", w.source_sha256, w.witness_id),
        "tagging",
        [*_tags(label or w.family_id), _body(_sentence(w), "commenting")],
        _one_or_all([_target(source, chosen) for chosen in _places(w)]),
        {name: value for name, value in facts.items() if name not in told},
    )


def _places(w: Witness) -> Iterator[list[Selector]]:
    """Yields the selectors of every raw place in which a witness stands."""
    spans = w.spans or ((w.start, w.end),)
    if w.exact is None:
        yield from ([position(start, end)] for start, end in spans)
        return
    before = w.raw_before or ""
    around = before + w.exact + (w.raw_after or "")
    yield from (selectors(around, start, end, w.start - len(before)) for start, end in spans)


def _sentence(w: Witness) -> str:
    said = f"{w.speaker or 'No speaker named'}, said {_dated(w.statement_edtf, w.statement_date_basis)}"
    printed = f"printed {_dated(w.publication_edtf, w.publication_date_basis)}"
    return "; ".join(part for part in (said, printed, w.relation, w.stance, w.tier) if part)


def _dated(edtf: str | None, basis: str | None) -> str:
    return f"{display_date(edtf)} (EDTF {edtf}, {basis})" if edtf else "not dated"


class _Sources:
    """Raw texts of documents with their digests: those used last, up to a number of characters."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._open: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._characters = 0

    def at(self, document: str) -> tuple[str, str]:
        """Returns the raw text of a document and the sha256 of its bytes."""
        if document not in self._open:
            read = raw_document(self._archive, document)
            self._open[document] = (read.raw, read.sha256)
            self._characters += len(read.raw)
            while self._characters > _KEPT_CHARACTERS and len(self._open) > 1:
                self._characters -= len(self._open.popitem(last=False)[1][0])
        self._open.move_to_end(document)
        return self._open[document]


def _of_row(layer: str, row: Json, number: int, sources: _Sources) -> Json:
    raw, sha256 = sources.at(row["document"])
    source = _source(row["source"], sha256)
    spans = row.get("spans") or [[row["start"], row["end"]]]
    targets = [_target(source, selectors(raw, start, end)) for start, end in spans]
    said_elsewhere = {"source", "start", "end", "spans"}
    if row.get("text") == raw[row["start"] : row["end"]]:
        said_elsewhere.add("text")
    facts = {name: value for name, value in row.items() if name not in said_elsewhere}
    # Rows without an id (edits, reprints) are told apart by their number in the layer.
    name = _urn(layer, sha256, str(row.get("id") or number))
    return _annotation(name, MOTIVATIONS[layer], _BODIES[layer](row), _one_or_all(targets), facts)


def _edit_body(row: Json) -> list[Json]:
    """Returns what is to stand there, where anything is; a flagged place has only its reason."""
    edited = [] if row["replacement"] is None else [_body(row["replacement"], "editing")]
    return [*edited, *_tags(row["reason"], row["status"])]


def _citation_body(row: Json) -> list[Json]:
    named = _tags(row["title"] or row["class"])
    if not row["uri"]:
        return named
    cited = {"type": "SpecificResource", "source": f"{_LEGISLATION}{row['uri']}", "purpose": "linking"}
    return [cited, *named]


_BODIES: dict[str, Callable[[Json], list[Json]]] = {
    "blocks": lambda row: _tags(row["kind"]),
    "passages": lambda row: _tags(row["kind"], row["voice"]),
    "edits": _edit_body,
    "statements": lambda row: _tags(
        row["speaker"] or row["speaker_text"], row["kind"], row["statement_date"]
    ),
    "dates": lambda row: _tags(row["edtf"] or "not resolved", row["type"]),
    "citations": _citation_body,
    "reprints": lambda row: _tags(row["relation"], row["group"]),
    "claims": lambda row: _tags(row["label"], row["stance"], row["speaker"], row["statement_date"]),
}

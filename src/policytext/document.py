"""Records of a source and of what it holds: edits, blocks, passages.

All offsets are half-open and count Unicode code points. *Raw* offsets point into the source decoded as
text (after a byte-order mark, newlines untouched); *clean* offsets into the text after cleaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from policytext.spans import Span, check_span

BlockKind = Literal[
    "heading",
    "paragraph",
    "list",
    "table",
    "pull_quote",
    "footnote",
    "running_header",
    "page_number",
    "figure",
    "boilerplate",
]
BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
FURNITURE: frozenset[str] = frozenset({"running_header", "page_number", "figure", "boilerplate"})
"""Block kinds that are kept on record but are nobody's text: they make no passages."""

EditStatus = Literal["applied", "suggested", "flagged"]
SourceFormat = Literal["text", "markdown", "html", "jsonl", "pdf", "docx", "alto", "hocr"]
Carrier = Literal["ocr", "markdown", "web", "pdf", "text"]
"""How a text came to be: read by a machine from an image, made by a converter, a web page, the text layer
of a PDF, or typed."""


def _check_confidence(confidence: float) -> None:
    if not 0.0 <= confidence <= 1.0:
        raise ValueError(f"confidence must lie in [0, 1], not {confidence}")


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it came, or one line of a .jsonl file.

    ``path`` is where it was read (absolute; ``#KEY`` appended for a line), ``name`` the file's name as
    exports show it (likewise ``#KEY``), ``sha256`` the digest of the bytes of the file or line,
    ``encoding_rule`` how the encoding was found.
    """

    path: str
    name: str
    sha256: str
    size: int
    format: SourceFormat
    encoding: str
    encoding_rule: str
    encoding_confidence: float

    def __post_init__(self) -> None:
        _check_confidence(self.encoding_confidence)
        if len(self.sha256) != 64:
            raise ValueError("sha256 must be 64 hex digits")


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of metadata with where it comes from.

    ``basis`` is ``catalogue``, ``file`` (the file's own metadata) or ``inferred:RULE``.
    """

    value: str
    basis: str
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)
        if not self.value.strip():
            raise ValueError("a fact needs a value; leave it out instead")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document; ``None`` where nothing is. Dates are EDTF, authors ``A; B``."""

    title: Fact | None = None
    authors: Fact | None = None
    publisher: Fact | None = None
    publication_date: Fact | None = None
    kind: Fact | None = None
    rights: Fact | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One repair: raw ``[start, end)``, which reads ``text``, is to read ``replacement``.

    ``replacement`` is None only for a flagged place, whose text is kept. Only ``applied`` edits change
    the clean text.
    """

    start: int
    end: int
    text: str
    replacement: str | None
    reason: str
    rule: str
    confidence: float = 1.0
    status: EditStatus = "applied"

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        _check_confidence(self.confidence)
        if self.end - self.start != len(self.text):
            raise ValueError(f"edit at {self.start}: text and span differ in length")
        if (self.replacement is None) != (self.status == "flagged"):
            raise ValueError(f"edit at {self.start}: exactly a flagged edit has no replacement")


@dataclass(frozen=True, slots=True)
class Move:
    """A stretch lifted out of the running text: raw ``[start, end)`` reads, when clean, before raw ``to``.

    A page number between two halves of a paragraph is moved behind the paragraph: no character is lost,
    and the paragraph reads on.
    """

    start: int
    end: int
    to: int
    reason: str
    rule: str
    confidence: float = 1.0

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        _check_confidence(self.confidence)
        if self.start < self.to < self.end:
            raise ValueError(f"move at {self.start}: cannot land inside itself")


@dataclass(frozen=True, slots=True)
class RoleHint:
    """What markup says of raw ``[start, end)``: a block of this kind stands there."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0

    def __post_init__(self) -> None:
        check_span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Doubt:
    """How sure a machine was of what it read at raw ``[start, end)``, in [0, 1]; evidence, not truth."""

    start: int
    end: int
    confidence: float

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        _check_confidence(self.confidence)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says of raw ``[start, end)`` of ``source`` (its name), which reads ``text``.

    ``accept`` makes it read ``replacement``, whoever proposed that; ``reject`` keeps any edit to
    ``replacement`` from being made there (``replacement`` None: any edit at all). ``by`` names the person.
    """

    source: str
    start: int
    end: int
    text: str
    replacement: str | None
    verdict: Literal["accept", "reject"]
    by: str = ""

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        if self.end - self.start != len(self.text):
            raise ValueError(f"decision at {self.start}: text and span differ in length")
        if self.replacement is None and self.verdict == "accept":
            raise ValueError(f"decision at {self.start}: to accept needs a replacement")


@dataclass(frozen=True, slots=True)
class Profile:
    """What kind of text a source is, and how damaged, measured before anything is repaired.

    The rates are per 1,000 of its ``words``: ``space_errors`` (words that ran together or fell apart),
    ``confusions`` (words with a character of the wrong class, ``wou1d``, or that a visual confusion parts
    from a word; of these, those spelt as words are count so far as others bear them out), ``unknown`` (words
    in small letters that no list and no second place in the text attests).
    ``rule`` says what showed the carrier.
    """

    carrier: Carrier
    rule: str
    confidence: float
    words: int
    space_errors: float
    confusions: float
    unknown: float

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)
        if min(self.words, self.space_errors, self.confusions, self.unknown) < 0:
            raise ValueError("counts and rates are not negative")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document with a role; ``start``/``end`` are clean offsets.

    ``level`` is a heading's depth (1 the highest), else 0. ``section`` is the path of headings above,
    joined by `` > ``. ``quality`` is the share of its words that read as words, in [0, 1]; None where there
    are too few to tell. ``marks`` are the clean spans of the marks that call a footnote.
    """

    start: int
    end: int
    kind: BlockKind
    level: int
    section: str
    rule: str
    confidence: float
    quality: float | None = None
    marks: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        _check_confidence(self.confidence)
        if self.quality is not None:
            _check_confidence(self.quality)
        if self.kind not in BLOCK_KINDS:
            raise ValueError(f"no such block kind: {self.kind}")


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed and found; ``start``/``end`` are clean offsets of ``text``.

    ``context`` is what stands above it and helps to find it (its nearest heading); ``pieces`` the number of
    word pieces of ``text``, special tokens not counted. ``quality`` is the share of its words that read as
    words, in [0, 1]; None where there are too few to tell.
    """

    start: int
    end: int
    text: str
    kind: BlockKind
    section: str
    context: str
    pieces: int
    quality: float | None = None

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        if self.end - self.start != len(self.text):
            raise ValueError(f"passage at {self.start}: text and span differ in length")

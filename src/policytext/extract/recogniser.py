"""A user's own spaCy pipeline, which may add persons and clauses that our lists and rules do not know.

Only entities labelled PERSON or PER are taken from it and, where it has a parser, the clauses that reporting
verbs take. It runs over paragraphs, in pieces of bounded length, and is loaded once in each process that
needs it. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from policytext.errors import ModelUnavailable
from policytext.extract.indirect.parsed import ParsedClause, clauses_of
from policytext.files import sha256_of
from policytext.spans import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

PERSON_LABELS = frozenset({"PERSON", "PER"})
"""What pipelines call a person: OntoNotes' name (English ones) and CoNLL's and WikiNER's (most others)."""
PIECE = 5_000
"""Characters that the pipeline reads at a time, at most."""
_AT_ONCE = 32
_LONGEST_NAME = 80
_NO_NAMES = re.compile(r"\S{200,}")  # spaCy's tokenizer takes time by the square of a run without a blank


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A pipeline: ``name`` is a package or a folder; ``identity`` tells what was loaded, to the byte.

    Picklable; the pipeline itself is loaded where it is used.
    """

    name: str
    identity: str
    labels: tuple[str, ...]

    @property
    def knows_persons(self) -> bool:
        """Whether one of its components says that it labels persons."""
        return bool(PERSON_LABELS & set(self.labels))

    @property
    def knows_clauses(self) -> bool:
        """Whether one of its components says that it labels clauses."""
        return "ccomp" in self.labels


def find_recogniser(name: str) -> Recogniser:
    """Returns the pipeline of that name, loaded once to see that it can be.

    Args:
        name: an installed package (``en_core_web_sm``) or a folder that ``nlp.to_disk`` wrote.

    Raises:
        ModelUnavailable: there is none, or it cannot be loaded.
    """
    nlp = _loaded(name)
    meta = nlp.meta
    told = f"{meta['lang']}_{meta['name']} {meta['version']} {_digest(nlp)[:16]}"
    labels = {label for listed in nlp.pipe_labels.values() for label in listed}
    return Recogniser(name, told, tuple(sorted(labels)))


def _digest(nlp: Language) -> str:
    """Returns a hex digest of the pipeline's files: a retrained one often keeps its name and version."""
    folder = nlp.path
    digest = hashlib.sha256(nlp.config.to_str().encode())
    for path in sorted(p for p in folder.rglob("*") if p.is_file()) if folder else ():
        digest.update(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


@lru_cache(maxsize=2)
def _loaded(name: str) -> Language:
    import spacy

    is_folder = Path(name).is_dir()
    if not is_folder and not spacy.util.is_package(name):
        advice = f"python -m spacy download {name}, or the path of a folder that nlp.to_disk wrote"
        raise ModelUnavailable("no such spaCy pipeline here", name, advice)
    try:
        return spacy.load(name)
    except Exception as error:
        what = "not a complete spaCy pipeline" if is_folder else "the spaCy pipeline cannot be loaded"
        told = " ".join(str(error).split())[:200]
        raise ModelUnavailable(f"{what} ({type(error).__name__}: {told})", name, "another one") from error


def find_in(
    text: str, paragraphs: Iterable[Span], recogniser: Recogniser
) -> tuple[tuple[Span, ...], tuple[ParsedClause, ...]]:
    """Returns the persons and the clauses that the pipeline finds, each in reading order; read once.

    No two persons overlap. A pipeline without a parser finds no clauses.

    Args:
        text: the clean text; spans are into it.
        paragraphs: what is read, in order; a name across two of them is none.
        recogniser: the pipeline.

    Raises:
        ModelUnavailable: the pipeline fails on this text.
    """
    readable = _NO_NAMES.sub(lambda run: " " * len(run[0]), text)
    pieces = [piece for paragraph in paragraphs for piece in _pieces(readable, paragraph)]
    nlp = _loaded(recogniser.name)
    persons: list[Span] = []
    clauses: list[ParsedClause] = []
    try:
        docs = nlp.pipe((readable[p.start : p.end] for p in pieces), batch_size=_AT_ONCE)
        for piece, doc in zip(pieces, docs, strict=True):
            persons += _persons(doc, piece.start)
            clauses += clauses_of(doc, piece.start)
    except Exception as error:
        what = f"the spaCy pipeline fails on the text ({type(error).__name__}: {error})"
        raise ModelUnavailable(what, recogniser.name, "another one, or none") from error
    return tuple(persons), tuple(clauses)


def _pieces(text: str, paragraph: Span) -> Iterator[Span]:
    """Yields a paragraph, parted at blanks where it is longer than ``PIECE``; what is blank is left out."""
    start = paragraph.start
    while start < paragraph.end:
        end = min(start + PIECE, paragraph.end)
        if end < paragraph.end:
            blank = text.rfind(" ", start + 1, end)
            end = blank if blank > start else end
        if not text[start:end].isspace():
            yield Span(start, end)
        start = end


def _persons(doc: Doc, offset: int) -> Iterator[Span]:
    """Yields the persons of a piece that begins at ``offset``, without blanks at their edges."""
    for entity in doc.ents:
        name = entity.text.strip()
        if entity.label_ in PERSON_LABELS and 0 < len(name) <= _LONGEST_NAME:
            start = offset + entity.start_char + entity.text.index(name)
            yield Span(start, start + len(name))


def persons_of(doc: Doc) -> Sequence[Span]:
    """Returns the persons among the entities that a pipeline found in a document before."""
    return tuple(_persons(doc, 0))

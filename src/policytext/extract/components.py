"""The extractors as components of a spaCy pipeline.

Any pipeline can add them by name, citations before dates before statements, since each leans on those before
it; behind a pipeline's own entities and parser they use its persons and clauses too::

    nlp = spacy.blank("en")
    nlp.add_pipe("policytext_citations")
    nlp.add_pipe("policytext_dates")
    nlp.add_pipe("policytext_statements")

Each puts its finds into ``doc.spans`` under its own name, widened to whole tokens and labelled with their
type, and the exact records, as a tuple, into the extension attribute of that name
(``doc._.policytext_dates``). What is known of the document may be given beforehand in
``doc._.policytext_context``, a mapping with any of ``publication_date`` (EDTF), ``voice``, ``blocks``,
``persons`` (spans) and ``clauses`` (parsed); where it is silent the component's own settings hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policytext.annotation import Citation, DateMention, Statement
from policytext.document import FURNITURE, Block
from policytext.extract.citations.finding import find_citations
from policytext.extract.citations.own_table import read_table, with_own
from policytext.extract.dates.finding import find_dates
from policytext.extract.indirect.parsed import clauses_of
from policytext.extract.recogniser import persons_of
from policytext.extract.speech.finding import find_speech
from policytext.spans import Span

DATES, CITATIONS, STATEMENTS = "policytext_dates", "policytext_citations", "policytext_statements"
CONTEXT = "policytext_context"
VOICES = "policytext_voices"
"""Under this name ``doc.user_data`` holds [clean offset, name]: from there on, whose words the text is."""
_ASIDE = FURNITURE | {"footnote", "table"}
_REFERENCES = re.compile(
    r"\b(?:references|bibliography|(?:end ?)?notes|works cited|further reading)$", re.IGNORECASE
)
Found = DateMention | Citation | Statement


def _read(name: str, record: Callable[..., Found], doc: Doc) -> tuple[Found, ...]:
    """Returns the records kept in ``doc``; JSON and msgpack have no tuples, so lists are made such again."""
    kept: Iterable[Mapping[str, Any]] = doc.user_data.get(name, ())
    return tuple(record(**{k: _tuple(v) for k, v in row.items()}) for row in kept)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _write(name: str, doc: Doc, records: Iterable[Found]) -> None:
    """Keeps records as plain values, so that the document can go to disk or to another process."""
    doc.user_data[name] = [{f.name: getattr(r, f.name) for f in fields(r)} for r in records]


for _name, _kind in ((DATES, DateMention), (CITATIONS, Citation), (STATEMENTS, Statement)):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, getter=partial(_read, _name, _kind), setter=partial(_write, _name))
if not Doc.has_extension(CONTEXT):
    Doc.set_extension(CONTEXT, default=None)


class _Component:
    """What the three share: the document's context, and where finds are put."""

    name: str

    def _known(self, doc: Doc, key: str) -> Any:
        context = doc._.get(CONTEXT) or {}
        return context.get(key, getattr(self, key, None))

    def _text(self, doc: Doc) -> str:
        """Returns the text; spaCy puts it together anew, token by token, whenever it is asked."""
        text: str | None = self._known(doc, "text")
        return doc.text if text is None else text

    def _put(self, doc: Doc, records: Iterable[Found]) -> Doc:
        found = tuple(records)
        doc._.set(self.name, found)
        spans = (doc.char_span(r.start, r.end, label=_label(r), alignment_mode="expand") for r in found)
        doc.spans[self.name] = [span for span in spans if span is not None]
        return doc


def _label(record: Found) -> str:
    if isinstance(record, DateMention):
        return record.type
    return record.cls if isinstance(record, Citation) else record.kind


class Citations(_Component):
    """Finds legislation and state papers.

    ``gazetteer`` is a csv of Acts that the user knows besides ours: title, year, chapter, uri and, if there
    are any, aliases.
    """

    name = CITATIONS

    def __init__(self, publication_date: str | None = None, gazetteer: str | None = None) -> None:
        self.publication_date = publication_date
        self._own = read_table(Path(gazetteer)) if gazetteer is not None else {}

    def __call__(self, doc: Doc) -> Doc:
        """Sets ``doc.spans["policytext_citations"]`` and ``doc._.policytext_citations``."""
        found = find_citations(
            self._text(doc),
            published=self._known(doc, "publication_date"),
        )
        return self._put(doc, with_own(found, self._own) if self._own else found)


class Dates(_Component):
    """Finds dates; a year in the title of a citation found before is of type ``title_year``, no date."""

    name = DATES

    def __init__(self, publication_date: str | None = None) -> None:
        self.publication_date = publication_date

    def __call__(self, doc: Doc) -> Doc:
        """Sets ``doc.spans["policytext_dates"]`` and ``doc._.policytext_dates``."""
        found = find_dates(
            self._text(doc),
            anchor=self._known(doc, "publication_date"),
            titles=[Span(c.start, c.end) for c in doc._.get(CITATIONS) if c.cls != "vague_legislation"],
            asides=[Span(b.start, b.end) for b in self._known(doc, "blocks") or () if _is_aside(b)],
        )
        return self._put(doc, found)


def _is_aside(block: Block) -> bool:
    """Whether a block is no part of the narrative, whose dates the narrative never means."""
    return block.kind in _ASIDE or _REFERENCES.search(block.section) is not None


class Statements(_Component):
    """Finds statements; dates found before it tell when something was said, persons found before it by whom.

    A parser before it shows clauses that the rules miss.
    """

    name = STATEMENTS

    def __init__(self, publication_date: str | None = None, voice: str | None = None) -> None:
        self.publication_date = publication_date
        self.voice = voice

    def __call__(self, doc: Doc) -> Doc:
        """Sets ``doc.spans["policytext_statements"]`` and ``doc._.policytext_statements``."""
        persons, clauses = self._known(doc, "persons"), self._known(doc, "clauses")
        speech = find_speech(
            self._text(doc),
            blocks=self._known(doc, "blocks") or (),
            dates=doc._.get(DATES),
            publication_date=self._known(doc, "publication_date"),
            voice=self._known(doc, "voice"),
            persons=persons_of(doc) if persons is None else persons,
            clauses=clauses_of(doc) if clauses is None else clauses,
        )
        doc.user_data[VOICES] = [list(v) for v in zip(speech.voices.starts, speech.voices.names, strict=True)]
        return self._put(doc, speech.statements)


@Language.factory(
    CITATIONS, assigns=[f"doc._.{CITATIONS}"], default_config={"publication_date": None, "gazetteer": None}
)
def make_citations(
    nlp: Language,  # noqa: ARG001 - the signature is spaCy's
    name: str,  # noqa: ARG001 - likewise
    publication_date: str | None,
    gazetteer: str | None,
) -> Citations:
    """Returns the component ``policytext_citations``."""
    return Citations(publication_date, gazetteer)


@Language.factory(DATES, assigns=[f"doc._.{DATES}"], default_config={"publication_date": None})
def make_dates(
    nlp: Language,  # noqa: ARG001 - the signature is spaCy's
    name: str,  # noqa: ARG001 - likewise
    publication_date: str | None,
) -> Dates:
    """Returns the component ``policytext_dates``."""
    return Dates(publication_date)


@Language.factory(
    STATEMENTS,
    assigns=[f"doc._.{STATEMENTS}"],
    default_config={"publication_date": None, "voice": None},
)
def make_statements(
    nlp: Language,  # noqa: ARG001 - the signature is spaCy's
    name: str,  # noqa: ARG001 - likewise
    publication_date: str | None,
    voice: str | None,
) -> Statements:
    """Returns the component ``policytext_statements``."""
    return Statements(publication_date, voice)


class PlainTokenizer:
    """Splits a text into runs of letters and digits, single other marks and blanks; in linear time.

    spaCy's English tokenizer peels punctuation off a word one mark at a time, copying the rest: a line of
    200,000 quotation marks keeps it busy for hours. The extractors read characters, not tokens, so nothing
    is lost. Tokens are at most 64 characters long.
    """

    _TOKEN = re.compile(r"\w{1,64}|[^\w\s]| +|[^\S ]{1,64}")

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Returns the tokens of ``text``; ``doc.text`` is ``text``."""
        words: list[str] = []
        spaces: list[bool] = []
        for match in self._TOKEN.finditer(text):
            token = match[0]
            if token[0] == " " and words and not spaces[-1]:
                spaces[-1] = True
                token = token[1:]
            if token:
                words.append(token)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

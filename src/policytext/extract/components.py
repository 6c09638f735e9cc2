"""The extractors as components of a spaCy pipeline.

Any pipeline can add them by name::

    nlp = spacy.blank("en")
    nlp.add_pipe("policytext_citations")
    nlp.add_pipe("policytext_dates")
    nlp.add_pipe("policytext_statements")

Each puts its finds into ``doc.spans`` under its own name, widened to whole tokens and labelled with their
type, and the exact records, as a tuple, into the extension attribute of that name
(``doc._.policytext_dates``). What is known of the document may be given beforehand in
``doc._.policytext_context``, a mapping with any of ``publication_date`` (EDTF), ``voice`` and ``blocks``;
where it is silent the component's own settings hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from policytext.annotation import Citation, DateMention, Statement
from policytext.document import Span
from policytext.extract.dates import find_dates
from policytext.extract.legislation import find_citations
from policytext.extract.statements import find_statements

DATES, CITATIONS, STATEMENTS = "policytext_dates", "policytext_citations", "policytext_statements"
CONTEXT = "policytext_context"

for _name in (DATES, CITATIONS, STATEMENTS):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=())
if not Doc.has_extension(CONTEXT):
    Doc.set_extension(CONTEXT, default=None)


class _Component:
    """What the three share: settings, the document's context, and where finds are put."""

    def __init__(self, publication_date: str | None = None, voice: str | None = None) -> None:
        self.publication_date = publication_date
        self.voice = voice

    def _known(self, doc: Doc, key: str) -> Any:
        context = doc._.get(CONTEXT) or {}
        return context.get(key, getattr(self, key, None))

    def _put(self, doc: Doc, name: str, records: Iterable[DateMention | Citation | Statement]) -> Doc:
        found = tuple(records)
        doc._.set(name, found)
        spans = (doc.char_span(r.start, r.end, label=_label(r), alignment_mode="expand") for r in found)
        doc.spans[name] = [span for span in spans if span is not None]
        return doc


def _label(record: DateMention | Citation | Statement) -> str:
    if isinstance(record, DateMention):
        return record.type
    return record.cls if isinstance(record, Citation) else record.kind


class Dates(_Component):
    """Finds dates; where citations were found before, their titles hold no dates."""

    def __call__(self, doc: Doc) -> Doc:
        """Sets ``doc.spans["policytext_dates"]`` and ``doc._.policytext_dates``."""
        titles = [Span(c.start, c.end) for c in doc._.get(CITATIONS) if c.cls != "vague_legislation"]
        found = find_dates(doc.text, anchor=self._known(doc, "publication_date"), skip=titles)
        return self._put(doc, DATES, found)


class Citations(_Component):
    """Finds legislation and state papers."""

    def __call__(self, doc: Doc) -> Doc:
        """Sets ``doc.spans["policytext_citations"]`` and ``doc._.policytext_citations``."""
        return self._put(
            doc, CITATIONS, find_citations(doc.text, published=self._known(doc, "publication_date"))
        )


class Statements(_Component):
    """Finds statements; dates found before it tell when something was said."""

    def __call__(self, doc: Doc) -> Doc:
        """Sets ``doc.spans["policytext_statements"]`` and ``doc._.policytext_statements``."""
        found = find_statements(
            doc.text,
            blocks=self._known(doc, "blocks") or (),
            dates=doc._.get(DATES),
            publication_date=self._known(doc, "publication_date"),
            voice=self._known(doc, "voice"),
        )
        return self._put(doc, STATEMENTS, found)


_SETTINGS = {"publication_date": None, "voice": None}


@Language.factory(DATES, assigns=[f"doc._.{DATES}"], default_config=_SETTINGS)
def make_dates(
    nlp: Language,  # noqa: ARG001 - the signature is spaCy\'s
    name: str,  # noqa: ARG001 - likewise
    publication_date: str | None,
    voice: str | None,
) -> Dates:
    """Returns the component ``policytext_dates``."""
    return Dates(publication_date, voice)


@Language.factory(CITATIONS, assigns=[f"doc._.{CITATIONS}"], default_config=_SETTINGS)
def make_citations(
    nlp: Language,  # noqa: ARG001 - the signature is spaCy\'s
    name: str,  # noqa: ARG001 - likewise
    publication_date: str | None,
    voice: str | None,
) -> Citations:
    """Returns the component ``policytext_citations``."""
    return Citations(publication_date, voice)


@Language.factory(STATEMENTS, assigns=[f"doc._.{STATEMENTS}"], default_config=_SETTINGS)
def make_statements(
    nlp: Language,  # noqa: ARG001 - the signature is spaCy\'s
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

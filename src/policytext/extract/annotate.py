"""Everything the extractors find in one document, by way of a spaCy pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from policytext.annotation import Annotations
from policytext.document import FURNITURE, Block
from policytext.extract.paragraphs import paragraphs
from policytext.extract.recogniser import Recogniser, find_in

if TYPE_CHECKING:
    from spacy.language import Language


def annotate(
    text: str,
    *,
    blocks: Sequence[Block] = (),
    publication_date: str | None = None,
    voice: str | None = None,
    recogniser: Recogniser | None = None,
) -> Annotations:
    """Returns the statements, dates, citations and voices of a document, each in reading order.

    Args:
        text: the clean text; all offsets are into it.
        blocks: its blocks in order; without them blank lines part paragraphs.
        publication_date: EDTF; relative dates count from it, and what a text says in the present tense is
            said when it is published.
        voice: whose words the running text is, where one person or body speaks throughout.
        recogniser: a user's own pipeline, which may name persons that the extractors do not know, and where
            it has a parser clauses that somebody reports.

    Raises:
        ValueError: ``publication_date`` is no valid EDTF.
        ModelUnavailable: the user's own pipeline cannot be loaded, or fails on this text.
    """
    from policytext.extract import components as parts

    persons, clauses = (
        find_in(text, paragraphs(text, blocks, FURNITURE), recogniser) if recogniser else ((), ())
    )
    context = {
        "text": text,
        "blocks": tuple(blocks),
        "publication_date": publication_date,
        "voice": voice,
        "persons": persons,
        "clauses": clauses,
    }
    pipeline = _pipeline()
    doc = pipeline.make_doc(text)
    doc._.set(parts.CONTEXT, context)
    for _, component in pipeline.pipeline:
        doc = component(doc)
    return Annotations(
        doc._.get(parts.STATEMENTS),
        doc._.get(parts.DATES),
        doc._.get(parts.CITATIONS),
        tuple((start, name) for start, name in doc.user_data[parts.VOICES]),
    )


@lru_cache(maxsize=1)
def _pipeline() -> Language:
    import spacy

    from policytext.extract import components as parts

    pipeline = spacy.blank("en")
    pipeline.max_length = 2**31
    pipeline.tokenizer = parts.PlainTokenizer(pipeline.vocab)
    for name in (parts.CITATIONS, parts.DATES, parts.STATEMENTS):
        pipeline.add_pipe(name)
    return pipeline

"""The columns of every layer: their types and what they hold, for files that have types and descriptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["text", "int", "real", "texts", "span", "spans", "json"]
"""What a cell holds: a string, a number, strings, one [start, end], several of them, an object."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layer; ``words`` say what it holds, in half a line. Any cell may be None."""

    name: str
    kind: ColumnKind
    words: str


def _texts(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, "text", words) for name, words in pairs)


_SOURCE = Column("source", "text", "Name of the file")
_DOCUMENT = Column("document", "text", "The paper that it stands in")
_START = Column("start", "int", "First character, counted from 0 in the source decoded as text")
_END = Column("end", "int", "Behind the last character, counted likewise")
_SPANS = Column("spans", "spans", "Where it falls into several stretches of the source, each of them")
_PLACE = (_SOURCE, _START, _END, _DOCUMENT, _SPANS)
_TEXT = Column("text", "text", "What stands there when the repairs are carried out")
_LINE = Column("line", "int", "Line of the source, from 1")
_QUALITY = Column("quality", "real", "Share of its words that read as words, 0 to 1")
_RULE = Column("rule", "text", "The rule that found it")
_CONFIDENCE = Column("confidence", "real", "How sure the rule is, 0 to 1")
_FOUND = (_RULE, _CONFIDENCE)
_ANTECEDENT = Column("antecedent", "span", "Place in the source of what it leans on")
_PRINTED = Column("publication_date", "text", "When its paper was printed (EDTF)")


def _id(what: str) -> Column:
    return Column("id", "text", f"Names the {what}")


COLUMNS: dict[str, tuple[Column, ...]] = {
    "documents": (
        _id("paper"),
        *_texts(
            ("source", "Name of the file"),
            ("sha256", "Digest of the bytes of the file"),
            ("title", "Title"),
            ("authors", "Authors, A; B"),
            ("publisher", "Who published it"),
            ("publication_date", "When it was printed (EDTF)"),
            ("date_basis", "Whence the date is known"),
        ),
        Column("date_confidence", "real", "How sure the date is, 0 to 1"),
        *_texts(
            ("title_basis", "Whence the title is known"),
            ("authors_basis", "Whence the authors are known"),
            ("publisher_basis", "Whence the publisher is known"),
            ("kind", "Kind of paper"),
            ("rights", "Who may do what with it"),
            ("path", "Where it lay below the folder that was read"),
            ("format", "Format of the file"),
            ("encoding", "Encoding of the file"),
            ("encoding_rule", "How the encoding was found"),
        ),
        Column("size", "int", "Bytes of the file"),
        Column("notes", "texts", "What was worth saying when it was read"),
        Column("carrier", "text", "How the text came to be: ocr, markdown, web, pdf, text"),
        Column("carrier_rule", "text", "What showed that"),
        Column("carrier_confidence", "real", "How sure that is, 0 to 1"),
        Column("words", "int", "Words in it"),
        Column("space_errors", "real", "In 1,000 words, those run together or fallen apart, before repair"),
        Column("confusions", "real", "In 1,000 words, those with a misread character, before repair"),
        Column("unknown", "real", "In 1,000 words, those that nothing attests, before repair"),
        Column("quality", "real", "Share of its words that read as words, 0 to 1, after repair"),
    ),
    "blocks": (
        _id("block"),
        *_PLACE,
        Column("kind", "text", "Role: heading, paragraph, list, table, footnote, page_number, ..."),
        Column("level", "int", "Depth of a heading, 1 the highest; else 0"),
        Column("section", "text", "Headings above it"),
        *_FOUND,
        _QUALITY,
        Column("marks", "spans", "Of a footnote, the places that call it"),
    ),
    "passages": (
        _id("passage"),
        *_PLACE,
        _TEXT,
        Column("section", "text", "Headings above it"),
        Column("voice", "text", "Whose own words the running text is"),
        Column("kind", "text", "Role of the block that it stands in"),
        Column("context", "text", "Nearest heading, which helps to find it"),
        Column("pieces", "int", "Word pieces, as the embedding model counts them"),
        _LINE,
        _QUALITY,
    ),
    "edits": (
        _SOURCE,
        _START,
        _END,
        Column("text", "text", "What the source reads"),
        Column("replacement", "text", "What it is to read; nothing where it is only flagged"),
        Column("reason", "text", "Why"),
        *_FOUND,
        Column("status", "text", "applied, suggested or flagged"),
        Column("moved_to", "int", "Of a move, where in the source the text goes"),
        _DOCUMENT,
    ),
    "statements": (
        _id("statement"),
        *_PLACE,
        Column("text", "text", "What is said"),
        *_texts(
            ("kind", "direct, indirect, or a turn of a conversation"),
            ("speaker", "Who says it, as far as the paper gives the name"),
            ("speaker_type", "person, organisation, document or anonymous"),
            ("speaker_text", "The words that name the speaker there"),
            ("role", "Office of the speaker as printed"),
            ("party", "Party of the speaker as printed"),
            ("statement_date", "When it was said (EDTF)"),
            ("date_basis", "Whence that is known"),
            ("publication_date", "When its paper was printed (EDTF)"),
            ("cue", "The words that show that somebody says it"),
        ),
        *_FOUND,
        _ANTECEDENT,
        Column("asserted_by", "text", "Who says that it was said then"),
        Column("utterance", "text", "Fragments of one saying share it"),
        Column("role_then", "text", "Office of the speaker on that date, from a table of offices"),
        Column("party_then", "text", "Party of the speaker on that date, likewise"),
        Column("flags", "texts", "What does not agree"),
        Column("speaker_id", "text", "The speaker in the list of speakers; several joined by ;"),
        Column("canonical", "text", "Name of the speaker in that list"),
        _LINE,
    ),
    "dates": (
        _id("date"),
        *_PLACE,
        Column("text", "text", "The date in the words of the paper"),
        Column("edtf", "text", "The same as EDTF, where it can be resolved"),
        Column("type", "text", "date, range, decade, relative, vague, ..."),
        *_FOUND,
        _ANTECEDENT,
    ),
    "citations": (
        _id("citation"),
        *_PLACE,
        Column("text", "text", "The citation in the words of the paper"),
        Column("class", "text", "act, bill, section, regulations, command_paper, white_paper, ..."),
        Column("title", "text", "Title of what is cited"),
        Column("year", "int", "Its year"),
        Column("chapter", "text", "Chapter or number"),
        Column("uri", "text", "Identifier as at legislation.gov.uk: ukpga/2012/7"),
        Column("provision", "text", "Section or part"),
        Column("candidates", "texts", "Where several fit, all of them"),
        *_FOUND,
        _ANTECEDENT,
        Column("became", "text", "The Act that a Bill became"),
    ),
    "reprints": (
        Column("group", "text", "Names the text that is printed several times"),
        *_PLACE,
        Column("relation", "text", "original, reprint, edited_reprint or internal_repeat"),
        Column("passage", "text", "The passage that it stands in"),
        _TEXT,
        Column("similarity", "real", "Share of the original that this printing repeats, 0 to 1"),
        *_FOUND,
    ),
    "claims": (
        Column("family", "text", "The claim"),
        Column("label", "text", "The claim in words"),
        _SOURCE,
        _START,
        _END,
        _TEXT,
        *_texts(
            ("stance", "supports or denies"),
            ("speaker", "Who says it"),
            ("statement_date", "When it was said (EDTF)"),
            ("publication_date", "When its paper was printed (EDTF)"),
            ("voice", "Whose words: the paper's own, quoted or reported"),
            ("relation", "own-statement, quoted-at-second-hand, resurfacing-candidate, reprint, ..."),
        ),
        Column("counts_as_independent", "int", "1, or 0 where another witness of the same work counts"),
        Column("score", "real", "How well it matches the claim; higher is better"),
        *_texts(
            ("tier", "confirmed or only suggested"),
            ("reviewed_by", "Who decided so, where a person did"),
            ("id", "Names the witness"),
            ("work", "The utterance or text that it prints"),
            ("party", "Party of the speaker"),
            ("date_basis", "Whence the date of saying is known"),
            ("asserted_by", "Who says that it was said then"),
            ("publication_basis", "Whence the date of printing is known"),
            ("document", "The paper that it stands in"),
            ("passage", "The passage that it stands in"),
            ("statement", "The statement that it lies in"),
        ),
        _SPANS,
        _LINE,
        *_FOUND,
        Column("evidence", "json", "What the score is made of"),
    ),
    "topics": (
        Column("topic", "int", "Number of the topic, the largest is 1"),
        Column("label", "text", "Its telling terms"),
        Column("source", "text", "Name of the file"),
        _START,
        _END,
        Column("share", "real", "Share of the passage that is of the topic, 0 to 1"),
        Column("passage", "text", "The passage"),
        _DOCUMENT,
    ),
}
"""By layer, in the order in which rows have them."""

"""TREC topics and qrels, read as they are met in the wild, and written.

Topics are told apart by their content:

    <top> <num> Number: 301 <title> International Crime <desc> Description: ... <narr> Narrative: ... </top>
    <topics><topic number="1"><query>..</query><question>..</question><narrative>..</narrative></topic> ...
    1 <tab> the text

Closing tags may be missing. A tag that is no part of a topic is text in the first form and left out in the
second. Blank space is folded, for a line's end means nothing in a topic.

Qrels are four columns with blanks or tabs between: query, iteration, document, grade. The iteration says
nothing; a grade of 0 and less is not relevant.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.retrieval.collections.lines import add_grade, checked_id, grade_of, kept_id, lines
from policytext.evaluation.retrieval.records import CollectionQuery, Qrels
from policytext.ranking import Query

FIELDS = ("title", "desc", "narr")
"""What a topic is made of, from the few words of a search to what is relevant and what is not."""

_PARTS = {
    "num": "num",
    "number": "num",
    "title": "title",
    "query": "title",
    "desc": "desc",
    "description": "desc",
    "question": "desc",
    "narr": "narr",
    "narrative": "narr",
    # The first two TRECs had more: each ends the part before it.
    **dict.fromkeys(("head", "dom", "smry", "con", "fac", "def", "nat", "time"), "else"),
}
_TAG = re.compile(r"<(/?)([A-Za-z]+)((?:\s[^<>]*)?)>")
_NUMBER = re.compile(r"""(?:^|\s)(?:number|num|id|qid)\s*=\s*["']([^"'<>]*)["']""")
_ANNOUNCED = {
    "num": re.compile(r"number\s*:\s*", re.IGNORECASE),
    "title": re.compile(r"topic\s*:\s*", re.IGNORECASE),
    "desc": re.compile(r"description\s*:\s*", re.IGNORECASE),
    "narr": re.compile(r"narrative\s*:\s*", re.IGNORECASE),
}
_QREL_COLUMNS = 4


def read_topics(path: Path, fields: Sequence[str] = ("title",)) -> list[Query]:
    """Returns the topics of a file in its order, as plain words: the fields asked for, joined by a blank.

    Raises:
        BadRequest: a field that topics have not.
        UnreadableSource: no topic in it, one without number or without any of the fields' words, or a number
            that came before.
    """
    for field in fields:
        if field not in FIELDS:
            raise BadRequest(f"no such field of a topic: {field}", advice=", ".join(FIELDS))
    text = _uncommented("".join(line for _, line in lines(path)))
    if "<!ENTITY" in text:
        raise UnreadableSource("declares entities, which are not read", str(path), "topics without them")
    queries: dict[str, Query] = {}
    for told in _topics(text):
        qid = checked_id(told.get("num"), str(path), "id of a topic")
        if qid in queries:
            raise UnreadableSource(f"topic {qid} came before", str(path))
        asked = " ".join(told[field] for field in fields if told.get(field))
        if not asked:
            there = ", ".join(field for field in FIELDS if told.get(field))
            raise UnreadableSource(f"topic {qid} has no {' or '.join(fields)}", str(path), there)
        queries[qid] = Query(qid, asked, plain=True)
    if not queries:
        raise UnreadableSource("no topic in it", str(path), "<top>, or <topic number=...>")
    return list(queries.values())


def _uncommented(text: str) -> str:
    """Returns the text without comments; one that does not end is none."""
    kept, begun = [], 0
    while (start := text.find("<!--", begun)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[begun:start])
        begun = end + len("-->")
    return "".join([*kept, text[begun:]])


def _topics(text: str) -> Iterator[dict[str, str]]:
    """Yields the parts of each topic, blank space folded and what announces a part ("Number:") left out."""
    parts: dict[str, list[str]] | None = None
    part, begun, is_xml = "", 0, False
    for tag in _TAG.finditer(text):
        closing, name = bool(tag[1]), tag[2].lower()
        is_topic = name in ("top", "topic")
        if not is_topic and (name not in _PARTS or parts is None):
            if is_xml and parts is not None:
                parts.setdefault(part, []).append(text[begun : tag.start()] + " ")
                begun = tag.end()
            continue
        if parts is not None:
            parts.setdefault(part, []).append(text[begun : tag.start()])
        if is_topic:
            if parts is not None:
                yield _folded_parts(parts, is_xml=is_xml)
            is_xml = name == "topic"
            parts = None if closing else _begun(tag[3])
        part, begun = ("" if closing or is_topic else _PARTS[name]), tag.end()
    if parts is not None:
        parts.setdefault(part, []).append(text[begun:])
        yield _folded_parts(parts, is_xml=is_xml)


def _begun(attributes: str) -> dict[str, list[str]]:
    number = _NUMBER.search(attributes)
    return {"num": [number[1]]} if number else {}


def _folded_parts(parts: Mapping[str, list[str]], *, is_xml: bool) -> dict[str, str]:
    """Returns the parts of a topic; one of nothing but text is all title."""
    told = {}
    for name in ("", "num", *FIELDS):
        words = "".join(parts.get(name, ()))
        folded = " ".join((html.unescape(words) if is_xml else words).split())
        announced = _ANNOUNCED[name].match(folded) if name in _ANNOUNCED and not is_xml else None
        told[name] = folded[announced.end() :] if announced else folded
    if not any(told[field] for field in FIELDS):
        told["title"] = told[""]
    return told


def read_columns(path: Path) -> list[Query]:
    """Returns the queries of lines of ``qid``, a tab and the text, as plain words, blank space folded.

    Raises:
        UnreadableSource: a line without a tab, or a query that came before.
    """
    queries: dict[str, Query] = {}
    for number, line in lines(path):
        where = f"{path}, line {number}"
        qid, tab, text = line.partition("\t")
        if not tab:
            raise UnreadableSource("no tab between query and text", where)
        qid = checked_id(qid.strip(), where, "id")
        if qid in queries:
            raise UnreadableSource(f"query {qid} came before", where)
        queries[qid] = Query(qid, " ".join(text.split()), plain=True)
    return list(queries.values())


def read_trec_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Returns the grades of four columns by query and document, in the order of the file.

    Raises:
        UnreadableSource: a line has not four columns, a grade is no whole number, or a pair has two.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, line in lines(path):
        where = f"{path}, line {number}"
        columns = line.split()
        if len(columns) != _QREL_COLUMNS:
            raise UnreadableSource(f"{len(columns)} columns, not query, iteration, document, grade", where)
        qid, _, document, grade = columns
        qid, document = checked_id(qid, where, "id"), checked_id(document, where, "id")
        add_grade(qrels, qid, document, grade_of(grade, where), where)
    return qrels


# Writing


def write_topics(queries: Iterable[CollectionQuery], file: BinaryIO) -> None:
    """Writes TREC topics whose title is the query's text, its blank space folded.

    Raises:
        BadRequest: an id with a blank in it, or a text that no topic can hold: none, or one of its tags.
    """
    for asked in queries:
        qid, title = kept_id(asked.qid), " ".join(asked.query.text.split())
        if not title or "\0" in title or any(_ends_part(tag) for tag in _TAG.finditer(title)):
            raise BadRequest("no topic can hold this text", f"query {asked.qid}", "--format beir")
        # What begins like the announcement of a title is told after one, or a reader would take it for that.
        announced = "Topic: " if _ANNOUNCED["title"].match(title) else ""
        file.write(f"<top>\n<num> Number: {qid}\n<title> {announced}{title}\n</top>\n\n".encode())


def _ends_part(tag: re.Match[str]) -> bool:
    return tag[2].lower() in {*_PARTS, "top", "topic"}


def write_trec_qrels(qrels: Qrels, file: BinaryIO) -> None:
    """Writes four columns a line, the iteration 0. Raises BadRequest where an id has a blank in it."""
    for qid, grades in qrels.items():
        query = kept_id(qid)
        file.writelines(f"{query} 0 {kept_id(d)} {grade}\n".encode() for d, grade in grades.items())

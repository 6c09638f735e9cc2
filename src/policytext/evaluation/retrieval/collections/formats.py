"""Queries and judgements in whichever form a file has them, told apart by its first line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.retrieval.collections.beir import AskedQuery, read_qrels, read_queries
from policytext.evaluation.retrieval.collections.lines import first_line
from policytext.evaluation.retrieval.collections.spans import JudgedSpan, read_spans
from policytext.evaluation.retrieval.collections.trec import read_columns, read_topics, read_trec_qrels
from policytext.evaluation.retrieval.records import CollectionQuery, Qrels


def read_any_queries(path: Path, topic_fields: Sequence[str] = ("title",)) -> list[AskedQuery]:
    """Returns the queries of JSON lines, TREC topics (SGML or XML), or lines of qid, a tab and the text.

    Raises:
        UnreadableSource: it has none of these forms, or a query cannot be read.
    """
    first = first_line(path)
    if first.startswith("{"):
        return read_queries(path)
    if first.startswith("<"):
        plain = read_topics(path, topic_fields)
    elif "\t" in first:
        plain = read_columns(path)
    else:
        what = "no queries in it" if not first else "neither JSON lines, TREC topics nor qid, tab, text"
        raise UnreadableSource(what, str(path))
    return [AskedQuery(CollectionQuery(query, own=frozenset({query.qid}))) for query in plain]


def read_any_qrels(path: Path, *, is_archive: bool = False) -> Qrels | list[JudgedSpan]:
    """Returns the judgements of BEIR's three columns, TREC's four, or, of an archive, spans as JSON lines.

    Raises:
        BadRequest: it judges spans, and there is no archive whose papers they could be of.
        UnreadableSource: it has none of these forms, is empty, or a line cannot be read.
    """
    first = first_line(path)
    if not first:
        raise UnreadableSource("judges nothing", str(path))
    if first.startswith("{"):
        if not is_archive:
            raise BadRequest("judges spans of papers, not documents", str(path), "--archive DIR")
        return read_spans(path)
    if len(first.split("\t")) == 3:
        return read_qrels(path)
    if len(first.split()) == 4:
        return read_trec_qrels(path)
    raise UnreadableSource(
        "neither BEIR's three columns parted by tabs, TREC's four, nor JSON lines", str(path)
    )

"""Options by which the commands of an experiment name their collection."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from policytext.evaluation.retrieval.collections.trec import FIELDS

_ARGUMENT = click.argument("collection", type=click.Path(path_type=Path, exists=True))
_SOURCES = (
    click.option(
        "--split",
        default="test",
        show_default=True,
        metavar="NAME",
        help="Which judgements: qrels/NAME.tsv (or .trec, .jsonl).",
    ),
    click.option(
        "--archive",
        "collection_archive",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="DIR",
        help="The documents are the passages of this archive; COLLECTION then needs no corpus.jsonl.",
    ),
    click.option(
        "--queries",
        "collection_queries",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Queries from elsewhere: queries.jsonl, TREC topics (SGML or XML), or qid, a tab and the text.",
    ),
    click.option(
        "--qrels",
        "collection_qrels",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Judgements from elsewhere: BEIR .tsv, TREC qrels, or spans of an archive's papers as .jsonl.",
    ),
    click.option(
        "--topic-field",
        "topic_fields",
        type=click.Choice(FIELDS),
        multiple=True,
        default=("title",),
        show_default=True,
        help="What of a TREC topic is asked; given again, the parts are joined in that order.",
    ),
)


SOURCES: Mapping[str, str] = {
    "split": "split",
    "collection_archive": "archive",
    "collection_queries": "queries",
    "collection_qrels": "qrels",
    "topic_fields": "topic_fields",
}
"""The options as parameters, and what ``open_collection`` calls them."""


def sources_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --split, --archive, --queries, --qrels and --topic-field: a collection but for its folder.

    The command takes them as keyword ``sources``, a mapping to hand on to ``open_collection``.
    """

    @functools.wraps(command)
    def gathering(*args: Any, **told: Any) -> Any:
        sources = {name: told.pop(option) for option, name in SOURCES.items()}
        return command(*args, sources=sources, **told)

    decorated: Callable[..., Any] = gathering
    for option in reversed(_SOURCES):
        decorated = option(decorated)
    return decorated


def collection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds COLLECTION and what goes with it; the command takes them as keyword ``collection``, opened.

    Put it above the command's own options.
    """

    @functools.wraps(command)
    def opening(*args: Any, collection: Path, sources: Mapping[str, Any], **told: Any) -> Any:
        from policytext.evaluation.retrieval.collections.opening import open_collection

        return command(*args, collection=open_collection(collection, **sources), **told)

    decorated: Callable[..., Any] = _ARGUMENT(sources_options(opening))
    return decorated


def work_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --cache and --workers, as keywords ``cache`` (a folder or None) and ``workers``."""
    cache = click.option(
        "--cache",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Keep indexes, vectors and copies here and do nothing twice; else they are thrown away.",
    )
    workers = click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="N",
        help="Processes that embed side by side.",
    )
    return cache(workers(command))

"""Options that several commands share, and what their values mean."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from policytext.config import MODEL_VARIABLE, SPACY_VARIABLE, archive_path
from policytext.errors import BadRequest
from policytext.files import replacing
from policytext.ranking import Filters
from policytext.text.edtf import bounds

ORDERS = ("rank", "left", "right", "date")
"""The orders of a concordance; here, so that a search without one does not load it."""
NARROWEST = 40
"""Columns of the narrowest concordance: less leaves no word on either side."""

Command = TypeVar("Command", bound=Callable[..., Any])

archive_option = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    callback=lambda _context, _option, value: archive_path(value),
    metavar="DIR",
    help="The archive's folder; else POLICYTEXT_ARCHIVE, else indexes/default.",
)
model_option = click.option(
    "--model",
    envvar=MODEL_VARIABLE,
    metavar="NAME",
    help="Embedding model: a folder, a name that is installed, or none; else all-MiniLM-L6-v2.",
)
spacy_option = click.option(
    "--spacy-model",
    envvar=SPACY_VARIABLE,
    metavar="NAME",
    help="A spaCy pipeline of yours, a package or a folder, that adds persons (its entities PERSON or PER) "
    "and, where it parses, clauses of reporting verbs. Else POLICYTEXT_SPACY_MODEL, else none.",
)
decisions_option = click.option(
    "--decisions",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.csv",
    help="What people decided of single places; ingest adds it to the archive's decisions.csv.",
)


def _writable(_context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """Finds out before the work, not after it, that there is no such folder."""
    if value is not None and not value.parent.is_dir():
        raise BadRequest("cannot write: no such folder", str(value), "an existing folder")
    return value


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_writable,
    metavar="FILE",
    help="Write here instead of the screen; the file is replaced whole.",
)


def filter_options(command: Command) -> Command:
    """Adds the filters to a command, which then takes them as keyword ``filters``."""
    for option in reversed(
        (
            click.option(
                "--from", "from_", metavar="DATE", help="Said on or after: 1956, 1956-05, 1956-05-13."
            ),
            click.option("--to", "to", metavar="DATE", help="Said on or before; 1960 means the end of 1960."),
            click.option(
                "--dates",
                type=click.Choice(["statement", "publication"]),
                default="statement",
                show_default=True,
                help="Whether --from and --to ask when it was said or when it was printed.",
            ),
            click.option("--speaker", metavar="NAME", help="Who says it: whole words of the name."),
            click.option(
                "--cites", metavar="TITLE", help="An Act cited there: words of its title, or ukpga/2012/7."
            ),
            click.option("--document", metavar="ID", help="One document: its id or its file's name."),
            click.option(
                "--min-quality",
                type=click.FloatRange(0, 1),
                metavar="SHARE",
                help="Only passages of which so large a share reads as words: 0.9; too short ones pass.",
            ),
        )
    ):
        command = option(command)
    return command


def reading_options(command: Command) -> Command:
    """Adds to search the ways in which hits are read, as keywords of the options' names."""
    for option in reversed(
        (
            click.option("--explain", is_flag=True, help="Say of each hit how its score comes about."),
            click.option(
                "--kwic", is_flag=True, help="A line for each place of the words, with what stands around it."
            ),
            click.option(
                "--sort",
                "order",
                type=click.Choice(ORDERS),
                help="Of --kwic: by rank, by the words before or after, or by date. [default: rank]",
            ),
            click.option(
                "--width",
                type=click.IntRange(min=NARROWEST, max=1000),
                metavar="N",
                help="Of --kwic: columns of a line; in csv and jsonl characters on each side.",
            ),
            click.option(
                "--facets",
                is_flag=True,
                help="Instead of hits, how many passages match, by speaker, decade, paper and Act.",
            ),
        )
    ):
        command = option(command)
    return command


def query_options(command: Command) -> Command:
    """Adds to search how a query is understood, as keywords ``plain``, ``exact`` and ``no_fold``."""
    for option in reversed(
        (
            click.option(
                "--plain", is_flag=True, help="Take all of the query as words: no quotes, no operators."
            ),
            click.option(
                "--exact",
                is_flag=True,
                help="Neither correct words that the papers do not hold, nor look for other words for them.",
            ),
            click.option("--no-fold", is_flag=True, help="Show reprints of a passage as hits of their own."),
        )
    ):
        command = option(command)
    return command


_FILTERS = ("from", "to", "dates", "speaker", "cites", "document", "min_quality")


def filters_from(values: dict[str, Any]) -> Filters:
    """Returns the filters that the options (or the object of a batch query) ask for; None asks nothing.

    Raises:
        BadRequest: an unknown filter, one that is no text or says nothing, a date that cannot be read, dates
            that leave no day, or a quality that is no number from 0 to 1.
    """
    for name, value in values.items():
        if name not in _FILTERS:
            raise BadRequest(f"no such filter: {name}", advice=", ".join(_FILTERS))
        if name == "min_quality":
            if isinstance(value, bool) or not isinstance(value, int | float | None):
                raise BadRequest(f"not a number: {value!r}", f"filter {name}", "0.9")
        elif value is not None and not (isinstance(value, str) and value.strip()):
            raise BadRequest(f"not a text: {value!r}", f"filter {name}")
    first, last = values.get("from"), values.get("to")
    try:
        return Filters(
            earliest=_bound(first, "--from", 0) if first else None,
            latest=_bound(last, "--to", 1) if last else None,
            dates=values.get("dates") or "statement",
            speaker=values.get("speaker"),
            cites=values.get("cites"),
            document=values.get("document"),
            min_quality=values.get("min_quality"),
        )
    except ValueError as error:
        raise BadRequest(str(error)) from error


def _bound(value: str, option: str, side: int) -> str:
    """Returns the first (side 0) or last (side 1) ISO day of a date as typed.

    Raises:
        BadRequest: it is no date of a year from 1 to 9999, or open on that side.
    """
    try:
        bound = bounds(value.strip())[side]
    except ValueError:
        bound = None
    if bound is None or len(bound) != len("1956-05-13") or not bound[0].isdigit():
        raise BadRequest(f"not a date: {value!r}", option, "1956, 1956-05 or 1956-05-13")
    return bound


@contextmanager
def output_to(path: Path | None) -> Iterator[BinaryIO]:
    """Yields where results go: the file, replaced whole when all is written, or stdout."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with replacing(path) as file:
            yield file

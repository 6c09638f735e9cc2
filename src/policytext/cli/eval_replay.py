"""policytext eval replay."""

from __future__ import annotations

import contextlib
import os
import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from policytext.cli.eval_options import SOURCES
from policytext.cli.eval_report import UNTOLD, Replay, canonical_words
from policytext.errors import BadRequest

if TYPE_CHECKING:
    from policytext.export.benchmarks.replaying import Difference, Recorded

_COMMANDS = ("eval run", "eval compare", "eval ocr")
_SHOWN = 160
"""Characters of a line that differs."""
_MOST = 20
"""Files that differ that are told in full, and changes of the environment."""
_DIFFERS = 1
_STAND = "the folder from which the command was given"


@click.command("replay")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--collection",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR",
    help="Where the collection lies now, if not where it was.",
)
def command(folder: Path, collection: Path | None) -> int:
    """Make a folder of figures again, and compare every byte.

    FOLDER is what "policytext eval run", "eval compare" or "eval ocr" wrote with -o. The command that it
    recorded runs again into a folder that is thrown away; the recorded one is only read. Paths are looked
    for where they were, seen from here, and then from FOLDER. A collection whose files have changed is
    refused. Nothing that was cached is used.

    Every file must be the same. environment.json may differ, and with it what the headers of runs say of
    programs and machines; both are told. Exit code 0: identical, 1: not.

    \b
    Example:
      policytext eval run collections/scifact --system lexical -o figures
      policytext eval replay figures
    """
    from policytext.export.benchmarks.replaying import changed_files, recorded

    found = recorded(folder)
    target = _target(found)
    values = dict(_placed(target, _values(target, found), found, collection))
    _check_collection(target, values, found)
    for name in changed_files(folder):
        click.echo(f"note: {name} was changed after it was written", err=True)
    words = _words(target, values)
    click.echo(f"again: policytext {found.command} {shlex.join(words)}", err=True)
    with tempfile.TemporaryDirectory(prefix="policytext-", ignore_cleanup_errors=True) as room:
        again = Path(room) / "again"
        code = _run(found, [*found.command.split(), "-o", str(again), *words])
        if not again.is_dir():
            raise BadRequest("the recorded command wrote nothing", f"{folder} (exit code {code})")
        return _tell(folder, again)


def _target(found: Recorded) -> click.Command:
    """Returns the command that was recorded. Raises BadRequest where it is none that can be replayed."""
    if found.command not in _COMMANDS:
        raise BadRequest(f"cannot replay {found.command!r}", str(found.folder), " or ".join(_COMMANDS))
    from policytext.cli.root import root

    with click.Context(root) as context:
        at: click.Command | None = root
        for word in found.command.split():
            at = at.get_command(context, word) if isinstance(at, click.Group) else None
    if at is None:
        raise BadRequest(f"there is no {found.command}", str(found.folder))
    return at


def _values(target: click.Command, found: Recorded) -> dict[str, Any]:
    """Returns the recorded words by the names of their parameters.

    Raises:
        BadRequest: the command does not know them, or they say where to write.
    """
    context = click.Context(target, info_name=found.command)
    try:
        values, extra, _ = target.make_parser(context).parse_args(args=list(found.arguments))
    except click.UsageError as error:
        raise BadRequest(
            f"the request cannot be read: {error.format_message()}", str(found.folder)
        ) from error
    if extra:
        raise BadRequest(f"the request has a word too many: {extra[0]!r}", str(found.folder))
    for parameter in target.params:
        if parameter.name in UNTOLD and _given(values.get(parameter.name)):
            name = max(parameter.opts, key=len)
            raise BadRequest(f"the request says {name}, which no request does", str(found.folder))
    help_option = target.get_help_option(context)
    if help_option is not None and _given(values.get(help_option.name)):
        raise BadRequest("the request asks for help", str(found.folder))
    return {name: value for name, value in values.items() if _given(value)}


def _given(value: Any) -> bool:
    return isinstance(value, bool | str | int | float | list | tuple) and value != ()


def _words(target: click.Command, values: Mapping[str, Any]) -> list[str]:
    return list(canonical_words(target, click.Context(target), values))


def _collection_name(target: click.Command) -> str | None:
    """Returns what a command calls the folder of its collection."""
    named = (p.name for p in target.params if p.name == "collection" or "--collection" in p.opts)
    return next(named, None)


def _placed(
    target: click.Command, values: Mapping[str, Any], found: Recorded, collection: Path | None
) -> Iterator[tuple[str, Any]]:
    """Yields the recorded values, with paths as they are found from here."""
    paths = {p.name for p in target.params if isinstance(p.type, click.Path)}
    home = _collection_name(target)
    for name, value in values.items():
        if name not in paths:
            yield name, value
        elif name == home and collection is not None:
            yield name, str(collection)
        elif isinstance(value, str):
            yield name, _path(value, found, "--collection DIR" if name == home else _STAND)
        else:
            yield name, tuple(_own_run(one, found) or _path(one, found, _STAND) for one in value)
    if home is not None and home not in values and collection is not None:
        yield home, str(collection)


def _path(value: str, found: Recorded, advice: str) -> str:
    """Returns where a recorded path is: seen from here, else from the folder."""
    for place in (Path(value), found.folder / value):
        if place.exists():
            return str(place)
    raise BadRequest("is no longer there", value, advice)


def _own_run(value: str, found: Recorded) -> str | None:
    """Returns the folder's copy of a run that is gone, or is another than was measured; None of any other.

    Raises:
        BadRequest: it is another now, and which copy was made of it cannot be told.
    """
    from policytext.export.benchmarks.folder import RUNS, sums
    from policytext.files import sha256_of

    path, copies = Path(value), {n: d for n, d in sums(found.folder).items() if n.startswith(f"{RUNS}/")}
    if path.is_dir() or (path.is_file() and sha256_of(path) in copies.values()):
        return None
    stem, _, _ = path.name.partition(".")
    alike = [name for name in copies if PurePosixPath(name).name.partition(".")[0].startswith(stem)]
    if len(alike) == 1 and PurePosixPath(alike[0]).name == path.name:
        click.echo(f"note: {value} is gone or changed; its copy in the folder is taken", err=True)
        return str(found.folder / alike[0])
    if path.exists():
        raise BadRequest("is not the run that was measured", value, "the run as it was")
    return None


def _check_collection(target: click.Command, values: Mapping[str, Any], found: Recorded) -> None:
    """Sees to it that the files of the collection are those that were measured on.

    Raises:
        BadRequest: one has other bytes.
    """
    told = found.summary.get("collection")
    digests = told.get("sha256") if isinstance(told, dict) else None
    home = _collection_name(target)
    if not isinstance(digests, dict) or home is None or home not in values:
        return
    from policytext.evaluation.retrieval.collections.opening import fingerprints, open_collection

    parts = {part: values[name] for name, part in SOURCES.items() if name in values}
    parts |= {name: Path(parts[name]) for name in ("archive", "queries", "qrels") if name in parts}
    opened = open_collection(Path(values[home]), **parts)
    here = fingerprints(opened)
    for role in sorted({*digests, *here}):
        if digests.get(role) != here.get(role):
            place = opened.files.get(role, Path(values[home]))
            what = f"is not the file that was measured on ({role}; its sha256 differs)"
            raise BadRequest(what, str(place), "the collection as it was: --collection DIR")


def _run(found: Recorded, words: Sequence[str]) -> int:
    """Runs the recorded command, its figures unseen; returns the exit code. Raises what it raises."""
    from policytext.cli.root import root

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        try:
            code = root.main(
                args=list(words), prog_name="policytext", standalone_mode=False, obj=Replay(found.request)
            )
        except click.UsageError as error:
            what = f"the request cannot be carried out: {error.format_message()}"
            raise BadRequest(what, str(found.folder)) from error
    return code if isinstance(code, int) else 0


def _tell(then: Path, now: Path) -> int:
    """Says whether two folders are the same; returns the exit code."""
    from policytext.export.benchmarks.replaying import compared, environment_changes

    names, differences = compared(then, now)
    changes = environment_changes(then, now)
    if not differences:
        also = "; environment.json differs" if changes else " and environment.json"
        click.echo(f"identical: {len(names)} files{also}")
    for one in differences[:_MOST]:
        for line in _difference_lines(one):
            click.echo(line)
    if len(differences) > _MOST:
        click.echo(f"and {len(differences) - _MOST} files more differ")
    for name, before, after in changes[:_MOST]:
        click.echo(f"environment: {name} was {_short(before)}, is {_short(after)}")
    if differences:
        click.echo(f"not identical: {len(differences)} of {len(names)} files differ")
    return _DIFFERS if differences else 0


def _difference_lines(one: Difference) -> Iterator[str]:
    if one.line == 0:
        yield f"{one.name}: {'not made again' if one.now is None else 'was not there'}"
        return
    yield f"{one.name}: line {one.line} differs"
    yield f"  then: {'(ends before)' if one.then is None else _short(one.then)}"
    yield f"  now:  {'(ends before)' if one.now is None else _short(one.now)}"


def _short(text: str) -> str:
    from policytext.export.benchmarks.words import one_line

    return one_line(text, _SHOWN)

"""What the commands that measure print and write, and what they keep of how they were called.

A command that can be replayed is made with ``cls=Replayable``; `request_in_hand` then tells its words in one
and the same way: arguments first, options in the order of ``--help``, without those that change no figure
(`UNTOLD`).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policytext.cli.options import Command, output_to
from policytext.cli.reading import columns
from policytext.errors import BadRequest
from policytext.evaluation.retrieval.records import Evaluation

if TYPE_CHECKING:
    from policytext.export.benchmarks.terminal import Detail

FORMS = ("text", "markdown", "latex", "jsonl")
UNTOLD = frozenset({"output", "form", "cache", "workers", "confusions_out"})
"""Names of parameters that say where and how something is made, not what."""
_WORDS = "policytext.words"


@dataclass(frozen=True, slots=True)
class Replay:
    """The object of a click context within which a recorded request is made again."""

    request: Mapping[str, Any]


class Replayable(click.Command):
    """A command that remembers the words it was called with."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keeps the words, and parses them as any command does."""
        if not ctx.resilient_parsing and not set(args) & set(ctx.help_option_names):
            values, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            ctx.meta[_WORDS] = list(canonical_words(self, ctx, values))
        return super().parse_args(ctx, args)


def canonical_words(command: click.Command, ctx: click.Context, values: Mapping[str, Any]) -> Iterator[str]:
    """Yields the words that call the command so: arguments first; what a variable says is told too."""
    told = [p for p in command.params if p.name not in UNTOLD]
    arguments = [
        word for p in told if isinstance(p, click.Argument) for word in _listed(values.get(p.name or ""))
    ]
    guarded = any(word.startswith("-") for word in arguments)
    yield from () if guarded else arguments
    for option in (p for p in told if isinstance(p, click.Option)):
        value = values.get(option.name or "")
        if not _is_told(value):
            value = option.resolve_envvar_value(ctx)
        if _is_told(value):
            yield from _option_words(option, value)
    yield from ("--", *arguments) if guarded else ()


def _is_told(value: Any) -> bool:
    """Whether a value was given; click marks one that was not by None or by an object of its own."""
    return isinstance(value, bool | str | int | float | list | tuple)


def _option_words(option: click.Option, value: Any) -> Iterator[str]:
    name = max(option.opts, key=len)
    if option.is_flag:
        on = value if isinstance(value, bool) else str(value).lower() not in ("", "0", "false", "no", "off")
        if on:
            yield name
        elif option.secondary_opts:
            yield max(option.secondary_opts, key=len)
    else:
        for one in _listed(value) if option.multiple else (value,):
            yield name
            yield from _listed(one)


def _listed(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [word for one in value for word in _listed(one)]
    return [str(value)] if _is_told(value) else []


def request_in_hand() -> dict[str, Any]:
    """Returns what the folder keeps of the command in hand: ``{"command": "eval run", "arguments": [...]}``.

    While a folder is replayed it is what that folder recorded, so that both say the same.
    """
    context = click.get_current_context()
    replay = context.find_object(Replay)
    if replay is not None:
        return dict(replay.request)
    return {"command": _command(context), "arguments": list(context.meta.get(_WORDS, ()))}


def _command(context: click.Context) -> str:
    """Returns the words that name a command: ``eval run``."""
    return context.command_path.removeprefix(context.find_root().command_path).strip()


def _fit(context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """Finds out before the work, not after it, that the folder cannot be written."""
    if value is not None:
        from policytext.export.benchmarks.folder import check_replaceable

        if not value.absolute().parent.is_dir():
            raise BadRequest("cannot write: no such folder", str(value.parent), "an existing folder")
        check_replaceable(value, _command(context))
    return value


folder_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_fit,
    metavar="FOLDER",
    help="Keep everything here, to be replayed: runs, figures by query, comparisons, report. "
    "An earlier such folder is replaced whole.",
)


def report_options(command: Command) -> Command:
    """Adds how an evaluation is told, as keywords ``form`` and ``output``."""
    form = click.option(
        "--format",
        "form",
        type=click.Choice(FORMS),
        default="text",
        show_default=True,
        help="On the screen: text, a page in GitHub's markdown, the table as LaTeX, or rows for programs.",
    )
    return form(folder_option(command))


def finish(
    evaluation: Evaluation,
    *,
    runs: Sequence[Path],
    request: Mapping[str, Any] | None = None,
    form: str = "text",
    output: Path | None = None,
    facets: Sequence[str] | None = None,
    examples: int | None = None,
) -> None:
    """Prints an evaluation on stdout, and keeps it in a folder where one is named.

    Args:
        evaluation: what was measured.
        runs: the TREC files it was measured on, in the order of its scores, wherever they lie.
        request: how to make it again; None is the command in hand (`request_in_hand`).
        form: one of `FORMS`.
        output: the folder, None for none.
        facets: those that were asked for: then no slices are left to the folder alone.
        examples: how many gains and losses were asked for; None is few.

    Raises:
        BadRequest: the folder is another's, or cannot be written.
    """
    asked = request_in_hand() if request is None else dict(request)
    with output_to(None) as out:
        if form == "jsonl":
            from policytext.export.benchmarks.rows import evaluation_rows
            from policytext.export.tables import write_jsonl

            write_jsonl(evaluation_rows(evaluation), out)
        else:
            from policytext.export.benchmarks.terminal import Detail

            detail = Detail(facets=facets is not None, examples=examples, has_files=output is not None)
            text = "".join(f"{line}\n" for line in _lines(evaluation, asked, form, detail))
            out.write(text.encode("utf-8", "replace"))
    if output is not None:
        from policytext.export.benchmarks.folder import write_folder

        write_folder(output, evaluation, runs, asked)
        say_written(output)


def say_written(folder: Path) -> None:
    """Says on stderr where a folder was written, and how it is made again; not within a replay."""
    if click.get_current_context().find_object(Replay) is None:
        click.echo(f"written: {folder} (again: policytext eval replay {shlex.quote(str(folder))})", err=True)


def _lines(evaluation: Evaluation, asked: Mapping[str, Any], form: str, detail: Detail) -> Iterator[str]:
    if form == "markdown":
        from policytext.export.benchmarks.markdown import markdown

        yield markdown(evaluation, asked, has_files=detail.has_files).rstrip("\n")
    elif form == "latex":
        from policytext.export.benchmarks.latex import latex_lines

        yield from latex_lines(evaluation)
    else:
        from policytext.export.benchmarks.terminal import report_lines

        yield from report_lines(evaluation, columns(), detail)

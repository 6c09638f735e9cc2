"""The root command. Commands load when they are called: ``--help`` needs only the table below."""

from __future__ import annotations

import importlib
import os
import sqlite3

import click

from policytext import __version__
from policytext.cli.progress import INTERRUPTED
from policytext.errors import PolicytextError

COMMANDS = {
    "ingest": ("policytext.cli.ingest", "Read papers into an archive and index them."),
    "search": ("policytext.cli.search", "Find passages by words, by meaning, or both."),
    "quote": ("policytext.cli.quote", "Find a quotation and judge it, exact to altered or not found."),
    "show": ("policytext.cli.show", "Print a document, or one passage with its surroundings."),
    "list": (
        "policytext.cli.lists",
        "List documents, speakers, legislation, claims, topics or skipped files.",
    ),
    "claims": (
        "policytext.cli.claims",
        "Find who says a claim, and how it comes again.",
    ),
    "timeline": (
        "policytext.cli.timeline",
        "Who said it when: a table, a picture or a file for other tools.",
    ),
    "picture": (
        "policytext.cli.picture",
        "Draw claims, topics, reprints or speakers for a page: svg, png or html.",
    ),
    "topics": ("policytext.cli.topics", "What the papers speak of, how much, when, and how sure that is."),
    "report": (
        "policytext.cli.report",
        "One page on an archive: papers, gaps, claims with their timelines, and how it was made.",
    ),
    "export": ("policytext.cli.export", "Write a layer of the archive to a file for other tools."),
    "clean": ("policytext.cli.clean", "Print papers cleaned, or what was changed in them and why."),
    "eval": ("policytext.cli.eval", "Measure the work on material whose right answer is known."),
    "check": ("policytext.cli.check", "Verify the archive and its indexes."),
}
"""Name: (module, first line of its help). The module holds the command as ``command``."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Returns the names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Returns the command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Calls the command; where it is interrupted, hands on what it has to say of that."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            click.echo(err=True)  # the terminal has just shown ^C
            raise click.exceptions.Abort(*filter(None, [ctx.meta.get(INTERRUPTED)])) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Writes the table of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="policytext")
def root() -> None:
    """Find when a policy promise was made, by whom and in which words, with proof.

    \b
    Example:
      policytext ingest corpus/damaged --catalogue corpus/catalogue.csv
      policytext search "period of stability" --to 1960
      policytext timeline "stability" --format svg -o stability.svg

    The archive is --archive DIR, else POLICYTEXT_ARCHIVE, else indexes/default.
    """


def run(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit code. Every error is one line on stderr."""
    try:
        code = root.main(args=arguments, prog_name="policytext", standalone_mode=False)
    except click.exceptions.Abort as error:
        return _fail("; ".join(["interrupted", *map(str, error.args)]))
    except click.ClickException as error:
        _advised(error).show()
        return error.exit_code
    except SystemExit:  # click's answer when the reader of our output went away (head, say): nobody's fault
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except (PolicytextError, sqlite3.Error, OSError) as error:
        return _fail(_line(error))
    except UnicodeEncodeError:  # half a character, which no archive can be asked for
        return _fail("the command line holds bytes that are no UTF-8 (try: a terminal set to UTF-8)")
    return code if isinstance(code, int) else 0


def _advised(error: click.ClickException) -> click.ClickException:
    """Returns the error, with what to do where a query begins with a minus and was taken for an option."""
    if not isinstance(error, click.NoSuchOption) or error.option_name.startswith("--"):
        return error
    if error.ctx is None or error.ctx.info_name != "search":
        return error
    advice = "a query that begins with a minus? try: policytext search -- '-word ...'"
    return click.UsageError(f"{error.format_message().rstrip('.')} ({advice})", error.ctx)


def _line(error: Exception) -> str:
    if isinstance(error, sqlite3.Error):
        return f"the archive cannot be used: {error} (try: a backup, or ingest into a new archive)"
    if isinstance(error, OSError):
        return (f"{error.filename}: " if error.filename else "") + (error.strerror or str(error))
    return str(error)


def _fail(line: str) -> int:
    click.echo(f"policytext: error: {line}", err=True)
    return 1

"""Writes docs/commands.md from the commands' own help."""

from pathlib import Path

import click

from policytext.cli.root import root

TARGET = Path(__file__).parent / "commands.md"
HEAD = """# Commands

Made from the commands' own help by `python docs/commands.py`; do not edit it here.

Results go to stdout, progress and notes to stderr. Exit codes: 0 good, 1 error, 2 wrong usage, 3 finished
with documents skipped.
"""


def page() -> str:
    """Returns the whole page as Markdown."""
    parts = [HEAD]
    with click.Context(root, info_name="policytext", terminal_width=96, **root.context_settings) as context:
        parts.append(f"## policytext\n\n```\n{root.get_help(context)}\n```\n")
        parts += helps(root, context, "policytext")
    return "\n".join(parts)


def helps(group: click.Group, context: click.Context, path: str) -> list[str]:
    """Returns the help of every command of a group, those of groups in it behind it."""
    parts = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = click.Context(command, info_name=name, parent=context, terminal_width=96)
        parts.append(f"## {path} {name}\n\n```\n{command.get_help(inner)}\n```\n")
        if isinstance(command, click.Group):
            parts += helps(command, inner, f"{path} {name}")
    return parts


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")

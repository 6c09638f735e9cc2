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
        for name in root.list_commands(context):
            command = root.get_command(context, name)
            inner = click.Context(command, info_name=name, parent=context, terminal_width=96)
            parts.append(f"## policytext {name}\n\n```\n{command.get_help(inner)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")

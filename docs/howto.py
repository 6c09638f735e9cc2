"""Runs the how-to pages and writes what their commands print into them.

Every ``console`` block of a page is part of one session of its own, in a new folder that holds our papers
as ``corpus``, our queries over them as ``our-queries`` and nothing else. A line that begins with ``$`` is
a command (one that begins with ``>`` goes on with it), and what it prints stands below it. A line of
three dots stands for lines that are left out: these are the writer's to cut, and what is left must still
be printed, in its order.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

PAGES = Path(__file__).parent / "howto"
_ROOT = Path(__file__).parent.parent
_THERE = {"corpus": _ROOT / "corpus", "our-queries": _ROOT / "eval" / "queries"}
CUT = "..."
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


def page(text: str, folder: Path) -> str:
    """Returns the page with the output of its commands, as they run in ``folder``, which is empty."""
    for name, target in _THERE.items():
        if name in text:
            (folder / name).symlink_to(target, target_is_directory=True)
    return _BLOCK.sub(lambda block: "".join(_ran(block.group(), folder)), text)


def _ran(block: str, folder: Path) -> Iterator[str]:
    for command, shown in _commands(block):
        printed = _printed(command, folder)
        yield f"$ {command}\n{kept(printed, shown)}"


def _commands(block: str) -> Iterator[tuple[str, str]]:
    """Yields the commands of a block, each with what the page shows of its output."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        more = takewhile(lambda line: line.startswith("> "), lines[1:])
        asked = [lines[0], *more]
        yield "".join(asked).rstrip("\n"), "".join(lines[len(asked) :])


def _printed(command: str, folder: Path) -> str:
    """Returns what a command prints, errors and all, without blanks at the ends of lines."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {
        **os.environ,
        "PATH": path,
        "COLUMNS": "100",
        "OPENBLAS_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
    }
    settings.pop("POLICYTEXT_ARCHIVE", None)
    done = subprocess.run(  # noqa: PLW1510 - a command may fail on purpose; the page shows how
        ["bash", "-c", re.sub("^> ", "", command, flags=re.MULTILINE)],
        cwd=folder,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def kept(printed: str, shown: str) -> str:
    """Returns ``printed`` cut where ``shown`` is cut; all of it where what is left is no longer printed."""
    lines, wanted = printed.splitlines(keepends=True), shown.splitlines(keepends=True)
    if f"{CUT}\n" not in wanted:
        return printed
    out, at = [], 0
    for number, line in enumerate(wanted):
        if line != f"{CUT}\n":
            out.append(line)
            if at >= len(lines) or lines[at] != line:
                return printed
            at += 1
        elif number + 1 == len(wanted):
            out.append(line)
            at = len(lines)
        elif wanted[number + 1] in lines[at:]:
            out.append(line)
            at = lines.index(wanted[number + 1], at)
        else:
            return printed
    return "".join(out) if at == len(lines) else printed


def main() -> None:
    """Runs every page, or those named, and writes them."""
    for target in sorted(PAGES.glob("*.md")):
        if sys.argv[1:] and target.stem not in sys.argv[1:]:
            continue
        with TemporaryDirectory() as folder:
            text = page(target.read_text(encoding="utf-8"), Path(folder))
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

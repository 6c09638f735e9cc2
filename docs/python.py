"""Runs the examples of docs/python.md on our own papers and writes what they print into the page.

The examples are the ``pycon`` blocks, in their order, as one session in a folder that holds the archive
``indexes/demo``; ``make demo`` makes the same.
"""

import contextlib
import doctest
import io
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

TARGET = Path(__file__).parent / "python.md"
CORPUS = Path(__file__).parent.parent / "corpus"
_BLOCK = re.compile(r"(?<=^```pycon\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


def page(text: str) -> str:
    """Returns the page with the output of its examples as it is in the current folder."""
    names: dict[str, object] = {"__name__": "__main__"}
    return _BLOCK.sub(lambda block: _run(block.group(), names), text)


def _run(block: str, names: dict[str, object]) -> str:
    """Returns the examples of one block, each with what it prints, or the last line of what it raises."""
    lines = []
    for example in doctest.DocTestParser().get_examples(block):
        first, *more = example.source.rstrip("\n").split("\n")
        lines += [f">>> {first}", *(f"... {line}".rstrip() for line in more)]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                exec(compile(example.source, TARGET.name, "single"), names)
            except Exception as error:  # noqa: BLE001 - errors are part of what the page shows
                out.write(f"{type(error).__name__}: {error}\n")
        lines += [line.rstrip() for line in out.getvalue().splitlines()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Makes the archive in a folder of its own, runs the page there and writes it."""
    import policytext

    with TemporaryDirectory() as folder:
        os.chdir(folder)
        policytext.ingest([CORPUS / "damaged"], Path("indexes/demo"), catalogue=CORPUS / "catalogue.csv")
        TARGET.write_text(page(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
        os.chdir(TARGET.parent)


if __name__ == "__main__":
    sys.exit(main())

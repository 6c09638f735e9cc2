"""policytext eval."""

from __future__ import annotations

import click

from policytext.cli import (
    eval_annotations,
    eval_compare,
    eval_convert,
    eval_ocr,
    eval_replay,
    eval_run,
)


@click.group("eval")
def command() -> None:
    """Measure the work on material whose right answer is known.

    Retrieval: "eval run" lets systems answer a collection's queries and measures what they find, "eval
    compare" holds runs against each other (anybody's), "eval convert" writes a collection in another format,
    "eval replay" does again what a folder of results records. Reading: "eval ocr" compares papers before and
    after cleaning with their true text, and draws how search suffers from misread characters. Marking: "eval
    annotations" compares an export with what a reader marked, or with another export.

    \b
    Example:
      policytext eval run collections/scifact --system lexical --system hybrid -o results
      policytext eval compare results others.trec --collection collections/scifact
      policytext eval ocr corpus/clean corpus/damaged
      policytext eval annotations gold indexes/papers
    """


for part in (eval_run, eval_compare, eval_convert, eval_replay, eval_ocr, eval_annotations):
    command.add_command(part.command)

"""The report as a page of HTML: everything escaped, nothing loaded, nothing run."""

from __future__ import annotations

import shlex
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, BinaryIO

from policytext.analysis.witness import Witness
from policytext.errors import NotFound
from policytext.export import witness_words
from policytext.export.cautions import caution_parts
from policytext.export.report import words
from policytext.export.report.records import Report
from policytext.export.wording import display_date

if TYPE_CHECKING:
    from jinja2 import Environment

_TYPED = 80
_LEGISLATION = "https://www.legislation.gov.uk/"


def write_report(report: Report, stream: BinaryIO) -> None:
    """Writes the page, UTF-8; the same report gives the same bytes."""
    parts = _environment().get_template("page.html.j2").generate(report=report)
    stream.writelines(part.encode("utf-8", "backslashreplace") for part in parts)


@cache
def _environment() -> Environment:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True,
        finalize=words.plain,
        loader=jinja2.FunctionLoader(_template),
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(
        anchor_of=lambda name: words.anchor("witness", name),
        basis=witness_words.basis_words,
        carrier=lambda name: words.CARRIERS.get(name, name),
        cut=words.cut,
        date=display_date,
        dated_at=_dated_at,
        gap_before=witness_words.gap_before,
        gap_behind=witness_words.gap_behind,
        head=witness_words.head,
        law=_law,
        many=words.many,
        percent=words.percent,
        printed_basis=witness_words.printed_basis_words,
        readable=words.readable,
        relation=lambda witness: witness_words.relation_words(witness.relation, witness.voice),
        shell=_argument,
        tail=witness_words.tail,
        voice=lambda name: words.VOICES.get(name, name),
    )
    environment.globals.update(
        caution_parts=caution_parts, found=words.found_words, of_years=words.of_years, years=words.years
    )
    return environment


def _template(name: str) -> str:
    file = resources.files("policytext.export.report") / "templates" / name
    if not file.is_file():
        raise NotFound("no such template", name)
    return file.read_text("utf-8")


def _dated_at(witness: Witness) -> str:
    """Returns where its paper says when it was said; nothing where the paper itself is the date."""
    document, _, span = (witness.date_asserted_by or "").rpartition(":")
    return f"characters {span.replace('-', '–')}" if document == witness.document else ""


def _law(uri: str | None) -> str | None:
    """Returns the address of an Act of this identifier; None for what cannot be one."""
    parts = (uri or "").split("/")
    if len(parts) < 3 or not all(part.replace("-", "").isalnum() and part.isascii() for part in parts):
        return None
    return _LEGISLATION + "/".join(parts)


def _argument(name: str) -> str:
    """Returns a name as a shell takes it; one too long to type is left to the reader."""
    return shlex.quote(words.cut(name, len(name) + 1)) if len(name) <= _TYPED else "NAME"

"""policytext picture: every kind, its formats, its sidecar and its errors."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from policytext.cli.picture import _nameless, command
from policytext.cli.root import run
from policytext.errors import NotFound
from policytext.pipeline.variants import printed_works
from policytext.store.archive import Archive

KINDS = ("lanes", "decades", "chance", "variants", "network")


def picture(archive, *arguments):
    return run(["picture", *map(str, arguments), "--archive", str(archive)])


def printed_works_or_none(store, name):
    try:
        return printed_works(store, [name]).works
    except NotFound:
        return ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_a_claim_with_its_sidecar(coded_archive, tmp_path, kind):
    target = tmp_path / f"{kind}.svg"
    assert picture(coded_archive, kind, "stability", "-o", target) == 0
    assert ET.fromstring(target.read_bytes()).tag.endswith("svg")
    told = json.loads((tmp_path / f"{kind}.svg.provenance.json").read_text("utf-8"))
    assert told["config"]["picture"] == kind
    assert told["query"] == "stability"
    assert told["corpus_sources"] == 17
    again = tmp_path / "again.svg"
    assert picture(coded_archive, kind, "stability", "-o", again) == 0
    assert again.read_bytes() == target.read_bytes()


def test_formats_by_name_and_by_option(coded_archive, tmp_path):
    assert picture(coded_archive, "variants", "-o", tmp_path / "v.html", "--title", "One <door>") == 0
    page = (tmp_path / "v.html").read_text("utf-8")
    assert "<h1>One &lt;door&gt;</h1>" in page
    assert "<script" not in page
    assert picture(coded_archive, "network", "-o", tmp_path / "n.html") == 0
    assert "vegaEmbed" in (tmp_path / "n.html").read_text("utf-8")
    assert picture(coded_archive, "chance", "stability", "--format", "png", "-o", tmp_path / "picture") == 0
    assert (tmp_path / "picture").read_bytes().startswith(b"\x89PNG")


def test_without_a_file_the_picture_goes_to_the_screen(coded_archive, capfdbinary):
    assert picture(coded_archive, "chance", "stability") == 0
    assert capfdbinary.readouterr().out.startswith(b"<svg")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("chance", "nothing-like-it"), 1, "no such claim"),
        (("lanes", "nothing-like-it"), 1, "no such claim"),
        (("variants", "nothing-like-it"), 1, "policytext export reprints"),
        (("topics",), 1, "policytext topics"),
        (("chance", "-o", "{folder}/x.bmp"), 2, "svg, .png, .html"),
        (("chance", "-o", "{folder}/none/x.svg"), 1, "no such folder"),
        (("pie",), 2, "No such command"),
    ],
)
def test_errors_say_what_to_try(coded_archive, tmp_path, capfd, arguments, code, told):
    assert picture(coded_archive, *(a.format(folder=tmp_path) for a in arguments)) == code
    assert told in capfd.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_archive_without_claims_says_what_to_run(corpus_archive, capfd):
    assert picture(corpus_archive, "network") == 1
    assert "policytext claims" in capfd.readouterr().err


def test_nothing_printed_twice_is_an_error_and_no_blank_picture(tmp_path, capfd):
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.txt").write_text("The council met in 1956. Nobody asked for one door.\n", "utf-8")
    archive = tmp_path / "archive"
    assert run(["ingest", str(papers), "--archive", str(archive)]) == 0
    for form in ("svg", "html"):
        assert picture(archive, "variants", "-o", tmp_path / f"v.{form}") == 1
        told = capfd.readouterr().err
        assert told.count("no text is printed more than once in these papers") == 1
        assert not (tmp_path / f"v.{form}").exists()


def test_a_claim_that_is_printed_once_only_is_told(coded_archive, tmp_path, capfd):
    with Archive.open(coded_archive) as store:
        of_claims = {
            row[0]: bool(printed_works_or_none(store, row[0]))
            for row in store.sql.execute("SELECT DISTINCT claim FROM witnesses")
        }
        once = next(claim for claim in sorted(of_claims) if not of_claims[claim])
    assert picture(coded_archive, "variants", once, "-o", tmp_path / "v.svg") == 1
    assert f"{once}: nothing of this is printed more than once" in capfd.readouterr().err


def test_sayings_of_nobody_are_counted_in_good_english():
    assert _nameless(1) == "1 saying of nobody by name is left out."
    assert _nameless(4) == "4 sayings of nobody by name are left out."


@pytest.mark.parametrize("kind", sorted(command.commands))
def test_every_kind_explains_itself(kind):
    told = CliRunner().invoke(command, [kind, "--help"]).output
    assert "Example:" in told
    assert f"policytext picture {kind}" in told
    assert re.search(r"-o, --output FILE\s+\S", told)
    assert command.commands[kind].short_help.endswith(".")

"""policytext quote, as its users meet it."""

import json
import re
import subprocess
import sys

import pytest

from policytext.cli.root import run
from policytext.store.archive import Archive
from policytext.store.reader import raw_document

FIELDS = {
    *("judgement", "voice", "document", "source", "start", "end", "spans", "line", "speaker"),
    *("statement_date", "publication_date", "attribution", "differences", "similarity", "rule"),
    *("statement_kind", "elsewhere", "searched", "documents"),
    *("confidence", "relation", "sha256", "second_hand", "changes", "look_alike"),
}


@pytest.fixture
def quote(corpus_archive, capfdbinary):
    """Runs the command over our own papers; returns what it writes to stdout."""

    def asked(*arguments, code=0):
        capfdbinary.readouterr()
        assert run(["quote", *map(str, arguments), "--archive", str(corpus_archive)]) == code
        return capfdbinary.readouterr().out.decode()

    return asked


@pytest.mark.parametrize(
    ("text", "judgement", "strict"),
    [
        ("There is one boiler.", "EXACT", 0),
        ("We have built a wall down the middle of our own house", "NORMALISED", 0),
        ("We have been given three keys ... and each of us has been told to guard his own.", "ELIDED", 0),
        ("visited by six officers of three departments, none of whom had lit the fire", "ALTERED", 1),
        ("We shall fight on the beaches, we shall fight on the landing grounds", "NOT FOUND", 1),
        ("of the", "TOO SHORT", 1),
    ],
)
def test_the_judgement_comes_first_and_strict_makes_it_the_exit_code(quote, text, judgement, strict):
    assert quote(text).startswith(judgement)
    assert quote(text, "--strict", code=strict).startswith(judgement)


def test_the_words_and_their_proof_are_shown(quote):
    out = quote("visited by six officers of three departments, none of whom had lit the fire")
    assert "[-five-]{+six+}" in out
    assert "a number" in out
    assert "1963-circular-digest.txt, line " in out
    assert "\x1b" not in out


def test_who_is_only_quoted_is_said_to_be(quote):
    out = " ".join(quote("Nobody was ever nursed by it.").split())
    assert out.startswith("EXACT · second-hand only")
    assert "attributed to Rhoda Quennell" in out


def test_a_paraphrase_does_not_pass_as_somebodys_words(quote):
    text = "the areas of local authorities were too small for the purpose"
    out = " ".join(quote(text).split())
    assert "reported in the paper's words, no quotation, attributed to Aneurin Bevan" in out
    assert "quoted in" not in out
    (row,) = map(json.loads, quote(text, "--format", "jsonl").splitlines())
    assert (row["voice"], row["statement_kind"]) == ("reported", "indirect")
    (row,) = map(json.loads, quote("Nobody was ever nursed by it.", "--format", "jsonl").splitlines())
    assert (row["voice"], row["statement_kind"]) == ("quoted", "direct")


def test_a_filter_that_finds_nothing_says_what_stands_without_it(quote):
    out = quote("There is one boiler.", "--speaker", "Nobody")
    assert out.startswith("NOT FOUND · the archive knows no speaker Nobody; not said by Nobody; ")
    assert "it stands elsewhere: 1 place (leave --speaker out)" in out
    (row,) = map(
        json.loads,
        quote("There is one boiler.", "--speaker", "Nobody", "--format", "jsonl").splitlines(),
    )
    assert (row["judgement"], row["elsewhere"], row["document"]) == ("not found", 1, None)


def test_a_word_that_stands_everywhere_fills_no_screens(quote):
    rows = [json.loads(line) for line in quote("care", "--format", "jsonl").splitlines()]
    out = quote("care")
    assert out.startswith(f"EXACT · {len(rows)} places")
    assert out.count("sha256") == 20
    assert out.rstrip().endswith(f"and {len(rows) - 20} more; --format jsonl lists all")
    assert f"sha256 {rows[0]['sha256'][:12]} ·" in out
    assert len(rows[0]["sha256"]) == 64
    assert "more; --format" not in quote("There is one boiler.")


def test_not_found_says_how_many_papers_were_searched(quote):
    out = quote("We shall fight on the beaches, we shall fight on the landing grounds")
    assert re.match(r"NOT FOUND · searched all \d+ papers", out)


def test_what_is_altered_is_never_quite_alike(quote):
    text = "visited by five officers of three departments; none of whom had lit the fire"
    assert quote(text).startswith("ALTERED")
    assert "alike 0.99" in quote(text)
    assert "1.00" not in quote(text).split(" · ")[0]


def test_rows_have_offsets_into_the_raw_text(quote, corpus_archive):
    rows = [json.loads(line) for line in quote("There is one boiler.", "--format", "jsonl").splitlines()]
    with Archive.open(corpus_archive) as store:
        for row in rows:
            assert set(row) >= FIELDS
            raw = raw_document(store, row["document"]).raw
            assert [raw[a:b] for a, b in row["spans"]] == row["printed"]
            assert (row["start"], row["end"]) == (row["spans"][0][0], row["spans"][-1][1])
    assert [row["judgement"] for row in rows] == ["exact"]


def test_what_is_not_found_is_one_row_that_says_so(quote):
    (row,) = map(json.loads, quote("We shall fight them on every beach", "--format", "jsonl").splitlines())
    assert row["judgement"] == "not found"
    assert row["look_alike"] is (row["document"] is not None)


def test_a_look_alike_is_called_what_it_is(quote):
    out = quote(
        "What integration needs is a budget. It needs people in one place and nothing more than that."
    )
    if "NOT the quotation" in out:
        assert out.startswith("NOT FOUND")


def test_a_quotation_from_a_file_and_from_stdin(quote, corpus_archive, tmp_path):
    file = tmp_path / "quotation.txt"
    file.write_text("\ufeffThere is one boiler.\r\n", encoding="utf-8")
    assert quote("--file", file).startswith("EXACT")
    script = "from policytext.cli.root import run; import sys; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", script, "quote", "-", "--archive", str(corpus_archive)],
        input=b"There is one boiler.\n",
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"EXACT")


@pytest.mark.parametrize("arguments", [[], ["text", "--file", __file__]])
def test_one_quotation_is_asked_for(quote, arguments):
    quote(*arguments, code=2)


def test_what_cannot_be_judged_is_one_line(quote, tmp_path):
    quote("...", code=1)
    quote("There is one boiler.", "--document", "nowhere", code=1)
    file = tmp_path / "latin.txt"
    file.write_bytes(b"caf\xe9 in the town")
    quote("--file", file, code=1)


def test_the_same_question_gives_the_same_bytes(quote):
    text = "I never met a patient who wanted integration."
    assert quote(text, "--format", "jsonl") == quote(text, "--format", "jsonl")


def test_nothing_heavy_is_loaded(corpus_archive):
    code = (
        "import sys; from policytext.cli.root import run; "
        f"run(['quote', 'visited by six officers of three', '--archive', {str(corpus_archive)!r}]); "
        "assert not {'numpy', 'spacy', 'torch', 'altair'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_what_steers_a_terminal_is_taken_out_of_the_quotation(quote, tmp_path):
    evil = tmp_path / "evil.txt"
    evil.write_text("visited by six \x1b]0;owned\x07officers of three \x1b[31mdepartments", encoding="utf-8")
    told = quote("--file", evil)
    assert "\x1b" not in told
    assert "\x07" not in told

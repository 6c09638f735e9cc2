"""The codebook: what is read from a file, what is refused in one line, and written back."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import CORPUS
from policytext.analysis.codebook import Claim, Codebook, read_codebook, written
from policytext.errors import BadRequest


def test_claims_come_in_the_order_of_the_file():
    book = read_codebook(
        b'[[claim]]\nid = "b"\nlabel = " A  label "\nsays = ["One.", "One.", "Two\\n words."]\n'
        b'denies = ["No."]\n'
        b'[[claim]]\nid = "a"\nlabel = "Other"\nsays = ["Three."]\nnote = "mine"\n',
        "x.toml",
    )
    assert book.claims == (
        Claim("b", "A label", ("One.", "Two words."), ("No.",)),
        Claim("a", "Other", ("Three.",)),
    )


GOOD = 'id = "a"\nlabel = "L"\nsays = ["S."]\n'
REFUSED = [
    ("", "no claims"),
    ("claim = 3", "no claims"),
    ("[[claim]]\n", "claim 1 has no id"),
    (f'[[claim]]\n{GOOD}[[claim]]\nid = "b c"\nlabel = "L"\nsays = ["S."]', "claim 2 has no proper id"),
    (f"[[claim]]\n{GOOD}[[claim]]\n{GOOD}", "two claims are called a"),
    ('[[claim]]\nid = "a"\nsays = ["S."]', "claim a has no label"),
    ('[[claim]]\nid = "a"\nlabel = "L"', "claim a has no says"),
    ('[[claim]]\nid = "a"\nlabel = "L"\nsays = "S."', "no list of sentences"),
    ('[[claim]]\nid = "a"\nlabel = "L"\nsays = ["S.", 3]', "no list of sentences"),
    ('[[claim]]\nid = "a"\nlabel = "L"\nsays = ["S."]\ndenies = [" "]', "denies is no list"),
    (f'[[claim]]\n{GOOD}deny = ["D."]', "unknown key deny"),
    (f'[[claim]]\nid = "a"\nlabel = "L"\nsays = ["{"long " * 500}"]', "over 2000 characters"),
    ("[[claim]\n", "not a codebook"),
    (f"x = {'[' * 20_000}", "not a codebook"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_what_is_no_codebook_is_told_in_one_line(text, message):
    with pytest.raises(BadRequest, match=message) as told:
        read_codebook(text.encode(), "mine.toml")
    assert str(told.value).startswith("mine.toml: ")
    assert "\n" not in str(told.value)


def test_bytes_that_are_no_text_are_told():
    with pytest.raises(BadRequest, match="not a codebook"):
        read_codebook(b'[[claim]]\nid = "\xff"', "mine.toml")


def test_a_mark_of_byte_order_is_no_part_of_it():
    assert read_codebook(f"\ufeff[[claim]]\n{GOOD}".encode(), "x").claims[0].id == "a"


def test_a_codebook_has_claims_under_ids_of_their_own():
    with pytest.raises(ValueError, match="id of its own"):
        Codebook(())
    with pytest.raises(ValueError, match="sentences that say it"):
        Claim("a", "L", ())


words = st.text(min_size=1, max_size=40).map(lambda t: " ".join(t.split())).filter(bool)
sentences = st.lists(words, max_size=4, unique=True).map(tuple)
claims = st.builds(
    Claim, st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), words, sentences.filter(bool), sentences
)


@given(st.lists(claims, min_size=1, max_size=4, unique_by=lambda c: c.id), words)
def test_what_is_written_is_read_back(found, heading):
    text = written(found, heading)
    assert read_codebook(text.encode("utf-8"), "x").claims == tuple(found)
    assert len(tomllib.loads(text)["claim"]) == len(found)


def test_ours_is_one():
    book = read_codebook((CORPUS / "codebook.toml").read_bytes(), "codebook.toml")
    assert len(book.claims) >= 20
    assert all(len(c.says) >= 5 for c in book.claims)

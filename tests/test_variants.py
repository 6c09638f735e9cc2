"""Printings side by side: what is changed, what only looks so, and that nothing of a text is lost."""

import json
import re
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.analysis.collation import (
    READING_KINDS,
    PrintedWork,
    Printing,
    Repair,
    collated,
    key_of,
)
from policytext.errors import NotFound
from policytext.export.pictures.rendering import render
from policytext.export.pictures.style import WIDTH
from policytext.export.pictures.variants import (
    block_words,
    blocks_of,
    difference_words,
    variants_chart,
    wrapped,
)
from policytext.export.pictures.variants_page import variants_page
from policytext.pipeline.variants import printed_works
from policytext.store.archive import Archive
from policytext.text.words.lexicon import english
from witnesses import HOSTILE

CASES = json.loads((Path(__file__).parent / "data/collation/cases.json").read_text("utf-8"))
SVG = "{http://www.w3.org/2000/svg}"


def knows(word):
    return english().knows(word)


def printing(text, number=1, **changes):
    fields = {
        "passage": f"d{number}:00001",
        "document": f"d{number}",
        "source": f"paper{number}.txt",
        "title": f"Paper number {number}",
        "publication_edtf": str(1950 + number),
        "relation": "original" if number == 1 else "reprint",
        "start": 10,
        "end": 10 + max(1, len(text)),
        "line": 3,
        "text": text,
    }
    return Printing(**{**fields, **changes})


def work(*texts, name="r1"):
    return PrintedWork(name, tuple(printing(text, n) for n, text in enumerate(texts, 1)))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["what"])
def test_kinds_of_difference(case):
    found = collated([printing(t, n) for n, t in enumerate(case["texts"], 1)], knows)
    # places are cut at sentences too: neighbours of one kind read as one
    told = []
    for place in found.places:
        reading = place.readings[1]
        if told and told[-1][1] == reading.kind:
            told[-1][0] += reading.text
        else:
            told.append([reading.text, reading.kind])
    assert told == case["kinds"]


WORDS = st.sampled_from(
    [
        "one",
        "door",
        "not",
        "the",
        "council",
        "coun-",
        "cil",
        "tbe",
        "1956.",
        "“care”",
        "—",
        "Dr.",
        "end.\n",
        "é",
    ]
)
TEXTS = st.lists(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60), min_size=1, max_size=5)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_columns_joined_again_are_the_texts(texts):
    found = collated([printing(t, n) for n, t in enumerate(texts, 1)], knows)
    assert [found.text(n) for n in range(len(texts))] == texts
    for place in found.places:
        assert len(place.readings) == len(texts)
        assert {r.kind for r in place.readings} <= set(READING_KINDS)
        assert place.readings[0].kind == "same"
    assert [p for row in found.sentences() for p in row] == list(found.places)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_what_is_the_same_has_the_same_words(texts):
    found = collated([printing(t, n) for n, t in enumerate(texts, 1)], knows)
    for place in found.places:
        base = place.readings[0]
        for reading in place.readings[1:]:
            if reading.kind == "same":
                assert reading.text.split() == base.text.split()
            elif reading.kind == "form":
                keys = ["".join(map(key_of, r.text.split())) for r in (base, reading)]
                assert keys[0] == keys[1]
            elif reading.kind == "added":
                assert reading.text
                assert not "".join(map(key_of, base.text.split()))


@given(st.text(max_size=80), st.integers(1, 4))
def test_a_text_against_itself_does_not_differ(text, copies):
    found = collated([printing(text, n) for n in range(1, copies + 2)], knows)
    assert {r.kind for p in found.places for r in p.readings} <= {"same"}
    assert difference_words(found) == "word for word the same"


def test_what_stands_beyond_is_not_called_the_same():
    extract = collated(
        [printing("He rose. We want one door. He sat."), printing("We want one door.", 2)], knows
    )
    assert difference_words(extract) == "the same where both run"
    three = [
        printing(t, n) for n, t in enumerate(["We want one door. He sat.", *["We want one door."] * 2], 1)
    ]
    assert difference_words(collated(three, knows)) == "the same where they run"
    inside = collated([printing("So we want one door."), printing("We want one door.", 2)], knows)
    assert difference_words(inside) == "the words differ at 1 place; only print or scan at 1"


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_where_nothing_agrees_nothing_is_outside(texts):
    two = texts[0], texts[-1]
    found = collated([printing(t, n) for n, t in enumerate(two, 1)], knows)
    readings = [p.readings[1] for p in found.places]
    agreed = [r for r in readings if r.kind in ("same", "form", "misread", "repaired") and r.text]
    assert agreed or all(r.kind != "outside" for r in readings)


def test_what_goes_on_behind_the_sentence_stays_in_its_row():
    texts = "There is one door. He sat.", "There is one door for the young. He sat."
    found = collated([printing(t, n) for n, t in enumerate(texts, 1)], knows)
    assert ["".join(p.readings[1].text for p in row) for row in found.sentences()] == [
        "There is one door for the young. ",
        "He sat.",
    ]


def test_what_a_printing_has_not_is_said_once():
    texts = "He rose late. We want one door.", "We want one door.", "He came late. We want one door."
    found = collated([printing(t, n) for n, t in enumerate(texts, 1)], knows)
    row = next(found.sentences())
    assert len(row) > 1
    assert [[run.words for run in line] for line in wrapped(row, 1, 40)] == [["[\u2026]"]]
    page = variants_page([work(*texts)], "x", knows=knows).decode()
    assert page.partition("<tbody>")[2].count("[\u2026]") == 1


GONE = "meaning great shifts of power from the centre to towns and villages."
OMISSION = (
    f"The bill was about culture, {GONE} Some doubts arose at once.",
    "The bill was about culture. Second, some doubts arose.",
)


def test_a_large_omission_is_seen_in_both_columns():
    marks = [
        [(r.words, r.mark) for line in wrapped(collation.places, column, 200) for r in line]
        for collation in [collated([printing(t, n) for n, t in enumerate(OMISSION, 1)], knows)]
        for column in (0, 1)
    ]
    assert (GONE, "missing") in marks[0]
    assert ("[12\u00a0words left\u00a0out]", "gap") in marks[1]
    assert ("Second,", "added") in marks[1]
    assert ("at", "missing") not in marks[0]
    svg = render(variants_chart([work(*OMISSION)], "x", knows=knows), "svg")
    assert "[12\u00a0words left\u00a0out]" in texts_of(svg)
    page = variants_page([work(*OMISSION)], "x", knows=knows).decode()
    assert f'<span class="missing">{GONE} </span>'.replace(" </", "</") in page.replace(" </", "</")
    assert f"<del>{GONE}</del>" in page


def test_the_legend_explains_every_mark():
    words = " ".join(
        texts_of(render(variants_chart([work("one door", "one gate")], "x", knows=knows), "svg"))
    )
    for mark in ("[\u2026] begins later or ends earlier", "[+1\u00a0word] begins earlier or ends later"):
        assert mark.partition(" ")[0] in words
        assert mark.partition(" ")[2] in words
    assert "[25 words left out]" in words
    page = variants_page([work("one door", "one gate")], "x", knows=knows).decode()
    assert "[\u2026]</span> begins later or ends earlier" in page
    assert ">grey</span> begins earlier or ends later" in page
    assert ">dotted</span> in the first printing" in page


def test_a_repaired_word_is_told_from_a_changed_one():
    repaired = printing("home helps came daily", 2, repairs=(Repair(5, 10, "hclps"),))
    found = collated([printing("home helps came daily"), repaired], knows)
    assert [(r.text, r.kind, r.printed) for r in (p.readings[1] for p in found.places)] == [
        ("home ", "same", None),
        ("helps ", "repaired", "hclps"),
        ("came daily", "same", None),
    ]


def test_nothing_to_collate():
    with pytest.raises(ValueError, match="nothing"):
        collated([], knows)
    with pytest.raises(ValueError, match="no printing"):
        PrintedWork("r", ())


def test_long_and_even_texts_are_no_trouble():
    texts = ["a b " * 1500, "b a " * 1500, "x" * 200_000]
    found = collated([printing(t, n) for n, t in enumerate(texts, 1)], knows)
    assert [found.text(n) for n in range(3)] == texts


def test_more_than_four_printings_stand_in_blocks_with_the_earliest():
    several = work(*[f"one door number {n}" for n in range(6)])
    blocks = list(blocks_of([several], knows))
    assert [[p.document for p in b.printings] for b in blocks] == [
        ["d1", "d2", "d3", "d4"],
        ["d1", "d5", "d6"],
    ]
    # a block says which printings its verdict is of
    other = work("one door here", "one gate here", *["one door here"] * 3)
    assert [block_words(b) for b in blocks_of([other], knows)] == [
        "printings 1 to 4 of 5: the words differ at 1 place",
        "printings 1 and 5 of 5: word for word the same",
    ]
    seven = list(blocks_of([work(*["one door"] * 7), work("one door", "one door")], knows))
    assert [block_words(b).partition(":")[0] for b in seven] == [
        "printings 1 to 4 of 7",
        "printings 1 and 5 to 7 of 7",
        "2 printings",
    ]


@given(st.lists(WORDS, min_size=1, max_size=30).map(" ".join), st.integers(4, 40))
def test_lines_are_no_wider_than_their_column(text, letters):
    found = collated([printing(text), printing(text, 2)], knows)
    lines = [line for row in found.sentences() for line in wrapped(row, 1, letters)]
    for line in lines:
        assert line[-1].at + len(line[-1].words) <= letters
        for one, other in pairwise(line):
            assert one.at + len(one.words) < other.at
    if all(len(word) <= letters for word in text.split()):
        assert " ".join(run.words for line in lines for run in line).split() == text.split()


def texts_of(svg):
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_kind_has_a_sign_beside_its_colour():
    changed = work(
        "The committee asked for one door in the spring of the year.",
        "The committee begged for one door soon in the spring of year.",
    )
    svg = render(variants_chart([changed], "One door", knows=knows), "svg").decode()
    plain = texts_of(svg)
    assert {"begged", "soon", "the"} <= set(plain)
    assert re.search(r"<text[^>]*font-weight=\"bold\"[^>]*>soon<", svg)
    assert re.search(r"<text[^>]*font-weight=\"bold\"[^>]*>begged<", svg)
    page = variants_page([changed], "One door", knows=knows).decode()
    assert '<ins class="replaced" title="for: asked">begged</ins>' in page
    assert '<ins class="added">soon</ins>' in page
    assert "<del>the</del>" in page


def test_a_picture_is_one_page_and_says_what_it_leaves_out():
    many = [
        work("One door for all who come. " * 4, "One gate for all. " * 4, name=f"r{n}") for n in range(40)
    ]
    svg = render(variants_chart(many, "Doors", knows=knows), "svg")
    root = ET.fromstring(svg)
    assert float(root.get("width")) <= WIDTH + 50
    assert float(root.get("height")) <= 1085
    assert any(re.match(r"Drawn: \d+ of 40 texts", t) for t in texts_of(svg))
    assert variants_page(many, "Doors", knows=knows).decode().count("<table") == 40


def test_nothing_printed_twice_is_said():
    assert any("more than once" in t for t in texts_of(render(variants_chart([], "x", knows=knows), "svg")))
    assert b"Nothing of this is printed more than once." in variants_page([], "x", knows=knows)


class Reader(HTMLParser):
    """Reads a page as a browser would: its tags, attributes and text."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text.append(data)


ALLOWED = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "small", "p", "ul", "li"}
ALLOWED |= {"div", "table", "thead", "tbody", "tr", "th", "td", "span", "ins", "del", "i"}


def evil_work(bad):
    return PrintedWork(
        bad,
        (
            printing(f"one door {bad} here", title=bad, source=bad),
            printing(f"one gate {bad}{bad} here", 2, title=bad, source=bad, relation=bad, page=bad),
        ),
    )


@pytest.mark.parametrize("bad", HOSTILE, ids=lambda t: ascii(t[:12]))
def test_hostile_text_is_text_in_the_page(bad):
    page = variants_page([evil_work(bad)], bad, [bad], knows=knows).decode("utf-8")
    reader = Reader()
    reader.feed(page)
    assert reader.tags <= ALLOWED
    assert not any(name.startswith("on") for name in reader.attributes)
    assert "default-src 'none'" in page
    assert not re.search("[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", page)


def test_hostile_text_is_text_in_the_picture():
    bad = " ".join(text for text in HOSTILE if len(text) < 1000)
    works = [evil_work(bad), evil_work(max(HOSTILE, key=len))]
    tree = ET.fromstring(render(variants_chart(works, bad, [bad], knows=knows), "svg"))
    assert float(tree.get("width")) <= WIDTH + 50
    assert "script" not in {e.tag.removeprefix(SVG) for e in tree.iter()}
    assert any("<script>alert(1)</script>" in "".join(t.itertext()) for t in tree.iter(f"{SVG}text"))


def test_the_same_works_give_the_same_bytes():
    several = [work("one door", "one gate", "a door")]
    assert variants_page(several, "x", knows=knows) == variants_page(several, "x", knows=knows)
    assert variants_chart(several, "x", knows=knows) == variants_chart(several, "x", knows=knows)


def test_reprints_of_an_archive(corpus_archive):
    with Archive.open(corpus_archive) as store:
        found = printed_works(store)
        groups = {row[0] for row in store.sql.execute("SELECT DISTINCT grp FROM reprints")}
        assert {w.name for w in found.works} == groups
        for each in found.works:
            assert each.printings[0].relation == "original"
            assert len(each.printings) > 1
        # words that were misread in the scan are shown as repaired, with what the file has
        repairs = [r for w in found.works for p in w.printings for r in p.repairs]
        assert repairs
        for w in found.works:
            for p in w.printings:
                row = store.sql.execute("SELECT clean FROM documents WHERE id = ?", (p.document,)).fetchone()
                assert p.text in row[0]
        # a reprint is found where words agree; what is compared begins and ends with a sentence
        starts = {p.text.partition(" forty years of speeches")[0] for w in found.works for p in w.printings}
        assert {"I have sat through", "On the same subject Ruth Calloway remembered"} <= starts
        # stretches that share a sentence are one printing
        for w in found.works:
            for one, other in combinations(w.printings, 2):
                assert one.document != other.document or one.end <= other.start or other.end <= one.start
        few = printed_works(store, most=2)
        assert (len(few.works), few.left_out) == (2, len(groups) - 2)
        one = found.works[0]
        assert printed_works(store, [one.name]).works == (one,)
        assert one.name in {w.name for w in printed_works(store, [one.printings[1].passage]).works}
        with pytest.raises(NotFound, match="list claims"):
            printed_works(store, ["nothing-of-that-name"])


def test_variants_of_claims_and_witnesses(coded_archive):
    with Archive.open(coded_archive) as store:
        row = store.sql.execute(
            "SELECT id, claim FROM witnesses WHERE relation = 'edited-reprint' AND tier = 'confirmed' "
            "ORDER BY id LIMIT 1"
        ).fetchone()
        of_witness = {w.name for w in printed_works(store, [row["id"]]).works}
        of_claim = {w.name for w in printed_works(store, [row["claim"]]).works}
        assert of_witness
        assert of_witness <= of_claim
        assert of_claim <= {w.name for w in printed_works(store, [row["claim"]], "all").works}

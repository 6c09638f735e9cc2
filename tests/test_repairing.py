"""The repair of characters: damaged text, text that must not change, known failures, the laws of edits."""

import json
from functools import cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import CORPUS
from policytext.document import Doubt, Edit
from policytext.text.alignment import Alignment, apply_edits
from policytext.text.cleaning import STEPS, STEPS_AFTER_READER, clean
from policytext.text.composing import compose
from policytext.text.repairing import disjoint, ligatures
from policytext.text.words.lexicon import english, folded
from policytext.text.words.misread import Words
from policytext.text.words.vocabulary import WORD, Vocabulary

DATA = Path(__file__).parent / "data" / "text"


def table(name):
    """The cases of a file as parameters. One that is expected to fail and passes is reported, to be moved."""
    cases = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    assert {c["expect"] for c in cases} <= {"pass", "fail"}
    return [pytest.param(c, id=c["label"], marks=[known(c)] if c["expect"] == "fail" else []) for c in cases]


def known(case):
    """The mark of a known failure; ``strict``, so that a repair is noticed."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=case["comment"])


def running(cleaned):
    return cleaned.text[: cleaned.margin].rstrip()


def check_laws(cleaned):
    """Checks that a cleaned text leads back to the raw one, and that its edits say what they did."""
    assert cleaned.alignment.apply(cleaned.raw) == cleaned.text
    assert cleaned.alignment.rebuild(cleaned.text) == cleaned.raw
    covered = sum(b.end - b.start for b in cleaned.blocks)
    assert covered == len(cleaned.text) - 2 * max(0, len(cleaned.blocks) - 1)
    for edit in cleaned.edits:
        assert cleaned.raw[edit.start : edit.end] == edit.text
        assert edit.rule
        assert edit.reason
        assert edit.confidence < 1 or not is_guess(edit)


GUESSES = (
    "confusion.",
    "space.split",
    "space.joined",
    "space.stop",
    "speck.",
    "note.",
    "figure.",
    "unreadable.",
)
"""Rules that read a character for another, by the beginning of their names; the rest is layout and markup."""


def is_guess(edit):
    return any(rule.startswith(GUESSES) for rule in edit.rule.split("+"))


# --- cases --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", table("repairs"))
def test_damaged_text(case):
    cleaned = clean(case["raw"])
    check_laws(cleaned)
    if "clean" in case:
        assert running(cleaned) == case["clean"]
    found = [(e.text, e.replacement, e.status, e.rule) for e in cleaned.edits]
    for text, replacement, rule, status in case.get("edits", ()):
        assert [r for *what, r in found if what == [text, replacement, status] and r.startswith(rule)], found


@pytest.mark.parametrize("case", table("encoding"))
def test_wrong_decoding(case):
    cleaned = clean(case["raw"])
    check_laws(cleaned)
    assert running(cleaned) == case["clean"]


DAMAGED = """The Committee thonght that the connty shonld keep the arnbulance service, and tbat the hospitals
wou1d be glad of it. The health visitors were told of thc decision at tlie meeting in the spring. The palients
had not becn asked. Nobody knew whetber the ncw board would agree with the connty."""


@pytest.mark.parametrize("among", ["alone", "damaged"])
@pytest.mark.parametrize(
    "case", json.loads((DATA / "unchanged.json").read_text(encoding="utf-8")), ids=itemgetter("label")
)
def test_text_that_must_not_change(request, case, among):
    if among in case.get("fails", ()):
        request.applymarker(known(case))
    raw = f"{DAMAGED}\n\n{case['text']}\n\n{DAMAGED}" if among == "damaged" else case["text"]
    cleaned = clean(raw)
    check_laws(cleaned)
    assert ("should keep the ambulance" in cleaned.text) == (among == "damaged")
    start = raw.index(case["text"])
    spans = cleaned.alignment.to_clean(start, start + len(case["text"]))
    reads = " ".join(cleaned.text[s.start : s.end] for s in spans)
    assert reads.split() == case.get("reads", case["text"]).split()


def test_a_text_of_ours_that_is_sound_is_left_alone():
    for path in sorted((CORPUS / "clean").glob("*.txt")):
        cleaned = clean(path.read_text(encoding="utf-8"))
        assert not [e for e in cleaned.edits if is_guess(e) and e.status == "applied"], path.name


@pytest.mark.papers
def test_real_papers_are_hardly_touched(papers):
    """Where words are at stake, a handful in some forty thousand; the marks of notes are another matter."""
    applied = [
        (path.name, e.start, e.rule)
        for path in sorted(papers.glob("*.txt"))
        for e in clean(path.read_bytes().decode("utf-8-sig")).edits
        if e.status == "applied" and is_guess(e) and e.rule.startswith(("confusion.", "space."))
    ]
    assert len(applied) <= 4, applied


# --- evidence -----------------------------------------------------------------------------------------------

SCAN = f"{DAMAGED} It was a sprlng of long debates, and of tal1owick."


def edit_at(cleaned, word):
    (edit,) = [e for e in cleaned.edits if e.text == word]
    return edit


def doubt(raw, word, confidence):
    return Doubt(raw.index(word), raw.index(word) + len(word), confidence)


def test_an_engine_that_is_sure_turns_a_repair_from_the_list_into_a_suggestion():
    plain = edit_at(clean(SCAN), "whetber")
    assert (plain.rule, plain.status, plain.replacement) == ("confusion.list", "applied", "whether")
    sure = edit_at(clean(SCAN, doubts=[doubt(SCAN, "whetber", 0.97)]), "whetber")
    assert (sure.rule, sure.status, sure.replacement) == ("confusion.list", "suggested", "whether")
    unsure = edit_at(clean(SCAN, doubts=[doubt(SCAN, "whetber", 0.3)]), "whetber")
    assert unsure.status == "applied"
    assert plain.confidence < unsure.confidence < 1


def test_an_engine_that_is_sure_does_not_outweigh_the_document():
    sure = edit_at(clean(SCAN, doubts=[doubt(SCAN, "tlie", 0.99)]), "tlie")
    assert (sure.rule, sure.status) == ("confusion.document", "applied")


def test_a_doubt_concerns_its_own_word_in_a_text_with_markup():
    raw = SCAN.replace("whetber", "**whetber**")
    sure = clean(raw, doubts=[doubt(raw, "whetber", 0.97)])
    assert edit_at(sure, "whetber").status == "suggested"
    assert edit_at(sure, "becn") == edit_at(clean(raw), "becn")


def test_other_papers_answer_an_open_question():
    before = clean(SCAN)
    assert "tallowick" in before.asked
    assert not [e for e in before.edits if e.text == "tal1owick"]
    after = clean(SCAN, attested={"tallowick"})
    edit = edit_at(after, "tal1owick")
    assert (edit.rule, edit.replacement, edit.status) == ("confusion.corpus", "tallowick", "applied")
    assert edit.confidence < 1
    assert after.asked == before.asked


def test_two_answers_are_none():
    two = clean(SCAN, attested={"tallowick", "taliowick"})
    assert not [e for e in two.edits if e.text == "tal1owick"]


def test_other_papers_do_not_answer_what_nobody_asked():
    assert clean(SCAN, attested={"whatever", "county", "tall"}).edits == clean(SCAN).edits


@pytest.mark.parametrize("path", sorted((CORPUS / "damaged").glob("*.txt")), ids=lambda p: p.stem)
def test_what_is_asked_does_not_depend_on_the_answers(path):
    raw = path.read_text(encoding="utf-8")
    asked = clean(raw).asked
    assert clean(raw, attested=asked).asked == asked


# --- putting edits together ---------------------------------------------------------------------------------


def edit(start, text, replacement, rule="r"):
    return Edit(start, start + len(text), text, replacement, "because", rule, 0.5)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (edit(3, "abc", "x"), edit(5, "cde", "y"), 1),
        (edit(3, "abc", "x"), edit(6, "def", "y"), 2),
        (edit(3, " ", ""), edit(4, "abc", "x"), 1),
        (edit(3, " ", ""), edit(0, "abc", "x"), 1),
        (edit(3, "", " "), edit(3, "abc", "x"), 1),
        (edit(3, "", " "), edit(0, "abc", "x"), 1),
        (edit(3, "", " "), edit(4, "bc", "x"), 2),
        (edit(4, "bc", "x"), edit(3, "", " "), 2),
        (edit(3, "abc", "x"), edit(3, "abc", "y"), 1),
    ],
)
def test_of_edits_that_collide_the_first_stands(first, second, kept):
    found = disjoint([[first], [second]])
    assert first in found
    assert len(found) == kept
    assert found == sorted(found, key=lambda e: (e.start, e.end, e.rule))


@given(st.text(alphabet="aﬀﬁﬂﬃﬄﬅﬆ \n", max_size=30))
def test_ligatures_become_their_letters(text):
    edits = ligatures(text)
    assert len(edits) == sum(c in "ﬀﬁﬂﬃﬄﬅﬆ" for c in text)
    mended = apply_edits(text, edits)
    assert mended.isascii()
    assert ligatures(mended) == []


# --- laws for any text --------------------------------------------------------------------------------------


@cache
def vocabulary_of_ours():
    """Words of our own papers, damaged ones among them, in a fixed order."""
    found = set()
    for path in sorted(CORPUS.glob("*/*.txt")):
        found.update(WORD.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


def misread(word):
    return word.replace("m", "rn").replace("h", "b").replace("o", "0").replace("l", "1")


MARKS = """* ** ® ' " ” “ ° † 1 12 123. (a) £3 10s. 6d. s. — - . , ; : ,. '’ |a| ~^ �� aaaaaa bc iu t0 lt"""
GLUE = [
    "",
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "-\n",
    "\f",
    " \n\n12\n\n",
    "\u00a0",
    "\t",
    "\u00ad",
    "\u0301",
]
SIGNS = [
    "# ",
    "<b>",
    "</b>",
    "<sup>1</sup>",
    "&amp;",
    "[a](b)",
    "| a | b |",
    "ﬁ",
    "ﬄ",
    "â€™",
    "Ã©",
    "é",
    "ö",
    "𝒜",
    "한",
]

words = st.builds(vocabulary_of_ours).flatmap(st.sampled_from)
parts = st.one_of(
    words, words, words.map(misread), st.sampled_from([*MARKS.split(), *SIGNS]), st.text(max_size=4)
)
glued = st.lists(st.tuples(parts, st.sampled_from(GLUE)), max_size=40).map(
    lambda found: "".join(part + glue for part, glue in found)
)
scans = glued.map(lambda text: f"{DAMAGED}\n\n{text}")
texts = st.one_of(glued, scans, st.text(max_size=200))


def check_edits(text, edits):
    """Checks that the edits of one step fit its text and one another."""
    placed = sorted(edits, key=lambda e: (e.start, e.end))
    assert all(e.end <= len(text) and text[e.start : e.end] == e.text for e in placed)
    for before, after in pairwise([e for e in placed if e.status == "applied"]):
        assert before.end <= after.start
        assert (before.start, before.end) != (after.start, after.end)


@pytest.mark.parametrize("steps", [STEPS, STEPS_AFTER_READER], ids=["plain", "after a reader"])
@settings(max_examples=150, deadline=None)
@given(raw=texts)
def test_every_step_and_what_they_make_together(steps, raw):
    done, text = [], raw
    for step in steps:
        new = step.find(text)
        check_edits(text, new)
        before, text = text, apply_edits(text, new)
        done = compose(raw, done, new)
        check_edits(raw, done)
        assert apply_edits(raw, done) == text, step.name
        alignment = Alignment(len(raw), done)
        assert alignment.rebuild(text) == raw, step.name
        assert Alignment(len(before), new).rebuild(text) == before, step.name


@st.composite
def doubted(draw, raw):
    """What an engine might say of the words of a text."""
    places = list(WORD.finditer(raw))
    chosen = (
        draw(st.lists(st.sampled_from(places), max_size=8, unique_by=lambda m: m.start())) if places else []
    )
    return [Doubt(m.start(), m.end(), draw(st.floats(0, 1))) for m in chosen]


@settings(max_examples=200, deadline=None)
@given(texts, st.data())
@example("", None)
@example("\ufeff", None)
@example("lt\n\n1 lt", None)
def test_whatever_is_known_the_laws_hold(raw, data):
    plain = clean(raw)
    check_laws(plain)
    scan = clean(raw, carrier="ocr")
    check_laws(scan)
    assert scan.profile.carrier == "ocr"
    if data:
        read = clean(raw, carrier="ocr", doubts=data.draw(doubted(raw)), attested=plain.asked)
        check_laws(read)
    assert clean(raw, attested=plain.asked).asked == plain.asked


@settings(max_examples=150, deadline=None)
@given(texts)
def test_kept_characters_go_there_and_back(raw):
    cleaned = clean(raw)
    changed = {p for e in cleaned.edits if e.status == "applied" for p in range(e.start, e.end)}
    for at in range(len(raw)):
        if at not in changed:
            (there,) = cleaned.alignment.to_clean(at, at + 1)
            assert cleaned.text[there.start : there.end] == raw[at]
            (back,) = cleaned.alignment.to_raw(there.start, there.end)
            assert (back.start, back.end) == (at, at + 1)


@settings(max_examples=100, deadline=None)
@given(st.one_of(scans, glued))
def test_only_what_is_no_word_is_ever_repaired(raw):
    """The list attests: a form that it knows is never taken for a misreading, whatever stands around it."""
    vocabulary = Vocabulary(raw, english())
    for damaged in (False, True):
        for found in Words(vocabulary, damaged=damaged, attested=frozenset(), sure={}).edits():
            assert not english().knows(folded(found.text))
            assert found.replacement
            assert found.replacement != found.text


@settings(max_examples=60, deadline=None)
@given(texts)
def test_the_same_comes_out_twice(raw):
    one, two = clean(raw), clean(raw)
    assert (one.text, one.edits, one.moves, one.blocks, one.asked) == (
        two.text,
        two.edits,
        two.moves,
        two.blocks,
        two.asked,
    )


NUMBERS = """The clerk told tbe connty that the wards would be closed until

11

the spring of the year. He was thanked.

The treasurer reported that coal had risen in

12

price once more. He was heard.

The matron asked for more linen and soap for

13

the wards. It was granted."""

PULLED = """The connty has few beds and fewer nurses to make thern, and what we need is time to mend what was
broken until

***What we need is time to mend what was broken***

the spring comes."""


@pytest.mark.parametrize(
    ("raw", "lifted"),
    [(NUMBERS, "11"), (PULLED, "What we need is time")],
    ids=["page number", "pull quote"],
)
def test_a_span_across_a_moved_block_has_several_places_in_the_source(raw, lifted):
    cleaned = clean(raw)
    check_laws(cleaned)
    assert cleaned.moves
    before = "closed" if "closed" in raw else "broken"
    start = cleaned.text.index(f"{before} until")
    end = cleaned.text.index("spring", start) + len("spring")
    assert cleaned.text[start:end] == f"{before} until the spring"
    spans = cleaned.alignment.to_raw(start, end)
    assert len(spans) > 1
    pieces = [raw[s.start : s.end].split() for s in spans]
    assert [w for piece in pieces for w in piece] == [before, "until", "the", "spring"]
    assert lifted in raw[spans[0].start : spans[-1].end]
    aside = cleaned.text.index(lifted, end)
    (back,) = cleaned.alignment.to_raw(aside, aside + len(lifted))
    assert spans[0].end <= back.start < back.end <= spans[-1].end


@pytest.mark.parametrize(
    "raw",
    [
        f"{DAMAGED} " * 2_000,
        " ".join(["wou1d", "t he", "thetime"] * 20_000),
        "wou1d" * 200_000,
        "rn" * 500_000,
        "a'" * 400_000,
        "a|" * 400_000,
        "aaaa " * 50_000,
        "a,.b" * 50_000,
        "lbid. " * 20_000,
        "word®\n" * 50_000,
        "word.' " * 50_000,
        "1 Note.\n\n" * 20_000,
        "~^" * 300_000,
        "\ufffd" * 500_000,
        "â€™" * 150_000,
        "1g74 " * 50_000,
        "-\n" * 100_000,
    ],
    ids=lambda raw: f"{raw[:8]!r} x {len(raw)}",
)
def test_texts_made_to_break_it(raw):
    cleaned = clean(raw)
    assert cleaned.alignment.rebuild(cleaned.text) == raw

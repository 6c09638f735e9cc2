"""What a person decided: it wins over every rule, says what it could not do, and stays reversible."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.document import Decision, Edit, RoleHint
from policytext.text.cleaning import clean
from policytext.text.rulings import ACCEPTED, OWN, REJECTED

SCAN = """The Committee thonght that the connty shonld keep the ambulance service, and tbat the hospitals
wou1d be glad of it. Mr. Loudon was told of thc decision on 5 July 194g, and of xqzvkj besides. The servi ces
were heard in London on the co-
operation of the boards."""
"""Repairs, a name and a year that are asked about, a flag, a blank too many, a hyphen at a line end."""


def decision(text, replacement, verdict="accept", raw=SCAN, nth=0, by=""):
    """A decision on the ``nth`` place of ``raw`` that reads ``text``."""
    at = -1
    for _ in range(nth + 1):
        at = raw.index(text, at + 1)
    return Decision("scan.txt", at, at + len(text), text, replacement, verdict, by)


def check_laws(cleaned):
    assert cleaned.alignment.apply(cleaned.raw) == cleaned.text
    assert cleaned.alignment.rebuild(cleaned.text) == cleaned.raw
    assert all(cleaned.raw[e.start : e.end] == e.text for e in cleaned.edits)
    shown = "".join(cleaned.text[b.start : b.end] for b in cleaned.blocks)
    assert "".join(shown.split()) == "".join(cleaned.text.split())


def at(cleaned, made):
    """The one edit on the place that a decision names."""
    (edit,) = [e for e in cleaned.edits if (e.start, e.end) == (made.start, made.end)]
    return edit


def decide(*made, raw=SCAN, **known):
    cleaned = clean(raw, decisions=made, **known)
    check_laws(cleaned)
    return cleaned


# --- one decision -------------------------------------------------------------------------------------------


def test_what_the_rules_say_without_a_decision():
    """What the tests below decide upon is there."""
    cleaned = clean(SCAN)
    status = {e.text: (e.status, e.replacement) for e in cleaned.edits}
    assert status["wou1d"] == ("applied", "would")
    assert status["Loudon"] == ("suggested", "London")
    assert status["194g"] == ("suggested", "1949")
    assert status["xqzvkj"] == ("flagged", None)
    assert cleaned.remarks == ()


@pytest.mark.parametrize(("text", "word"), [("Loudon", "London"), ("194g", "1949"), ("wou1d", "would")])
def test_what_a_rule_proposes_is_accepted(text, word):
    made = decision(text, word)
    cleaned = decide(made)
    assert f" {word}" in cleaned.text
    assert cleaned.remarks == ()
    edit = at(cleaned, made)
    assert edit.rule.endswith(ACCEPTED)
    assert (edit.status, edit.confidence) == ("applied", 1.0)


@pytest.mark.parametrize("replacement", ["would", None])
def test_a_repair_is_rejected(replacement):
    made = decision("wou1d", replacement, "reject")
    cleaned = decide(made)
    assert "wou1d be glad" in cleaned.text
    assert cleaned.remarks == ()
    edit = at(cleaned, made)
    assert edit.rule.endswith(REJECTED)
    assert (edit.status, edit.confidence, edit.replacement) == ("suggested", 0.0, "would")


def test_rejecting_another_word_rejects_nothing():
    cleaned = decide(decision("wou1d", "wound", "reject"))
    assert "would be glad" in cleaned.text
    assert len(cleaned.remarks) == 1


@pytest.mark.parametrize("status", ["wou1d", "Loudon", "xqzvkj", "decision", "of thc decision on 5"])
def test_a_persons_own_words_stand_wherever_they_are_put(status):
    made = decision(status, "something else", by="Ann Ash")
    cleaned = decide(made)
    assert "something else" in cleaned.text
    edit = at(cleaned, made)
    assert (edit.rule, edit.status, edit.confidence) == (OWN, "applied", 1.0)
    assert "Ann Ash" in edit.reason
    assert cleaned.remarks == ()


def test_a_person_wins_over_a_rule_that_overlaps():
    """Half of a misread word, and a stretch that holds two."""
    half = decide(decision("u1d", "ULD"))
    assert "woULD be glad" in half.text
    both = decide(decision("thonght that the connty", "thought that the county council"))
    assert "Committee thought that the county council should" in both.text
    assert [e.rule for e in both.edits if e.text in {"thonght", "connty"}] == []


def test_a_place_that_is_flagged_is_settled_or_left_in_peace():
    settled = decide(decision("xqzvkj", "others"))
    assert "and of others besides" in settled.text
    assert "flagged" not in {e.status for e in settled.edits if e.text == "xqzvkj"}
    made = decision("xqzvkj", None, "reject")
    left = decide(made)
    assert left.remarks == ()
    assert (at(left, made).status, at(left, made).confidence) == ("flagged", 0.0)
    assert at(left, made).rule.endswith(REJECTED)


def test_a_blank_may_be_decided_on():
    gap = SCAN.index("servi ces") + 5
    kept = decide(Decision("scan.txt", gap, gap + 1, " ", "", "reject"))
    assert "servi ces were" in kept.text
    closed = decide(Decision("scan.txt", gap, gap + 1, " ", "", "accept"))
    assert "services were" in closed.text
    assert kept.remarks == closed.remarks == ()


def test_text_may_be_taken_out_and_put_in():
    out = decide(decision(" besides", ""))
    assert "and of xqzvkj. The" in out.text
    before = SCAN.index("glad")
    put = decide(Decision("scan.txt", before, before, "", "very ", "accept"))
    assert "be very glad of it" in put.text
    assert out.remarks == put.remarks == ()


@pytest.mark.parametrize(
    "raw", ["He said: “It rose.", "He said: “It rose.\n", "He said: “It rose. \r\n\r\nIt fell."]
)
@pytest.mark.parametrize(
    ("place", "sign", "reads"), [(0, "(", "(He said: “It rose."), (18, "”", "He said: “It rose.”")]
)
def test_something_may_be_put_in_at_either_end_of_a_line(raw, place, sign, reads):
    cleaned = decide(Decision("s", place, place, "", sign, "accept"), raw=raw)
    assert cleaned.text.split("\n\n")[0] == reads
    assert cleaned.remarks == ()


def test_what_is_put_in_before_a_page_number_goes_with_it():
    raw = "1\fThe board met in the town hall and rose."
    cleaned = decide(Decision("s", 0, 0, "", "2", "accept"), raw=raw)
    assert cleaned.text == "The board met in the town hall and rose.\n\n21"


@pytest.mark.parametrize("place", [16, 17, 18])
def test_nothing_is_put_into_what_is_edited_otherwise(place):
    raw = "The clerk said &amp; the board heard."
    cleaned = decide(Decision("s", place, place, "", "x", "accept"), raw=raw)
    assert cleaned.text == "The clerk said & the board heard."
    assert len(cleaned.remarks) == 1


# --- what cannot be followed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (
            Decision("s", 4, 13, "committee", "Committee", "accept"),
            "there stands 'Committee', not 'committee'",
        ),
        (Decision("s", 9_000, 9_003, "abc", "def", "accept"), "there stands ''"),
        (decision("decision", "anything", "reject"), "nothing is edited there"),
        (decision("decision", None, "reject"), "nothing is edited there"),
        (decision("co-\noperation", None, "reject"), "layout"),
        (decision("co-\noperation", "cooperation"), "layout"),
        (decision("operation of the boards.", ""), "empty one"),
        (decision("operation of the boards.", "  "), "empty one"),
        (decision("boards.", ""), "layout"),
        (decision("boards.", "boards.\n\nThe end."), "make a line"),
        (decision("boards.", "boards.\u2028"), "make a line"),
    ],
)
def test_what_was_not_followed_is_said(made, why):
    cleaned = decide(made)
    (remark,) = cleaned.remarks
    assert remark.startswith(f"decision at {made.start}-{made.end} not followed: ")
    assert why in remark
    assert cleaned.text == clean(SCAN).text
    assert cleaned.edits == clean(SCAN).edits


def test_a_decision_on_markup_is_said_not_to_be_followed():
    raw = "The **board** met in the town hall, and rose."
    cleaned = decide(decision("**", "*", raw=raw), raw=raw)
    assert cleaned.text == "The board met in the town hall, and rose."
    assert len(cleaned.remarks) == 1


def test_half_a_line_each():
    """Either of the two could be followed; both together would leave nothing of the line."""
    raw = f"{SCAN}\n\nJunkandjetsam\n\nThe end."
    one, two = decision("Junk", "", raw=raw), decision("andjetsam", "", raw=raw)
    assert "\n\nandjetsam\n\n" in decide(one, raw=raw).text
    both = decide(one, two, raw=raw)
    assert "Junkandjetsam" in both.text
    assert len(both.remarks) == 2


def test_of_two_that_contradict_one_is_followed_and_the_other_said():
    cleaned = decide(decision("wou1d", "wound"), decision("wou1d", "world"))
    assert "world be glad" in cleaned.text
    (remark,) = cleaned.remarks
    assert "another decision is followed there" in remark


def test_of_two_that_overlap_one_is_followed_and_the_other_said():
    made = [decision("keep the ambulance", "sell the ambulance"), decision("the ambulance service", "it")]
    cleaned = decide(*made)
    assert "should sell the ambulance service, and" in cleaned.text
    (remark,) = cleaned.remarks
    assert f"decision at {made[1].start}-{made[1].end} not followed" in remark


# --- many decisions, and texts of all kinds -----------------------------------------------------------------

MANY = [
    decision("wou1d", None, "reject"),
    decision("Loudon", "London"),
    decision("xqzvkj", "others"),
    decision("decision", "ruling"),
]


def outcome(cleaned):
    return cleaned.text, cleaned.edits, cleaned.blocks, cleaned.remarks


def test_their_order_does_not_matter():
    results = {outcome(decide(*some)) for some in permutations(MANY)}
    assert len(results) == 1
    ((text, _, _, remarks),) = results
    assert remarks == ()
    assert "wou1d be glad of it. Mr. London was told of the ruling" in text


def test_saying_it_twice_is_saying_it_once():
    assert outcome(decide(*MANY, *MANY)) == outcome(decide(*MANY))


def test_none_leave_everything_as_it_is():
    assert outcome(decide()) == outcome(clean(SCAN))


def test_a_decision_concerns_its_own_place():
    raw = f"{SCAN}\n\nMr. Loudon left."
    cleaned = decide(decision("Loudon", "London", raw=raw, nth=1), raw=raw)
    assert "Mr. Loudon was told" in cleaned.text
    assert "Mr. London left." in cleaned.text


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_line_ends_of_any_system(newline):
    raw = SCAN.replace("\n", newline)
    made = [decision("wou1d", "wound", raw=raw), decision("tbat", None, "reject", raw=raw)]
    cleaned = decide(*made, raw=raw)
    assert "tbat the hospitals wound be glad" in " ".join(cleaned.text.split())
    assert cleaned.remarks == ()


def test_markup_around_the_place():
    raw = SCAN.replace("wou1d", "**wou1d**").replace("Loudon", "[Loudon](http://example.org)")
    made = [decision("wou1d", "will", raw=raw), decision("Loudon", "London", raw=raw)]
    cleaned = decide(*made, raw=raw)
    assert "hospitals will be glad of it. Mr. London was told" in cleaned.text
    assert cleaned.remarks == ()


def test_a_place_that_holds_markup():
    raw = SCAN.replace("wou1d", "wo**u1d**")
    cleaned = decide(decision("wo**u1d**", "will", raw=raw), raw=raw)
    assert ("will be glad" in cleaned.text) == (not cleaned.remarks)


def test_what_a_reader_took_out():
    raw = f"<p>{SCAN}</p><p>Mr. Loudon &amp; Sons left.</p>"
    tags = ["<p>", "</p><p>", "</p>"]
    places = [0, raw.index("</p><p>"), len(raw) - 4]
    gone = [
        Edit(p, p + len(t), t, "\n\n" if "><" in t else "", "tag", "html.tag")
        for p, t in zip(places, tags, strict=True)
    ]
    sign = raw.index("&amp;")
    gone.append(Edit(sign, sign + 5, "&amp;", "&", "character reference", "html.entity"))
    hints = [RoleHint(0, raw.index("</p><p>"), "paragraph")]
    made = [decision("Loudon", "London", raw=raw, nth=1), decision("wou1d", None, "reject", raw=raw)]
    cleaned = decide(*made, raw=raw, edits=gone, hints=hints)
    assert "Mr. London & Sons left." in cleaned.text
    assert "wou1d be glad" in cleaned.text
    assert cleaned.remarks == ()


def test_what_others_attest_gives_way_too():
    raw = f"{SCAN} It was tal1owick."
    made = decision("tal1owick", "tallowick", "reject", raw=raw)
    cleaned = decide(made, raw=raw, attested={"tallowick"})
    assert cleaned.text.endswith("It was tal1owick.")
    assert cleaned.remarks == ()


def test_the_profile_is_of_the_text_as_it_came():
    assert decide(*MANY).profile == clean(SCAN).profile


# --- laws ---------------------------------------------------------------------------------------------------

PIECES = """wou1d connty thonght Loudon 194g xqzvkj servi ces the board met of tbat **bold** <b>x</b> &amp; ﬁ
    â€™ # | a | b | " ' ® 1 12 lbid. ,."""
GAPS = [" ", " ", "\n", "\n\n", "\r\n", "-\n", "\f", "\n\n12\n\n", ""]
raws = st.one_of(
    st.lists(st.tuples(st.sampled_from(PIECES.split()), st.sampled_from(GAPS)), max_size=40).map(
        lambda found: "".join(map("".join, found))
    ),
    st.text(max_size=80),
    st.just(SCAN),
)


@st.composite
def decided(draw):
    """A text, and decisions of which some fit its places and its edits, and some do not."""
    raw = draw(raws)
    made = []
    for edit in draw(st.lists(st.sampled_from(clean(raw).edits), max_size=4)) if clean(raw).edits else []:
        word = draw(st.sampled_from([edit.replacement, "x y", "", "would"]))
        verdict = "reject" if word is None else draw(st.sampled_from(["accept", "reject"]))
        made.append(Decision("s", edit.start, edit.end, edit.text, word, verdict))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(raw)))
        text = raw[start : start + draw(st.integers(0, 12))]
        if draw(st.integers(0, 4)) == 0:
            text = draw(st.text(max_size=5))
        word = draw(st.sampled_from(["x", "", " ", "\n\n", "two words", "é"]))
        made.append(
            Decision("s", start, start + len(text), text, word, draw(st.sampled_from(["accept", "reject"])))
        )
    return raw, made


@settings(max_examples=400, deadline=None)
@given(decided())
def test_whatever_is_decided_the_laws_hold(case):
    raw, made = case
    cleaned = decide(*made, raw=raw)
    assert len(cleaned.remarks) <= len(made)
    assert outcome(cleaned) == outcome(clean(raw, decisions=made[::-1]))
    assert outcome(cleaned) == outcome(clean(raw, decisions=[*made, *made]))
    for one in made:
        said = any(r.startswith(f"decision at {one.start}-{one.end} not followed") for r in cleaned.remarks)
        if not said and one.verdict == "accept" and one.text != one.replacement:
            # What is put in behind markup that was taken out is put behind the character before it.
            over = [e for e in cleaned.edits if not one.text or (e.start <= one.start and one.end <= e.end)]
            assert [e for e in over if e.status == "applied" and one.replacement in e.replacement]
            assert one.replacement in cleaned.text

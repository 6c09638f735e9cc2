"""Words: what is one, what a misread one may be, how well a text reads, of which kind it is."""

import json
import string
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import CORPUS
from policytext.document import Profile
from policytext.text.cleaning import clean
from policytext.text.words.confusions import PAIRS, candidates, variants
from policytext.text.words.lexicon import Lexicon, english, folded
from policytext.text.words.quality import is_damaged, profile_of, quality_of
from policytext.text.words.vocabulary import WORD, Vocabulary, is_wordlike

DATA = Path(__file__).parent / "data" / "text"


# --- what a misread word may be -----------------------------------------------------------------------------

READ = [
    ("thc", "the"),
    ("lhe", "the"),
    ("tlie", "the"),
    ("tbe", "the"),
    ("wou1d", "would"),
    ("w0uld", "would"),
    ("wouId", "would"),
    ("wou|d", "would"),
    ("who!e", "whole"),
    ("conncil", "council"),
    ("uurses", "nurses"),
    ("rnembers", "members"),
    ("arnbulance", "ambulance"),
    ("committec", "committee"),
    ("hcalth", "health"),
    ("bealth", "health"),
    ("heallh", "health"),
    ("serviees", "services"),
    ("flve", "five"),
    ("diflicult", "difficult"),
    ("vvith", "with"),
    ("sarne", "same"),
    ("wheu", "when"),
    ("tliis", "this"),
    ("Departmcnt", "Department"),
    ("HospitaI", "Hospital"),
    ("adrninistratiou", "administration"),
    ("c0mrnittee", "committee"),
    ("w0rkh0use", "workhouse"),
    ("conldn't", "couldn't"),
    ("connty's", "county's"),
    ("thé", "the"),
]


@pytest.mark.parametrize(("read", "true"), READ)
def test_what_was_misread_is_among_the_candidates(read, true):
    found = candidates(read, english())
    assert true in [c.word for c in found]
    assert found == tuple(sorted(found))
    assert read not in [c.word for c in found]


@pytest.mark.parametrize("read", ["xqzvkj", "zzzz", "wibbler", "1234", "", "a" * 5_000_000, "é" * 100_000])
def test_what_looks_like_no_word_has_none(read):
    assert candidates(read, english()) == ()


def test_two_confusions_are_tried_in_long_words_only_and_after_one():
    lexicon = Lexicon({"committee": 9, "county": 9, "the": 9})
    assert [(c.cost, c.word) for c in candidates("cornrnittee", lexicon)] == [(2, "committee")]
    assert [(c.cost, c.word) for c in candidates("cornmittee", lexicon)] == [(1, "committee")]
    assert candidates("connly", lexicon) == ()
    assert candidates("lbe", lexicon) == ()


@pytest.mark.parametrize(
    ("read", "cased"), [("Thc", "The"), ("THC", None), ("thc", "the"), ("Hcalth", "Health"), ("HEALTB", None)]
)
def test_a_candidate_is_cased_as_words_are(read, cased):
    words = [c.word for c in candidates(read, Lexicon({"the": 9, "health": 9}))]
    assert words == ([cased] if cased else [])


@settings(deadline=None)
@example("ﬁr")
@given(st.text(alphabet=string.ascii_letters + "01|!'éﬁ", max_size=30))
def test_a_candidate_is_a_word_and_a_variant_of_what_was_read(read):
    for found in candidates(read, english()):
        assert english().knows(folded(found.word))
        assert found.word != read
        assert found.cost in {1, 2}


@given(
    st.sampled_from(sorted(PAIRS)), st.text(alphabet="xyz", max_size=8), st.text(alphabet="xyz", max_size=8)
)
def test_every_pair_of_the_table_is_tried_at_every_place(shape, before, after):
    found = set(variants(before + shape + after))
    assert found >= {before + true + after for true in PAIRS[shape]}


def test_the_table_holds_no_pair_twice_and_none_that_changes_nothing():
    for shape, trues in PAIRS.items():
        assert len(set(trues)) == len(trues)
        assert shape not in trues


# --- what a word is -----------------------------------------------------------------------------------------

KNOWN = """the council colour color organise organize organised organized organisation organization
    centre center paediatric pediatric programme program anaemia labour labor behaviour behavior analysed
    analyzed defence defense council's councils' nurse's we'll they've can't won't shan't couldn't isn't ain't
    i'm you'd who're multidisciplinary underfunded subregional anticompetitive nonclinical restructured
    interprofessional carelessness nationwide wellbeing reablement fundholding telecare rôle café régime élite
    machair loch hoc vis thro xiv viii"""
STRANGE = """thc lhe hcalth wou1d conldn't xqzvkj tliis committec wibbler servi barn't nurscs'd aaaa thetime
    t0 ordinati0n rnembers mcmber's"""
WORDLIKE = "would wou1d Would w0uld we'll wa|l t0 0f 1aw HospitaI élite Élite ordinati0n"
CODES = """NHS STPs DHSS 1948 19th 5mg 10ml 6in 8oz 2nd 13A B12 SW1A M4 G12b 1960s 10am £5 McKeown LLoyd DfES
    iPhoneX 1g74 19T3 3b 24x7"""


@pytest.mark.parametrize("word", KNOWN.split())
def test_known(word):
    assert english().knows(word)


@pytest.mark.parametrize("word", STRANGE.split())
def test_not_known(word):
    assert not english().knows(word)


def test_a_form_counts_for_no_less_than_its_word():
    lexicon = english()
    assert lexicon.count("council's") == lexicon.count("council") > 0
    assert lexicon.count("couldn't") == lexicon.count("could")
    assert lexicon.count("isn't") == lexicon.count("is")
    assert lexicon.count("xqzvkj") == lexicon.count("xqzvkj's") == 0
    assert lexicon.count("tha's") == 0


@pytest.mark.parametrize(("odd", "usual"), [("hospltal", "hospital"), ("thcm", "them"), ("bcen", "been")])
def test_oddity_tells_spellings_of_no_english_word(odd, usual):
    assert english().oddity(odd) < 10 < english().oddity(usual)


def test_oddity_counts_words():
    lexicon = Lexicon({"cat": 1, "cats": 1, "dog": 1})
    assert lexicon.oddity("cat") == 1  # the end of the word counts: only one ends in -at
    assert lexicon.oddity("cats") == 1
    assert lexicon.oddity("ca") == 0
    assert lexicon.oddity("") == 0


@pytest.mark.parametrize(
    ("written", "same"), [("Council’s", "council's"), ("STRASSE", "strasse"), ("THE", "the")]
)
def test_folding(written, same):
    assert folded(written) == same


@pytest.mark.parametrize("form", WORDLIKE.split())
def test_written_as_words_are(form):
    assert is_wordlike(form)


@pytest.mark.parametrize("form", CODES.split())
def test_not_written_as_words_are(form):
    assert not is_wordlike(form)


# --- the words of a text ------------------------------------------------------------------------------------


def vocabulary(text):
    return Vocabulary(text, english())


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("the wou1d be", True),
        ("“wou1d”", True),
        ("(wou1d)", True),
        ("wou1d", True),
        ("www.example.org/wou1d", False),
        ("http://wou1d.example.org", False),
        ("wou1d@example.org", False),
        ("ann@wou1d.org", False),
        ("see wou1d.gov.uk.", False),
        ("C:\\wou1d", False),
        ("a/wou1d", False),
        ("wou1d/could", False),
        ("#wou1d", False),
        ("file_wou1d", False),
        ("wou1d-\ning", False),
        ("under-\nwou1d", False),
        ("under-\n   wou1d", False),
        ("well-wou1d", True),
    ],
)
def test_where_prose_is(text, prose):
    words = vocabulary(text)
    (place,) = words.places({"wou1d"})
    assert words.is_prose(place) == prose


def test_what_a_text_holds():
    words = vocabulary("The the THE thc, NHS 1948 and thc. wou1d we'll c ouncil")
    assert words.counts["the"] == 3
    assert words.forms["The"] == 1
    assert words.total == 12
    assert set(words.strange) == {"thc", "wou1d", "ouncil"}
    assert words.pieces >= {"c", "ouncil", "thc"}
    assert [(p.start, p.end, p.form) for p in words.places({"thc", "NHS"})] == [
        (12, 15, "thc"),
        (17, 20, "NHS"),
        (30, 33, "thc"),
    ]
    assert words.places(["absent"]) == words.places([]) == []


# --- how well a text reads ----------------------------------------------------------------------------------

QUALITY = json.loads((DATA / "quality.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", QUALITY, ids=lambda c: c["label"])
def test_quality(case):
    found = quality_of(case["text"], english(), frozenset(case.get("attested", ())))
    if case["quality"] is None:
        assert found is None
    else:
        assert found == pytest.approx(case["quality"], abs=0.0005)


@given(st.text(max_size=200))
def test_quality_is_a_share(text):
    found = quality_of(text, english())
    assert found is None or 0 <= found <= 1


@given(
    st.lists(st.sampled_from(["the", "council", "met", "in", "thc", "hcalth", "www.x.org/thc"]), min_size=9)
)
def test_a_misread_word_more_makes_no_text_read_better(words):
    before, after = (quality_of(" ".join(w), english()) for w in (words, [*words, "xqzvkj"]))
    assert before is None or after <= before


# --- of which kind it is ------------------------------------------------------------------------------------


def profile(text, carrier=None, marks=0, pages=0):
    return profile_of(vocabulary(text), carrier, marks=marks, pages=pages)


@pytest.mark.parametrize("path", sorted((CORPUS / "clean").glob("*.txt")), ids=lambda p: p.stem)
def test_our_sound_papers(path):
    found = clean(path.read_text(encoding="utf-8")).profile
    assert found.carrier != "ocr"
    assert found.space_errors == found.confusions == 0
    assert not is_damaged(found)
    assert found.unknown < 10


@pytest.mark.parametrize("path", sorted((CORPUS / "damaged").glob("*.txt")), ids=lambda p: p.stem)
def test_our_scanned_papers(path):
    found = clean(path.read_text(encoding="utf-8")).profile
    assert (found.carrier, found.rule) == ("ocr", "profile.rates")
    assert found.confusions > 10
    assert is_damaged(found)


@pytest.mark.parametrize("path", sorted((CORPUS / "damaged").glob("*.md")), ids=lambda p: p.stem)
def test_our_converted_papers(path):
    found = clean(path.read_text(encoding="utf-8")).profile
    assert found.carrier in {"markdown", "ocr"}
    assert found.words > 500


SOUND = (
    "The board met in the town hall and rose at once, for there was nothing on the paper to be heard. " * 3
)


@pytest.mark.parametrize(
    ("text", "known", "carrier", "rule"),
    [
        (SOUND, {}, "text", "profile.plain"),
        (SOUND, {"marks": 3}, "markdown", "profile.marks"),
        (SOUND, {"marks": 2}, "text", "profile.plain"),
        (SOUND, {"pages": 1}, "pdf", "profile.pages"),
        (SOUND, {"carrier": "web", "marks": 9}, "web", "profile.reader"),
        (SOUND.replace("once,", "once® ,"), {}, "ocr", "profile.signs"),
        (SOUND.replace("once,", "once® ,"), {"carrier": "pdf"}, "ocr", "profile.signs"),
        (SOUND.replace("once,", "once® ,"), {"carrier": "web"}, "web", "profile.reader"),
        (f"{SOUND} Tbe conncil sat, and thc public witb it.", {"carrier": "pdf"}, "ocr", "profile.rates"),
        ("", {}, "text", "profile.plain"),
    ],
)
def test_what_shows_the_carrier(text, known, carrier, rule):
    found = profile(text, **known)
    assert (found.carrier, found.rule) == (carrier, rule)
    assert 0 < found.confidence < 1


@pytest.mark.parametrize(
    ("words", "rate", "damaged"),
    [
        (1000, 0.0, False),
        (1000, 1.9, False),
        (1500, 2.0, True),
        (1000, 2.0, False),
        (250, 8.0, True),
        (100, 10.0, False),
    ],
)
def test_rates_that_show_damage(words, rate, damaged):
    """Two in a thousand words where there are three at least; eight where there are two."""
    for spaces in (0.0, rate / 2):
        assert is_damaged(Profile("text", "r", 0.5, words, spaces, rate - spaces, 0.0)) == damaged


def test_rates_grow_with_errors():
    """Each misread word counts, wherever it stands among sound ones."""
    rates = []
    for wrong in range(4):
        words = SOUND.split()
        words[12 : 12 + wrong] = ["wbich", "sbould", "bealth"][:wrong]
        rates.append(profile(" ".join(words)).confusions)
    assert rates[0] == 0
    assert all(a < b for a, b in pairwise(rates))


@given(st.text(max_size=120))
def test_any_text_has_a_profile(text):
    found = profile(text)
    assert found.words == len(WORD.findall(text))
    assert found.confusions + found.space_errors + found.unknown >= 0

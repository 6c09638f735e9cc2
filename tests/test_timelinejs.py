"""TimelineJS JSON: documented fields only, dates as precise as asserted, text that stays text."""

import io
import json
import re
from html import unescape
from html.parser import HTMLParser

import jsonschema
import pytest

from conftest import ROOT
from policytext.export.files.timelinejs import MAX_SLIDES, slug, start_and_end, write
from policytext.export.wording import display_date
from witnesses import HOSTILE, timeline_of, witness

DATA = ROOT / "tests" / "data" / "files"
SCHEMA = json.loads((DATA / "timelinejs.schema.json").read_text("utf-8"))
DATES = json.loads((DATA / "timelinejs_dates.json").read_text("utf-8"))
PROVENANCE = {"command": "policytext timeline stability", "corpus_sha256": "ab" * 32}
OURS = {"p", "b", "blockquote"}


def written(timeline):
    stream = io.BytesIO()
    write(timeline, PROVENANCE, stream)
    return stream.getvalue()


def read_back(timeline):
    document = json.loads(written(timeline))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


class Tags(HTMLParser):
    """The elements of a text, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))


@pytest.mark.parametrize("case", DATES, ids=lambda case: case["edtf"])
def test_dates_are_as_precise_as_they_are_asserted(case):
    expected = None if case["start"] is None else (case["start"], case["end"])
    assert start_and_end(case["edtf"]) == expected
    slide = read_back(timeline_of([witness(statement_edtf=case["edtf"])]))["events"][0]
    assert (slide["start_date"], slide.get("end_date")) == expected
    assert slide["display_date"] == case["shown"] == display_date(case["edtf"])
    assert f"EDTF {case['edtf']};" in slide["text"]["text"]


def test_a_slide_tells_who_when_and_where():
    slide = read_back(timeline_of([witness(family_id="stability", page="12")]))["events"][0]
    assert slide["text"]["headline"] == "Alderman Pryce, 1956"
    told = unescape(slide["text"]["text"])
    assert "<blockquote>bring the services under one roof</blockquote>" in told
    assert "1956 (EDTF 1956; basis: explicit)" in told
    assert "Nov 2016 (EDTF 2016-11; basis: catalogue)" in told
    assert "Forty years of joint working [joint.txt], line 4, characters 100–133, page 12" in told
    assert "second-hand, in a later paper" in told


def test_what_has_no_slide_is_counted_on_the_title():
    timeline = timeline_of(
        [
            witness(1),
            witness(2, relation="reprint", counts_as_independent=False),
            witness(3, statement_edtf=None, statement_date_basis=None),
            witness(4, statement_edtf="XXXX"),
        ]
    )
    document = read_back(timeline)
    assert len(document["events"]) == 1
    told = unescape(document["title"]["text"]["text"])
    assert "1 of 4 witnesses" in told
    assert "1 not counted, since their work counts already" in told
    assert "2 without a date" in told
    assert "Invented for a test." in told
    assert "policytext timeline stability" in told
    assert "start_date" not in document["title"]


def test_of_too_many_the_best_are_kept_and_the_title_says_so():
    timeline = timeline_of([witness(n, score=float(n)) for n in range(1, MAX_SLIDES + 8)])
    document = read_back(timeline)
    ids = {slide["unique_id"] for slide in document["events"]}
    assert len(ids) == MAX_SLIDES
    assert slug("w0007") not in ids
    assert slug(f"w{MAX_SLIDES + 7:04d}") in ids
    assert f"7 beyond the best {MAX_SLIDES}" in document["title"]["text"]["text"]


def test_rows_are_claims_or_a_few_speakers():
    claims = [witness(n, family_id=f"claim{n}", speaker=f"Speaker {n}") for n in (1, 2)]
    assert [s["group"] for s in read_back(timeline_of(claims))["events"]] == [
        "The claim claim1, in words",
        "The claim claim2, in words",
    ]
    speakers = [witness(n, family_id="one", speaker=f"Speaker {n}") for n in (1, 2)]
    assert {s["group"] for s in read_back(timeline_of(speakers))["events"]} == {"Speaker 1", "Speaker 2"}
    crowd = [witness(n, family_id="one", speaker=f"Speaker {n}") for n in range(20)]
    assert all("group" not in s for s in read_back(timeline_of(crowd))["events"])


def test_a_witness_found_twice_has_one_slide():
    twice = [witness(1), witness(1), witness(2)]
    ids = [s["unique_id"] for s in read_back(timeline_of(twice))["events"]]
    assert len(ids) == len(set(ids)) == 2


def test_ids_survive_a_slug_and_stay_apart():
    names = ["d1:100-133:stability", "d1:100-133:Stability", "ä", "", "\ud800", "x" * 10_000]
    slugs = [slug(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert all(re.fullmatch("w-[a-z0-9-]{1,80}", s) and "--" not in s for s in slugs)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: repr(t)[:24])
def test_hostile_text_stays_text(text):
    fields = ("witness_id", "speaker", "quote", "quote_raw", "title", "source", "document", "rule", "page")
    hostile = [witness(n, family_id=f, **dict.fromkeys(fields, text + str(n))) for n, f in enumerate("ab")]
    timeline = timeline_of(hostile, title=text, labels={"a": text, "b": text + "b"}, notes=(text,))
    document = read_back(timeline)
    slides = [*document["events"], document["title"]]
    assert len(document["events"]) == 2
    for slide in slides:
        for told in slide["text"].values():
            assert {tag for tag, attrs in Tags(told).found} <= OURS
            assert not any(attrs for tag, attrs in Tags(told).found)
        assert slide["autolink"] is False
        # These two are parsed as HTML, and what comes out is parsed as HTML again.
        for told in (slide.get("group", ""), slide.get("display_date", "")):
            assert not Tags(told).found
            assert not Tags(unescape(told)).found
        everything = json.dumps(slide, ensure_ascii=False)
        assert len(everything) < 12_000
        assert not re.search("[\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2028\u2029\ud800-\udfff]", everything)


def test_the_same_timeline_gives_the_same_bytes():
    timeline = timeline_of([witness(n, family_id="one") for n in range(5)])
    assert written(timeline) == written(timeline)


def test_nothing_to_show_is_a_title_alone():
    document = read_back(timeline_of([]))
    assert document["events"] == []
    assert "0 of 0 witnesses" in document["title"]["text"]["text"]

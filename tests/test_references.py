"""References: what a footnote cites, and that CSL-JSON, BibTeX and RIS say it so that others read it."""

import io
import json
import warnings
from pathlib import Path

import jsonschema
import pytest
import rispy
from pybtex.database import parse_string

from policytext.export.files import bibtex, csl, ris
from policytext.export.files.bibtex import biblatex_date
from policytext.export.files.csl import csl_date
from policytext.export.files.reference_dates import extra_date
from policytext.export.files.reference_names import Name, name_of
from policytext.export.files.references import references
from policytext.export.files.ris import ris_date
from policytext.export.wording import shown
from policytext.store.archive import Archive
from schemas import schema
from witnesses import HOSTILE, paper_of, timeline_of, witness

DATA = Path(__file__).parent / "data/files"
NAMES = json.loads((DATA / "names.json").read_text("utf-8"))
DATES = json.loads((DATA / "reference_dates.json").read_text("utf-8"))
MODULES = {"csl": csl, "bibtex": bibtex, "ris": ris}
TEXTS = [*HOSTILE, "N" * 10_000, r"50% {braces} \input{x} & $ # _ ~ ^", "} unbalanced {", 'a "quoted" thing']


def own(number=1, **changes):
    """A paper's own statement."""
    facts = {
        "relation": "own-statement",
        "voice": "own",
        "statement_edtf": "2016-11",
        "statement_date_basis": "catalogue",
        "speaker": "Nora Whitcombe",
        "start": number * 100,
        "end": number * 100 + 30,
    }
    return witness(number, **{**facts, **changes})


def written(module, timeline):
    stream = io.BytesIO()
    module.write_timeline(timeline, {}, stream)
    return stream.getvalue()


def bibtex_back(data):
    return parse_string(data.decode("utf-8"), "bibtex")


def ris_back(data):
    return rispy.loads(data.decode("utf-8"))


def valid(items):
    found = json.loads(Path(schema("csl", "csl-data.json")).read_text("utf-8"))
    jsonschema.validate(items, found)


def rendered(items):
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"])]))
        return [str(entry) for entry in bibliography.bibliography()]


@pytest.mark.parametrize(("printed", "parts"), NAMES, ids=[n[0] for n in NAMES])
def test_names(printed, parts):
    assert name_of(printed) == Name(**parts)


@pytest.mark.parametrize("case", DATES, ids=[d["edtf"] for d in DATES])
def test_dates(case):
    edtf = case["edtf"]
    assert csl_date(edtf) == case["csl"]
    assert biblatex_date(edtf) == case["biblatex"]
    assert ris_date(edtf) == case["ris"]
    assert extra_date(edtf) == case["extra"]


def test_a_paper_that_says_it_often_is_cited_once():
    (cited,) = references(timeline_of([own(1), own(2), own(3)]))
    assert (cited.kind, cited.title, cited.type) == ("paper", "Forty years of joint working", "report")
    assert [name.family for name in cited.authors] == ["Whitcombe", "Vaughan"]
    assert any(note.endswith("100-130, 200-230, 300-330") for note in cited.notes)


FOREWORD = {"speaker": "Ines Calder", "statement_edtf": "2016-11"}


def test_who_signs_a_section_of_another_s_paper_is_cited_for_it():
    timeline = timeline_of(
        [own(1), own(2, **FOREWORD), own(3, page="7", **FOREWORD), own(4, speaker="N. Whitcombe")]
    )
    paper, section = references(timeline)
    assert (paper.kind, [name.family for name in paper.authors]) == ("paper", ["Whitcombe", "Vaughan"])
    assert any(note.endswith(": 100-130, 400-430") for note in paper.notes)
    assert (section.kind, section.type, section.title) == ("section", "chapter", "[Section by Ines Calder]")
    assert section.authors == (Name("Calder", "Ines"),)
    assert (section.container_title, section.container_authors) == (paper.title, paper.authors)
    assert (section.original, section.issued, section.page) == (None, "2016-11", "7")
    assert any(note.endswith(": 200-230, 300-330") for note in section.notes)
    assert section.key.startswith("calder2016-")


def test_a_section_without_pages_says_where_to_look():
    (section,) = references(timeline_of([own(1, **FOREWORD), own(2, **FOREWORD)]))
    assert (section.page, section.locator) == (None, "characters 100-130, 200-230 of joint.txt")


@pytest.mark.parametrize(
    ("speaker", "authors"),
    [
        ("The Joint Working Trust", ("Nora Whitcombe",)),
        ("Joint Working Trust", ("Nora Whitcombe",)),
        ("Nora Whitcombe; Idris Vaughan", ("Nora Whitcombe", "Idris Vaughan")),
        ("Dr N. Whitcombe", ("Nora Whitcombe",)),
        ("Ines Calder", ()),
        (None, ("Nora Whitcombe",)),
    ],
)
def test_the_voice_of_the_paper_is_the_paper(speaker, authors):
    w = own(1, speaker=speaker)
    (cited,) = references(timeline_of([w], papers={"d1": paper_of(w, authors=authors)}))
    assert cited.kind == "paper"


def test_a_section_reads_as_a_footnote_in_every_format():
    timeline = timeline_of([own(1, page="7", **FOREWORD)])
    items = json.loads(written(csl, timeline))
    valid(items)
    (said,) = rendered(items)
    assert said == (
        "Calder, I. (2016) “[Section by Ines Calder]”, Forty years of joint working. "
        "The Joint Working Trust, p. 7."
    )
    assert items[0]["container-author"][0]["family"] == "Whitcombe"
    (entry,) = bibtex_back(written(bibtex, timeline)).entries.values()
    assert (entry.type, entry.fields["bookauthor"]) == ("inbook", "Whitcombe, Nora and Vaughan, Idris")
    assert entry.persons["author"][0].last_names == ["Calder"]
    (record,) = ris_back(written(ris, timeline))
    assert (record["type_of_reference"], record["authors"]) == ("CHAP", ["Calder, Ines"])
    assert record["secondary_authors"] == ["Whitcombe, Nora", "Vaughan, Idris"]


def test_what_is_both_said_and_denied_says_where_each_stands():
    claim = {"family_id": "c1", "tier": "confirmed"}
    says, denies = own(1, stance="supports", page="3", **claim), own(2, stance="denies", **claim)
    other = own(3, stance="supports", **{**claim, "family_id": "c2"})
    (cited,) = references(timeline_of([says, denies, other]))
    assert "Supports, page 3 (characters 100-130): The claim c1, in words" in cited.notes
    assert "Denies, characters 200-230: The claim c1, in words" in cited.notes
    assert "Supports: The claim c2, in words" in cited.notes


def test_a_reprint_of_a_later_place_of_a_paper_is_told_with_the_paper():
    again = witness(
        3,
        work="w2",
        relation="reprint",
        counts_as_independent=False,
        document="d2",
        title="The digest",
        voice="own",
    )
    (cited,) = references(timeline_of([own(1, work="w1"), own(2, work="w2"), again]))
    assert "Reprinted in: The digest (Nov 2016), characters 100-133 (reprint)" in cited.notes


def test_a_reprint_of_what_is_not_here_makes_no_second_entry_of_its_paper():
    again = own(2, work="w9", relation="edited-reprint", counts_as_independent=False)
    (cited,) = references(timeline_of([own(1, work="w1"), again]))
    assert any(note.endswith(": 100-130, 200-230") for note in cited.notes)


def test_what_is_known_at_second_hand_is_cited_within_its_paper():
    (cited,) = references(timeline_of([witness(page="12", date_asserted_by="d1:40-44")]))
    assert (cited.kind, cited.original, cited.issued, cited.page) == ("utterance", "1956", "2016-11", "12")
    assert cited.title == "bring the services under one roof [said 1956]"
    assert cited.authors == (Name(literal="Alderman Pryce"),)
    assert (cited.container_title, cited.publisher) == (
        "Forty years of joint working",
        "The Joint Working Trust",
    )
    assert "Said: 1956 (EDTF 1956; explicit; asserted by d1:40-44)" in cited.notes
    assert "Known here at second hand, from the paper that prints it" in cited.notes
    assert cited.notes[-1] == "policytext: w0001"


def test_reported_speech_and_a_missing_date_say_so():
    heard = witness(1, voice="reported", relation="own-statement", start=1, end=9)
    undated = witness(2, statement_edtf=None, statement_date_basis=None, speaker=None, start=20, end=29)
    reported, anonymous = references(timeline_of([heard, undated]))
    assert reported.title.endswith("[reported, said 1956]")
    assert anonymous.title.endswith("[date unknown]")
    assert (anonymous.authors, anonymous.original) == ((), None)
    assert anonymous.key.startswith("anonymousnd-")


def test_one_work_is_cited_once_and_names_its_reprints():
    first = witness(1, work="w1", family_id="c1", stance="supports", tier="confirmed")
    again = witness(
        2,
        work="w1",
        relation="reprint",
        counts_as_independent=False,
        document="d2",
        title="The digest",
        publication_edtf="2018",
        family_id="c1",
    )
    (cited,) = references(timeline_of([first, again]))
    assert "Reprinted in: The digest (2018), characters 100-133 (reprint)" in cited.notes
    assert "Supports: The claim c1, in words" in cited.notes


def test_a_reprint_of_what_is_not_here_is_cited_and_says_so():
    (cited,) = references(timeline_of([witness(1, relation="edited-reprint", counts_as_independent=False)]))
    assert "An edited reprint of what this timeline does not hold" in cited.notes


def test_what_is_only_suggested_is_marked():
    (cited,) = references(timeline_of([witness(1, family_id="c1", stance="denies", tier="suggested")]))
    assert "Denies (suggested, not confirmed): The claim c1, in words" in cited.notes


def test_keys_are_unique_and_stay_when_the_timeline_grows():
    many = [witness(n, start=n, end=n + 5, work=f"w{n}") for n in range(1, 600)]
    few = {r.key for r in references(timeline_of(many[300:303]))}
    keys = [r.key for r in references(timeline_of(many))]
    assert len(keys) == len(set(keys)) == 599
    assert few <= set(keys)
    assert all(key.startswith("aldermanpryce1956-") for key in keys)


def test_csl_is_valid_and_reads_as_a_footnote():
    items = json.loads(written(csl, timeline_of([witness(page="12", speaker="Arthur Pell"), own(2)])))
    valid(items)
    said, paper = rendered(items)
    assert said == (
        "Pell, A. (2016) “bring the services under one roof [said 1956]”, Forty years of joint working. "
        "The Joint Working Trust, p. 12."
    )
    assert (
        paper == "Whitcombe, N. and Vaughan, I. (2016) Forty years of joint working. The Joint Working Trust."
    )
    assert items[0]["note"].splitlines()[0] == "original-date: 1956"
    assert items[0]["original-date"] == {"date-parts": [[1956]]}


def test_a_range_stands_where_zotero_looks_for_it():
    spread = witness(publication_edtf="2016-11/2017~", statement_edtf="200X~")
    (item,) = json.loads(written(csl, timeline_of([spread])))
    assert item["note"].splitlines()[:2] == ["original-date: 2000/2009", "issued: 2016-11/2017"]
    assert "EDTF 200X~" in item["note"]


def test_bibtex_reads_back():
    timeline = timeline_of([witness(page="12", speaker="Jan van der Berg"), own(2)])
    entries = bibtex_back(written(bibtex, timeline)).entries
    said, paper = entries.values()
    assert (said.type, said.fields["date"], said.fields["origdate"]) == ("inbook", "2016-11", "1956")
    assert (said.fields["booktitle"], said.fields["pages"]) == ("Forty years of joint working", "12")
    (speaker,) = said.persons["author"]
    assert (speaker.first_names, speaker.prelast_names, speaker.last_names) == (
        ["Jan"],
        ["van", "der"],
        ["Berg"],
    )
    assert said.fields["bookauthor"] == "Whitcombe, Nora and Vaughan, Idris"
    assert (paper.type, paper.fields["institution"]) == ("report", "The Joint Working Trust")


def test_bibtex_keeps_a_body_whole():
    (entry,) = bibtex_back(
        written(bibtex, timeline_of([witness(speaker="Department of Health and Care")]))
    ).entries.values()
    assert [str(p) for p in entry.persons["author"]] == ["{Department of Health and Care}"]


def test_ris_reads_back():
    data = written(ris, timeline_of([witness(page="12"), own(2)]))
    assert data.startswith(b"TY  - CHAP\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    said, paper = ris_back(data)
    assert (said["authors"], said["secondary_title"]) == (["Alderman Pryce"], "Forty years of joint working")
    assert (said["year"], said["date"], said["original_publication"]) == ("2016", "2016/11//", "1956")
    assert (said["start_page"], said["secondary_authors"]) == ("12", ["Whitcombe, Nora", "Vaughan, Idris"])
    assert (paper["type_of_reference"], paper["publisher"]) == ("RPRT", "The Joint Working Trust")


def unescaped(text):
    """BibTeX read as LaTeX would, for the characters that are escaped."""
    for name, char in (("braceleft", "{"), ("braceright", "}"), ("asciitilde", "~"), ("asciicircum", "^")):
        text = text.replace(rf"\text{name}{{}}", char)
    text = "".join(text.split("\\")) if "\\text" not in text else text
    return text.replace(r"\textbackslash{}", "\\")


def clothed(text):
    """A timeline that is all this text, where a text can be."""
    w = witness(speaker=text, quote=text, title=text, source=text, rule=text, party=text, page=text)
    return timeline_of(
        [w, own(2, title=text, speaker=text)],
        title=text,
        papers={"d1": paper_of(w, title=text, authors=(text, text), publisher=text, kind=text, rights=text)},
    )


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_hostile_text_comes_back_as_text(text):
    timeline, wanted = clothed(text), shown(text, 20_000)
    items = json.loads(written(csl, timeline))
    valid(items)
    assert [item.get("publisher") for item in items] == [wanted or None] * 2
    assert rendered(items)
    entries = bibtex_back(written(bibtex, timeline)).entries
    assert len(entries) == 2
    records = ris_back(written(ris, timeline))
    assert [r.get("publisher") for r in records] == [wanted or None] * 2
    assert [r["type_of_reference"] for r in records] == ["CHAP", "GEN"]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_hostile_names_sign_sections(text):
    timeline = timeline_of([own(1, speaker=text)])
    items = json.loads(written(csl, timeline))
    valid(items)
    assert len(items) == len(bibtex_back(written(bibtex, timeline)).entries) == 1
    assert len(ris_back(written(ris, timeline))) == 1


@pytest.mark.parametrize("text", [t for t in TEXTS if "\\" not in t], ids=str)
def test_bibtex_escapes_what_latex_would_run(text):
    timeline = clothed(text)
    for entry in bibtex_back(written(bibtex, timeline)).entries.values():
        told = entry.fields.get("publisher", entry.fields.get("organization", ""))
        assert unescaped(told) == shown(text, 20_000)


def test_a_backslash_is_no_command():
    data = written(bibtex, timeline_of([witness(quote=r"\input{secret} 50%")])).decode()
    assert r"\textbackslash{}input\textbraceleft{}secret\textbraceright{} 50\%" in data


def test_bibtex_tells_its_provenance_where_nobody_reads_an_entry():
    stream = io.BytesIO()
    facts = {"command": "policytext timeline '@book{x, title=}' --format bibtex", "seed": None}
    bibtex.write_timeline(timeline_of([witness()]), facts, stream)
    assert b"policytext timeline" in stream.getvalue()
    assert len(bibtex_back(stream.getvalue()).entries) == 1


@pytest.mark.parametrize("name", MODULES)
def test_the_same_timeline_gives_the_same_bytes(name):
    timeline = timeline_of([witness(1), own(2), witness(3, start=7, end=9)])
    assert written(MODULES[name], timeline) == written(MODULES[name], timeline)
    assert written(MODULES[name], timeline_of([])) == (b"[]\n" if name == "csl" else b"")


def test_the_papers_of_an_archive(coded_archive):
    with Archive.open(coded_archive) as archive:
        streams = {name: io.BytesIO() for name in MODULES}
        for name, module in MODULES.items():
            module.write_layer(archive, "documents", {}, streams[name])
        count = archive.sql.execute("SELECT count(*) FROM documents").fetchone()[0]
    items = json.loads(streams["csl"].getvalue())
    valid(items)
    entries = bibtex_back(streams["bibtex"].getvalue()).entries
    records = ris_back(streams["ris"].getvalue())
    assert len(items) == len(entries) == len(records) == count
    assert [item["id"] for item in items] == list(entries) == [r["id"] for r in records]
    assert "Hepworth, C. (1962) The Hospital Plan: A Note by the Group Secretary. briefing. " in " ".join(
        rendered(items)
    )


def test_a_claim_of_an_archive(coded_archive):
    from policytext.pipeline.timeline import claim_timeline, claims_named

    with Archive.open(coded_archive) as archive:
        timeline = claim_timeline(archive, claims_named(archive, ["power_closer"]))
        items = json.loads(written(csl, timeline))
        assert len(bibtex_back(written(bibtex, timeline)).entries) == len(items)
    valid(items)
    bevan = next(item for item in items if item.get("author") == [{"family": "Bevan", "given": "Aneurin"}])
    assert bevan["original-date"] == {"date-parts": [[1946, 4, 30]]}
    assert bevan["issued"] == {"date-parts": [[1949, 4]]}
    assert bevan["title"].endswith("[reported, said 30 Apr 1946]")

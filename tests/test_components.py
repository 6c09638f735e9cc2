"""The extractors as spaCy components: by name in anybody's pipeline, exact records beside token spans."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from policytext.annotation import Citation, DateMention, Statement
from policytext.document import Block
from policytext.extract.annotate import annotate
from policytext.extract.components import PlainTokenizer

NAMES = ("policytext_citations", "policytext_dates", "policytext_statements")
TEXT = (
    "In 1956 Mr Tunnock said, “The Act,1946 is enough.” Under s.75 of the National Health Service Act 2006 "
    "budgets for 2017/18 were pooled. Last year nobody complained."
)


@pytest.fixture(scope="module")
def pipeline():
    nlp = spacy.blank("en")
    for name in NAMES:
        nlp.add_pipe(name)
    return nlp


def test_spans_hold_their_records(pipeline):
    doc = pipeline(TEXT)
    for name, kind in zip(NAMES, (Citation, DateMention, Statement), strict=True):
        records, spans = doc._.get(name), doc.spans[name]
        assert len(records) == len(spans) > 0
        for record, span in zip(records, spans, strict=True):
            assert isinstance(record, kind)
            assert TEXT[record.start : record.end] == record.text
            assert span.start_char <= record.start < record.end <= span.end_char


def test_labels_are_types(pipeline):
    doc = pipeline(TEXT)
    assert {span.label_ for span in doc.spans["policytext_citations"]} == {"section"}
    assert "financial_year" in {span.label_ for span in doc.spans["policytext_dates"]}
    assert [span.label_ for span in doc.spans["policytext_statements"]] == ["direct"]


def test_a_year_in_the_title_of_an_act_is_no_date(pipeline):
    types = {m.text: m.type for m in pipeline(TEXT)._.policytext_dates}
    assert types["2006"] == "title_year"
    assert types["1956"] == "date"
    assert types.keys() >= {"2017/18", "Last year"}


def test_nothing_outside_a_reference_leans_on_its_date():
    text = "It began in 1948.\n\nA. Pell, Piers (1931).\n\nIn the same year the ferry sank."
    first, note, last = (text.index(words) for words in ("It", "A. Pell", "In the"))
    plain = Block(first, note - 2, "paragraph", 0, "Piers", "a.rule", 1.0)
    there = Block(last, len(text), "paragraph", 0, "Piers", "a.rule", 1.0)
    for kind, section in (("footnote", "Piers"), ("paragraph", "Piers > References")):
        aside = Block(note, last - 2, kind, 0, section, "a.rule", 1.0)
        dates = {m.text: m.edtf for m in annotate(text, blocks=(plain, aside, there)).dates}
        assert dates["the same year"] == "1948"


def test_settings_and_context_give_the_publication_date():
    nlp = spacy.blank("en")
    nlp.add_pipe("policytext_dates", config={"publication_date": "1958"})
    assert nlp("Last year it rained.")._.policytext_dates[0].edtf == "1957"
    doc = nlp.make_doc("Last year it rained.")
    doc._.policytext_context = {"publication_date": "2018"}
    assert nlp(doc)._.policytext_dates[0].edtf == "2017"


def test_pipeline_and_annotate_agree(pipeline):
    doc, found = pipeline(TEXT), annotate(TEXT)
    assert (doc._.policytext_statements, doc._.policytext_dates, doc._.policytext_citations) == (
        found.statements,
        found.dates,
        found.citations,
    )


def test_factories_are_found_without_importing_the_package():
    code = """if True:
        import spacy
        nlp = spacy.blank("en")
        nlp.add_pipe("policytext_dates")
        print(list(nlp("In 1956.").spans))
    """
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )
    assert "policytext_dates" in done.stdout


def test_extractors_do_not_load_spacy_until_asked():
    code = "import sys; import policytext.extract.annotate; print('spacy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "False"


@settings(deadline=None)  # the first text pays for making the vocabulary
@given(st.text(max_size=200))
def test_plain_tokens_rebuild_the_text(text):
    assert PlainTokenizer(spacy.blank("en").vocab)(text).text == text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\n", "   a", "\ufeff1956", "\x00", "𝔸ct 1946", "e\u0301 1956"]
)
def test_odd_texts_are_annotated(text):
    found = annotate(text)
    assert all(text[m.start : m.end] == m.text for m in found.dates)


def test_a_bad_publication_date_is_refused():
    with pytest.raises(ValueError, match="EDTF"):
        annotate("last year", publication_date="sometime")


def own_pipeline(*config):
    """A blank pipeline with the three components, each with its config."""
    nlp = spacy.blank("en")
    for name, setting in zip(NAMES, config or ({}, {}, {}), strict=True):
        nlp.add_pipe(name, config=setting)
    return nlp


DATED = (
    {"publication_date": "2018"},
    {"publication_date": "2018"},
    {"publication_date": "2018", "voice": "Ada"},
)


def results(doc):
    return {name: doc._.get(name) for name in NAMES}


def test_a_pipeline_comes_back_from_disk_as_it_was(tmp_path):
    nlp = own_pipeline(*DATED)
    nlp.to_disk(tmp_path / "saved")
    again = spacy.load(tmp_path / "saved")
    assert results(again(TEXT)) == results(nlp(TEXT))
    assert again.get_pipe("policytext_statements").voice == "Ada"
    assert spacy.blank("en").from_config(nlp.config)(TEXT)._.policytext_dates[-1].edtf == "2017"


def test_documents_keep_their_records_through_bytes_and_bins(pipeline):
    from spacy.tokens import Doc, DocBin

    doc = pipeline(TEXT)
    kept = Doc(pipeline.vocab).from_bytes(doc.to_bytes())
    (binned,) = DocBin(docs=[doc], store_user_data=True).get_docs(pipeline.vocab)
    for other in (kept, binned):
        assert results(other) == results(doc)
        assert [s.label_ for s in other.spans[NAMES[0]]] == [s.label_ for s in doc.spans[NAMES[0]]]


def test_pipe_over_processes_gives_the_same(pipeline):
    texts = [TEXT, "In May 1957 it rained.", ""]
    alone = [results(pipeline(text)) for text in texts]
    assert [results(doc) for doc in pipeline.pipe(texts)] == alone
    assert [results(doc) for doc in pipeline.pipe(texts, n_process=2, batch_size=1)] == alone


def test_components_work_behind_others_and_change_nothing_of_theirs():
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Tunnock"}])
    before = nlp(TEXT)
    for name in NAMES:
        nlp.add_pipe(name)
    after = nlp(TEXT)
    assert [t.text for t in after] == [t.text for t in before]
    assert [(e.text, e.label_) for e in after.ents] == [(e.text, e.label_) for e in before.ents] != []
    assert len(list(after.sents)) == len(list(before.sents))
    assert all(after.spans[name] for name in NAMES)


def test_each_component_works_alone():
    for name in NAMES:
        nlp = spacy.blank("en")
        nlp.add_pipe(name)
        assert nlp(TEXT)._.get(name)
        assert nlp("")._.get(name) == ()


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("policytext_dates", {"voice": "Ada"}),
        ("policytext_dates", {"publication_date": 1958}),
        ("policytext_citations", {"gazeteer": "acts.csv"}),
        ("policytext_statements", {"verbs": "verbs.csv"}),
    ],
)
def test_a_setting_that_is_none_is_refused(name, config):
    with pytest.raises(ValueError, match=next(iter(config))):
        spacy.blank("en").add_pipe(name, config=config)


HEADER = "title,year,chapter,uri,aliases\n"
PIERS = (
    f"{HEADER}Pier Maintenance Act 1931,1931,21 & 22 Geo. 5 c. 99,ukla/Geo5/21-22/99,"
    "Pier Upkeep Act;Jetties Act 1931\n"
    'Pier (Repairs) Regulations,1974,,uksi/1974/9999,\n"Pier Bill",1930,,bills/1930/9,\n'
    "Care Act 2014,2014,c. 1,ours/wrong,\n"
)
PIER_TEXT = (
    "Under section 4 of the Pier Maintenance Act 1931, and the Pier (Repairs) Regulations 1974, see the Pier "
    "Bill 1930. The Jetties Act, 1931 was short. That Act was kept; the Pier Act 1932 was not, nor the Pier "
    "Bill. The Care Act 2014 stands."
)


def citations_with(path):
    nlp = spacy.blank("en")
    nlp.add_pipe("policytext_citations", config={"gazetteer": str(path)} if path else {})
    return nlp(PIER_TEXT)._.policytext_citations


def test_a_table_of_ones_own_gives_identifiers(tmp_path):
    table = tmp_path / "piers.csv"
    table.write_text(PIERS, encoding="utf-8-sig")
    plain, found = citations_with(None), citations_with(table)
    assert [(c.start, c.end, c.cls) for c in plain] == [(c.start, c.end, c.cls) for c in found]
    told = {c.text: (c.uri, c.chapter) for c in found if c.rule.endswith("+own-table")}
    act = ("ukla/Geo5/21-22/99", "21 & 22 Geo. 5 c. 99")
    assert told == {
        "section 4 of the Pier Maintenance Act 1931": act,
        "Pier (Repairs) Regulations 1974": ("uksi/1974/9999", None),
        "Pier Bill 1930": ("bills/1930/9", None),
        "Jetties Act, 1931": act,
        "That Act": act,
    }
    for before, after in zip(plain, found, strict=True):
        if after.text not in told:
            assert before == after
        elif before.antecedent is None:
            assert after.confidence == max(before.confidence, 0.9)
        else:
            assert after.confidence == before.confidence < 0.9


def test_a_pipeline_with_a_table_comes_back_from_disk(tmp_path):
    table = tmp_path / "piers.csv"
    table.write_text(PIERS, encoding="utf-8")
    nlp = spacy.blank("en")
    nlp.add_pipe("policytext_citations", config={"gazetteer": str(table)})
    nlp.to_disk(tmp_path / "saved")
    again = spacy.load(tmp_path / "saved")
    assert again(PIER_TEXT)._.policytext_citations == nlp(PIER_TEXT)._.policytext_citations
    table.unlink()
    with pytest.raises(ValueError, match=r"piers\.csv: No such file"):
        spacy.load(tmp_path / "saved")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title,year,uri\nA Act,1931,a/1\n", "row 1, column chapter: there is no such column"),
        ("", "row 1, column title: there is no such column"),
        (f"{HEADER}A Act,31,,a/1,\n", "row 2, column year: '31' is not a year of four digits"),
        (
            f"{HEADER}A Act,1931,,a/1,\n\nB Act,,,b/1,\n",
            "row 4, column year: '' is not a year of four digits",
        ),
        (f"{HEADER} ,1931,,a/1,\n", "row 2, column title: '' is not a title"),
        (f"{HEADER}A Act,1931,c. 9,,\n", "row 2, column uri: '' is not an identifier without blanks"),
        (f"{HEADER}A Act,1931\n", "row 2, column uri: '' is not an identifier without blanks"),
        (f"{HEADER}A Act 1930,1931,,a/1,\n", "row 2, column title: 'A Act 1930' is not of 1931"),
        (
            f"{HEADER}A Act,1931,,a/1,\nB Act,1931,,b/1,A act 1931\n",
            "row 3, column aliases: 'A act 1931' of 1931 stands",
        ),
        (f"{HEADER}A Act,1931,c. 9,a/1,,more\n", "row 2: more cells than columns"),
        (f'{HEADER}"A Act,1931,,a/1,\n', "row 2: no csv"),
        (f"{HEADER}Caf\u00e9 Act,1931,,a/1,\n".encode("latin-1"), ": not UTF-8"),
        (None, ": No such file"),
    ],
)
def test_a_bad_table_is_one_clear_line(content, message, tmp_path):
    table = tmp_path / "acts.csv"
    if content is not None:
        table.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=r"acts\.csv") as caught:
        spacy.blank("en").add_pipe("policytext_citations", config={"gazetteer": str(table)})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_page_on_spacy_says_what_is_so():
    page = (ROOT / "docs" / "spacy.md").read_text(encoding="utf-8")
    names = {}
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(code, names)
    assert "found" in names

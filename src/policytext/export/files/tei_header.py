"""Headers of TEI: whence a file comes, how its text was made, who speaks in it, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from policytext.analysis.witness import names_in
from policytext.export.files.tei_words import (
    Element,
    Names,
    certainty,
    child,
    date_attributes,
    element,
    evidence,
    place,
)
from policytext.export.wording import display_date

_REPAIRS = (
    "Of every choice the corr or reg is the text as it reads now, the sic or orig the text of the source. "
    "The text content of the body without sic and orig is the clean text; without corr and reg it is the "
    "source, up to what was moved. corr stands for what was misread, reg for what concerns markup and "
    "layout; ana names the rule, cert how sure it is."
)
_MOVES = (
    "What stood in the way of the running text (page numbers, running headers, notes) was moved behind it. "
    'anchor type="moved" subtype="origin" is where it stood; those of subtype="start" and "end" with its id '
    "in corresp enclose it where it stands now. To have the source again, put it back."
)
_CHARACTERS = "g holds U+FFFD in place of a character that XML forbids; n says which it was."
_PAGES = (
    "pb bears the number printed on a page, and stands where that number stood in the source: at the head or "
    "at the foot of the page."
)
_PLACES = (
    "Pointers of the form file#char=START,END (RFC 5147) count characters of the source file, decoded as "
    "text."
)
_DATES = (
    "when-custom has a date as EDTF (ISO 8601-2). when has it to the same precision; where a date is "
    "uncertain notBefore and notAfter have its bounds. cert is high from a confidence of .8, medium from .5."
)
_SAID = (
    "said is what the source attributes to a speaker: direct in quotation marks or as a turn, else in "
    "reported speech. Where it had to be split, next and prev join the parts. Its setting says who spoke, "
    "when, how that is known and who asserts it. ana names the rule that found it."
)


def corpus_header(
    archive_rules: Mapping[str, str],
    rules: Mapping[str, str],
    provenance: Mapping[str, Any],
    speakers: Element,
) -> Element:
    """Returns the header of the whole file.

    Args:
        archive_rules: what every rule does, by its name.
        rules: the pointer to every rule, by its name.
        provenance: what `policytext.export.tables.provenance` returns.
        speakers: the ``particDesc``; without children where nobody speaks.
    """
    version = str(provenance.get("versions", {}).get("policytext", "0"))
    header = element("teiHeader", type="corpus")
    file = child(header, "fileDesc")
    title = child(file, "titleStmt")
    child(title, "title", "Papers of an archive, repaired and annotated")
    made = child(title, "respStmt", xml_id="policytext")
    child(made, "resp", "text repaired, structure, statements, dates and citations found by")
    child(made, "name", f"policytext {version}", type="program")
    publication = child(child(file, "publicationStmt"), "p", "Not published: an export of an archive.")
    if "time" in provenance:
        publication.append(element("date", str(provenance["time"]), when=str(provenance["time"])))
    child(child(file, "sourceDesc"), "p", "The source of every text is described in its own header.")
    header.append(_encoding(archive_rules, rules, provenance, version))
    profile = child(header, "profileDesc")
    calendar = child(child(profile, "calendarDesc"), "calendar", xml_id="EDTF")
    child(calendar, "p", "Extended Date/Time Format, ISO 8601-2, of the Gregorian calendar")
    if len(speakers):
        profile.append(speakers)
    return header


def _encoding(
    archive_rules: Mapping[str, str], rules: Mapping[str, str], provenance: Mapping[str, Any], version: str
) -> Element:
    encoding = element("encodingDesc")
    number = version if version.replace(".", "").isdigit() else "0"
    application = child(child(encoding, "appInfo"), "application", ident="policytext", version=number)
    child(application, "label", "policytext")
    for name in ("command", "corpus_sha256", "config_sha256", "model", "seed", "versions"):
        value = provenance.get(name)
        if value is not None:
            words = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
            child(application, "p", f"{name}: {words}")
    editing = child(encoding, "editorialDecl")
    child(child(editing, "correction", method="markup"), "p", _REPAIRS)
    child(child(editing, "normalization", method="markup"), "p", _MOVES)
    child(child(editing, "segmentation"), "p", f"{_PAGES} {_PLACES} {_CHARACTERS}")
    child(child(editing, "stdVals"), "p", _DATES)
    child(child(editing, "interpretation"), "p", _SAID)
    if rules:
        taxonomy = child(child(encoding, "classDecl"), "taxonomy", xml_id="rules")
        for rule in sorted(rules):
            category = child(taxonomy, "category", xml_id=rules[rule].removeprefix("#"))
            child(category, "catDesc", f"{rule}: {archive_rules[rule]}" if archive_rules[rule] else rule)
    return encoding


def speakers_of(people: Sequence[Mapping[str, Any]], names: Names) -> Element:
    """Returns the ``particDesc`` of these rows of the table of people; empty where there are none."""
    description = element("particDesc")
    persons = [p for p in people if p["type"] == "person"]
    others = [p for p in people if p["type"] != "person"]
    if persons:
        listed = child(description, "listPerson")
        for row in persons:
            person = child(listed, "person", xml_id=names.of(row["id"]))
            child(person, "persName", row["name"])
            for role in json.loads(row["roles"]):
                child(person, "occupation", role)
            for party in json.loads(row["parties"]):
                child(person, "affiliation", party)
    if others:
        listed = child(description, "listOrg")
        for row in others:
            org = child(listed, "org", xml_id=names.of(row["id"]), role=row["type"])
            child(org, "orgName", row["name"])
    return description


def document_header(document: Mapping[str, Any], counts: Mapping[str, int], settings: Element) -> Element:
    """Returns the header of one document; ``document`` is its row, ``settings`` may be empty."""
    facts: Mapping[str, Any] = json.loads(document["metadata"])
    header = element("teiHeader", type="text")
    file = child(header, "fileDesc")
    title = child(file, "titleStmt")
    child(title, "title", document["title"] or document["id"])
    for author in names_in(document["authors"]):
        child(title, "author", author)
    child(file, "extent", f"{counts['characters']} characters after repair")
    publication = child(file, "publicationStmt")
    child(
        publication, "publisher" if document["publisher"] else "authority", document["publisher"] or "unknown"
    )
    _printed(publication, facts)
    child(publication, "idno", document["id"], type="policytext")
    if facts.get("rights"):
        child(child(publication, "availability"), "p", facts["rights"]["value"])
    _source(child(file, "sourceDesc"), document, facts)
    editing = child(child(header, "encodingDesc"), "editorialDecl")
    words = f"{counts['applied']} repairs made, {counts['open']} places suggested or flagged (unclear), "
    child(child(editing, "correction", method="markup"), "p", f"{words}{counts['moves']} stretches moved.")
    if len(settings) or facts.get("kind"):
        profile = child(header, "profileDesc")
        if facts.get("kind"):
            keywords = child(child(profile, "textClass"), "keywords")
            child(keywords, "term", facts["kind"]["value"], type="kind")
        if len(settings):
            profile.append(settings)
    return header


def _printed(parent: Element, facts: Mapping[str, Any]) -> None:
    date = facts.get("publication_date")
    if date:
        known = {"cert": certainty(date["confidence"]), "evidence": evidence(date["basis"].partition(":")[0])}
        child(parent, "date", display_date(date["value"]), **date_attributes(date["value"]), **known)


def _source(parent: Element, document: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    bibl = child(parent, "bibl", type="paper")
    for author in names_in(document["authors"]):
        child(bibl, "author", author)
    if document["title"]:
        child(bibl, "title", document["title"])
    if document["publisher"]:
        child(bibl, "publisher", document["publisher"])
    _printed(bibl, facts)
    for name, fact in sorted(facts.items()):
        if fact:
            words = f"{name.replace('_', ' ')}: {fact['value']} ({fact['basis']}, {fact['confidence']:.2f})"
            child(bibl, "note", words, type="basis")
    file = child(parent, "bibl", type="file")
    child(file, "idno", document["name"], type="filename")
    child(file, "idno", document["sha256"], type="sha256")
    child(file, "extent", f"{document['size']} bytes")
    words = f"{document['format']}, read as {document['encoding']} ({document['encoding_rule']})"
    child(file, "note", words, type="format")


def setting(statement: Mapping[str, Any], name: str, source: str, who: str | None) -> Element:
    """Returns who said a statement, when, and how that is known; ``name`` is the id of its ``said``."""
    where = place(source, statement["raw_start"], statement["raw_end"])
    made = element("setting", xml_id=f"{name}.when", who=who, corresp=f"#{name} {where}")
    speaker = statement["speaker"] or statement["speaker_text"]
    if speaker:
        tag = {"person": "persName", "organisation": "orgName"}.get(statement["speaker_type"], "name")
        child(made, tag, speaker, **({"type": statement["speaker_type"]} if tag == "name" else {}))
    if statement["statement_date"]:
        known = {"cert": certainty(statement["confidence"]), "evidence": evidence(statement["date_basis"])}
        edtf = statement["statement_date"]
        child(made, "date", display_date(edtf), **date_attributes(edtf), **known)
    child(made, "activity", "; ".join(_circumstances(statement)))
    return made


def _circumstances(statement: Mapping[str, Any]) -> list[str]:
    facts = [
        ("statement", statement["id"]),
        ("kind", statement["kind"]),
        ("named as", statement["speaker_text"]),
        ("role", statement["role"]),
        ("party", statement["party"]),
        ("date basis", statement["date_basis"]),
        ("date asserted by", statement["asserted_by"]),
        ("utterance", statement["utterance"]),
        ("rule", statement["rule"]),
        ("confidence", f"{statement['confidence']:.2f}"),
        *(("not agreeing", flag) for flag in json.loads(statement["flags"])),
    ]
    return [f"{name}: {value}" for name, value in facts if value is not None]

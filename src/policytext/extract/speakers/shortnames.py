"""Organisations and documents resolved within one document: "the Committee", "the NAO", "the report".

A body's short name is the last body whose name it begins, ends or abbreviates; a report is the title printed
beside it, else its owner ("Miss Farrow's letter"), else the document or reporting body named last before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policytext.annotation import Place
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.words import words

_DETERMINER = re.compile(r"^(?:the|this|that|our|its|their|his|her|my) ", re.IGNORECASE)
_ABBREVIATION = re.compile(
    r"s?,? \(\s?(?:the |hereafter |henceforth |or )?[“‘'\"]?(?P<short>[A-Z][A-Za-z&]{1,9})\b"
)
_CONNECTIVE = re.compile(r" (?:of|on|for|to|into|in) ")
_REPORTING = re.compile(
    r"(?:committee|commission|inquiry|enquiry|council|party|group|office|fund|institute|confederation|"
    r"foundation|association|society|ministry|department|board|authority|trust|college|union|panel|"
    r"taskforce|parliament|england|federation|centre|unit|partnership|bureau|inspectorate)\b",
    re.IGNORECASE,
)
_GOVERNMENTS = frozenset(
    f"{kind}government"
    for kind in ("", "new ", "present ", "current ", "central ", "national ", "british ", "uk ")
)
_TITLE = re.compile(
    r"(?:, |:? |, (?:entitled|called|titled),? )(?:[*_]{1,3}(?P<marked>[A-Z][^*_\n]{5,150})[*_]{1,3}"
    r"|(?P<plain>[A-Z][\w’'-]+(?: (?:(?:a|an|and|as|at|by|for|from|in|into|of|on|or|our|the|to|with|"
    r"your) ){0,3}"
    r"[A-Z][\w’'-]+){1,12}(?:: [a-zA-Z][\w’' -]{3,80})?)(?=,? (?:[a-z]{3,}|\())|(?P<quoted>[“‘'\"]\ufffc))"
)
_OWNER = re.compile(
    r"(?P<owner>(?:[A-Z][\w’&-]*,? (?:(?:of|for|and|the|on|in|to) ){0,2})*[A-Z][\w&-]*)[’']s? (?:(?:\d{4}|"
    r"own|recent|annual|[a-z-]{3,15}) ){0,3}$"
)
_COLOURED = re.compile(r"(?:White|Green) Paper ((?:[A-Z][\w’'-]*|[a-z]{1,4})(?: [\w’'-]+){1,15})$")
_ISSUED = re.compile(
    r" (?:of|by|from) (?:the )?(?P<body>[A-Z][\w’'-]+(?: (?:(?:of|for|on|and|the|in) ){0,2}[A-Z][\w’'-]+)+)"
)
_NEW = re.compile(r"(?:an?|another|one) ", re.IGNORECASE)
_OWN = re.compile(r"(?:its|their) own\b", re.IGNORECASE)
_DONE_BY = re.compile(r" (?:that |which )?(?:we|I|they|he|she)\b")
_OF_ITS_KIND = frozenset(
    {"body", "charity", "union", "organisation", "regulator", "association", "company", "agency"}
)
"""By these nouns a text speaks of a body that it has just named."""
_LAW = re.compile(r"\b(?:Act|Bill|Order|Regulations)$")
_PAPER = re.compile(r"(?i:(?:white|green) paper)$")
_NEAR = 700
"""So many characters before "the report" its title or author is looked for."""


def folded(name: str) -> str:
    """Returns a body's name for comparison."""
    return re.sub(r"[^a-z0-9&]+", " ", name.casefold()).strip()


class ShortNames:
    """The organisations and documents of one document, told off in reading order by ``resolve``.

    Args:
        text: the clean text, quotations blanked out.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._short: dict[str, tuple[str, Place]] = {}
        self._author: tuple[str, Place] | None = None
        self._document: tuple[str, Place] | None = None
        self._last: tuple[str, Place] | None = None

    def resolve(self, speaker: Speaker) -> Speaker:
        """Returns a speaker with the fullest name that stood before; to be called in reading order."""
        if speaker.name in {
            "Government",
            "HM Government",
            "Her Majesty’s Government",
            "His Majesty’s Government",
        }:
            return replace(speaker, name="HM Government")
        if speaker.rule in {"body-name", "document-name"} and speaker.name:
            return self._named(speaker, speaker.name)
        if speaker.rule == "body":
            return self._body(speaker)
        if speaker.rule == "document":
            return self._paper(speaker)
        return speaker

    def _named(self, speaker: Speaker, name: str) -> Speaker:
        place = (speaker.start, speaker.end)
        coloured = _COLOURED.match(name)
        if coloured:
            name, speaker = coloured[1], replace(speaker, name=coloured[1])
        known = self._known(name)
        if known and (" " not in name or speaker.rule == "body-name") and known[0] != name:
            return replace(speaker, name=known[0], rule="body-earlier", antecedent=known[1])
        if speaker.rule == "document-name":
            titled = self._titled(speaker)
            if not _LAW.search(name):
                self._document = (titled.name or name, place)
            return titled
        for form in _short_forms(name):
            self._short[form] = (name, place)
        defined = _ABBREVIATION.match(self._text, speaker.end)
        if defined and defined["short"].lower() not in words()["leading"]:
            self._short[folded(defined["short"])] = (name, place)
        self._last = (name, place) if name[:1].isupper() else self._last
        if _REPORTING.search(name):
            self._author = (name, place)
        return speaker

    def _known(self, name: str) -> tuple[str, Place] | None:
        """Returns the fuller name of a body; what is written with a capital has one with capitals."""
        known = self._short.get(folded(name))
        proper = name[:1].isupper()
        return known if known is None or known[0][:1].isupper() or not proper else None

    def _body(self, speaker: Speaker) -> Speaker:
        name = _DETERMINER.sub("", self._text[speaker.start : speaker.end])
        known = self._known(name)
        if (
            known is None
            and name in _OF_ITS_KIND
            and self._last
            and speaker.start - self._last[1][1] <= _NEAR
        ):
            known = self._last
        if known:
            return replace(speaker, name=known[0], rule="body-earlier", antecedent=known[1])
        if name.lower() in _GOVERNMENTS:
            return replace(speaker, name="HM Government")
        if name.count(" ") and _REPORTING.search(name):
            self._named(replace(speaker, rule="body-name"), name)
        return replace(speaker, name=name)

    def _titled(self, speaker: Speaker) -> Speaker:
        """Returns a document with the title printed right behind it: "the White Paper, *Our Care*,"."""
        title = _TITLE.match(self._text, speaker.end)
        if title is None or not (title["marked"] or title["plain"]):
            return speaker
        name = " ".join((title["marked"] or title["plain"]).split())
        return replace(speaker, end=title.end(), name=name, rule="document-titled")

    def _paper(self, speaker: Speaker) -> Speaker:
        """Returns a document by its title, owner or antecedent, else without a name."""
        titled = self._titled(speaker)
        if titled.name:
            self._document = (titled.name, (speaker.start, speaker.end))
            return titled
        owner = _OWNER.search(self._text, max(0, speaker.start - 80), speaker.start)
        if owner is not None:
            name = (self._known(_opened(owner["owner"])) or (_opened(owner["owner"]),))[0]
            self._document = (name, (owner.start("owner"), owner.end("owner")))
            return replace(speaker, name=name, rule="document-of", confidence=0.65)
        issued = _ISSUED.match(self._text, speaker.end)
        if issued is not None:
            return replace(speaker, name=issued["body"], rule="document-of", confidence=0.65)
        shown = self._text[speaker.start : speaker.end]
        return speaker if _OWN.match(shown) else self._meant(speaker, _DETERMINER.sub("", shown))

    def _meant(self, speaker: Speaker, shown: str) -> Speaker:
        """Returns a document without title or owner: a paper by its colour, else the one in question."""
        if _PAPER.search(shown):
            return replace(speaker, name=shown)
        if _NEW.match(self._text, speaker.start) or _DONE_BY.match(self._text, speaker.end):
            self._document = self._author = None  # another paper, and nobody says its name
        for known in (self._document, self._author):
            if known and speaker.start - known[1][1] <= _NEAR and shown.count(" ") <= 1:
                return replace(
                    speaker, name=known[0], rule="document-earlier", antecedent=known[1], confidence=0.65
                )
        if not shown.rsplit(maxsplit=1)[-1].islower():
            return replace(speaker, name=shown)
        return speaker


def _opened(name: str) -> str:
    """Returns a name without the words that open its sentence: "On the Joint Committee"."""
    tokens = name.split()
    while len(tokens) > 1 and tokens[0].lower() in words()["leading"]:
        tokens.pop(0)
    return " ".join(tokens)


def _short_forms(name: str) -> Sequence[str]:
    """Returns the forms by which a body is named again: Working Party, Committee, Guild."""
    tokens = name.split()
    forms = [folded(name)]
    if len(tokens) > 1:
        forms += [folded(tokens[-1]), folded(" ".join(tokens[-2:]))]
    head = _CONNECTIVE.split(name, maxsplit=1)[0]
    if head != name:
        forms += [folded(head), folded(head.split()[-1])]
    known = words()["organisation"]
    return [forms[0], *(f for f in forms[1:] if f.split()[-1] in known and f != "england")]

"""What legislation is cited: looked up by title, by what the text defined, or by what stands before.

One pass from left to right: what a text says of an Act holds from where it says it. In this order: a
definition ("the 2012 Act"), the nearest earlier Act of that year, the only Act of that year with health or
care in its title in a text on these, the one with the most words of its title around; else the citation is
ambiguous and names those that are known, which are not all that there are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from policytext.annotation import Citation
from policytext.extract.calendar import YEAR
from policytext.extract.citations.gazetteer import LAWS, Entry, fold_title, gazetteer
from policytext.extract.citations.instruments import Instrument
from policytext.extract.citations.likeness import resembling, resembling_undated
from policytext.extract.citations.linking import linked, of_entry, place_of
from policytext.extract.citations.provisions import Provision
from policytext.extract.citations.regnal import REGNAL, act_id
from policytext.extract.citations.topics import headed_by
from policytext.extract.citations.unnamed_acts import likely_acts, spelt_out

_CLASSES = {"Act": "act", "Bill": "bill", "Measure": "measure"}
_LIKENESS = {"title-misread": 0.75, "title-abridged": 0.6, "title-other-year": 0.45}
"""How sure a title is that is not the very one, by the rule that links it."""
_UNDATED_LIKENESS = {"title-misread": 0.55, "title-abridged": 0.45, "title-too-early": 0.35}
_DEFINITION = re.compile(
    r"\s{0,3}[(\[,]\s?(?P<lead>(?:(?:hereafter|hereinafter|henceforth|referred|to|here|below|as|in|this"
    r"|report|paper|article|letter|circular|memorandum|chapter|section|document|booklet|note|called|known|from|now|on|[Tt]he)\s){0,8})?(?P<mark>[“\"‘'])?"
    rf"(?P<name>(?:[Tt]he\s)?(?:(?:{YEAR}|[Pp]rincipal|[Mm]ain|[Nn]ew|[A-Z]\w{{1,15}})\s)?"
    r"(?:Act|Bill|Measure|Regulations|Order|Directions)|[A-Z]{3,9}(?:\s\d{4})?)[”\"’']?\s?[)\],.;]"
)
_PASSAGE = re.compile(
    r"\b(?:passage|passed|[Rr]oyal\s{1,2}[Aa]ssent|(?:[Ss]econd|[Tt]hird)\s{1,2}[Rr]eading|debate[sd]?|introduced"
    r"|moved|published|carried|Committee\sstage)\b"
)
_OF_BILL = re.compile(r"\b[Tt]h(?:e|is)\s{1,3}Bill\b")
_PAST = re.compile(
    r"\b(?:passage|progress|debates?|proceedings)\s{1,3}(?:of|on)\s{1,3}(?:the|what\sbecame\sthe)\s{1,3}$"
    r"|\b(?:last|previous|earlier|ill-fated|abandoned)\s{1,3}$"
)
_SENTENCE_END = re.compile(r"[.;!?][”\"’')]?\s|\n\n")
_UNDATED = 9999
_MOST_TITLES = 300
"""Titles in which the words behind initials are sought."""
_SOON, _LATE = 400, 2500
"""How far after "the Bill" a Bill is still the one meant, and how far before it an Act, in characters."""
_DIRECT_ID = re.compile(
    r"^(?:\d{4}\s{1,2})?(?P<kind>[Cc](?:h|ap)?|asp|anaw|nawm)\.?\s{0,2}(?P<number>\d{1,3})$"
)
_ID_KINDS = {"asp": "asp", "anaw": "anaw", "nawm": "mwa"}


@dataclass(slots=True)
class Resolver:
    """The Acts and Bills that a text has named so far.

    ``likely`` keeps what a title without a year was once taken for.

    ``titles`` are those named in full, ``letters`` what initials mean ("CROW Act"), ``of_bill`` tells that
    the text speaks of "the Bill".
    ``latest`` is the last year that it can know, ``instruments`` all that it names, ``cited`` the titles
    (folded) that it gives with their years.
    """

    text: str
    latest: int
    instruments: Sequence[Instrument]
    cited: frozenset[tuple[str, int]] = frozenset()
    bills_named: Sequence[Instrument] = ()
    of_bill: bool = False
    headings: Sequence[tuple[int, int, Instrument]] = ()
    titles: dict[str, Instrument] = field(default_factory=dict)
    letters: dict[str, Instrument | None] = field(default_factory=dict)
    likely: dict[str, Citation] = field(default_factory=dict)
    acts: list[Citation] = field(default_factory=list)
    bills: list[Citation] = field(default_factory=list)
    orders: list[Citation] = field(default_factory=list)
    by_year: dict[int, Citation] = field(default_factory=dict)
    by_bare: dict[str, Citation] = field(default_factory=dict)
    defined: dict[str, Citation] = field(default_factory=dict)
    provided: dict[str, Citation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for named in self.instruments:
            known = self.titles.get(named.bare)
            if len(self.titles) < _MOST_TITLES and named.bare.count(" ") > 1 and not (known and known.year):
                self.titles[named.bare] = named
        self.of_bill = _OF_BILL.search(self.text) is not None
        self.headings = headed_by(self.text, self.instruments)
        self.bills_named = [i for i in self.instruments if i.head == "Bill"]
        self.cited = frozenset((fold_title(i.bare), i.year) for i in self.instruments if i.year is not None)

    def named(self, found: Instrument) -> Citation:
        """Returns the citation of a title, and keeps what it defines."""
        draft = _draft(self.text, found)
        if full := self._spelt_out(found):
            citation = full
        elif found.collective:
            citation = _collective(draft)
        elif found.year is not None:
            citation = self._with_year(draft, found)
        else:
            citation = self._without_year(draft, found)
        self.keep(citation, found.bare)
        self._define(citation)
        return citation

    def _spelt_out(self, found: Instrument) -> Citation | None:
        """Returns an Act called by its initials as the one that the text names in full, before or after."""
        if not found.bare.split(" ")[0].isupper() or gazetteer().by_bare.get(fold_title(found.bare)):
            return None
        if found.bare not in self.letters:
            title = spelt_out(found.bare, list(self.titles))
            self.letters[found.bare] = self.titles[title] if title else None
        one = self.letters[found.bare]
        if one is None or one.head != found.head or (found.year and one.year and found.year != one.year):
            return None
        draft = _draft(self.text, one)
        full = self._with_year(draft, one) if one.year else self._without_year(draft, one)
        return linked(
            _draft(self.text, found), self.by_bare.get(fold_title(one.bare), full), "title-initials", 0.75
        )

    def keep(self, citation: Citation, bare: str = "") -> None:
        """Takes a citation as what "the Act" and "the Bill" mean from here on."""
        if citation.cls == "bill":
            self.bills.append(citation)
        elif citation.cls == "regulations":
            self.orders.append(citation)
        else:
            self.acts.append(citation)
            if citation.year is not None:
                self.by_year[citation.year] = citation
                self.by_bare[fold_title(bare)] = citation

    def _define(self, citation: Citation) -> None:
        match = _DEFINITION.match(self.text, citation.end)
        if match is None:
            return
        name, lead = " ".join(match["name"].split()), match["lead"] or ""
        letters = name.split(" ")[0].isupper() and " Act" not in name
        said = match["mark"] or letters or lead or name.lower().startswith("the ")
        if said and (not letters or name[0] == citation.text.removeprefix("the ")[0].upper()):
            self.defined[name if letters else re.sub(r"^the ", "", name.lower())] = citation

    def _with_year(self, draft: Citation, found: Instrument) -> Citation:
        kind, year = draft.cls, found.year
        if kind == "bill":
            return self._bill(draft, found.bare)
        if kind not in LAWS or year is None:
            return replace(draft, title=f"{draft.title} {year}")
        entry = gazetteer().by_title.get((fold_title(found.bare), year))
        if entry is not None and entry.kind == kind:
            rule = "title-year-misread" if found.misread else "title-year"
            agrees = found.chapter is None or _last_number(found.chapter) == _last_number(entry.chapter or "")
            if not agrees:
                return of_entry(draft, entry, "title-chapter-differs", 0.6)
            return of_entry(draft, entry, rule, (0.98 if entry.verified else 0.85) - 0.2 * found.misread)
        return _unlisted(replace(draft, title=f"{draft.title} {year}"), found, year, self.latest)

    def _without_year(self, draft: Citation, found: Instrument) -> Citation:
        if draft.cls not in LAWS:
            return self._bill(draft, found.bare) if draft.cls == "bill" else draft
        bare = fold_title(found.bare)
        if earlier := self.by_bare.get(bare):
            return linked(draft, earlier, "title-earlier", 0.85)
        named = gazetteer().by_bare.get(bare, ())
        acts = [e for e in named if e.kind == draft.cls and e.year is not None and e.year <= self.latest]
        later = [e for e in acts if (bare, e.year) in self.cited]
        if len(later) == 1 or len(acts) == 1:
            rule, sure = ("title-later", 0.75) if later else ("title-unique", 0.7)
            return of_entry(draft, (later or acts)[0], rule, sure)
        if acts:
            return replace(draft, candidates=tuple(e.title for e in acts))
        if bare not in self.likely:
            self.likely[bare] = self._unlike(draft, found.bare, known=bool(named))
        return replace(self.likely[bare], start=draft.start, end=draft.end, text=draft.text)

    def _unlike(self, draft: Citation, bare: str, *, known: bool) -> Citation:
        """Resolves a title without a year that no Act had when the text was written."""
        rule, found = resembling_undated(bare, self.latest, self.cited, too_early=known)
        return _chosen(draft, found, rule, _UNDATED_LIKENESS[rule]) if found else draft

    def _bill(self, draft: Citation, bare: str) -> Citation:
        """Returns a Bill with the Act that it became, where the table has one Bill that it can be."""
        entries = [
            e
            for e in gazetteer().by_bare.get(fold_title(bare), ())
            if e.kind == "bill" and e.year is not None and e.year <= self.latest
        ]
        if draft.year is not None:
            entries = [e for e in entries if e.year is not None and 0 <= draft.year - e.year <= 1]
        recent = [e for e in entries if e.year is not None and self.latest - e.year <= 2]
        cited = [e for e in entries if _act_of(e) and self._names(_act_of(e))]
        around = self.text[max(0, draft.start - _SOON) : draft.end + _SOON]
        dated = [e for e in entries if str(e.year) in around]
        sole = entries if draft.year is not None or self.latest == _UNDATED else []
        one = next((few[0] for few in (sole, cited, recent, dated) if len(few) == 1), None)
        if one is None:
            return replace(draft, candidates=tuple(f"{e.title} {e.year}" for e in entries))
        sure = draft.confidence if one.verified else draft.confidence - 0.1
        year = draft.year or one.year
        return replace(draft, title=one.title, year=year, became=one.became, confidence=round(sure, 2))

    def _names(self, act: Entry | None) -> bool:
        return act is not None and act.year is not None and (fold_title(act.bare), act.year) in self.cited

    def oblique(self, draft: Citation, name: str, *, near: bool) -> Citation | None:
        """Returns "the Act", "the 2012 Act", "that Bill" as what it means here, None where it says nothing.

        Args:
            draft: the citation with what it says of itself.
            name: what a definition would call it, without its article ("2012 act").
            near: it points back to the last one named ("that Act"), whatever is defined.
        """
        defined = self.defined.get(name) or self.defined.get(
            name.split(" ", 1)[-1] if draft.year is None else name
        )
        if not near and defined is not None:
            return linked(draft, defined, "defined", 0.95)
        if draft.year is not None:
            return self._of_year(draft)
        if not near and draft.cls == "act" and (topic := self._headed(draft.start)):
            return linked(draft, topic, "act-of-heading", 0.65)
        earlier = {"bill": self.bills, "regulations": self.orders}.get(draft.cls, self.acts)
        if earlier and not (draft.text[:4].lower() == "this" and self._is_history(earlier[-1])):
            return linked(draft, earlier[-1], "nearest-earlier", 0.6)
        return self._bill_unnamed(draft) if draft.cls == "bill" else None

    def _headed(self, at: int) -> Citation | None:
        """Returns the Act that the heading over a place names."""
        last = bisect_left(self.headings, at, key=lambda h: h[0])
        if last and at < self.headings[last - 1][1]:
            return self.by_bare.get(fold_title(self.headings[last - 1][2].bare))
        return None

    def _is_history(self, bill: Citation) -> bool:
        """Tells whether a Bill was named as one of the past, so that "this Bill" is another."""
        before = self.text[max(0, bill.start - 60) : bill.start]
        return bill.cls == "bill" and _PAST.search(before) is not None

    def _bill_unnamed(self, draft: Citation) -> Citation | None:
        """Returns "the Bill" before any is named: one named shortly after, else what became the last Act."""
        at = bisect_left(self.bills_named, draft.end, key=lambda i: i.start)
        found = self.bills_named[at] if at < len(self.bills_named) else None
        if found is not None and found.start < draft.end + _SOON:
            return linked(draft, self._bill(_draft(self.text, found), found.bare), "named-next", 0.5)
        act = self.acts[-1] if self.acts else None
        if act is not None and act.title and act.uri and self._in_passage(draft, act):
            title = re.sub(rf"\bAct\s{YEAR}$", "Bill", act.title or "")
            became = re.sub(r"/(?:section|schedule|part)/.*$", "", act.uri or "")
            return replace(
                draft,
                title=title,
                became=became,
                rule="bill-of-act",
                confidence=0.5,
                antecedent=place_of(act),
            )
        return None

    def _in_passage(self, draft: Citation, act: Citation) -> bool:
        """Tells whether "the Bill" is on its way to an Act: its passage is told, at the time of the Act."""
        sentence = self.text[max(0, draft.start - 120) : draft.end + 120]
        year = act.year or 0
        then = abs(self.latest - year) <= 1 or str(year) in sentence or str(year - 1) in sentence
        return draft.start - act.end < _LATE and then and _PASSAGE.search(sentence) is not None

    def _of_year(self, draft: Citation) -> Citation:
        year = draft.year or 0
        earlier = self.by_year.get(year)
        if earlier is not None and draft.cls == "act":
            return linked(draft, earlier, "nearest-earlier", 0.8)
        if draft.cls != "act":
            return draft
        if entry := gazetteer().by_alias.get(f"{year} Act"):
            return of_entry(draft, entry, "alias", 0.5)
        rule, acts = likely_acts(self.text, draft.start, year)
        if rule != "ambiguous":
            return of_entry(draft, acts[0], rule, 0.5 if rule == "only-of-year" else 0.45)
        return replace(draft, rule=rule, confidence=0.25, candidates=tuple(e.title for e in acts))

    def provision(self, draft: Citation, provision: Provision) -> Citation | None:
        """Returns a section or schedule that names no Act as one of the Act that is spoken of.

        The same provision named earlier with its Act goes first, then what the text calls "the Act", then the
        last Act named.
        """
        rule, sure, act = "provision-earlier", 0.65, self.provided.get(_first_of(provision))
        if act is None:
            rule, sure, act = "provision-defined", 0.7, self.defined.get("act")
        if act is None and self.acts:
            rule, sure, act = "provision-nearest", 0.55, self._spoken_of(draft.start)
        if act is None:
            return None
        self.provide(provision, act)
        return linked(draft, act, rule, sure)

    def _spoken_of(self, at: int) -> Citation:
        """Returns the first Act of the sentence that a place is in, else the last Act before it."""
        act = self.acts[-1]
        for earlier in reversed(self.acts[-5:]):
            if _SENTENCE_END.search(self.text, earlier.end, at):
                break
            act = earlier
        return act

    def provide(self, provision: Provision, act: Citation) -> None:
        """Takes a provision as one of an Act from here on."""
        self.provided[_first_of(provision)] = act


def _draft(text: str, found: Instrument) -> Citation:
    """Returns the citation of a title with nothing looked up."""
    cls = _CLASSES.get(found.head, "regulations")
    bare = found.bare
    if bare.removesuffix(found.head).isupper() and " " in bare.removesuffix(found.head).strip():
        bare = re.sub(r"\b(And|Of|The|For|In|To|Etc)\b", lambda m: m[0].lower(), bare.title())
    return Citation(
        start=found.start,
        end=found.end,
        text=text[found.start : found.end],
        cls=cls,
        title=bare,
        year=found.year,
        chapter=found.chapter,
        uri=None,
        provision=None,
        candidates=(),
        rule="title-year" if found.year else "title",
        confidence=0.9 if found.year else 0.7,
    )


def _collective(draft: Citation) -> Citation:
    """Returns the citation of several Acts together ("the Health Acts 1946 to 1952"), as candidates."""
    last = int(re.findall(r"\d+", draft.text)[-1])
    last += (draft.year or 0) // 100 * 100 if last < 100 else 0
    named = gazetteer().by_bare.get(fold_title(draft.title or ""), ())
    within = [e for e in named if e.kind == "act" and (draft.year or 0) <= (e.year or 0) <= last]
    title = " ".join(draft.text.split())
    return replace(draft, title=title, rule="title-collective", candidates=tuple(e.title for e in within))


def _unlisted(draft: Citation, found: Instrument, year: int, latest: int) -> Citation:
    """Resolves a title with a year that the gazetteer lacks: by its chapter, then by likeness."""
    uri = _id_of_chapter(found, year)
    entry = gazetteer().by_uri.get(uri or "")
    if entry is not None:
        return of_entry(draft, entry, "title-chapter", 0.75)
    if uri is not None:
        return replace(draft, uri=uri, rule="title-chapter", confidence=0.75)
    if draft.cls == "act":
        rule, acts = resembling(found.bare, year, latest)
        if acts:
            return _chosen(draft, acts, rule, _LIKENESS[rule])
    same = gazetteer().by_bare.get(fold_title(found.bare), ())
    return replace(draft, candidates=tuple(e.title for e in same if e.kind == draft.cls))


def _id_of_chapter(found: Instrument, year: int) -> str | None:
    """Returns the identifier that a chapter number gives an Act: by the table of sessions before 1963."""
    printed = found.chapter or ""
    if regnal := REGNAL.search(printed):
        return act_id(regnal["session"], regnal["number"])
    direct = _DIRECT_ID.match(printed)
    if direct is None or year < 1963:
        return None
    return f"{_ID_KINDS.get(direct['kind'], 'ukpga')}/{year}/{int(direct['number'])}"


def _chosen(draft: Citation, acts: Sequence[Entry], rule: str, confidence: float) -> Citation:
    """Returns the citation of the one Act, or with several as candidates and no identifier."""
    if len(acts) == 1:
        return replace(of_entry(draft, acts[0], rule, confidence), candidates=(acts[0].title,))
    return replace(draft, candidates=tuple(e.title for e in acts))


def _first_of(provision: Provision) -> str:
    """Returns the first section of a list, without its subsections."""
    return re.split(r"[;(]", provision.name)[0]


def _act_of(bill: Entry) -> Entry | None:
    return gazetteer().by_uri.get(bill.became or "")


def _last_number(chapter: str) -> str:
    numbers = re.findall(r"\d+", chapter)
    return numbers[-1] if numbers else ""

"""State papers by command number, by their chairman's name, or as the White Paper on something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from policytext.annotation import Citation
from policytext.extract.calendar import MONTH, YEAR
from policytext.extract.citations.citing import CLASSES, GAP, cite, near
from policytext.extract.citations.gazetteer import Entry, gazetteer, table
from policytext.extract.citations.titles import by_name, canonical, fold_paper, is_title
from policytext.extract.citations.vocabulary import vocabulary

__all__ = ["canonical", "chairs", "find_by_chairman", "find_coloured", "find_numbers", "is_title"]

_COMMAND = re.compile(
    r"(?<![\w.])(?P<series>C(?:mnd|mrid|mud|rnnd|rnd|md|m|d|P))\b(?:[.,]\s{0,2}|\s{0,2})(?:(?:Nos?|No)"
    r"\.?\s{0,2})?"
    r"(?P<number>[\dIlO]{1,4})(?:-[IVX]{1,4}\b)?(?![\dIl]|[/,]\d|\s?mm|\s(?:x|by)\s\d)"
    r"|\[C\.?\s?[-\u2013]?\s?(?P<first>\d{2,4})\]"
)
_SERIES = {"Cmrid": "Cmnd", "Cmud": "Cmnd", "Crnnd": "Cmnd", "Crnd": "Cmd"}
"""The letters of a series as scans misread them."""
_COLOUR = re.compile(
    r"\b(?:(?P<colour>[Ww]hite|[Gg]reen)\s{1,3}[Pp]aper\b(?!s)"
    r"|(?<!:\s)(?<!:\sA\s)(?P<other>Consultative)\s{1,3}Document\b)"
)
_OF_COLOUR = re.compile(r"aper\b|Document")
_DETERMINED = re.compile(
    rf"(?<![\w’'-])(?:(?P<det>[Tt]he|[Aa]n?|[Tt]his|[Tt]hat|[Ii]ts|[Tt]heir|[Oo]ur|His|Her){GAP}"
    rf"(?P<of>(?:(?:\d{{4}}|[\w’'-]{{2,20}}){GAP}){{0,4}})|(?P<capitals>(?:(?:\d{{4}}"
    rf"|[A-Z][\w’'-]{{1,20}}){GAP}){{1,4}}))$"
)
_ENTITLED = re.compile(
    r"\s{0,2},?\s{0,2}(?:(?:entitled|called|titled|on\s\w{1,20}),?\s{1,3})?(?P<mark>[“\"‘'*_])"
    r"(?P<title>[A-Z][^“”\"*_\n]{3,140}?)[,.]?[”\"’'*_](?!\w)"
)
_RUN_ON = re.compile(
    r",?\s{1,3}(?:(?:entitled|called|titled),?\s{1,3})?"
    r"(?P<title>(?:A\s{1,3})?[A-Z][\w’'-]+,?(?:\s{1,3}(?:[A-Z][\w’'-]+|a|and|for|in|into|of|on|or|our|the|to|with|:|–"
    r"|\d{4}),?:?){1,14})"
)
_ON = re.compile(
    r"\s{1,3}(?:on|about)\s{1,3}(?P<subject>(?:the\s{1,3})?[\w’'-]+(?:\s{1,3}(?:(?:and|for|of)"
    r"\s{1,3})?(?:the\s{1,3})?[\w’'-]+){0,4})"
)
_SHARED = 3
"""Main words that a phrase shares with the title of the paper that it means."""
_OF_POLICY = re.compile(
    r"[Hh]ealth|NHS|[Cc]are\b|[Hh]ospital|[Mm]edical|[Nn]urs|[Ww]elfare|[Ss]ocial\s[Ss]ervices|[Mm]inister\b|area\sboards"
)
"""Words of a text on health or care: a White Paper of a year is one of theirs only there."""
_OF_YEAR = re.compile(rf"\s{{1,3}}(?:of\s{{1,3}}|\()(?:{MONTH},?\s{{1,3}})?(?P<year>{YEAR})\b")
_HEADS = r"(?P<head>[Rr]eports?|[Rr]eviews?|[Ii]nquiry|[Ee]nquiry|REPORT)"
_REPORT = re.compile(r"[Rr]e(?:port|view)|REPORT|[IiEe]nquiry")
_NAMED_REPORT = re.compile(
    r"(?<![\w’'-])(?P<name>[A-Z][a-zé]+(?:-[A-Z][a-z]+)?)\s{1,3}(?P<head>Report|Inquiry|Enquiry|Review)"
    r"\b(?!\s[A-Z]|’s\s[A-Z])"
)
_BODY_OF = (
    r"(?:\s{1,3}(?:Royal\s)?(?:Committee|Commission|Inquiry|Enquiry|Review|Working\s(?:Party|Group)|Panel"
    r"|Team))?"
)


def find_numbers(text: str, *, latest: int) -> Iterator[Citation]:
    """Yields papers cited by their command number, checked against the years of the series.

    A number that the series never reached, a year printed beside it that is not one of the series, or a
    series begun after the text was written: the rule is then command-number-outside-series.
    """
    for match in _COMMAND.finditer(text):
        series = match["series"] or "C"
        series = _SERIES.get(series, series)
        number = int((match["number"] or match["first"]).translate(str.maketrans("IlO", "110")))
        first, last, highest = _series()[series]
        if series == "CP" and first > latest:
            continue  # an abbreviation of many things before there was such a series
        printed = f"{series} {number}"
        entry = gazetteer().by_number.get(printed)
        near = re.findall(
            YEAR, text[max(0, match.start() - 10) : match.start()] + text[match.end() : match.end() + 24]
        )
        fits = not near or any(first <= int(year) <= last for year in near)
        if number == 0 or number > highest or first > latest or not fits:
            rule, sure, entry = "command-number-outside-series", 0.4, None
        else:
            rule, sure = "command-number", 0.95
        yield cite(text, match.span(), "command_paper", rule, sure, entry=entry, chapter=printed)


@lru_cache(maxsize=1)
def _series() -> dict[str, tuple[int, int, int]]:
    return {
        row["series"]: (
            int(row["first_year"]),
            int(row["last_year"] or 9999),
            int(row["last_number"] or 9999),
        )
        for row in table("series.csv")
    }


def find_coloured(text: str) -> Iterator[Citation]:
    """Yields white and green papers: by the title that follows, else as what the words around call them.

    One with a title is cited by the title alone; ``title`` of the others is their description ("social care
    green paper"), or None for "the White Paper".
    """
    for match in near(_OF_COLOUR, _COLOUR, text, 20, 2):
        if match["other"]:
            yield from _consultative(text, match)
            continue
        cls = "white_paper" if match["colour"].lower() == "white" else "policy_document"
        titled = _ENTITLED.match(text, match.end())
        if titled:
            yield _titled(text, titled.span("title"), cls, 0.8)
        elif span := _run_on(text, match.end()):
            yield _titled(text, span, cls, 0.65)
        else:
            yield _described(text, match, cls)


def _consultative(text: str, match: re.Match[str]) -> Iterator[Citation]:
    """Yields "the Consultative Document" by its year; without one it points at a paper named before."""
    start, determined, before = _led(text, match.start())
    if not determined or len(before) > 1:
        return
    after = _OF_YEAR.match(text, match.end())
    years = [int(w) for w in before if re.fullmatch(YEAR, w)] + ([int(after["year"])] if after else [])
    if not years:
        yield cite(text, (start, match.end()), "policy_document", "paper-unnamed", 0.5)
        return
    span = (start, after.end() if after else match.end())
    dated = [
        e
        for e in gazetteer().entries
        if e.year == years[0] and e.kind == "policy_document" and "Consultative Document" in e.title
    ]
    if len(dated) == 1:
        yield cite(text, span, "policy_document", "paper-of-year", 0.6, entry=dated[0])
    else:
        yield cite(text, span, "policy_document", "paper-of-year", 0.5, year=years[0])


def _titled(text: str, span: tuple[int, int], cls: str, confidence: float) -> Citation:
    title = " ".join(text[span[0] : span[1]].split())
    entries = by_name().get(fold_paper(title), ())
    if len(entries) == 1:
        return cite(text, span, cls, "paper-entitled", 0.9, entry=entries[0])
    return cite(text, span, cls, "paper-entitled", confidence, title=title)


def _run_on(text: str, at: int) -> tuple[int, int] | None:
    """Returns the place of a title that follows without marks: the White Paper Caring for People proposed."""
    match = _RUN_ON.match(text, at)
    if match is None:
        return None
    title = re.sub(r"(?:[,\s]|\b(?:a|and|for|in|into|of|on|or|our|the|to|with))+$", "", match["title"])
    title = re.split(r",\s(?=[a-z])", title)[0]
    if len(re.findall(r"\b[A-Z]", title)) < 2 or re.match(r"(?:The|In|On|It|This|At|As)\s", title):
        return None
    return match.start("title"), match.start("title") + len(title)


def _described(text: str, match: re.Match[str], cls: str) -> Citation:
    """Returns a paper without a title by what the words around it call it."""
    start, determined, before = _led(text, match.start())
    if owned := [i for i, word in enumerate(before) if re.search(r"[’']s?$", word)]:
        before = before[owned[-1] + 1 :]  # whose paper it is, is not what it is called
        start, determined = (start, determined) if determined else (match.start(), False)
    own = [w for w in before if w.lower() not in vocabulary()["paper_adjective"] and not w.isdigit()]
    after = _OF_YEAR.match(text, match.end())
    years = [int(w) for w in before if re.fullmatch(YEAR, w)] + ([int(after["year"])] if after else [])
    year = years[0] if years else None
    end, subject = match.end(), " ".join(own)
    if not own and (about := _ON.match(text, match.end())):
        known = _of_known(about["subject"], match["colour"].lower())
        if known is not None:
            end = about.start("subject") + known[0]
            return cite(
                text, (start if determined else match.start(), end), cls, "paper-on", 0.55, entry=known[1]
            )
        words = _subject(about["subject"])
        subject = re.sub(r"^the\s", "", " ".join(words.split()))
        end = about.start("subject") + len(words) if subject else end
    title = f"{subject[:1].upper()}{subject[1:]} {match['colour'].lower()} paper" if subject else None
    if match["colour"][0] == "W" and determined and not own:
        start = match.start()  # "the White Paper": a name, which begins at its capital
    entries = by_name().get(fold_paper(title), ()) if title else ()
    if len(entries) == 1:
        return cite(text, (start, end), cls, "paper-described", 0.7, entry=entries[0])
    if year and title is None:
        kind = f"{match['colour'].lower()}_paper"
        dated = (
            gazetteer().of_year(year, kind)
            if _OF_POLICY.search(text, max(0, start - 2000), end + 2000)
            else ()
        )
        if len(dated) == 1:
            return cite(text, (start, end), cls, "paper-of-year", 0.55, entry=dated[0])
        return cite(
            text, (start, end), cls, "paper-of-year", 0.5, year=year, candidates=tuple(e.title for e in dated)
        )
    rule = "paper-described" if title or year else "paper-unnamed"
    return cite(text, (start, end), cls, rule, 0.6 if title else 0.5, title=title, year=year)


def _of_known(phrase: str, colour: str) -> tuple[int, Entry] | None:
    """Returns the paper of a colour whose title has most main words of a phrase, and their end."""
    words = [(m.end(), m[0].lower()) for m in re.finditer(r"[A-Za-z]{4,}", phrase)]
    best: list[tuple[int, int, Entry]] = []
    for entry in gazetteer().entries:
        if entry.kind != f"{colour}_paper":
            continue
        own = set(re.findall(r"[a-z]{4,}", entry.title.lower()))
        own |= {f"{w[:-1]}" if w.endswith("s") else f"{w}s" for w in own} | (
            {"health"} if "medical" in own else set()
        )
        shared = [end for end, word in words if word in own]
        if len(shared) >= _SHARED:
            best.append((len(shared), shared[-1], entry))
    best.sort(key=lambda b: -b[0])
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        return None
    return best[0][1], best[0][2]


def _subject(phrase: str) -> str:
    """Returns the words of a phrase that say what a paper is on, up to one that no subject holds."""
    subjects = vocabulary()["paper_subject"]
    end = 0
    for word in re.finditer(r"\S+", phrase):
        if word[0].lower() not in subjects and not (end and word[0][0].isupper()):
            break
        if word[0].lower() not in {"and", "of", "for", "the", "in"}:
            end = word.end()
    return phrase[:end]


def _led(text: str, at: int) -> tuple[int, bool, list[str]]:
    """Returns where the phrase of a paper begins, whether an article leads it, and the words between."""
    match = _DETERMINED.search(text, max(0, at - 90), at)
    while (
        match is not None
        and match["of"]
        and any(w.lower() in vocabulary()["no_modifier"] for w in match["of"].split())
    ):
        match = _DETERMINED.search(text, match.start() + 1, at)
    if match is None:
        return at, False, []
    return match.start(), match["det"] is not None, (match["of"] or match["capitals"] or "").split()


def find_by_chairman(text: str, *, latest: int) -> Iterator[Citation]:
    """Yields reports known by who chaired them ("the Seebohm report"), and Reports with a name unknown."""
    for match in near(_REPORT, _chaired(), text, 70, 70):
        name = match["name"] or match["of"]
        entries = chairs()[" ".join(name.split())]
        known = [e for e in entries if (e.year or 0) <= latest + 1 and e.kind != "private"]
        if known:
            yield _report(text, match, known)
        elif not any(e.kind == "private" for e in entries) and match["name"] and match["head"][0].isupper():
            title = f"{match['name']} {match['head']}"
            yield cite(
                text, (match.start("name"), match.end()), "policy_document", "report-of", 0.5, title=title
            )
    for match in near(_REPORT, _NAMED_REPORT, text, 40, 12):
        unnamed = match["name"].lower() in vocabulary()["unnamed_report"] or match["name"] in chairs()
        before = re.search(
            r"(?P<word>[A-Z][\w’'-]+|’s|'s)\s{1,3}$", text[max(0, match.start() - 24) : match.start()]
        )
        if not unnamed and not (before and before["word"] not in {"The", "That", "This"}):
            title = f"{match['name']} {match['head']}"
            yield cite(text, match.span(), "policy_document", "report-of", 0.6, title=title)


def _report(text: str, match: re.Match[str], entries: Sequence[Entry]) -> Citation:
    """Returns the citation of a chairman's report; of several, the one of the year or the subject around."""
    span = match.span()
    if match["name"] and match["head"][0].isupper():
        span = (match.start("name"), span[1])
    if len(entries) == 1:
        return cite(text, span, CLASSES[entries[0].kind], "report-of", 0.8, entry=entries[0])
    around = text[max(0, span[0] - 200) : span[1] + 200]
    after = re.match(rf",?\s{{0,2}}(?:of\s|in\s|\(){{0,2}}(?P<year>{YEAR})\b", text[span[1] : span[1] + 14])
    if after:
        around = after["year"]
    dated = [e for e in entries if str(e.year) in around]
    if len(dated) == 1:
        return cite(text, span, CLASSES[dated[0].kind], "report-of-year", 0.75, entry=dated[0])
    scored = sorted(
        ((_shared(e, around), -(e.year or 0), e.title, e) for e in entries), reverse=True, key=lambda s: s[:3]
    )
    titles = tuple(e.title for e in entries)
    if len(scored) > 1 and scored[0][0] > scored[1][0]:
        found = cite(text, span, CLASSES[scored[0][3].kind], "report-of-subject", 0.6, entry=scored[0][3])
        return replace(found, candidates=titles)
    return cite(text, span, "policy_document", "report-of", 0.5, candidates=titles)


def _shared(entry: Entry, around: str) -> int:
    words = {
        w for w in re.findall(r"[a-z]{4,}", entry.title.lower()) if w not in {"report", "inquiry", "future"}
    }
    return len(words & set(re.findall(r"[a-z]{4,}", around.lower())))


@lru_cache(maxsize=1)
def chairs() -> dict[str, tuple[Entry, ...]]:
    """Returns the reports by the names of those who chaired them."""
    named: dict[str, list[Entry]] = {}
    for entry in gazetteer().entries:
        aliases = (a.split(" ")[0] for a in entry.aliases if a.endswith(" Report") and len(a.split()) == 2)
        for chair in dict.fromkeys((*entry.chairs, *aliases)):
            named.setdefault(chair, []).append(entry)
    return {name: tuple(entries) for name, entries in named.items()}


@lru_cache(maxsize=1)
def _chaired() -> re.Pattern[str]:
    names = "|".join(
        re.escape(n).replace(r"\ ", r"\s{1,3}") for n in sorted(chairs(), key=lambda n: (-len(n), n))
    )
    return re.compile(
        rf"(?:\b[Tt]he\s{{1,3}})?\b(?P<name>{names}){_BODY_OF}(?:’s|'s)?\s{{1,3}}{_HEADS}\b"
        rf"|(?:\b[Tt]he\s{{1,3}})?\b[Rr]eport\s{{1,3}}(?:of|by)\s{{1,3}}(?:the\s{{1,3}})?(?:Sir\s|Lord\s"
        rf"|Dame\s|Mr\.?\s|Dr\.?\s)?(?:[A-Z][a-z]+\s)?(?P<of>{names}){_BODY_OF}"
    )

"""Short forms that a text itself defines: "health and wellbeing board (HWB)", "BMA (British Medical ...)".

After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text"
(2003): the long form stands in the same sentence before the bracket, in at most min(n + 5, 2 n) words for n
letters, and begins with the first of them. The letters are matched more strictly than there, because papers
of policy put all manner of things in brackets: a word gives its initial before any other letter, the first
and the last word give one, of the words between only one that is no function word may give none, and one
letter in three may come from within a word. Capitals within a word are as good as initials ("NHS England
(NHSE)").

Not taken: initials of persons ("Ada Byron (AB)"), honours and offices ("(MP)", "(QC)"), roman numerals, years
and pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from policytext.text.words.lexicon import listed

_SHORT = r"(?:[A-Z]\.){2,7}|[A-Z](?:[A-Za-z]|&(?=[A-Z])){1,9}"
_QUOTE = r"[\"'\u2018\u2019\u201c\u201d*_]{0,3}"
_INTRODUCED = r"(?:(?:also|hereafter|hereinafter|henceforth|now|known|called|abbreviated|or|as|to|the) ){0,4}"
_BRACKETED = re.compile(
    rf"[ \n]\({_QUOTE}{_INTRODUCED}{_QUOTE}(?P<short>{_SHORT})(?!\w){_QUOTE}"
    r"(?:[,;:] [^()\n]{0,40})?\)"
)
_OPENED = re.compile(
    rf"(?<![\w.&])(?P<short>{_SHORT})(?!\w){_QUOTE} \((?:or |the )?"
    r"(?P<long>(?:[^()\[\]\n;:.]|\n(?!\s*\n)){6,160})(?=[);:])"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|&")
_ASIDE = re.compile(r"[,\u2013\u2014]")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_BREAK = re.compile(r"[.;:!?()\[\]\"\u201c\u201d\u2022|]|\n\s*\n")
_REACH = 240
"""Characters before a bracket in which a long form is looked for."""
_FUNCTION = listed("a an and & at by for from in into of on or the to with within")
_NO_BEGINNING = (_FUNCTION - {"in", "on"}) | listed(
    "any all each every her his its my no our some that their these this those was were which who your"
)
_TITLES = listed(
    "MP MPs MEP MEPs MSP MSPs AM AMs MS MD MA BA BSc MSc PhD DPhil QC KC JP RN CB CBE OBE MBE DBE KBE KCB "
    "GCB DSO MC DL FRS FRCP FRCS FRCGP FRCN MRCP MRCS MBBS BM SRN PC LLB LLM BCh ChB DPH"
)
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_COMMON = listed("""
    act action agency agreement association authority bank bill board care centre child children college
    commission committee community council county department digital district education england equality
    european executive family foundation framework fund general government group health home hospital
    housing human improvement information institute ireland justice kingdom law learning living local
    london medical mental ministry model national network nations northern nursing office officer
    parliament partnership payment personal plan policy practice primary programme public quality
    research resource rights royal safety school scotland secondary security service services social
    society south southern standards state strategic strategy support team trade training treasury trust
    union unit united wales western workforce working world
    """)
"""Words that names of bodies, plans and laws have and persons lack: two capitals in brackets after two
capitalised words are a person's initials unless one of these is there."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form with the long form beside it.

    ``short`` is without dots and the s of a plural, ``long`` has single blanks; the offsets are half-open,
    into the text given, of each as printed there. ``rule`` says on which side the long form stands and
    whether its letters are all initials.
    """

    short: str
    long: str
    short_start: int
    short_end: int
    long_start: int
    long_end: int
    rule: str
    confidence: float

    def __post_init__(self) -> None:
        if not (0 <= self.short_start < self.short_end and 0 <= self.long_start < self.long_end):
            raise ValueError("a definition has two spans with something in them")
        if self.short_start < self.long_end and self.long_start < self.short_end:
            raise ValueError("short and long form lie side by side")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must lie in [0, 1], not {self.confidence}")


@dataclass(frozen=True, slots=True, order=True)
class _Fit:
    """How well words fit the letters: words passed over, and letters from within words."""

    skipped: int
    inner: int


def definitions(text: str) -> list[Definition]:
    """Returns the definitions in ``text`` in reading order of their short forms."""
    found = [*_long_before(text), *_long_after(text)]
    return sorted(found, key=lambda d: (d.short_start, d.long_start))


def _long_before(text: str) -> Iterator[Definition]:
    """Yields definitions like "Better Care Fund (BCF)"."""
    for match in _BRACKETED.finditer(text):
        short = _folded(match["short"])
        if short is None:
            continue
        since = max(0, match.start() - _REACH)
        before = text[since : match.start()]
        breaks = [m.end() for m in _BREAK.finditer(before)]
        words = list(_WORD.finditer(before, breaks[-1] if breaks else 0))
        best = _best_start([m[0] for m in words], short)
        if best is None or before[words[-1].end() :].strip("'\u2018\u2019*_ ,\n"):
            continue
        at, fit = best
        span = (since + words[at].start(), since + words[-1].end())
        yield _definition(text, short, match.span("short"), span, "acronym.before", fit)


def _long_after(text: str) -> Iterator[Definition]:
    """Yields definitions like "BMA (British Medical Association)"."""
    for match in _OPENED.finditer(text):
        short = _folded(match["short"])
        if short is None:
            continue
        for inside in (match["long"], _ASIDE.split(match["long"], maxsplit=1)[0]):
            words = list(_WORD.finditer(inside))
            fit = _fit_of_name([m[0] for m in words], short)
            if fit is not None:
                span = (match.start("long") + words[0].start(), match.start("long") + words[-1].end())
                yield _definition(text, short, match.span("short"), span, "acronym.after", fit)
                break


def _folded(printed: str) -> str | None:
    """Returns the short form without dots and plural s, or None for what is no acronym."""
    bare = printed.replace(".", "")
    if bare in _TITLES or _ROMAN.fullmatch(bare):
        return None
    if bare.endswith("s") and bare[-2].isupper() and len(bare) > 2:
        bare = bare[:-1]
    return bare if sum(c.isupper() for c in bare) >= 2 else None


def _most_words(short: str) -> int:
    letters = len(short.replace("&", ""))
    return min(letters + 5, letters * 2)


def _best_start(words: list[str], short: str) -> tuple[int, _Fit] | None:
    """Returns where the long form that ends with the last word begins, best fit first, then the shortest."""
    fits = []
    for at in range(len(words) - 2, max(-1, len(words) - _most_words(short) - 1), -1):
        fit = _fit_of_name(words[at:], short)
        if fit is not None:
            fits.append((fit, -at))
    if not fits:
        return None
    fit, at = min(fits)
    return -at, fit


def _fit_of_name(words: list[str], short: str) -> _Fit | None:
    """Returns how the letters come from words that can be a name, None where they cannot or do not."""
    if (
        not 2 <= len(words) <= _most_words(short)
        or words[0].lower() in _NO_BEGINNING
        or _is_person(words, short)
    ):
        return None
    return _fit(words, short)


def _is_person(words: list[str], short: str) -> bool:
    """Whether two initials may be those of a person's name."""
    named = all(word[0].isupper() for word in words)
    return len(short) == 2 and named and not any(word.lower() in _COMMON for word in words)


def _fit(words: list[str], short: str) -> _Fit | None:
    """Returns the best way in which the letters come from the words, None where they do not."""
    letters = short.replace("&", "").lower()
    parts = [_POSSESSIVE.sub("", word) for word in words]

    @cache
    def rest(at: int, used: int) -> _Fit | None:
        """The best fit of the letters after ``used`` with the words from ``at``."""
        if at == len(parts):
            return _Fit(0, 0) if used == len(letters) else None
        fits = []
        if 0 < at < len(parts) - 1:
            fits.append((rest(at + 1, used), 0 if parts[at].lower() in _FUNCTION else 1, 0))
        for taken, inner in _given(parts[at], letters[used:]):
            fits.append((rest(at + 1, used + taken), 0, inner))
        sums = [_Fit(fit.skipped + more, fit.inner + within) for fit, more, within in fits if fit is not None]
        return min(sums, default=None)

    fit = rest(0, 0)
    if fit is None or fit.skipped > (len(letters) > 2) or fit.inner > len(letters) // 3:
        return None
    return fit


def _given(word: str, letters: str) -> Iterator[tuple[int, int]]:
    """Yields how many of the letters a word can give, and how many of them are small ones within it."""
    if not letters or word[0].lower() != letters[0]:
        return
    yield 1, 0
    place, inner = 0, 0
    for taken, letter in enumerate(letters[1:4], start=2):
        capital = word.find(letter.upper(), place + 1)
        place = capital if capital > 0 else word.lower().find(letter, place + 1)
        if place < 0 or word.lower() in _FUNCTION:
            return
        inner += capital < 0
        yield taken, inner


def _definition(
    text: str, short: str, short_span: tuple[int, int], long_span: tuple[int, int], side: str, fit: _Fit
) -> Definition:
    how = "skipped" if fit.skipped else "inner" if fit.inner else "initials"
    confidence = 0.95 if len(short) > 2 else 0.85
    confidence -= 0.15 * (fit.skipped > 0) + 0.1 * (fit.inner > 0)
    long = " ".join(text[slice(*long_span)].split())
    return Definition(short, long, *short_span, *long_span, f"{side}.{how}", round(confidence, 2))

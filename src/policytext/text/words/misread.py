"""Words that a machine misread: repaired on evidence, else only suggested.

A form is asked about only if it is no word, no acronym, no figure, and not seen often. What it may be a
misreading of (``confusions``) is believed on evidence, in this order: the same document holds the word; the
text is measurably damaged and the list of English words holds it; other papers of the corpus hold it. Names
and words that are words are never more than suggested.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from policytext.document import Edit, EditStatus
from policytext.text.words.confusions import Candidate, variants
from policytext.text.words.lexicon import folded, listed
from policytext.text.words.vocabulary import WORD, Place, Vocabulary

_OFTEN = 3
"""A form that stands so often is the author's, unless its candidate stands ``_RATIO`` times as often."""
_RATIO = 10
_DOMINANT = 8
"""A candidate is believed if it weighs so many times what the next one weighs."""
_IN_DOCUMENT = 50_000_000
"""What an occurrence in the document weighs beside the counts of the list, which add up to about 10**12."""
_SHORT, _SHORT_TIMES = 3, 4
"""A form of three letters has many neighbours: its candidate must stand so often in the document."""
_NAME_TIMES = 2
_LEAST_COMMON = 5_000_000
"""The count in the list above which a word is in everyone's vocabulary (about one in ten of the list)."""
_ODD = 5
"""Words of the list that share a run of three letters: with so few, the run is no English spelling."""
_LEAST_EVERYDAY = 150_000_000
"""The same for the words that every page holds: a form of three letters is taken for no other."""
_PAIR = 2
_SHORT_FORMS = listed(
    "bn cf cl cm ct dl dr ft hr jr kg km kt lb ld mb mg ml mm mr ms nb nd pm pp qt rd sq sr st tn th tv"
)
"""Abbreviations of two letters that are spelt as no word is."""
_APOSTROPHES = ("'", "\u2019")
_CERTAIN, _UNSURE = 0.95, 0.5
"""An OCR engine this sure of a word has read it; one less sure than the second has not."""

_COMPANY, _LEAST_STRANGE, _STRANGE_SHARE = 80, 3, 10
"""Where three words and one in ten of the 80 characters on either side are neither words nor misread ones,
somebody speaks Scots, French or as of old: ``mony`` is no ``many``. In misread English it is rare."""
_LONGEST_CUT = 4
"""Letters of a word cut short, behind which a stop stands that ends no sentence: ``nem. con.``"""

_NO_ONSET = re.compile(r"l[bcdfgjkmnpqrstvwxz]")
"""No English word begins so: the l is a capital I."""
_BEGINS = re.compile(r"(?:^|\n[ \t]{0,4}\n|[.!?:][\"'\u201d\u2019)]{0,2}\s|[\"\u201c\u2018(])\s{0,4}$")
_CUT_SHORT = re.compile(r"\.(?:[,;:)]|\s{1,2}[a-z\d])")
_TITLE = re.compile(r"(?<![^\W_])(?:Messrs|Prof|Revd?|Mrs?|Ms|Dr|St|Cllr|Ald|Capt|Col|Hon|[A-Z])\.\s{1,4}$")
"""A stop that ends no sentence: a name follows."""
_YEAR = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])[1lI2Z][\dlIOoSZBgbTAs]{3}")
_FIGURES = str.maketrans("lIOoSsZBgbTA", "110055289674")
_LIKELY = re.compile(r"1[89]\d\d|20[0-4]\d")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a form is to read, on what evidence, and whether that may be done without asking."""

    word: str
    rule: str
    reason: str
    confidence: float
    status: EditStatus = "applied"


@dataclass(frozen=True)
class Words:
    """Judges the forms of one text.

    ``damaged`` says that the rates of the text show a misread one; ``attested`` holds words of other papers,
    folded; ``sure`` says how sure an OCR engine was of the word at an offset.
    """

    vocabulary: Vocabulary
    damaged: bool
    attested: Container[str]
    sure: Mapping[int, float]

    def edits(self) -> Iterator[Edit]:
        """Yields the repairs and suggestions, in text order; they do not overlap."""
        for place in self.vocabulary.places(self._verdicts):
            if self.vocabulary.is_prose(place):
                yield self._edit(place, self._verdicts[place.form])

    @cached_property
    def asked(self) -> frozenset[str]:
        """The folded words that would be believed if other papers of the corpus held them."""
        return frozenset(
            v
            for form, found in self.vocabulary.strange.items()
            if self._is_open(form, found)
            for v in _shapes(form)
        )

    @cached_property
    def _verdicts(self) -> dict[str, Verdict]:
        """The forms to be repaired or asked about, by what stands in the text."""
        return {f: v for f, found in self.vocabulary.strange.items() if (v := self._verdict(f, found))}

    @cached_property
    def _named(self) -> frozenset[str]:
        """Forms with a capital where no sentence begins: one such place makes them names at every other."""
        doubtful = {f for f, v in self._verdicts.items() if v.rule == "confusion.name"}
        return frozenset(p.form for p in self.vocabulary.places(doubtful) if not self._begins(p.start))

    # --- a form -------------------------------------------------------------------------------------------

    def _verdict(self, form: str, found: tuple[Candidate, ...]) -> Verdict | None:
        if _NO_ONSET.match(form) and len(form) > _PAIR:
            return self._initial(form)
        if self._is_open(form, found):
            held = sorted(v for v in _shapes(form) if v in self.attested)
            reason = "other papers of the corpus hold the word"
            return Verdict(held[0], "confusion.corpus", reason, 0.8) if len(held) == 1 else None
        best = self._best(found)
        if best is None or not self._is_rare(form, best.word) or not self._may_be_word(form):
            return None
        verdict = self._on_evidence(form, best)
        if form[0].isupper() and not any(map(str.isdigit, form)):
            return self._name(form, verdict)
        return verdict if verdict.status == "applied" or self._is_worth_a_look(form, best) else None

    def _is_open(self, form: str, found: tuple[Candidate, ...]) -> bool:
        """Whether only other papers could attest what a form may be."""
        return (
            not found
            and len(form) > _SHORT
            and form.islower()
            and self.vocabulary.counts[folded(form)] < _OFTEN
        )

    def _initial(self, form: str) -> Verdict | None:
        word = f"I{form[1:]}"
        known = self.vocabulary.lexicon.knows(folded(word)) or self.vocabulary.forms[word] > 0
        reason = "no English word begins with these letters: l read for I"
        return (
            Verdict(word, "confusion.initial", reason, 0.9)
            if known
            else Verdict(word, "confusion.initial", reason, 0.6, "suggested")
        )

    def _best(self, found: tuple[Candidate, ...]) -> Candidate | None:
        """Returns the candidate that outweighs all others; None where none does."""
        if not found:
            return None
        ranked = sorted(found, key=lambda c: (-self._weight(c.word), c.word))
        rivals = [c for c in ranked[1:] if folded(c.word) != folded(ranked[0].word)]
        if rivals and self._weight(ranked[0].word) < _DOMINANT * self._weight(rivals[0].word):
            return None
        return ranked[0]

    def _weight(self, word: str) -> int:
        key = folded(word)
        return self.vocabulary.lexicon.count(key) + _IN_DOCUMENT * self.vocabulary.counts[key] + 1

    def _is_worth_a_look(self, form: str, best: Candidate) -> bool:
        """Whether a person should see a form that no rule repairs; in sound texts only odd spellings."""
        if not self.damaged and not self.is_odd(form):
            return False
        return len(form) > _PAIR and self._is_common(best.word)

    def _is_common(self, word: str) -> bool:
        return self.vocabulary.lexicon.count(folded(word)) >= _LEAST_COMMON

    def _is_everyday(self, word: str) -> bool:
        return self.vocabulary.lexicon.count(folded(word)) >= _LEAST_EVERYDAY

    def _is_rare(self, form: str, word: str) -> bool:
        key = folded(form)
        times = self.vocabulary.counts[key] + self.vocabulary.counts[key.removesuffix("'s")] * key.endswith(
            "'s"
        )
        needed = times if self.damaged and self.is_odd(form) else _RATIO * times
        return times < _OFTEN or self.vocabulary.counts[folded(word)] >= needed

    def _on_evidence(self, form: str, best: Candidate) -> Verdict:
        """Returns the verdict on a form in small letters, or with a figure in it."""
        word = best.word
        listed = Verdict(
            word, "confusion.list", "an English word it looks like", 0.85 if best.cost == 1 else 0.7
        )
        if self._stands_enough(form, word):
            reason = "the document holds the word it looks like"
            return Verdict(word, "confusion.document", reason, 0.95 if best.cost == 1 else 0.8)
        if (
            self.damaged
            and min(len(form), len(word)) > _PAIR
            and self.vocabulary.lexicon.count(folded(word)) >= self._needed(form, best)
        ):
            return listed
        return replace(listed, confidence=0.5, status="suggested")

    def _stands_enough(self, form: str, word: str) -> bool:
        """Whether the document holds ``word`` so often that ``form`` is taken for it."""
        times = self.vocabulary.counts[folded(word)]
        if _is_accented(form) and not self._is_everyday(word):
            return False
        if not self.damaged:
            return times > max(1, _SHORT_TIMES * (len(form) <= _SHORT)) and self.is_odd(form)
        return times >= (_SHORT_TIMES if len(form) <= _SHORT else 1)

    def _needed(self, form: str, best: Candidate) -> int:
        """Returns how often the list must count what ``form`` is taken for."""
        if len(form) <= _SHORT or _is_accented(form):
            return _LEAST_EVERYDAY
        return _LEAST_COMMON if len(form) <= _SHORT + 1 or best.cost > 1 else self.vocabulary.lexicon.common

    def _may_be_word(self, form: str) -> bool:
        """Whether a form of two letters is none of the many that abbreviate something or are foreign."""
        return len(form) > _PAIR or (self.damaged and form not in _SHORT_FORMS and self.is_odd(form))

    def is_odd(self, form: str) -> bool:
        """Whether a form is spelt as hardly any English word is, so that no sound text means it."""
        word = folded(form).partition("'")[0]
        return not word.isalpha() or self.vocabulary.lexicon.oddity(word) <= _ODD

    def _name(self, form: str, verdict: Verdict) -> Verdict | None:
        """Returns the verdict on a form with a capital: a name, unless it is seen to be a common word."""
        times = self.vocabulary.forms[verdict.word]
        common = self._is_common(verdict.word)
        if (
            verdict.status == "applied"
            and common
            and self.damaged
            and (times >= _NAME_TIMES or self.is_odd(form))
        ):
            return verdict
        # A name that is like a word is a name; one that is like a name the text holds may be that one.
        if not self.is_odd(form) and times < (1 if self.damaged else _OFTEN):
            return None
        if not times and not common:
            return None
        return replace(
            verdict, rule="confusion.name", confidence=min(0.5, verdict.confidence), status="suggested"
        )

    # --- a place ------------------------------------------------------------------------------------------

    def _edit(self, place: Place, verdict: Verdict) -> Edit:
        start, end, form = place
        verdict = self._in_place(form, start, verdict)
        sure = self.sure.get(start)
        found = verdict if sure is None else _weighed(verdict, sure)
        return Edit(start, end, form, found.word, found.reason, found.rule, found.confidence, found.status)

    def _in_place(self, form: str, start: int, verdict: Verdict) -> Verdict:
        """Returns the verdict at a place: a capital means little where a sentence begins."""
        begins = self._begins(start)
        if verdict.rule == "confusion.name" and self.damaged and begins and form not in self._named:
            small = self._on_evidence(form.casefold(), Candidate(1, verdict.word))
            sure = small.rule == "confusion.document" or self.is_odd(form)
            return small if small.status == "applied" and sure else verdict
        if verdict.status == "applied" and self._is_meant(form, start, verdict):
            return replace(verdict, confidence=0.4, status="suggested")
        is_small = not form[0].isupper() and verdict.rule != "confusion.initial"
        if is_small and verdict.word.istitle() and not begins:
            return replace(verdict, word=verdict.word.casefold())
        return verdict

    def _is_meant(self, form: str, start: int, verdict: Verdict) -> bool:
        """Whether what stands around a form says that it was written so: it is cut short, or in a dialect."""
        text, end = self.vocabulary.text, start + len(form)
        if text[end : end + 1] in _APOSTROPHES and form.endswith("in"):
            return self.vocabulary.lexicon.knows(f"{folded(form)}g")
        if verdict.rule == "confusion.list" and len(form) <= _LONGEST_CUT and _CUT_SHORT.match(text, end):
            return form.islower()
        if self.is_odd(form):
            return False
        dotted = text[max(0, start - 1) : start] == "." and text[max(0, start - 2) : start - 1].isalnum()
        return dotted or self._is_in_strange_company(start, end)

    def _is_in_strange_company(self, start: int, end: int) -> bool:
        text = self.vocabulary.text
        beside = text[max(0, start - _COMPANY) : start], text[end : end + _COMPANY]
        before, after = beside[0].rpartition("\n\n")[2], beside[1].partition("\n\n")[0]
        forms = WORD.findall(before) + WORD.findall(after)
        known = self.vocabulary.strange
        strange = sum(1 for f in forms if f.islower() and f in known and not self._is_explained(f))
        return strange >= _LEAST_STRANGE and strange * _STRANGE_SHARE >= len(forms)

    def _is_explained(self, form: str) -> bool:
        verdict = self._verdicts.get(form)
        return verdict is not None and verdict.status == "applied"

    def _begins(self, at: int) -> bool:
        """Whether a sentence, a line or a quotation begins at ``at``: a capital says nothing there."""
        text, reach = self.vocabulary.text, max(0, at - 8)
        return _BEGINS.search(text, reach, at) is not None and not _TITLE.search(text, reach, at)


def _is_accented(form: str) -> bool:
    """Whether a form has letters that English has from elsewhere: ``rôle`` is spelt so, ``thé`` is not."""
    return not folded(form).isascii()


def years(vocabulary: Vocabulary) -> Iterator[Edit]:
    """Yields what a year with letters among its figures may be: only ever suggested."""
    forms = [f for f in vocabulary.forms if _YEAR.fullmatch(f) and _LIKELY.fullmatch(f.translate(_FIGURES))]
    for place in vocabulary.places(forms):
        year = place.form.translate(_FIGURES)
        reason = "figures read as letters: a year?"
        yield Edit(*place, year, reason, "figure.year", 0.5, "suggested")


def _shapes(form: str) -> list[str]:
    return [v for v in dict.fromkeys(map(folded, variants(form))) if v.isalpha()]


def _weighed(verdict: Verdict, sure: float) -> Verdict:
    """Returns the verdict after an OCR engine's own word on how sure it was: evidence, not truth."""
    if sure >= _CERTAIN and verdict.rule == "confusion.list":
        return replace(verdict, confidence=min(0.5, verdict.confidence), status="suggested")
    if sure < _UNSURE and verdict.status == "applied":
        return replace(verdict, confidence=min(0.98, verdict.confidence + 0.03))
    return verdict

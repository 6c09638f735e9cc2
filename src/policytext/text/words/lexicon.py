"""What is an English word: a list of 82,000 with their frequencies, British spellings among them.

The list comes with the package symspellpy (frequency_dictionary_en_82_765.txt: the words common to SCOWL and
to Google Books, counted in the latter). It only ever *attests*; no word is changed for not being in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from policytext.errors import PolicytextError


def listed(words: str) -> frozenset[str]:
    """Returns the words of a list that is written as running text."""
    return frozenset(words.split())


_FILE = "frequency_dictionary_en_82_765.txt"
_NEGATIVE = "n't"
_TAILS = (_NEGATIVE, "'s", "s'", "'ll", "'ve", "'re", "'d", "'m")
_NEGATIVES = listed(
    "ain't aren't can't couldn't daren't didn't doesn't don't hadn't hasn't haven't isn't mayn't mightn't "
    "mustn't needn't oughtn't shan't shouldn't usedn't wasn't weren't won't wouldn't"
)
_AMERICAN = (
    ("or", "our"),
    ("iz", "is"),
    ("yz", "ys"),
    ("er", "re"),
    ("em", "aem"),
    ("ens", "enc"),
    ("ed", "aed"),
)
"""How American spelling parts from British, which the list follows more often."""
_ROMAN = re.compile(r"[ivxlc]{2,7}")
_PREFIXES = (
    *("anti", "co", "counter", "cross", "de", "dis", "inter", "intra", "micro", "mid", "mis", "multi", "non"),
    *("out", "over", "post", "pre", "pro", "re", "self", "semi", "sub", "super", "trans", "un", "under"),
)
_SUFFIXES = ("less", "like", "ness", "wide", "ly", "able", "isation", "ised", "ising", "ises", "ise", "s")
_BORROWED = listed(
    "alia facie facto hoc jure mutandis mutatis officio pari passu prima raison vires vis von thro altho "
    "loch lochan lochs machair hwyl "
    "bête café cafés cliché clichés communiqué communiqués coöperate coöperation coöperative "
    "crèche crèches dépôt dépôts élan élite élites entrée exposé façade façades fête fêtes hôtel mémoire "
    "naïve née protégé protégés régime régimes résumé rôle rôles tête "
    "almoner almoners fundholder fundholders fundholding logit probit reablement telecare telehealth "
    "wellbeing"
)
"""What the list lacks and British papers of policy write: Latin, particles of names, short forms (``thro'``),
words of Scotland and Wales, French with its accents, the trade's own. They look misread and are not."""
_LEAST_STEM = 4
REMEMBERED = 200_000
"""Words of which a process remembers what it found out: enough for a paper, no burden over many."""
_LEAST_PLURAL = 3


def folded(word: str) -> str:
    """Returns a word without case, its apostrophes straight: the form that words are compared in."""
    return word.casefold().replace("\u2019", "'")


def _bare(word: str) -> str:
    """Returns a word without an ending behind an apostrophe."""
    return next((word[: -len(t)] for t in _TAILS if word.endswith(t)), word)


class Lexicon:
    """Words by their frequency. Words are asked for in the form that ``folded`` gives."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        self._runs: dict[str, int] = {}

    def __contains__(self, word: object) -> bool:
        return word in self.counts

    def count(self, word: str) -> int:
        """Returns how often the list counts a word, 0 for one it does not hold.

        A form with an ending behind an apostrophe counts for no less than the word before it, which must have
        four letters but before ``n't``.
        """
        found = self.counts.get(word, 0)
        if "'" not in word:
            return found
        bare = _bare(word)
        enough = len(bare) >= _LEAST_STEM or word.endswith(_NEGATIVE)
        return max(found, self.counts.get(bare, 0)) if enough else found

    def knows(self, word: str) -> bool:
        """Whether a word is in the list, or is formed from one by an ending, a prefix or an apostrophe."""
        return word in self.counts or word in _BORROWED or _is_formed(word, self)

    def oddity(self, word: str) -> int:
        """Returns how many words of the list hold the rarest run of three letters in ``word``."""
        bounded = f"\n{word}\n"
        return min((self._holding(bounded[i : i + 3]) for i in range(len(bounded) - 2)), default=0)

    def _holding(self, letters: str) -> int:
        count = self._runs.get(letters)
        if count is None:
            count = self._runs[letters] = self._joined.count(letters)
        return count

    @cached_property
    def _joined(self) -> str:
        return "\n".join(["", *self.counts, ""])

    @cached_property
    def common(self) -> int:
        """The frequency that a third of the list reaches."""
        ranked = sorted(self.counts.values(), reverse=True)
        return ranked[len(ranked) // 3] if ranked else 0


@lru_cache(maxsize=REMEMBERED)
def _is_formed(word: str, lexicon: Lexicon) -> bool:
    if word.endswith(_NEGATIVE):
        return word in _NEGATIVES
    if _ROMAN.fullmatch(word):
        return True
    bare = _bare(word)
    if bare != word:
        return len(bare) > 1 and (bare in lexicon.counts or bare + "s" in lexicon.counts)
    for prefix in _PREFIXES:
        stem = word[len(prefix) :]
        if word.startswith(prefix) and len(stem) >= _LEAST_STEM and lexicon.count(stem) >= lexicon.common:
            return True
    if any(us in word and word.replace(us, gb) in lexicon.counts for us, gb in _AMERICAN):
        return True
    return any(
        word.endswith(s)
        and len(word) - len(s) >= (_LEAST_PLURAL if s == "s" else _LEAST_STEM)
        and _is_stem(word[: -len(s)], lexicon)
        for s in _SUFFIXES
    )


def _is_stem(stem: str, lexicon: Lexicon) -> bool:
    return lexicon.count(stem) >= lexicon.common or lexicon.count(f"{stem}e") >= lexicon.common


@cache
def english() -> Lexicon:
    """Returns the list of English words; it is read once.

    Raises:
        PolicytextError: the package that carries the list is not installed.
    """
    spec = find_spec("symspellpy")
    places = [Path(p) / _FILE for p in (spec.submodule_search_locations or ())] if spec else []
    path = next((p for p in places if p.is_file()), None)
    if path is None:
        raise PolicytextError(
            "the list of English words is not installed", "symspellpy", "pip install symspellpy"
        )
    cells = path.read_text(encoding="utf-8-sig").split()
    return Lexicon(dict(zip(cells[::2], map(int, cells[1::2]), strict=True)))

"""One form for the spellings of one word, British and American, before it is stemmed.

The form is for comparing, not for reading: it need not be a word. Rules reach what follows a pattern, a list
(``data/spellings.txt``) the rest; both are held against a list of 82,000 words by a test, so that no two
words of different meaning fall together. What is folded:

- ``-ize``, ``-yze`` and their inflections to ``-ise``, ``-yse`` (organization, analyzing);
- ``-our`` to ``-or``, with what follows it (labour, favourable, neighbourhoods), not hour, four, tour;
- ``-re`` to ``-er`` in the words that have it (centre, theatres, fibre);
- ``-ogue`` to ``-og`` (catalogue, dialogues);
- ``-ence`` to ``-ense`` in defence, offence, licence and pretence; practise to practice;
- ``ae`` and ``oe`` to ``e`` in the Greek and Latin roots of medicine (paediatric, anaesthetic, oestrogen);
- ``sulph`` to ``sulf``;
- ``-sis`` to its plural ``-ses`` (analysis, crisis, diagnosis), which is no matter of spelling but leaves
  the stemmer helpless; not basis and thesis, whose plurals are other words'.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_LEAST = 5
"""Shorter words are left to the list: too many of them look alike."""


def _plain_e(found: re.Match[str]) -> str:
    return found[0].replace("ae", "e").replace("oe", "e")


_RULES: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        "iz",
        re.compile(
            r"(?<=[a-z]{3})iz(?=(?:e[drs]?|ers|ings?|ingly|abl[ey]|abilit(?:y|ies)|ations?|ational(?:ly)?)$)"
        ),
        "is",
    ),
    ("lyz", re.compile(r"lyz(?=(?:e[drs]?|ers|ing|able)$)"), "lys"),
    (
        "our",
        re.compile(
            r"(?<=[a-z]{3})our(?=(?:s|ed|ings?|ers?|abl[ey]|al|ally|ful|fully|less|ists?|ites?|itism|"
            r"hoods?|ly|liness|some)?$)|(?<=\bod)our"
        ),
        "or",
    ),
    (
        "re",
        re.compile(
            r"((?:cent|theat|fib|calib|sab|spect|lust|\bmit|goit|\btit|sepulch|\bnit|reconnoit))re(?=s?$)"
        ),
        r"\1er",
    ),
    ("tred", re.compile(r"(?<=cent)red$"), "ered"),
    ("ogu", re.compile(r"(?<=[a-z]{2})ogu(?:e(?=s?$)|(?=ing$|ed$))"), "og"),
    ("enc", re.compile(r"(?<=(?:def|off|lic))enc(?=(?:e[ds]?|ees?|ing|eless)$)|(?<=pret)enc(?=es?$)"), "ens"),
    ("practis", re.compile(r"(?<=practi)s(?=(?:e[ds]?|ers?|ing)$)"), "c"),
    (
        "ae",
        re.compile(
            r"paed(?=i|o)|aesth|haem|aemi[ac]|aetiol|gynaec|thopaed|caesar|\bcaec|faec|mediaev|primaev|palaeo|archaeo|taenia"
        ),
        _plain_e,
    ),
    (
        "oe",
        re.compile(r"oestr|oedem|oesoph|foet(?=[aiou])|homoeo|coeli|amoeb|rrhoea|pnoea|\boecum"),
        _plain_e,
    ),
    ("sulph", re.compile("sulph"), "sulf"),
    ("sis", re.compile(r"(?:(?<=[a-z]{3}[aeoy])|(?<=\bcri))sis$"), "ses"),
)


def canonical(word: str) -> str:
    """Returns the form that all spellings of a word share.

    Args:
        word: one word of ``[a-z0-9]``, folded, not stemmed.
    """
    listed = _listed().get(word)
    if listed is not None:
        return listed
    if len(word) >= _LEAST:
        for held, pattern, instead in _RULES:
            if held in word:
                word = pattern.sub(instead, word)
    return word


def read_groups(name: str) -> dict[str, str]:
    """Returns what stands for each word in a file of lines ``form: word word ...``, ``#`` before comments."""
    forms: dict[str, str] = {}
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        form, _, words = line.partition("#")[0].partition(":")
        forms.update(dict.fromkeys(words.split(), form.strip()))
    return forms


@cache
def _listed() -> dict[str, str]:
    return read_groups("spellings.txt")

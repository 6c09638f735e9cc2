"""Words as parts of personal names: titles, given names, surnames."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from policytext.extract.words import words

_PARTICLES = frozenset({"de", "la", "von", "van"})


def lower(token: str) -> str:
    """Returns a word in lower case without a final stop."""
    return token.lower().rstrip(".")


@lru_cache(maxsize=4096)
def honorific(token: str) -> str | None:
    """Returns a title in lower case, also of one that a scanner misread ("Counclllor"), else None."""
    low = lower(token)
    if low in words()["honorific"]:
        return low
    if len(low) < _LONG_TITLE or low in words()["given"]:
        return None
    near = get_close_matches(
        low, [t for t in words()["honorific"] if len(t) >= _LONG_TITLE], n=1, cutoff=0.85
    )
    return near[0] if near else None


_LONG_TITLE = 8


def is_given(word: str) -> bool:
    """Tells whether a lone word is a given name and hardly anything else: Edith, not Will or June."""
    low = word.lower()
    return low in words()["given"] and low not in words()["given_or_word"]


def name_word(word: str) -> bool:
    """Tells whether a word can be part of a name that no title introduces."""
    lists, low = words(), lower(word)
    if word in _PARTICLES or low in lists["given"] or (word[:1].isupper() and word[1:2] == "."):
        return True
    barred = (
        *("not_name", "organisation", "document", "role", "party", "leading", "people", "honorific"),
        *("single_body", "generic_body", "newspaper"),
    )
    return (
        word[:1].isupper()
        and not any(c.isdigit() for c in word)
        and not any(low in lists[name] for name in barred)
    )


def surname_word(word: str) -> bool:
    """Tells whether a word can be a surname behind a title or a given name: also Green and Head can."""
    barred = ("organisation", "document", "leading", "people", "honorific", "generic_body")
    if lower(word) in {"scotland", "england", "wales", "church", "house", "school"}:
        return True
    return name_word(word) or (word[:1].isupper() and not any(lower(word) in words()[n] for n in barred))


def of_office(word: str) -> bool:
    """Tells "Mr. Speaker", "Mr Chairman" from Mr Head and Mr Judge."""
    return lower(word) in {
        "speaker",
        "chairman",
        "president",
        "chancellor",
        "mayor",
        "minister",
        "clerk",
        "chair",
    }

"""Damaged words read, for the index alone, as what they are likely to have been.

Cleaning changes a text only where that is safe, and shows each change. Search can afford to be bolder: here
every word that no list knows and that stands next to a commoner one of the same collection is indexed as that
one. Nothing of it is shown, quoted or exported; the text as printed stays what every hit leads to.

Words are looked up by deletions (Garbe, "1000x faster spelling correction", 2012: symspellpy); which words of
a collection to trust is decided by the list of English words and by how often a form comes.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from policytext.index.passages import IndexedPassage
from policytext.text.letters import folded
from policytext.text.words.lexicon import english

DAMAGED = 0.09
"""Share of words to restore from which a passage counts as damaged. Clean abstracts of medicine reach 0.06 in
one of twenty; with one character in twenty misread half of them pass 0.15."""
_GRAMS_FROM = 0.1  # share of damaged passages from which the collection's 4-grams are indexed
_PRIOR = 300  # words: a passage is judged with so much of its document, that with so much of the collection
_WORD = re.compile(r"[a-z0-9]+")
_CHUNK = re.compile(r"\S+")
_LITTLE = frozenset(
    "a i am an as at be by do go he if in is it me my no of on or so to up us we".split()  # noqa: SIM905
)
_LEAST, _MOST = 4, 30  # letters of a word that is restored
_ONE_SLIP = 5  # shorter words are restored over one slip, others over two
_TIMES = 2  # how much commoner than the damaged form its reading is
_OFTEN = 5  # a form that no list knows and that comes so often is a name or a term, unless ...
_NEAR = 1.5  # ... one next to it comes so many times as often
_REMEMBERED = 500_000


class Restorer:
    """What the words of one collection are likely to have been.

    Args:
        counts: how often each folded word of the collection comes.
    """

    def __init__(self, counts: Counter[str]) -> None:
        from symspellpy import SymSpell

        self._counts, self._lexicon = counts, english()
        self._near = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        self._trusted: set[str] = set()
        self._chunk = lru_cache(_REMEMBERED)(self._read)
        known: list[str] = []
        unknown: list[str] = []
        for word in sorted(counts):
            if len(word) >= 3 and word.isalpha():
                (known if word in self._lexicon else unknown).append(word)
        for word in known:
            self._trust(word)
        for word in [w for w in unknown if counts[w] >= _OFTEN and not self._is_overshadowed(w)]:
            self._trust(word)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Restorer:
        """Returns the restorer for a collection; reads it once and keeps its words."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(_WORD.findall(folded(text)))
        return cls(counts)

    def damage(self, text: str) -> tuple[int, int]:
        """Returns how many words of ``text`` would be restored, of how many."""
        chunks = [chunk for chunk in folded(text).split() if _letters(chunk) >= 3]
        return sum(1 for chunk in chunks if self._chunk(chunk)), len(chunks)

    def restored(self, text: str) -> str:
        """Returns ``text`` with its damaged words replaced, all else as it stands."""
        out, done, skip = [], 0, -1
        chunks = [(m.start(), m.end()) for m in _CHUNK.finditer(text)]
        for at, (start, end) in enumerate(chunks):
            if at == skip:
                continue
            if at + 1 < len(chunks):
                joined = self._over_blank(text[start:end], text[slice(*chunks[at + 1])])
                if joined:
                    (left, _), (second, last) = _core(text[start:end]), chunks[at + 1]
                    out += [text[done : start + left], joined]
                    done, skip = second + _core(text[second:last])[1], at + 1
                    continue
            words = self._chunk(folded(text[start:end]))
            if words:
                left, right = _core(text[start:end])
                out += [text[done : start + left], " ".join(words)]
                done = start + right
        return "".join([*out, text[done:]]) if out else text

    def _trust(self, word: str) -> None:
        self._near.create_dictionary_entry(word, self._counts[word])
        self._trusted.add(word)

    def _is_overshadowed(self, word: str) -> bool:
        best = self._readings(word, 1)
        return bool(best) and best[0][0] >= _NEAR * self._counts[word]

    def _readings(self, word: str, times: float) -> list[tuple[int, str]]:
        """Returns (count, word) of the trusted words next to ``word``, commonest first, then by letters."""
        from symspellpy import Verbosity

        slips = 1 if len(word) < _ONE_SLIP else 2
        found = self._near.lookup(word, Verbosity.CLOSEST, slips)
        least = times * self._counts[word]
        return sorted(((f.count, f.term) for f in found if f.count >= least), key=lambda f: (-f[0], f[1]))

    def _is_word(self, word: str) -> bool:
        if len(word) < 3:
            return word in _LITTLE or word.isdigit()
        return word in self._trusted or word.isdigit() or word in self._lexicon

    def _read(self, chunk: str) -> tuple[str, ...]:
        """Returns the words to read in place of a folded chunk, none where it stands as it is."""
        parts = _WORD.findall(chunk)
        if not parts or all(self._is_word(part) for part in parts):
            return ()
        whole = "".join(parts)
        if any(c.isdigit() for c in chunk) and not any(p.isalpha() and len(p) > 3 for p in parts):
            return ()
        if len(parts) > 1 and len(whole) >= _LEAST and whole in self._trusted:
            return (whole,)
        if len(parts) == 1:
            return self._parted(whole) or self._nearest(whole)
        return self._nearest(whole) or self._one_by_one(parts)

    def _one_by_one(self, parts: list[str]) -> tuple[str, ...]:
        read = [() if self._is_word(p) else self._parted(p) or self._nearest(p) for p in parts]
        if not any(read):
            return ()
        return tuple(word for part, words in zip(parts, read, strict=True) for word in words or (part,))

    def _nearest(self, word: str) -> tuple[str, ...]:
        if not _LEAST <= len(word) <= _MOST:
            return ()
        return tuple(reading for _, reading in self._readings(word, _TIMES)[:1])

    def _parted(self, word: str) -> tuple[str, ...]:
        """Returns the two words that were run together, the rarer of them as common as possible."""
        if not _ONE_SLIP <= len(word) <= _MOST:
            return ()
        cuts = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
        both = [pair for pair in cuts if all(w in self._trusted or w in _LITTLE for w in pair)]
        if not both:
            return ()
        return max(both, key=lambda pair: (min(self._counts[w] for w in pair), pair))

    def _over_blank(self, first: str, second: str) -> str:
        """Returns the word that a blank parted, or nothing."""
        parts = [_WORD.findall(folded(chunk)) for chunk in (first, second)]
        if any(len(found) != 1 for found in parts):
            return ""
        one, two = parts[0][0], parts[1][0]
        if (self._is_word(one) and self._is_word(two)) or len(one + two) < _ONE_SLIP:
            return ""
        whole = one + two
        return whole if whole in self._trusted and not (one in _LITTLE and self._is_word(two)) else ""


def restored(
    passages: Callable[[], Iterable[IndexedPassage]],
    suspect: Callable[[IndexedPassage], bool] | None = None,
) -> Iterator[IndexedPassage]:
    """Yields the passages with ``restored`` and ``grams`` filled where text is damaged.

    Args:
        passages: gives them anew at each call; they are read once to find suspects (if ``suspect`` is
            given), once to learn the words, once to see how damaged each document is, once to be yielded, and
            never held.
        suspect: tells the passages that may be damaged, all without it. Where it knows of none, nothing is
            learned.
    """
    if suspect is not None and not any(suspect(passage) for passage in passages()):
        yield from passages()
        return
    restorer = Restorer.of(passage.as_printed() for passage in passages())
    judge = _Judge(restorer, passages(), suspect)
    for passage in passages():
        changed = replace(passage, grams=judge.grams)
        if judge.is_damaged(passage):
            both = restorer.restored(passage.text), restorer.restored(passage.context)
            changed = replace(changed, restored=both)
        yield changed


class _Judge:
    """Tells damaged passages, by their own words, their document's and the collection's."""

    def __init__(
        self,
        restorer: Restorer,
        passages: Iterable[IndexedPassage],
        suspect: Callable[[IndexedPassage], bool] | None,
    ) -> None:
        import numpy as np  # dictionary and tuples took nine times the memory

        self._restorer, self._suspect = restorer, suspect
        documents, bad, words, count = array("Q"), array("q"), array("q"), 0
        for passage in passages:
            count += 1
            if suspect is None or suspect(passage):
                found, of = restorer.damage(passage.as_printed())
                documents.append(_digest(passage.document))
                bad.append(found)
                words.append(of)
        share = _ratio(sum(bad), sum(words), 0.0)
        self._documents, at = np.unique(np.asarray(documents, np.uint64), return_inverse=True)
        self._around = _ratio(np.bincount(at, bad), np.bincount(at, words), share)
        own = _ratio(np.asarray(bad, np.int64), np.asarray(words, np.int64), self._around[at])
        self.grams = bool((own >= DAMAGED).sum() >= _GRAMS_FROM * max(1, count))

    def is_damaged(self, passage: IndexedPassage) -> bool:
        import numpy as np

        if self._suspect is not None and not self._suspect(passage):
            return False
        around = self._around[np.searchsorted(self._documents, np.uint64(_digest(passage.document)))]
        return bool(_ratio(*self._restorer.damage(passage.as_printed()), around) >= DAMAGED)


def _digest(name: str) -> int:
    """Returns eight bytes that stand for a name; two of ten million share theirs once in 370,000 times."""
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _ratio(some: Any, of: Any, prior: Any) -> Any:
    """Returns the share of ``some`` in ``of``, drawn towards ``prior`` as if 300 more had that share.

    Numbers, or arrays of them.
    """
    return (some + _PRIOR * prior) / (of + _PRIOR)


def _letters(chunk: str) -> int:
    return sum(map(str.isalpha, chunk))


def _core(chunk: str) -> tuple[int, int]:
    """Returns where the letters of a chunk begin and end."""
    held = [at for at, sign in enumerate(chunk) if sign.isalnum()]
    return (held[0], held[-1] + 1) if held else (0, len(chunk))

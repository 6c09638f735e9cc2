"""The words of a corpus as printed, each with the number of passages that hold it.

Words are folded as the analyser folds them and not stemmed, so that prefixes and misspellings can be asked
for by what stands on the page; a word's terms are ``policytext.text.terms.terms(word)``. One file, beside
the word index's own:

    a line of JSON      format, passages, and the shelves: length of word -> [number of words, offset]
    shelves of words    all words of one length, sorted, a newline after each
    counts              unsigned 32-bit, little-endian, in the order of the words
    shelves of terms    all different terms of those words, likewise sorted by length

Words of one length on one shelf: the n-th is found without reading the others, so that a look-up reads some
twenty lines of a mapped file, and a search for near words only the shelves of about that length.
"""

from __future__ import annotations

import json
import mmap
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from policytext.errors import IndexDamaged, IndexUnavailable
from policytext.index.manifest import ADVICE
from policytext.text.terms import MAX_TERM, chunks, terms, words_of

FILE = "vocabulary.txt"
FORMAT = 1
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_COUNT_BYTES = 4


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word of the corpus, its distance from the one asked for, and how many passages hold it."""

    word: str
    distance: int
    count: int


class VocabularyWriter:
    """Collects the words of passages and writes them; holds every different word in memory.

    Args:
        folder: the folder of the word index under way.
    """

    def __init__(self, folder: Path) -> None:
        self._path, self._passages = folder / FILE, 0
        self._counts: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Counts each different word of one passage once."""
        self.add_chunks(chunks(text))

    def add_chunks(self, found: Iterable[str]) -> None:
        """Counts each different word of one passage, given by its ``chunks``, once."""
        different = set(found)
        # A chunk of letters alone is a word as it stands; that spares most of the work of taking them apart.
        apart = [chunk for chunk in different if not chunk.isalpha()]
        if apart:
            different.difference_update(apart)
            different.update(words_of(apart))
        self._counts.update(different)
        self._passages += 1

    def close(self) -> Path:
        """Writes the file and returns its path; the same passages give the same bytes in any order."""
        for word in [word for word in self._counts if len(word) > MAX_TERM]:
            self._counts[word[:MAX_TERM]] += self._counts.pop(word)
        ordered = sorted(sorted(self._counts), key=len)
        stems = sorted(_terms_of(ordered), key=lambda term: (len(term), term))
        header = {
            "counts": sum(len(word) + 1 for word in ordered),
            "format": FORMAT,
            "passages": self._passages,
            "terms": _shelving(stems, sum(len(word) + 1 + _COUNT_BYTES for word in ordered)),
            "words": _shelving(ordered, 0),
        }
        counts = array("I", [self._counts[word] for word in ordered])
        if sys.byteorder == "big":
            counts.byteswap()
        with self._path.open("wb") as file:
            file.write(json.dumps(header, sort_keys=True).encode() + b"\n")
            _write_lines(file, ordered)
            file.write(counts.tobytes())
            _write_lines(file, stems)
        return self._path


def _terms_of(ordered: list[str]) -> set[str]:
    """Returns the different terms of the words."""
    return {term for word in ordered for term in terms(word)}


def _shelving(ordered: list[str], at: int) -> dict[str, list[int]]:
    """Returns where the words of each length begin, in bytes behind the header, and how many they are."""
    shelves: dict[str, list[int]] = {}
    for length, number in sorted(Counter(map(len, ordered)).items()):
        shelves[str(length)] = [number, at]
        at += number * (length + 1)
    return shelves


def _write_lines(file: IO[bytes], lines: Iterable[str]) -> None:
    for line in lines:
        file.write(line.encode("ascii") + b"\n")


class Vocabulary:
    """The words of a corpus, mapped and read only where asked; safe to share between threads."""

    def __init__(self, data: bytes | mmap.mmap, header: dict[str, Any], body: int) -> None:
        self.passages = int(header["passages"])
        self._words = _shelves(data, header["words"], body)
        self._terms = _shelves(data, header["terms"], body)
        self._data, self._counts = data, body + int(header["counts"])
        self._before: dict[int, int] = {}
        total = 0
        for length, shelf in self._words.items():
            self._before[length] = total
            total += shelf.number
        self._total = total

    @classmethod
    def open(cls, folder: Path) -> Vocabulary:
        """Opens the vocabulary in the folder of a word index.

        Raises:
            IndexUnavailable: it is missing, damaged, or of another format.
        """
        path = folder / FILE
        try:
            with path.open("rb") as file:
                line = file.readline()
                # The map outlives the file; a file of no length cannot be mapped, and has no header either.
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise IndexUnavailable("the index has no vocabulary", str(path), ADVICE) from error
        except (OSError, ValueError) as error:
            raise IndexDamaged("the vocabulary cannot be read", str(path), ADVICE) from error
        return cls._checked(data, line, path)

    @classmethod
    def _checked(cls, data: mmap.mmap, line: bytes, path: Path) -> Vocabulary:
        try:
            header = json.loads(line)
            told = header["format"]
            if told != FORMAT:
                raise IndexUnavailable("the vocabulary is of another version", str(path), ADVICE)
            found = cls(data, header, len(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged("the vocabulary is damaged", str(path), ADVICE) from error
        if found.end != len(data):
            raise IndexDamaged("the vocabulary is not whole", str(path), ADVICE)
        return found

    @property
    def end(self) -> int:
        """The number of bytes that the file must have."""
        counts_end = self._counts + _COUNT_BYTES * self._total
        return max([counts_end, *(shelf.at + shelf.number * shelf.step for shelf in self._terms.values())])

    def __len__(self) -> int:
        """Returns the number of different words."""
        return self._total

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yields every word with its count, shorter ones first, then by letters."""
        for length, shelf in self._words.items():
            yield from self._counted(length, shelf, 0, shelf.number)

    def exact(self, word: str) -> int:
        """Returns how many passages hold ``word``, a folded one; 0 where none does."""
        shelf = self._words.get(len(word))
        place = shelf.find(word) if shelf else None
        return 0 if place is None else self._count(len(word), place)

    def has_term(self, term: str) -> bool:
        """Whether any word of the corpus has this term."""
        shelf = self._terms.get(len(term))
        return shelf is not None and shelf.find(term) is not None

    def with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Returns the words that begin with ``prefix``, a folded one, with their counts.

        Those that most passages hold come first, equal ones by their letters.
        """
        found: list[tuple[str, int]] = []
        for length, shelf in self._words.items():
            if length >= len(prefix):
                start, end = shelf.range(prefix)
                found += self._counted(length, shelf, start, end)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def near(self, word: str, distance: int) -> list[NearWord]:
        """Returns the words at most ``distance`` slips away, the nearest first, then the most held.

        A slip is a letter too many, too few or another, or two neighbours changed over, none of them touched
        twice (optimal string alignment). ``word`` itself is among them, at distance 0, where it is held.
        """
        found = self._one_slip(word) if distance == 1 else self._slips(word, distance)
        return sorted(found, key=lambda near: (near.distance, -near.count, near.word))

    def _slips(self, word: str, distance: int) -> list[NearWord]:
        found: list[NearWord] = []
        for length in range(max(1, len(word) - distance), len(word) + distance + 1):
            if shelf := self._words.get(length):
                found += self._within(word, distance, shelf, 0, shelf.number)
        return found

    def _one_slip(self, word: str) -> list[NearWord]:
        """Returns the words one slip away: those with the same first letter, and those with a slip in it.

        The latter are few enough to be looked up one by one.
        """
        found = {}
        for length in range(max(1, len(word) - 1), len(word) + 2):
            if shelf := self._words.get(length):
                start, end = shelf.range(word[:1])
                found.update({near.word: near for near in self._within(word, 1, shelf, start, end)})
        for other in _slips_in_front(word):
            if other not in found and (count := self.exact(other)):
                found[other] = NearWord(other, 1, count)
        return list(found.values())

    def _within(self, word: str, distance: int, shelf: _Shelf, start: int, end: int) -> list[NearWord]:
        """Returns those of a stretch of a shelf that lie within the distance."""
        from rapidfuzz import process  # 30 ms, and few searches need it
        from rapidfuzz.distance import OSA

        choices = shelf.slice(start, end)
        hits = process.extract(word, choices, scorer=OSA.distance, score_cutoff=distance, limit=None)
        return [NearWord(w, int(far), self._count(shelf.length, start + at)) for w, far, at in hits]

    def _counted(self, length: int, shelf: _Shelf, start: int, end: int) -> list[tuple[str, int]]:
        return list(zip(shelf.slice(start, end), self._count_slice(length, start, end), strict=True))

    def _count(self, length: int, place: int) -> int:
        return self._count_slice(length, place, place + 1)[0]

    def _count_slice(self, length: int, start: int, end: int) -> array[int]:
        first = self._counts + _COUNT_BYTES * (self._before[length] + start)
        counts = array("I", self._data[first : first + _COUNT_BYTES * (end - start)])
        if sys.byteorder == "big":
            counts.byteswap()
        return counts


class _Shelf:
    """Sorted words of one length in a file, a newline after each."""

    def __init__(self, data: bytes | mmap.mmap, length: int, number: int, at: int) -> None:
        self._data, self.length, self.number, self.at, self.step = data, length, number, at, length + 1

    def find(self, word: str) -> int | None:
        """Returns the place of a word of this length, None where it is not held."""
        wanted = word.encode("utf-8", "replace")
        place = self._first(wanted)
        return place if place < self.number and self._word(place) == wanted else None

    def range(self, prefix: str) -> tuple[int, int]:
        """Returns the half-open range of places whose words begin with ``prefix``."""
        start = prefix.encode("utf-8", "replace")
        return self._first(start), self._first(start + b"\xff")

    def slice(self, start: int, end: int) -> list[str]:
        """Returns the words from one place up to another."""
        stretch = self._data[self.at + start * self.step : self.at + end * self.step]
        return stretch.decode("ascii", "replace").split("\n")[: end - start]

    def _first(self, wanted: bytes) -> int:
        """Returns the first place whose word is not before ``wanted``."""
        low, high = 0, self.number
        while low < high:
            middle = (low + high) // 2
            if self._word(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def _word(self, place: int) -> bytes:
        begin = self.at + place * self.step
        return self._data[begin : begin + self.length]


def _shelves(data: bytes | mmap.mmap, told: dict[str, list[int]], body: int) -> dict[int, _Shelf]:
    """Returns the shelves by length, rising."""
    lengths = sorted((int(length), int(number), int(at)) for length, (number, at) in told.items())
    return {length: _Shelf(data, length, number, body + at) for length, number, at in lengths}


def _slips_in_front(word: str) -> list[str]:
    """Returns what one slip at the first letter of ``word`` can give that begins with another letter."""
    first, rest = word[:1], word[1:]
    swapped = word[1:2] + first + word[2:]
    others = [letter + rest for letter in _ALPHABET] + [letter + word for letter in _ALPHABET]
    return [other for other in dict.fromkeys([*others, rest, swapped]) if other and other[:1] != first]

"""Passages and queries made from a seed: as many as wanted, in little memory, the same everywhere.

What they have of real text is what an index feels. Nearly half of the words are stop words at their usual
ranks; the others follow Zipf's law (Mandelbrot's form: the chance of the word of rank r is proportional to
1 / (r + 20)) over a vocabulary that grows with the text as Heaps' law has it (500 + 30 n^0.55 words after n);
a quarter of them is inflected, so that a stemmer has work, and one in twenty is damaged as scanners do it.
The words are made of syllables and mean nothing.
"""

import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path

SEED = 1948
STOP_SHARE, DAMAGED, INFLECTED = 0.45, 0.05, 0.25
FILTERS = {
    "document": "one document (10 %)",  # one long one, its passages in a row
    "years": "years (30 %)",  # 1956 to 1977 of 1946 to 2018, scattered
    "speaker": "one speaker (1 %)",  # of a hundred, scattered
}
FIRST_YEAR, LAST_YEAR = 1956, 1977
BIG_DOCUMENT, SPEAKER = 1, 7

# English function words, more or less the commonest first.
STOPS = """
    the of and to a in that it is was for on be with as by at have are this not but had his they from
    which or she an were we their been has will would there if can all more when who so no out up into
    them then its only some could these other than
    """.split()  # noqa: SIM905 - sixty quoted words would hide the list
ONSETS = (*"bcdfghlmnprstvw", "br", "cl", "cr", "dr", "fl", "gr", "pl", "pr", "sh", "st", "str", "th", "tr")
VOWELS = (*"aeiou", "ai", "ea", "ee", "ou")
CODAS = ("", "", "", *"nrltsm", "nd", "st", "ck", "rt")
ENDINGS = ("s", "s", "ed", "ing")
HEAD = 20.0


def word_of(rank: int) -> str:
    """Returns the word of a rank, counted from 0: common words are shorter.

    No two of the first 600,000 are the same.
    """
    syllables = 2 if rank < 3_000 else 3
    choices = len(ONSETS) * len(VOWELS) * len(CODAS)
    # Multiplying by a number that shares no factor with the modulus deals the syllables out without repeats.
    number = rank * 7_368_787 % (choices**syllables)
    parts = []
    for _ in range(syllables):
        number, at = divmod(number, choices)
        at, coda = divmod(at, len(CODAS))
        onset, vowel = divmod(at, len(VOWELS))
        parts.append(ONSETS[onset] + VOWELS[vowel] + CODAS[coda])
    return "".join(parts)


class Writer:
    """Makes words one after the other; the vocabulary grows as it goes."""

    def __init__(self, seed: int, written: int = 0) -> None:
        self._random, self._written = random.Random(seed), written
        self._words: dict[int, str] = {}
        weights = [1 / (rank + 2) for rank in range(len(STOPS))]
        self._stops = random.Random(SEED).choices(STOPS, weights, k=4096)

    def words(self, count: int) -> list[str]:
        """Returns the next words of the text."""
        draw, stops = self._random.random, self._stops
        scale, vocabulary = len(stops) / STOP_SHARE, vocabulary_after(self._written)
        found = []
        for _ in range(count):
            at = draw()
            if at < STOP_SHARE:
                found.append(stops[int(at * scale)])
            else:
                found.append(self._content((at - STOP_SHARE) / (1 - STOP_SHARE), vocabulary))
        self._written += count
        return found

    def common(self, count: int) -> list[str]:
        """Returns different words from among the five thousand commonest, as people ask for them."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[self._word(rank_at(self._random.random(), 5_000))] = None
        return list(found)

    def _content(self, at: float, vocabulary: float) -> str:
        word, chance = self._word(rank_at(at, vocabulary)), self._random.random()
        if chance < INFLECTED:
            return word + ENDINGS[int(chance / INFLECTED * len(ENDINGS))]
        return self._damaged(word) if chance > 1 - DAMAGED else word

    def _word(self, rank: int) -> str:
        if rank not in self._words:
            self._words[rank] = word_of(rank)
        return self._words[rank]

    def _damaged(self, word: str) -> str:
        """Returns the word with a letter misread, lost or split in two."""
        at = self._random.randrange(len(word))
        return word[:at] + self._random.choice(("", "rn", "1", "c", "l", "f")) + word[at + 1 :]


def vocabulary_after(words: int) -> float:
    """Returns how many different words a text of so many words draws on."""
    return 500 + 30 * math.pow(words * (1 - STOP_SHARE), 0.55)


def rank_at(at: float, vocabulary: float) -> int:
    """Returns the rank at a point of [0, 1) of the Zipf-Mandelbrot distribution, by its inverse."""
    return int(HEAD * (((vocabulary + HEAD) / HEAD) ** at) - HEAD)


def passages(count: int) -> Iterator[str]:
    """Yields passages of 90 words more or less, as sentences."""
    lengths, writer = random.Random(SEED + 1), Writer(SEED + 2)
    for _ in range(count):
        words = writer.words(max(30, min(150, round(lengths.gauss(90, 15)))))
        for start in range(0, len(words), 18):
            words[start] = words[start].capitalize()
            words[min(start + 17, len(words) - 1)] += "."
        yield " ".join(words)


def write_passages(path: Path, count: int) -> None:
    """Writes passages to a file, one a line; the passage's number is the line's, from 0."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{passage}\n" for passage in passages(count))


def read_passages(path: Path) -> Iterator[str]:
    """Yields the passages of a file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line[:-1]


def queries(kind: str, count: int, passages_held: int) -> list[str]:
    """Returns queries for so many passages: ``words`` (two of them), or whole ``sentence``s of 12 to 20."""
    if kind == "words":
        writer = Writer(SEED + 3)
        return [" ".join(writer.common(2)) for _ in range(count)]
    lengths, writer = random.Random(SEED + 4), Writer(SEED + 5, 90 * passages_held)
    return [" ".join(writer.words(lengths.randint(12, 20))) for _ in range(count)]


def document_of(number: int, count: int) -> int:
    """Returns the document a passage belongs to: of a hundred each, but one holds a tenth of them all."""
    begins = count * 4 // 10
    return BIG_DOCUMENT if begins <= number < begins + count // 10 else 2 + number // 100


def year_of(number: int) -> int:
    """Returns the year in which a passage was said, 1946 to 2018."""
    return 1946 + _scattered(number) % 73


def speaker_of(number: int) -> int:
    """Returns which of a hundred speakers says a passage."""
    return _scattered(number + 12_345_678) % 100


def _scattered(number: int) -> int:
    """Returns bits that do not follow the order of the numbers (Knuth's multiplicative hash)."""
    return (number * 2_654_435_761 % 2**32) >> 8


def test_of(name: str, count: int) -> Callable[[int], bool]:
    """Returns what tells, of ``count`` passages, whether the one of a number passes one of FILTERS."""
    tests: dict[str, Callable[[int], bool]] = {
        "document": lambda number: document_of(number, count) == BIG_DOCUMENT,
        "years": lambda number: FIRST_YEAR <= year_of(number) <= LAST_YEAR,
        "speaker": lambda number: speaker_of(number) == SPEAKER,
    }
    return tests[name]


def passing(name: str, count: int) -> list[int]:
    """Returns the numbers of the passages that pass one of FILTERS, rising."""
    passes = test_of(name, count)
    return [number for number in range(count) if passes(number)]

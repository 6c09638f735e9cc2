"""How long a text is to an encoder: counts of word pieces, by the model's tokenizer or by a fair guess."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from policytext.errors import ModelUnavailable
from policytext.files import sha256_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from policytext.index.models import ModelFolder

_LONGEST_PIECE = 20  # letters; hardly a piece of an English vocabulary is longer
_RUN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")


class PieceCounter(Protocol):
    """Counts word pieces; ``name`` says how, for the record. Instances can be pickled."""

    @property
    def name(self) -> str:
        """What counted."""
        ...

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of word pieces of each text, special tokens not counted."""
        ...


class WordPieces:
    """Counts with the tokenizer of a model; it is loaded at the first call, and anew in each process.

    Raises:
        ModelUnavailable: the model has no tokenizer.json.
    """

    def __init__(self, folder: ModelFolder) -> None:
        self._path = tokenizer_file(folder.path)
        self.name = f"wordpiece {sha256_of(self._path)[:16]}"
        self._tokenizer: Tokenizer | None = None

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of word pieces of each text: no special tokens, nothing truncated.

        A tokenizer takes a "word" of over a hundred letters for one unknown piece. So that noise does not
        look short, a text counts at least one piece for every 20 characters that are not blank.
        """
        if self._tokenizer is None:
            self._tokenizer = load_tokenizer(self._path)
        found = self._tokenizer.encode_batch_fast([encodable(t) for t in texts], add_special_tokens=False)
        return [
            max(len(encoding), _solid(text) // _LONGEST_PIECE)
            for encoding, text in zip(found, texts, strict=True)
        ]

    def __getstate__(self) -> dict[str, object]:
        return {"_path": self._path, "name": self.name, "_tokenizer": None}


class ApproximatePieces:
    """Guesses without a model, rather too many than too few."""

    name = "approximate 1"

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Returns a guess at the number of word pieces of each text."""
        return [_guess(text) for text in texts]


def piece_counter(folder: ModelFolder | None) -> PieceCounter:
    """Returns the model's own counter, or the guess where there is no model or it has no tokenizer.json."""
    if folder is None or not (folder.path / "tokenizer.json").is_file():
        return ApproximatePieces()
    return WordPieces(folder)


def tokenizer_file(folder: Path) -> Path:
    """Returns the model's tokenizer.json. Raises ModelUnavailable where it has none."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelUnavailable("the model has no tokenizer.json", str(folder), "another model")
    return path


def load_tokenizer(path: Path) -> Tokenizer:
    """Returns the tokenizer with padding and truncation off: the packaged file cuts and pads at 128 pieces.

    Raises:
        ModelUnavailable: the file is no tokenizer.
    """
    # Work is spread over processes here; threads inside each would only be in their way.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ModelUnavailable("the tokenizer cannot be read", str(path), "another model") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encodable(text: str) -> str:
    """Returns ``text`` with every lone surrogate, which no tokenizer takes, as a question mark."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _solid(text: str) -> int:
    """Returns the number of characters that are not blank."""
    return len("".join(text.split()))


def _guess(text: str) -> int:
    """Returns one piece a sign and one for every five letters or digits begun.

    Measured against the tokenizer of all-MiniLM-L6-v2 on passages of 80 words: 1.26 times the truth on
    debates (never under), 1.3 times on engineering abstracts (under in 3 of 10,000); with 5 % of the
    characters misread 1.08 times, and under by up to a fifth in one of four.
    """
    return sum(-(-len(run) // 5) for run in _RUN.findall(text))

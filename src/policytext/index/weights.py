"""Reads a .safetensors file by memory map: nothing is copied, only what is used is read.

The format (huggingface.co/docs/safetensors): eight bytes, little-endian, give the length of a JSON header
that names each tensor with its type, its shape and its place in the bytes that follow.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policytext.errors import ModelUnavailable

_LONGEST_HEADER = 100_000_000  # bytes, as the format allows


def open_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Returns the float32 tensors of the file by name, read-only; others are left out.

    Raises:
        ModelUnavailable: the file is missing or not whole.
    """
    try:
        data = np.memmap(path, np.uint8, mode="r")
        header, body = _parts(np.asarray(data))
        return {n: _tensor(body, t) for n, t in header.items() if t.get("dtype") == "F32"}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnavailable(
            f"the weights cannot be read: {error}", str(path), "installing the model again"
        ) from error


def _parts(data: NDArray[np.uint8]) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """Returns the header and the bytes of the tensors."""
    length = int.from_bytes(data[:8].tobytes(), "little")
    if not 0 < length <= min(_LONGEST_HEADER, data.size - 8):
        raise ValueError("no header")
    return json.loads(data[8 : 8 + length].tobytes()), data[8 + length :]


def _tensor(body: NDArray[np.uint8], told: Mapping[str, Any]) -> NDArray[np.float32]:
    start, end = told["data_offsets"]
    shape = [int(n) for n in told["shape"]]
    if not 0 <= start <= end <= body.size or end - start != 4 * math.prod(shape):
        raise ValueError("a tensor lies outside the file")
    return body[start:end].view("<f4").reshape(shape)

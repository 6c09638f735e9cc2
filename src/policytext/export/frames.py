"""Rows as a pandas data frame; pandas is the reader's own and is loaded only here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import Any

from policytext.errors import PolicytextError


def data_frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], whole: Collection[str] = ()) -> Any:
    """Returns a ``pandas.DataFrame`` of ``rows`` under ``columns``, in the order given.

    The columns named in ``whole`` are of pandas' ``Int64``, which knows missing values: as floats, offsets
    beyond 2**53 would be others, and all would read as 2521.0. Lists stay lists.

    Raises:
        PolicytextError: pandas is not installed.
    """
    try:
        pd: Any = import_module("pandas")
    except ImportError as error:
        raise PolicytextError("a data frame needs pandas", "to_frame", "pip install pandas") from error
    frame = pd.DataFrame([dict(row) for row in rows], columns=list(columns))
    return frame.astype({name: "Int64" for name in columns if name in whole})

"""Numbers of things in words."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Returns ``3 queries``, ``1 query``, ``12,000 documents``.

    Args:
        number: how many.
        noun: what one of them is called.
        plural: what several are called, where it is not the noun with -s, or -ies for its -y.
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {plural or (f'{noun[:-1]}ies' if noun.endswith('y') else f'{noun}s')}"

"""A quotation taken apart at the marks by which an editor owns up to a change.

"..." and "[...]" stand for what is left out, "[word]" for what is put in, "[T]he" for a letter that was made
to fit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.errors import BadRequest
from policytext.search.quote_letters import is_letter
from policytext.spans import Span

MOST_PIECES = 50
_DOTS = r"(?:\u2026|\.(?:[ \t\u00a0]?\.){2,})"
_MARK = re.compile(
    rf"[\[(][ ]?{_DOTS}[ ]?[\])]|{_DOTS}|\[(?P<put>[^\[\]\n]{{1,200}})\]",
)


@dataclass(frozen=True, slots=True)
class Joint:
    """What stands between two pieces: words left out (``omits``), put in (``inserted``), or both.

    ``span`` is its place in the quotation; ``glued_before`` says that a letter of the piece before touches
    the bracket, ``glued_after`` that one of the piece behind does.
    """

    span: Span
    omits: bool
    inserted: tuple[str, ...]
    glued_before: bool = False
    glued_after: bool = False


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a quotation as spans of its text, with ``joints`` between them: always one fewer.

    ``before`` and ``after`` are the joints at its edges, None where it begins or ends with its own words.
    """

    spans: tuple[Span, ...]
    joints: tuple[Joint, ...]
    before: Joint | None = None
    after: Joint | None = None

    @property
    def whole(self) -> bool:
        """Whether there is no mark of an editor's hand at all."""
        return len(self.spans) == 1 and self.before is None and self.after is None


def taken_apart(text: str) -> Pieces:
    """Returns the pieces of a quotation; with no letters there are none.

    Raises:
        BadRequest: it has more than 50 pieces.
    """
    spans: list[Span] = []
    joints: list[Joint | None] = []
    joint: Joint | None = None
    at = 0
    for mark in [*_MARK.finditer(text), None]:
        core = core_of(text, at, mark.start() if mark else len(text))
        if core is not None:
            spans.append(core)
            joints.append(joint)
            joint = None
            if len(spans) > MOST_PIECES:
                raise BadRequest(
                    f"more than {MOST_PIECES} omissions", "the quotation", "its pieces one by one"
                )
        if mark is not None:
            joint = _with(joint, text, mark)
            at = mark.end()
    return Pieces(
        tuple(spans), tuple(j for j in joints[1:] if j is not None), joints[0] if joints else None, joint
    )


def core_of(text: str, start: int, end: int) -> Span | None:
    """Returns the span from the first letter to the last in ``[start, end)``; None where there is none."""
    while start < end and not is_letter(text[start]):
        start += 1
    while end > start and not is_letter(text[end - 1]):
        end -= 1
    return Span(start, end) if start < end else None


def _with(joint: Joint | None, text: str, mark: re.Match[str]) -> Joint:
    """Returns the joint with one more mark in it."""
    put = mark["put"]
    begins = mark.start() > 0 and is_letter(text[mark.start() - 1])
    ends = mark.end() < len(text) and is_letter(text[mark.end()])
    span = Span(joint.span.start if joint else mark.start(), mark.end())
    return Joint(
        span,
        (joint.omits if joint else False) or put is None,
        (joint.inserted if joint else ()) + ((put,) if put is not None else ()),
        joint.glued_before if joint else begins and put is not None,
        ends and put is not None,
    )

"""A document's text as TEI: blocks as divisions, paragraphs and notes, with what is marked up inside.

Every character of the clean text is there once and in order, and so is every repair: of a ``choice`` the
``corr`` or ``reg`` makes the clean text, the ``sic`` or ``orig`` the raw one. Where text was moved, an
``anchor`` of subtype "origin" says where it stood, "start" and "end" where it stands now.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from policytext.document import Block, Edit
from policytext.export.files.tei_atoms import Atom, Leaf, Text, atoms_of, deal, pages_of, split
from policytext.export.files.tei_spans import Mark, Part, nest
from policytext.export.files.tei_words import Element, add_text, certainty, child, element

_LINE = re.compile(r"[^\n]+")
_CELL_ENDS = re.compile(r"\t| {2,}")
_ANYWHERE = frozenset({"anchor", "figure", "fw", "note", "pb"})
_LAYOUT = ("char.", "html.", "join.", "line.", "md.", "space.blank", "space.edge")
"""Beginnings of the rules whose repairs are no corrections of what was read, but of how it was laid out."""


def body_of(text: Text) -> Element:
    """Returns the ``body`` of a text."""
    body = element("body")
    leaves = _leaves(text, body)
    first = deal(atoms_of(text), leaves)
    parts = nest(text.marks, [(leaf.start, leaf.end) for leaf in leaves])
    names = _part_names(text.marks, parts)
    for leaf, inside in zip(leaves, parts, strict=True):
        _fill(leaf, inside, text, names)
    _between(first, leaves, body)
    if all(made.tag.rpartition("}")[2] in _ANYWHERE for made in body):
        child(body, "ab")  # a body must hold more than what may stand anywhere
    return body


# Blocks as elements.


def _leaves(text: Text, body: Element) -> list[Leaf]:
    """Returns the elements that hold text, in order, hung into ``body``; one at least."""
    leaves: list[Leaf] = []
    open_ones: list[tuple[int, Element]] = []
    _, pages = pages_of(text)
    at = 0
    for number, block in enumerate(text.blocks):
        start, end = max(at, block.start), max(at, block.end)
        if start == end:
            continue
        at = end
        if block.kind == "heading":
            while open_ones and open_ones[-1][0] >= block.level:
                open_ones.pop()
            parent = open_ones[-1][1] if open_ones else body
            open_ones.append((block.level, child(parent, "div", type="section", n=str(block.level))))
        here = open_ones[-1][1] if open_ones else body
        if number in pages:
            child(here, "pb", n=pages[number])
        leaves += _block(block, text.clean, (start, end), here, f"{text.name}.b{number + 1:05d}")
    return leaves or [Leaf(0, len(text.clean), child(body, "ab"))]


def _block(block: Block, clean: str, span: tuple[int, int], parent: Element, name: str) -> list[Leaf]:
    start, end = span
    if block.kind == "list":
        made = child(parent, "list", xml_id=name)
        lines = [(m.start() + start, m.end() + start) for m in _LINE.finditer(clean[start:end])]
        return [Leaf(s, e, child(made, "item")) for s, e in lines] or [Leaf(start, end, child(made, "item"))]
    if block.kind == "table":
        return _table(clean, span, child(parent, "table", xml_id=name))
    tag, attributes = _ELEMENTS[block.kind]
    holder = child(parent, tag, xml_id=name, **attributes)
    return [Leaf(start, end, child(holder, "p") if tag == "figure" else holder)]


_ELEMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "heading": ("head", {}),
    "paragraph": ("p", {}),
    "pull_quote": ("quote", {"type": "pull_quote"}),
    "footnote": ("note", {"place": "foot"}),
    "running_header": ("fw", {"type": "header"}),
    "page_number": ("fw", {"type": "pageNum"}),
    "figure": ("figure", {}),
    "boilerplate": ("ab", {"type": "boilerplate"}),
}


def _table(clean: str, span: tuple[int, int], table: Element) -> list[Leaf]:
    leaves: list[Leaf] = []
    for line in _LINE.finditer(clean, *span):
        row = child(table, "row")
        at = line.start()
        for gap in _CELL_ENDS.finditer(clean, *line.span()):
            leaves.append(Leaf(at, gap.start(), child(row, "cell")))
            at = gap.end()
        leaves.append(Leaf(at, line.end(), child(row, "cell")))
    return leaves or [Leaf(*span, child(child(table, "row"), "cell"))]


# Text and markup written.


def _part_names(
    marks: Sequence[Mark], parts: Sequence[Sequence[Part]]
) -> dict[tuple[int, int], dict[str, str]]:
    """Returns by mark and start the names of its parts: ``xml:id``, and ``prev`` and ``next`` where split."""
    starts: dict[int, list[int]] = {}
    for part in sorted((p for inside in parts for p in inside), key=lambda p: (p.mark, p.start)):
        starts.setdefault(part.mark, []).append(part.start)
    named: dict[tuple[int, int], dict[str, str]] = {}
    for mark, places in starts.items():
        name = marks[mark].name
        if name is None:
            continue
        ids = [name if n == 0 else f"{name}-{n + 1}" for n in range(len(places))]
        for n, start in enumerate(places):
            facts = {"xml_id": ids[n]}
            if n > 0:
                facts["prev"] = f"#{ids[n - 1]}"
            if n + 1 < len(ids):
                facts["next_"] = f"#{ids[n + 1]}"
            named[mark, start] = facts
    return named


def _fill(
    leaf: Leaf, parts: Sequence[Part], text: Text, names: dict[tuple[int, int], dict[str, str]]
) -> None:
    cuts = sorted({edge for p in parts for edge in (p.start, p.end)})
    stack: list[tuple[int, Element]] = [(1 << 62, leaf.holder)]
    waiting = deque(parts)
    for atom in _cut_all(leaf.atoms, cuts):
        while stack[-1][0] <= atom.start:
            stack.pop()
        while waiting and waiting[0].start <= atom.start:
            part = waiting.popleft()
            mark = text.marks[part.mark]
            facts = {**names.get((part.mark, part.start), {}), **mark.attributes}
            stack.append((part.end, _opened(stack[-1][1], mark.tag, facts)))
        _write(stack[-1][1], atom, text.rules)


def _opened(parent: Element, tag: str, facts: dict[str, str | None]) -> Element:
    """Returns a new element; in a running header, which may hold no speech, a segment stands for it."""
    if tag == "said" and any(at.tag.endswith("}fw") for at in (parent, *parent.iterancestors())):
        kept = {name: value for name, value in facts.items() if name not in ("who", "direct")}
        return child(parent, "seg", type="said", **kept)
    return child(parent, tag, **facts)


def _cut_all(atoms: Iterable[Atom], cuts: Sequence[int]) -> Iterator[Atom]:
    at = 0
    for whole in atoms:
        rest: Atom | None = whole
        while rest is not None:
            while at < len(cuts) and cuts[at] <= rest.start:
                at += 1
            now, rest = split(rest, cuts[at] if at < len(cuts) else rest.end)
            yield now


def _write(parent: Element, atom: Atom, rules: dict[str, str]) -> None:
    if atom.anchor is not None:
        name, subtype = atom.anchor
        if atom.page is not None:
            child(parent, "pb", n=atom.page)
        ids = {"xml_id": name} if subtype == "origin" else {"corresp": f"#{name}"}
        child(parent, "anchor", type="moved", subtype=subtype, **ids)
    elif atom.edit is None:
        add_text(parent, atom.reads)
    else:
        _write_edit(parent, atom, atom.edit, rules)


def _write_edit(parent: Element, atom: Atom, edit: Edit, rules: dict[str, str]) -> None:
    """Writes what was misread as a correction, and what only concerns layout as a regularisation."""
    layout = all(rule.startswith(_LAYOUT) for rule in edit.rule.split("+"))
    choice = child(parent, "choice", ana=rules.get(edit.rule))
    child(choice, "orig" if layout else "sic", atom.was)
    after = child(choice, "reg" if layout else "corr", atom.reads)
    after.set("cert", certainty(edit.confidence))
    after.set("resp", "#policytext")


def _between(first: Sequence[Atom], leaves: Sequence[Leaf], body: Element) -> None:
    """Writes what stands between elements: white space and anchors."""
    if first:
        # A placeholder gives what comes first something to stand behind.
        start = element("ab")
        body.insert(0, start)
        after = start
        for atom in first:
            after = _behind(after, atom)
        body.text = start.tail
        start.tail = None
        body.remove(start)
    for leaf, following in zip(leaves, [*leaves[1:], None], strict=True):
        after = _outermost(leaf, following)
        for atom in leaf.gap:
            after = _behind(after, atom)


def _outermost(leaf: Leaf, following: Leaf | None) -> Element:
    """Returns the largest element that ends with this leaf and does not hold the next one too."""
    held = set() if following is None else set(following.holder.iterancestors())
    at = leaf.holder
    while (above := at.getparent()) not in held and not above.tag.endswith("}body"):
        at = above
    return at


def _behind(after: Element, atom: Atom) -> Element:
    """Writes an atom behind an element; returns the element that the next one stands behind."""
    if atom.anchor is None:
        after.tail = (after.tail or "") + atom.reads
        return after
    box = element("ab")
    _write(box, atom, {})
    for made in list(box):
        after.addnext(made)  # the tail stays with the element before
        after = made
    return after

"""Reads a TEI body back as a stranger would: by what the header of the file says."""

TEI = "{http://www.tei-c.org/ns/1.0}"


def texts(body, leave_out):
    """Yields ("text", characters) and ("anchor", element) in document order, without these elements."""

    def walk(node):
        if node.tag in leave_out:
            return
        if node.tag == TEI + "g":
            yield "text", chr(int(node.get("n").removeprefix("U+"), 16))
        elif node.tag == TEI + "anchor" and node.get("type") == "moved":
            yield "anchor", node
        else:
            if node.text:
                yield "text", node.text
            for inner in node:
                yield from walk(inner)
                if inner.tail:
                    yield "text", inner.tail

    return walk(body)


def clean_side(body):
    """The text after repair: without ``sic`` and ``orig``."""
    return "".join(t for kind, t in texts(body, {TEI + "sic", TEI + "orig"}) if kind == "text")


def raw_side(body):
    """The text of the source: without ``corr`` and ``reg``, what was moved put back."""
    staying, moved, inside = [], {}, None
    for kind, piece in texts(body, {TEI + "corr", TEI + "reg"}):
        if kind == "text":
            (staying if inside is None else moved[inside]).append(piece)
        elif piece.get("subtype") == "origin":
            staying.append(moved.setdefault(piece.get("{http://www.w3.org/XML/1998/namespace}id"), []))
        elif piece.get("subtype") == "start":
            inside = piece.get("corresp")[1:]
            moved.setdefault(inside, [])
        else:
            assert piece.get("corresp")[1:] == inside
            inside = None
    return "".join(piece if isinstance(piece, str) else "".join(piece) for piece in staying)

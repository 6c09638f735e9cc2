"""The carriers with markup: what a converter to Markdown makes of a paper, and what a web site does."""

from __future__ import annotations

import random
import re

from pieces import MONTHS, Change, Recipe, blocks_of, in_order, weave
from scan import Spoiler

ENTITIES = {"“": "&ldquo;", "”": "&rdquo;", "\u2018": "&lsquo;", "\u2019": "&#8217;", "£": "&pound;"}
HTML_WIDTH = 110

_DAY = re.compile(rf"(?<=\d) (?=(?:{'|'.join(MONTHS)})\b)")


def is_heading(text: str, recipe: Recipe) -> bool:
    """Whether a block stands above others: one short line that is no sentence, turn, list, table or note."""
    one_short_line = len(text) < 90 and not re.search(r"[\n\t]", text)
    speaks = text.startswith(tuple(recipe.get("speakers", ())))
    return one_short_line and text[-1] not in ".:;,”\u2019" and text not in recipe["plain"] and not speaks


def around(clean: str, phrase: str, opening: str, closing: str, kind: str = "markup") -> list[Change]:
    """Returns the changes that put ``opening`` and ``closing`` around every ``phrase``."""
    places = [m.span() for m in re.finditer(re.escape(phrase), clean)]
    return [c for s, e in places for c in (Change(s, s, opening, kind), Change(e, e, closing, kind))]


def markdown(clean: str, recipe: Recipe, rng: random.Random) -> list[Change]:
    """Returns a paper as a converter leaves it: marks, tables of pipes, the furniture of its pages."""
    changes: list[Change] = []
    for number, (start, end) in enumerate(blocks_of(clean)):
        text = clean[start:end]
        if "\t" in text:
            changes += _pipes(clean, start, end)
        elif is_heading(text, recipe):
            changes.append(Change(start, start, "## " if number else "# ", "markup"))
        elif re.match(r"\d ", text):
            changes.append(Change(start, start + 1, f"<sup>{text[0]}</sup>", "footnote_mark"))
    for match in re.finditer(r"\*", clean):
        changes.append(Change(match.start(), match.end(), r"\*", "escape"))
    for match in re.finditer(r"(?:(?<=[a-z]\.)|(?<=\d{4}\.))\d(?=\s)", clean):
        changes.append(Change(match.start(), match.end(), f"<sup>{match.group()}</sup>", "footnote_mark"))
    for mark, phrases in (("*", recipe["italic"]), ("**", recipe["bold"])):
        changes += [c for phrase in phrases for c in around(clean, phrase, mark, mark)]
    for turn in recipe["turns"]:
        changes += _turned(clean, turn, recipe["furniture"])
    return weave(clean, 0, len(clean), Spoiler(clean, recipe, rng, in_order(changes)).spoil())


def _pipes(clean: str, start: int, end: int) -> list[Change]:
    changes = []
    for number, match in enumerate(re.finditer(r"[^\n]+", clean[start:end])):
        first, last = start + match.start(), start + match.end()
        rule = "\n|" + "---|" * (match.group().count("\t") + 1) if number == 0 else ""
        changes += [Change(first, first, "| ", "markup"), Change(last, last, f" |{rule}", "markup")]
        changes += [
            Change(first + m.start(), first + m.end(), " | ", "table")
            for m in re.finditer("\t", match.group())
        ]
    return changes


def _turned(clean: str, turn: Recipe, furniture: str) -> list[Change]:
    """Returns a page break in the middle of a paragraph, behind the words ``turn["after"]``."""
    at = clean.index(turn["after"]) + len(turn["after"])
    put = [(str(turn["page"]), "page_number"), (furniture, "running_header")]
    if "pull" in turn:
        put.append((f"**{turn['pull']}**", "pull_quote"))
    changes = []
    for text, kind in put:
        changes += [Change(at, at, "\n\n", "page_break"), Change(at, at, text, kind)]
    return [*changes, Change(at, at + 1, "\n\n", "page_break")]


def html(clean: str, recipe: Recipe, _rng: random.Random) -> list[Change]:
    """Returns a paper as a web page: navigation, cookie notice, footer, tags, entities, asides."""
    last = len(clean) - 1
    changes = [Change(0, 0, recipe["before"].lstrip("\n"), "boilerplate")]
    inline = _inline(clean, recipe)
    for number, (start, end) in enumerate(blocks_of(clean)):
        opening, closing = _tags(clean[start:end], number, recipe)
        if start:
            changes.append(Change(start - 2, start, "\n", "markup"))
        changes.append(Change(start, start, opening, "markup"))
        if clean.startswith("- ", start):
            changes += _items(clean, start, end)
        changes += [c for c in inline if start <= c.start and c.end <= end]
        changes.append(Change(end, end, closing, "markup"))
        for aside in recipe["asides"]:
            if start <= clean.index(aside["after"]) < end:
                text = "".join(ENTITIES.get(c, c) if recipe["entities"] else c for c in aside["text"])
                put = f'\n<aside class="pull-quote"><p>{text}</p></aside>'
                changes.append(Change(end, end, put, "pull_quote"))
    changes.append(Change(last, last, "\n" + recipe["after"].strip("\n"), "boilerplate"))
    return weave(clean, 0, len(clean), in_order(changes))


def _tags(text: str, number: int, recipe: Recipe) -> tuple[str, str]:
    if is_heading(text, recipe):
        return ("<h2>", "</h2>") if number else ("<h1>", "</h1>")
    if text.startswith("- "):
        return "<ul>\n", "</li>\n</ul>"
    return ('<p class="byline">' if text in recipe["plain"] else "<p>"), "</p>"


def _items(clean: str, start: int, end: int) -> list[Change]:
    marks = [start + m.start() for m in re.finditer(r"(?m)^- ", clean[start:end])]
    changes = [Change(at, at + 2, "<li>", "markup") for at in marks]
    return changes + [Change(at - 1, at, "</li>\n", "markup") for at in marks[1:]]


def _inline(clean: str, recipe: Recipe) -> list[Change]:
    changes = [c for title in recipe["italic"] for c in around(clean, title, "<em>", "</em>")]
    for name in recipe["speakers"]:
        changes += around(clean, name, "<strong>", "</strong>")
    for text, day in recipe["times"]:
        changes += around(clean, text, f'<time datetime="{day}">', "</time>")[:2]
    if recipe["entities"]:
        marks = re.finditer("[" + "".join(ENTITIES) + "]", clean)
        changes += [Change(m.start(), m.end(), ENTITIES[m.group()], "entity") for m in marks]
        changes += [Change(m.start(), m.end(), "&nbsp;", "entity") for m in _DAY.finditer(clean)]
    return in_order(changes + _soft_breaks(clean, {c.start for c in changes}))


def _soft_breaks(clean: str, taken: set[int]) -> list[Change]:
    """Returns the line ends of the page's source, which a browser shows as spaces."""
    changes = []
    for start, end in blocks_of(clean):
        at = start
        while end - at > HTML_WIDTH and not clean.startswith("- ", start):
            at = clean.rfind(" ", at, at + HTML_WIDTH)
            if at not in taken:
                changes.append(Change(at, at + 1, "\n", "line_break"))
            at += 1
    return changes

"""The printings of works side by side as one self-contained HTML page: tables that can be read and printed.

No script, nothing from outside; all text of a source is escaped, and stripped of characters that only steer.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from policytext.analysis.collation import SURFACE, Knows, Place, PrintedWork, Printing, Reading
from policytext.export.pictures.variants import (
    NOT_THERE,
    Block,
    block_words,
    blocks_of,
    elsewhere,
    place_words,
    relation_words,
)
from policytext.export.wording import display_date, shown

_LONGEST = 20_000
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 1.5em auto; max-width: 72em; padding: 0 1em; color: #1a1a1a;
  font: 15px/1.5 "Liberation Sans", Arial, sans-serif; }}
h1 {{ font-size: 1.3em; overflow-wrap: anywhere; }} h2 {{ font-size: 1em; margin: 2em 0 .4em; }}
p, ul.legend {{ color: #595959; margin: .3em 0; padding: 0; }}
ul.legend li {{ display: inline-block; margin: 0 1.5em .2em 0; }}
h2 small {{ font-weight: normal; color: #595959; }}
.across {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; }}
th, td {{ vertical-align: top; text-align: left; padding: .35em .8em .35em 0; min-width: 13em;
  overflow-wrap: anywhere; unicode-bidi: isolate; }}
th {{ font-size: .85em; border-bottom: 1px solid #595959; }}
th span {{ font-weight: normal; display: block; }}
td {{ border-bottom: 1px solid #e4e4e4; font-family: Georgia, "Liberation Serif", serif; }}
ins {{ text-decoration: none; font-weight: bold; color: #007a5a; background: #eef8f4; outline: 1px solid; }}
ins.replaced {{ outline: 0; text-decoration: underline; color: #0072b2; background: #f0f7fb; }}
del {{ color: #c04a00; background: #fdf5f0; }}
i.form, i.misread, i.repaired {{ color: #6e6e6e; }}
i.misread, i.repaired {{ text-decoration: underline dotted; }}
.outside {{ color: #6e6e6e; }}
.changed, .missing {{ text-decoration: underline dotted; color: #0072b2; }} .missing {{ color: #c04a00; }}
@media (max-width: 45em) {{ th, td {{ min-width: 8em; padding-right: .5em; }}
  table.n3 {{ width: 45em; }} table.n4 {{ width: 60em; }} }}
@media print {{ body {{ margin: 0; max-width: none; font-size: 10pt; }} .across {{ overflow: visible; }}
  tr {{ break-inside: avoid; }} thead {{ display: table-header-group; }}
  table.n3, table.n4 {{ width: 100%; }} td, th {{ min-width: 0; }} }}
</style></head><body>
<main>
<h1>{title}</h1>
{notes}
<ul class="legend">
<li><ins class="replaced">underlined</ins> other words</li>
<li><ins>framed</ins> words added</li>
<li><del>struck</del> words left out</li>
<li><i class="form">grey italics</i> only print or scan differs: marks, hyphens, capitals, misread letters,
words that were repaired</li>
<li><span class="missing">dotted</span> in the first printing: <span class="missing">left out</span> or
<span class="changed">changed</span> in a later one</li>
<li><span class="outside">[\u2026]</span> begins later or ends earlier: whole sentences of the first are not
in it</li>
<li><span class="outside">grey</span> begins earlier or ends later: whole sentences that the first has
not</li>
</ul>
{blocks}
</main></body></html>
"""


def variants_page(
    works: Sequence[PrintedWork], title: str, notes: Sequence[str] = (), *, knows: Knows
) -> bytes:
    """Returns the page, UTF-8; every work that is given is on it.

    Args:
        works: in the order in which they are to stand.
        title: of the page.
        notes: lines under it.
        knows: tells real words from misread ones.
    """
    told = [*notes] if works else [*notes, "Nothing of this is printed more than once."]
    blocks = "\n".join(_block(number, block) for number, block in enumerate(blocks_of(works, knows), 1))
    page = _PAGE.format(
        title=_safe(title, 300),
        notes="\n".join(f"<p>{_safe(note, 300)}</p>" for note in told),
        blocks=blocks,
    )
    return page.encode("utf-8")


def _safe(text: str, limit: int = _LONGEST) -> str:
    return html.escape(shown(text, limit))


def _block(number: int, block: Block) -> str:
    told = block_words(block)
    heads = "".join(_heading(printing) for printing in block.printings)
    rows = "\n".join(_row(row, len(block.printings)) for row in block.collation.sentences())
    return (
        f'<h2 id="b{number}">{_safe(told)} <small>{_safe(block.work.name, 60)}</small></h2>\n'
        f'<div class="across" tabindex="0" role="region" aria-labelledby="b{number}">'
        f'<table class="n{len(block.printings)}" aria-labelledby="b{number}">'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _heading(printing: Printing) -> str:
    date = display_date(printing.publication_edtf)
    relation = relation_words(printing)
    place = f"{place_words(printing)}, characters {printing.start}\u2013{printing.end}"
    return (
        f'<th scope="col">{_safe(printing.title or printing.source, 160)}'
        f"<span>printed {_safe(date)} \u00b7 {_safe(relation)}</span><span>{_safe(place)}</span></th>"
    )


def _row(row: Sequence[Place], columns: int) -> str:
    cells = (" ".join(filter(None, _cell(row, column))) for column in range(columns))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _cell(row: Sequence[Place], column: int) -> Iterator[str]:
    absent = False
    for place in row:
        reading, before = place.readings[column], absent
        absent = reading.kind == "outside" and not reading.text
        if absent and before:
            continue
        mark = elsewhere(place) if column == 0 else "same"
        text = _marked(reading, place.readings[0])
        yield text if mark == "same" or not text else f'<span class="{mark}">{text}</span>'


def _marked(reading: Reading, base: Reading) -> str:
    """Returns a reading as HTML; ``title`` tells what the earliest printing, or the file, has there."""
    text = _safe(reading.text)
    if reading.kind == "left out":
        return f"<del>{_safe(base.text)}</del>"
    if reading.kind == "outside":
        return f'<span class="outside">{text or NOT_THERE}</span>'
    if not text or (reading.kind == "same" and not reading.printed):
        return text
    about = f"the file has: {shown(reading.printed, 300)}" if reading.printed else ""
    if reading.kind in SURFACE:
        about = about or f"the earliest printing has: {shown(base.text, 300)}"
        return f'<i class="{reading.kind}" title="{html.escape(about)}">{text}</i>'
    first = f"for: {shown(base.text, 300)}" if reading.kind == "replaced" else ""
    about = html.escape("; ".join(filter(None, (first, about))))
    title = f' title="{about}"' if about else ""
    return f'<ins class="{reading.kind}"{title}>{text}</ins>'

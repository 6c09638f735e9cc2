"""A timeline as a picture: the bi-temporal lanes as HTML, SVG or PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from policytext.analysis.timeline import Timeline
from policytext.export.pictures.lanes_chart import timeline_chart
from policytext.export.pictures.rendering import render

if TYPE_CHECKING:
    from policytext.export.forms import Provenance


def html(timeline: Timeline, _provenance: Provenance, stream: BinaryIO) -> None:
    """Writes one self-contained page: hovering over a sign shows the quotation and its place."""
    stream.write(render(timeline_chart(timeline), "html"))


def svg(timeline: Timeline, _provenance: Provenance, stream: BinaryIO) -> None:
    """Writes the drawing as SVG."""
    stream.write(render(timeline_chart(timeline), "svg"))


def png(timeline: Timeline, _provenance: Provenance, stream: BinaryIO) -> None:
    """Writes the drawing as PNG, 200 pixels to the inch."""
    stream.write(render(timeline_chart(timeline), "png"))

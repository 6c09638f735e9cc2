"""policytext picture."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any, Literal, get_args

import click

from policytext.analysis.timeline import Tier
from policytext.cli.options import archive_option, output_option, output_to
from policytext.cli.sidecar import provenance_of, write_sidecar
from policytext.errors import NotFound
from policytext.export.topics import topic_config
from policytext.pipeline.timeline import claim_timeline, claims_named, topic_named
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, claim_of, made_by
from policytext.store.topics import read_topics

PictureForm = Literal["svg", "png", "html"]
_FORMS: tuple[PictureForm, ...] = get_args(PictureForm)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A picture as bytes, with what made it.

    ``note`` is told beside it, on stderr, ``told`` in the file that says how it was made: what is in it.
    """

    data: bytes
    config: Mapping[str, Any] = field(default_factory=dict)
    model: str | None = None
    seed: int | None = None
    note: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a picture is asked for with; ``title`` None where the picture has one of its own."""

    names: tuple[str, ...]
    form: PictureForm
    title: str | None
    tier: Tier


Drawer = Callable[[Archive, _Asked], _Drawn]
tier_option = click.option(
    "--tier",
    type=click.Choice(["confirmed", "all"]),
    default="confirmed",
    show_default=True,
    help="Of claims: confirmed witnesses only, or suggested ones too.",
)


@click.group("picture")
def command() -> None:
    """Draw claims, topics, reprints or speakers for a page: svg, png or html.

    Every kind has its own help: policytext picture lanes --help. Without -o the picture goes to the screen as
    svg; with it, the name tells the format, and a file beside it (.provenance.json) says how it was made.
    What a page has no room for is left out, and the picture says so.

    \b
    Example:
      policytext picture lanes stability power_closer -o claims.svg
      policytext picture decades -o decades.png
      policytext picture variants stability -o variants.html
    """


def _picture(name: str, metavar: str) -> Callable[[Drawer], click.Command]:
    """Makes a command of a function that draws; its help is the function's."""

    def made(draw: Drawer) -> click.Command:
        @wraps(draw)
        def run(
            names: tuple[str, ...],
            archive: Path,
            title: str | None,
            form: PictureForm | None,
            output: Path | None,
            tier: Tier = "confirmed",
        ) -> None:
            chosen = _form(form, output)
            with Archive.open(archive) as store:
                drawn = draw(store, _Asked(names, chosen, title, tier))
                with output_to(output) as out:
                    out.write(drawn.data)
                if output is not None:
                    record = provenance_of(
                        store,
                        ", ".join(names) or None,
                        config={"picture": name, **drawn.config},
                        model=drawn.model,
                        seed=drawn.seed,
                    )
                    write_sidecar(output, {**record, **drawn.told})
            if drawn.note:
                click.echo(f"note: {drawn.note}", err=True)

        for decorate in reversed(
            (
                click.argument("names", nargs=-1, metavar=metavar),
                archive_option,
                *((tier_option,) if name in ("lanes", "variants", "network") else ()),
                click.option("--title", metavar="WORDS", help="Above the picture, instead of its own."),
                click.option(
                    "--format",
                    "form",
                    type=click.Choice(_FORMS),
                    help="Else as the name after -o ends, else svg.",
                ),
                output_option,
            )
        ):
            run = decorate(run)
        told = (draw.__doc__ or "").partition("\n")[0]
        return command.command(name, short_help=told)(run)

    return made


def _form(form: PictureForm | None, output: Path | None) -> PictureForm:
    """Returns the format asked for, by option or by the file's name; svg where nothing asks."""
    if form is None and output is not None and output.suffix:
        found = next((f for f in _FORMS if output.suffix.lower() == f".{f}"), None)
        if found is None:
            raise click.UsageError(
                f"no picture format for {output}: give --format, or .{', .'.join(_FORMS)}."
            )
        form = found
    form = form or "svg"
    if form == "png" and output is None and sys.stdout.isatty():
        raise click.UsageError("png is no text: give a file, -o picture.png.")
    return form


def _rendered(chart: dict[str, Any], form: PictureForm) -> bytes:
    from policytext.export.pictures.rendering import render

    return render(chart, form)


def _of_claims(store: Archive, data: bytes, tier: Tier | None = None) -> _Drawn:
    made = made_by(store)
    config = {"claims": made} if tier is None else {"claims": made, "tier": tier}
    return _Drawn(data, config, made["model"], made["seed"])


def _claim_words(claims: Sequence[StoredClaim], one: str, several: str) -> str:
    return f"{one}: {claims[0].label}" if len(claims) == 1 else several


@_picture("lanes", "[CLAIM]...")
def lanes(store: Archive, asked: _Asked) -> _Drawn:
    """Claims as lanes: when each was said, by whom, and where it was printed.

    Of no claim, all are drawn.

    \b
    Example:
      policytext picture lanes stability power_closer silos -o claims.svg
    """
    from policytext.export.pictures.lanes_chart import timeline_chart

    found = claim_timeline(store, claims_named(store, asked.names), tier=asked.tier, denials=False)
    found = found if asked.title is None else replace(found, title=asked.title)
    told = {"witnesses": len(found.witnesses), "notes": list(found.notes)}
    drawn = _of_claims(store, _rendered(timeline_chart(found), asked.form), asked.tier)
    return replace(drawn, told=told)


@_picture("decades", "[CLAIM]...")
def decades(store: Archive, asked: _Asked) -> _Drawn:
    """A grid of claims by decade: how many of the sources that speak say it.

    Where no source speaks the cell says so: that silence is the corpus's. Of no claim, all are drawn.

    \b
    Example:
      policytext picture decades -o decades.svg
    """
    from policytext.export.pictures.decades_chart import decade_chart, printed_in

    claims = claims_named(store, asked.names)
    title = asked.title or _claim_words(claims, "By decade", "Claims by decade")
    chart = decade_chart(claims, title, printed=printed_in(store, claims))
    return _of_claims(store, _rendered(chart, asked.form))


@_picture("chance", "[CLAIM]...")
def chance(store: Archive, asked: _Asked) -> _Drawn:
    """How often claims recur, against what chance would do.

    A histogram of chance with the observed figure in it, p and q; stamped "not testable" where the papers
    are too few for any answer. Of no claim, all are drawn.

    \b
    Example:
      policytext picture chance stability -o stability-chance.svg
    """
    from policytext.export.pictures.chance import chance_chart

    claims = claims_named(store, asked.names)
    title = asked.title or _claim_words(claims, "Against chance", "Claims against chance")
    return _of_claims(store, _rendered(chance_chart(claims, title), asked.form))


@_picture("variants", "[NAME]...")
def variants(store: Archive, asked: _Asked) -> _Drawn:
    """The printings of a text side by side: what was changed, and what only looks so.

    NAME is a claim, the id of a witness, a statement or a passage, or a group of reprints (policytext export
    reprints). Words that differ are coloured and marked; what only the scan or the print changed is grey.
    A svg or png holds one page, html everything. Of no name, all texts printed more than once.

    \b
    Example:
      policytext picture variants stability -o stability-variants.html
    """
    from policytext.export.pictures.variants import variants_chart
    from policytext.export.pictures.variants_page import variants_page
    from policytext.pipeline.variants import printed_works
    from policytext.text.words.lexicon import english

    found = printed_works(store, asked.names, asked.tier)
    if not found.works:
        raise _never_twice(asked)
    claim = claim_of(store, asked.names[0]) if len(asked.names) == 1 else None
    told = claim.label if claim else ", ".join(asked.names) or "all texts"
    title = asked.title or f"Printed more than once: {told}"
    notes = [f"{found.left_out} more texts are not compared; name some."] if found.left_out else []
    draw = variants_page if asked.form == "html" else variants_chart
    made = draw(found.works, title, notes, knows=english().knows)
    data = made if isinstance(made, bytes) else _rendered(made, asked.form)
    return _Drawn(data, {"tier": asked.tier})


def _never_twice(asked: _Asked) -> NotFound:
    if not asked.names:
        return NotFound(
            "no text is printed more than once in these papers", advice="policytext list documents"
        )
    advice = "policytext export reprints --format csv"
    return NotFound("nothing of this is printed more than once", ", ".join(asked.names), advice)


@_picture("topics", "[TOPIC]...")
def topics(store: Archive, asked: _Asked) -> _Drawn:
    """How much of each decade speaks of each topic, with how sure that is.

    TOPIC is a number or a label (policytext list topics); of none, the largest are drawn.

    \b
    Example:
      policytext picture topics 1 3 -o topics.svg
    """
    from policytext.export.pictures.prevalence import prevalence_chart

    making, every = read_topics(store)
    wanted = {topic_named(store, name).number for name in asked.names}
    kept = [topic for topic in every if not wanted or topic.number in wanted]
    chart = prevalence_chart(making, kept, asked.title or "What the papers speak of, by decade")
    return _Drawn(_rendered(chart, asked.form), {"topics": topic_config(making)}, seed=making.seed)


@_picture("network", "[CLAIM]...")
def network(store: Archive, asked: _Asked) -> _Drawn:
    """Who echoes whom, along time: who says again what others said, and who quotes them.

    Lines are drawn only where the dates leave no doubt who came first. Of no claim, all are looked at.

    \b
    Example:
      policytext picture network stability prevention -o network.svg
    """
    from policytext.export.pictures.network import NOBODY, network_chart
    from policytext.pipeline.echoing import found_echoes

    claims = claims_named(store, asked.names)
    found = found_echoes(store, claims, asked.tier)
    title = asked.title or _claim_words(
        claims, "Who echoes whom", f"Who echoes whom, in {len(claims)} claims"
    )
    notes = [_nameless(found.unnamed)] if found.unnamed else []
    chart = network_chart(found.echoes, {c.id: c.label for c in claims}, title, notes)
    drawn = _of_claims(store, _rendered(chart, asked.form), asked.tier)
    return drawn if found.echoes.echoes else replace(drawn, note=NOBODY)


def _nameless(number: int) -> str:
    one = number == 1
    return f"{number} saying{'' if one else 's'} of nobody by name {'is' if one else 'are'} left out."

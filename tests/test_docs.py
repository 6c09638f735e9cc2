"""The docs say what the program does, and quote what is there."""

import re

import click
import pytest

from conftest import ROOT
from policytext.cli.root import root

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## policytext ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def words(text: str) -> str:
    """Without the ways in which versions of click break and hyphenate lines."""
    return re.sub(r"[\s\b]+", "", text)


def commands(group: click.Group = root, before: str = "") -> list[tuple[str, click.Command]]:
    """Every command by its name, those of groups behind the group."""
    found = []
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            found.append((before + name, command))
            if isinstance(command, click.Group):
                found += commands(command, f"{before}{name} ")
    return found


@pytest.mark.parametrize(("name", "command"), commands())
def test_the_page_of_commands_is_up_to_date(name, command):
    section = words(SECTIONS[name])
    advice = "run: python docs/commands.py"
    assert words(command.help) in section, advice
    for option in command.params:
        if isinstance(option, click.Option):
            assert all(opt in section for opt in option.opts), advice
            assert words(option.help or "") in section, advice


def test_the_page_names_no_command_that_is_gone():
    assert list(SECTIONS) == [name for name, _ in commands()]


@pytest.mark.parametrize(
    "page", sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")])
)
def test_links_in_the_docs_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_makefile_has_what_the_readme_promises():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target

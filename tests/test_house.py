"""The house as designed: layers, lazy imports, a front door, commands that explain themselves."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

import policytext
from conftest import ROOT
from policytext.cli.root import COMMANDS, root

PACKAGE = ROOT / "src" / "policytext"

LAYERS = [
    {"spans"},  # apart from the other records, which lean on it
    {"document", "annotation", "ranking", "errors"},
    {"files", "config", "runners"},
    {"text"},
    {"ingest", "extract"},
    {"store"},
    {"index"},
    {"search", "analysis", "evaluation"},
    {"pipeline", "export"},
    {"cli", "api"},
]
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}
FRONT = {"__init__", "__main__"}  # the front door hands out what lies behind it


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    """The part of the house a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_units(path: Path) -> set[str]:
    """The parts of the house that a module imports, wherever in it the import stands."""
    units = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = (
                [node.module] if node.module != "policytext" else [f"policytext.{a.name}" for a in node.names]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        units |= {n.split(".")[1] for n in names if n and n.startswith("policytext.")}
    return units


def test_every_module_has_a_place_in_the_layers():
    assert {unit(path) for path in modules()} - FRONT <= set(LAYER)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_downward_only(path):
    home = unit(path)
    if home in FRONT:
        pytest.skip("the front door hands out what lies behind it")
    for other in imported_units(path) - {home, "__version__"}:
        assert LAYER[other] < LAYER[home], (
            f"{home} (layer {LAYER[home]}) imports {other} (layer {LAYER[other]})"
        )


def test_only_the_command_line_knows_click():
    for path in modules():
        if unit(path) != "cli":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [node.module] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                assert "click" not in {str(n).partition(".")[0] for n in names}, path


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after running ``code``."""
    tail = "; import sys, json; print('\\n' + json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


HEAVY = {
    "numpy",
    "spacy",
    "torch",
    "sklearn",
    "altair",
    "pandas",
    "tantivy",
    "tokenizers",
    "edtf",
    "sentence_transformers",
}


def test_importing_the_package_loads_nothing_heavy():
    assert not loaded_by("import policytext") & HEAVY


def test_help_loads_nothing_heavy():
    code = "from policytext.cli.root import run; run(['--help'])"
    assert not loaded_by(code) & HEAVY


@pytest.mark.parametrize(
    ("mode", "unwanted"),
    [
        ("lexical", {"torch", "spacy", "sklearn", "sentence_transformers", "numpy", "edtf", "altair"}),
        ("hybrid", {"torch", "spacy", "sklearn", "sentence_transformers", "altair"}),
    ],
)
def test_search_loads_only_what_it_needs(corpus_archive, mode, unwanted):
    arguments = [
        "search",
        "health and welfare",
        "--to",
        "1960",
        "--mode",
        mode,
        "--archive",
        str(corpus_archive),
    ]
    code = f"from policytext.cli.root import run; assert run({arguments!r}) == 0"
    assert not loaded_by(code) & unwanted


def test_front_door_is_complete():
    for name in policytext.__all__:
        assert getattr(policytext, name) is not None
    with pytest.raises(AttributeError, match="no attribute"):
        policytext.nothing_of_the_kind  # noqa: B018


def commands() -> list[click.Command]:
    with click.Context(root) as context:
        return [root.get_command(context, name) for name in root.list_commands(context)]


@pytest.mark.parametrize("command", [root, *commands()], ids=lambda c: c.name)
def test_every_command_has_help_with_an_example(command):
    assert "Example:" in command.help
    assert f"policytext {command.name}" in command.help or command is root
    for option in command.params:
        if isinstance(option, click.Option) and option.name != "form":
            assert option.help, f"{command.name} --{option.name} has no help"


@pytest.mark.parametrize("command", commands(), ids=lambda c: c.name)
def test_table_of_commands_says_what_the_commands_say(command):
    first_line = command.help.splitlines()[0]
    assert COMMANDS[command.name][1] == first_line


def test_modules_can_be_read_in_one_go():
    long = {str(p): n for p in modules() if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long

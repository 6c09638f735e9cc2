"""Derived files are whole or absent, name their generation, and say what to run when they cannot be used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from policytext.errors import ArchiveError, IndexUnavailable
from policytext.files import write_bytes
from policytext.index.lexical import LexicalIndex, build_lexical
from policytext.index.manifest import Build, folder_of, indexes_of, open_manifest, verify
from policytext.index.passages import IndexedPassage

CORPUS = "c" * 64


def publish(root, generation=1, body=b"some bytes", name="toy"):
    with Build(root, name) as build:
        (build.folder / "a.bin").write_bytes(body)
        return build.publish(generation, CORPUS, 3, "toy 1", {"k1": 1.2}, {"name": "m"})


def left(root):
    return sorted(p.name for p in indexes_of(root).iterdir() if not p.name.endswith(".lock"))


def test_what_was_published_is_what_is_opened(tmp_path):
    made = publish(tmp_path)
    assert open_manifest(tmp_path, "toy", 1) == made
    assert verify(tmp_path, "toy", 1) == made
    assert (folder_of(tmp_path, made) / "a.bin").read_bytes() == b"some bytes"
    assert (made.generation, made.corpus_sha256, made.count, made.model) == (1, CORPUS, 3, {"name": "m"})


def test_same_bytes_in_same_bytes_out(tmp_path):
    pointers = []
    for place in ("one", "other"):
        root = tmp_path / place
        root.mkdir()
        publish(root)
        pointers.append((indexes_of(root) / "toy.json").read_bytes())
    assert pointers[0] == pointers[1]


def test_building_the_same_again_changes_nothing(tmp_path):
    made = publish(tmp_path)
    before = (folder_of(tmp_path, made) / "a.bin").stat().st_ino
    assert publish(tmp_path) == made
    assert (folder_of(tmp_path, made) / "a.bin").stat().st_ino == before


def test_building_the_same_again_heals_a_damaged_folder(tmp_path):
    made = publish(tmp_path)
    (folder_of(tmp_path, made) / "a.bin").write_bytes(b"SOME BYTES")
    publish(tmp_path)
    assert verify(tmp_path, "toy", 1) == made


def remove_pointer(root, made):
    (indexes_of(root) / "toy.json").unlink()


def remove_file(root, made):
    (folder_of(root, made) / "a.bin").unlink()


def cut_file(root, made):
    (folder_of(root, made) / "a.bin").write_bytes(b"some")


def cut_pointer(root, made):
    pointer = indexes_of(root) / "toy.json"
    pointer.write_bytes(pointer.read_bytes()[:-40])


def change_pointer(**changes):
    def damage(root, made):
        pointer = indexes_of(root) / "toy.json"
        pointer.write_text(json.dumps(json.loads(pointer.read_text()) | changes))

    return damage


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (remove_pointer, "there is no toy index"),
        (remove_file, "a file is missing"),
        (cut_file, "4 bytes, not 10"),
        (cut_pointer, "cannot be read"),
        (change_pointer(format=99), "another version"),
        (change_pointer(generation=2), "stale"),
        (change_pointer(name="other"), "pointer is that of other"),
        (change_pointer(folder="../../elsewhere"), "no plain name"),
        (change_pointer(files=[{"name": "/etc/hosts", "size": 1, "sha256": ""}]), "no plain name"),
        (change_pointer(files=7), "damaged"),
        (change_pointer(folder=None), "damaged"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_with_what_to_run(tmp_path, damage, said):
    damage(tmp_path, publish(tmp_path))
    with pytest.raises(IndexUnavailable) as caught:
        open_manifest(tmp_path, "toy", 1)
    assert said in str(caught.value)
    assert "policytext ingest" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_only_verify_notices_changed_bytes_of_the_same_length(tmp_path):
    made = publish(tmp_path)
    (folder_of(tmp_path, made) / "a.bin").write_bytes(b"SOME BYTES")
    assert open_manifest(tmp_path, "toy", 1) == made
    with pytest.raises(IndexUnavailable, match="bytes have changed"):
        verify(tmp_path, "toy", 1)


def test_a_build_that_fails_leaves_the_old_index(tmp_path):
    made = publish(tmp_path)
    with pytest.raises(ValueError, match="came where"):
        build_lexical(tmp_path, 2, CORPUS, [IndexedPassage(0, "half"), IndexedPassage(5, "a build")])
    with pytest.raises(TypeError), Build(tmp_path, "toy") as build:
        (build.folder / "a.bin").write_bytes("half")
    assert open_manifest(tmp_path, "toy", 1) == made
    assert left(tmp_path) == sorted([made.folder, "toy.json"])


DIES = """
import os, sys
from pathlib import Path
from policytext.index import manifest
from policytext.index.manifest import Build

def dies(*_):
    os._exit(9)

if sys.argv[2] == "before the pointer":
    manifest.write_bytes = dies
with Build(Path(sys.argv[1]), "toy") as build:
    (build.folder / "a.bin").write_bytes(b"new bytes")
    if sys.argv[2] == "while writing":
        dies()
    build.publish(2, "c" * 64, 3, "toy 1", {})
"""


@pytest.mark.parametrize("moment", ["while writing", "before the pointer"])
def test_a_killed_build_leaves_the_old_index_and_the_next_build_cleans_up(tmp_path, moment):
    old = publish(tmp_path)
    dead = subprocess.run([sys.executable, "-c", DIES, str(tmp_path), moment], check=False)
    assert dead.returncode == 9
    assert open_manifest(tmp_path, "toy", 1) == old
    assert len(left(tmp_path)) == 3
    new = publish(tmp_path, 2, b"newer bytes")
    assert left(tmp_path) == sorted([old.folder, new.folder, "toy.json"])
    publish(tmp_path, 2, b"newer bytes")
    assert left(tmp_path) == sorted([new.folder, "toy.json"])


def test_a_reader_keeps_its_index_while_the_next_is_published(tmp_path):
    old = publish(tmp_path)
    publish(tmp_path, 2, b"newer bytes")
    assert (folder_of(tmp_path, old) / "a.bin").read_bytes() == b"some bytes"


def test_two_builds_of_one_index_do_not_run_at_once(tmp_path):
    with Build(tmp_path, "toy"):
        with pytest.raises(ArchiveError, match="another process"), Build(tmp_path, "toy"):
            pass
        publish(tmp_path, name="other")
    publish(tmp_path)


def test_files_are_as_open_as_the_folder_that_holds_them(tmp_path):
    indexes_of(tmp_path).mkdir()
    indexes_of(tmp_path).chmod(0o750)
    made = build_lexical(tmp_path, 1, CORPUS, [IndexedPassage(0, "words")])
    folder = folder_of(tmp_path, made)
    assert folder.stat().st_mode & 0o777 == 0o750
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o640}


def test_every_file_of_the_word_index_is_missed(tmp_path):
    made = build_lexical(tmp_path, 1, CORPUS, [IndexedPassage(i, f"word{i} all") for i in range(20)])
    for file in made.files:
        path = folder_of(tmp_path, made) / file.name
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexUnavailable):
            LexicalIndex.open(tmp_path, 1)
        write_bytes(path, whole + b"x")
        with pytest.raises(IndexUnavailable):
            LexicalIndex.open(tmp_path, 1)
        write_bytes(path, whole)
    assert LexicalIndex.open(tmp_path, 1).rank("all", 5)


def test_a_garbled_engine_file_raises_and_does_not_crash(tmp_path):
    made = build_lexical(tmp_path, 1, CORPUS, [IndexedPassage(i, f"word{i} all") for i in range(20)])
    meta = folder_of(tmp_path, made) / "meta.json"
    meta.write_bytes(b"{" + b" " * (meta.stat().st_size - 1))
    with pytest.raises(IndexUnavailable, match="policytext ingest"):
        LexicalIndex.open(tmp_path, 1)


@pytest.mark.parametrize("ending", ["fast", "pos", "term", "idx", "store", "fieldnorm"])
def test_changed_bytes_in_an_engine_file_give_an_answer_or_a_plain_error(tmp_path, ending):
    made = build_lexical(tmp_path, 1, CORPUS, [IndexedPassage(i, f"word{i} all") for i in range(300)])
    path = next((folder_of(tmp_path, made)).glob(f"*.{ending}"))
    whole, refused = path.read_bytes(), 0
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        # A new file: the engine may still map the old one, and cutting a mapped file short kills the process.
        write_bytes(path, whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            LexicalIndex.open(tmp_path, 1).rank("all word7", 5)
        except IndexUnavailable:
            refused += 1
    assert refused  # at least where the file says what it is

"""Hashes as git and Git LFS make them; the values were computed by git itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.repo_json import tree_json
from ailab.demo.repo_snapshot import take_snapshot

_FILES = (
    DemoFile("a/b.txt", b"hello\n"),
    DemoFile("config.json", b"{}"),
    DemoFile("a.txt", b"x"),
)


def test_that_blobs_and_trees_have_the_names_that_git_gives_them() -> None:
    snapshot = take_snapshot(DemoRepo("a/b", _FILES[:2]))
    assert snapshot.blobs["a/b.txt"].git_sha1 == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert snapshot.blobs["config.json"].git_sha1 == "9e26dfeeb6e641a33dae4961196235bdb965b21b"
    assert snapshot.folders == {"a": "dd5a3627ad3d4a1eaa9b180972bab37891a5e101"}


def test_that_a_large_file_is_named_by_its_content_and_git_by_its_pointer() -> None:
    blob = take_snapshot(DemoRepo("a/b", (DemoFile("m.onnx", b"x"),))).blobs["m.onnx"]
    assert blob.sha256 == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert blob.git_sha1 == "b9cc11c9cf904608db4c9b0fded560cc9368dfe4"
    assert blob.xet_hash not in {None, blob.sha256}


def test_that_a_changed_byte_changes_the_commit() -> None:
    repo = DemoRepo("a/b", _FILES)
    other = replace(repo, files=(*_FILES[:1], DemoFile("config.json", b"[]")))
    assert take_snapshot(repo).commit == take_snapshot(repo).commit
    assert take_snapshot(repo).commit != take_snapshot(other).commit


def test_that_a_folder_is_read_with_its_card(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "note").write_text("x")
    (tmp_path / "onnx" / "model.onnx").write_bytes(b"weights")
    card = '---\nlicense: mit\npipeline_tag: "object-detection"\ntags:\n- cells\n---\n# A\n'
    (tmp_path / "README.md").write_text(card, "utf-8")
    repo = DemoRepo.from_folder("a/b", tmp_path, likes=4)
    assert [file.path for file in repo.files] == ["README.md", "onnx/model.onnx"]
    assert (repo.task, repo.license, repo.likes) == ("object-detection", "mit", 4)
    assert repo.all_tags == ("onnx", "object-detection", "cells", "license:mit", "region:us")
    assert take_snapshot(repo).blobs["onnx/model.onnx"].size == 7


def test_that_parameters_are_counted_from_the_header_of_safetensors() -> None:
    header = json.dumps(
        {
            "__metadata__": {"format": "pt"},
            "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
            "b": {"dtype": "I8", "shape": [], "data_offsets": [24, 25]},
        }
    ).encode()
    content = len(header).to_bytes(8, "little") + header + bytes(25)
    repo = DemoRepo("a/b", (DemoFile("model.safetensors", content),))
    assert take_snapshot(repo).facts.parameters == {"F32": 6, "I8": 1}


def test_that_a_tree_is_listed_by_folder_or_whole() -> None:
    snapshot = take_snapshot(DemoRepo("a/b", _FILES[:2]))
    root = tree_json(snapshot, "", recursive=False)
    assert {entry["path"] for entry in root} == {"a", "config.json"}
    whole = tree_json(snapshot, "", recursive=True)
    assert {entry["path"] for entry in whole} == {"a", "a/b.txt", "config.json"}
    assert [entry["path"] for entry in tree_json(snapshot, "a", recursive=False)] == ["a/b.txt"]

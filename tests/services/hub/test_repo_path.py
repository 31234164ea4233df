"""Paths of a repository that mean another file on Windows."""

from __future__ import annotations

import pytest

from ailab.services.hub import repo_path
from ailab.services.hub.repo_path import can_be_made_here, is_safe_repo_path

ODD = [
    "onnx/model.onnx:more",
    "NUL",
    "onnx/con.onnx",
    "aux /a.json",
    "COM1.data",
    "a./b",
    "a.onnx ",
]


@pytest.mark.parametrize("path", ODD)
def test_that_a_name_that_means_something_else_on_windows_is_refused_there(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(repo_path, "_IS_WINDOWS", False)
    assert can_be_made_here(path) == is_safe_repo_path(path)
    monkeypatch.setattr(repo_path, "_IS_WINDOWS", True)
    assert not can_be_made_here(path)


@pytest.mark.parametrize("path", ["config.json", "onnx/model.onnx", "console.onnx", ".gitignore"])
def test_that_a_usual_name_is_taken_everywhere(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(repo_path, "_IS_WINDOWS", True)
    assert can_be_made_here(path)

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from ailab.services.install_command import install_command, replace_command


def _command(prefix: Path, *, is_frozen: bool = False) -> list[str]:
    python = str(prefix / "bin" / "my python")
    line = install_command("torch", prefix=str(prefix), python=python, is_frozen=is_frozen)
    assert "\n" not in line
    if os.name == "nt":
        pytest.skip("words are told apart as a POSIX shell does")
    return shlex.split(line)


def test_that_a_plain_environment_is_told_its_own_pip(tmp_path: Path) -> None:
    python = str(tmp_path / "bin" / "my python")
    assert _command(tmp_path) == [python, "-m", "pip", "install", "ailab[torch]"]


def test_that_pipx_is_told_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "pipx_metadata.json").touch()
    assert _command(tmp_path) == ["pipx", "runpip", tmp_path.name, "install", "ailab[torch]"]


@pytest.mark.parametrize(
    ("file", "text"), [("uv-receipt.toml", ""), ("pyvenv.cfg", "home = /usr/bin\nuv = 0.9.1\n")]
)
def test_that_uv_is_told_by_its_files(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert _command(tmp_path)[:4] == ["uv", "pip", "install", "--python"]


def test_that_nothing_can_be_added_to_a_packed_app(tmp_path: Path) -> None:
    assert _command(tmp_path, is_frozen=True) == []


def test_that_one_package_goes_before_the_other_comes(tmp_path: Path) -> None:
    python = str(tmp_path / "python")
    lines = replace_command(
        "old", "new[cuda]", prefix=str(tmp_path), python=python, is_frozen=False
    )
    first, second = lines.splitlines()
    assert first.endswith("-m pip uninstall -y old")  # a question would swallow the second line
    assert second.endswith('-m pip install "new[cuda]"')
    (tmp_path / "uv-receipt.toml").touch()
    first, _ = replace_command(
        "old", "new", prefix=str(tmp_path), python="python", is_frozen=False
    ).splitlines()
    assert first == "uv pip uninstall --python python old"
    assert not replace_command("old", "new", is_frozen=True)

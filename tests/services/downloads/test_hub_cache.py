"""Where the cache lies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ailab.services.downloads.hub_cache import HubCache, find_cache


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, "{home}/.cache/huggingface/hub"),
        ({"XDG_CACHE_HOME": "{tmp}"}, "{tmp}/huggingface/hub"),
        ({"HF_HOME": "{tmp}/hf", "XDG_CACHE_HOME": "{tmp}"}, "{tmp}/hf/hub"),
        ({"HUGGINGFACE_HUB_CACHE": "{tmp}/old", "HF_HOME": "{tmp}/hf"}, "{tmp}/old"),
        ({"HF_HUB_CACHE": "{tmp}/new", "HUGGINGFACE_HUB_CACHE": "{tmp}/old"}, "{tmp}/new"),
        ({"HF_HUB_CACHE": "~/models"}, "{home}/models"),
    ],
)
def test_that_the_cache_is_where_huggingface_hub_has_it(
    environ: dict[str, str], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_HOME")
    for name, value in environ.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))
    expected = Path(folder.format(tmp=tmp_path, home=Path.home()))
    assert find_cache() == expected
    code = "from huggingface_hub.constants import HF_HUB_CACHE; print(HF_HUB_CACHE)"
    theirs = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert Path(theirs.stdout.strip()) == expected


def test_that_an_old_model_without_owner_has_its_folder(tmp_path: Path) -> None:
    assert HubCache(tmp_path, "gpt2").snapshot("c") == tmp_path / "models--gpt2/snapshots/c"

"""Repositories for the embedded Hub, and the drawing of pictures with known content."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo, DemoRevision

_ROOT = Path(__file__).parents[2]


def _small(path: str, content: bytes) -> DemoFile:
    return DemoFile(path, content)


@pytest.fixture
def weights() -> bytes:
    """The content of a large file: 300 kB in which no part is like another."""
    return b"".join(index.to_bytes(4, "little") for index in range(75_000))


@pytest.fixture
def repos(weights: bytes) -> tuple[DemoRepo, ...]:
    """One repository for each way to be answered."""
    card = b"---\nlicense: mit\n---\n# Cells\n"
    config = b'{"architectures": ["CellNet"], "model_type": "cell", "hidden_size": 8}'
    return (
        DemoRepo(
            "lab/Cells",
            (
                _small("README.md", card),
                _small("config.json", config),
                DemoFile("onnx/model.onnx", weights),
            ),
            task="image-segmentation",
            library="transformers",
            license="mit",
            tags=("nuclei",),
            card={"license": "mit"},
            downloads=30,
            likes=3,
            created=datetime(2026, 1, 1, tzinfo=UTC),
            renamed_from=("oldlab/cells", "cells-base"),
            revisions=(
                DemoRevision("v1", (_small("config.json", b'{"version": 1}'),), is_tag=True),
                DemoRevision("pr/next", (_small("config.json", b'{"version": 2}'),)),
            ),
        ),
        DemoRepo(
            "lab/gated",
            (_small("config.json", b"{}"), DemoFile("onnx/model.onnx", b"gated weights")),
            task="object-detection",
            gated="manual",
            downloads=20,
            likes=9,
            created=datetime(2026, 1, 2, tzinfo=UTC),
        ),
        DemoRepo(
            "other/off",
            (_small("config.json", b"{}"),),
            disabled=True,
            downloads=20,
            created=datetime(2026, 1, 3, tzinfo=UTC),
        ),
        DemoRepo(
            "lab/private",
            (_small("config.json", b"{}"),),
            is_private=True,
            downloads=1,
            created=datetime(2025, 12, 30, tzinfo=UTC),
        ),
        DemoRepo("other/gone", vanished=True, created=datetime(2026, 1, 4, tzinfo=UTC)),
    )


@pytest.fixture
def safetensors() -> Callable[[int], bytes]:
    """Makes weights of as many bytes, each a parameter."""

    def make(count: int) -> bytes:
        tensor = {"dtype": "I8", "shape": [count], "data_offsets": [0, count]}
        header = json.dumps({"a": tensor}).encode()
        return len(header).to_bytes(8, "little") + header + bytes(count)

    return make


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Imports a module of `training`, which lies beside the package and is not installed."""
    monkeypatch.syspath_prepend(str(_ROOT))
    return lambda name: importlib.import_module(f"training.{name}")

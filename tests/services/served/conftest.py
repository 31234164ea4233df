"""Servers on this machine, and a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.served.served_models import ServedModels
from loopback_served import LoopbackServed

DRAFT = SheetDraft(
    task="object-detection", decoder="detr", width=48, height=32, labels=("nothing", "disc")
)


@pytest.fixture
def server() -> Iterator[LoopbackServed]:
    with LoopbackServed() as made:
        yield made


@pytest.fixture
def served(tmp_path: Path) -> ServedModels:
    return ServedModels(tmp_path / "served")


@pytest.fixture
def described(server: LoopbackServed, served: ServedModels) -> ServedModels:
    """With a sheet of the server's model."""
    served.sheet(server.model).save(DRAFT, None)
    return served


@pytest.fixture
def draft() -> SheetDraft:
    """The sheet of the server's model."""
    return DRAFT


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "picture.png"
    Image.new("RGB", (96, 64), (200, 30, 40)).save(path)
    return str(path)

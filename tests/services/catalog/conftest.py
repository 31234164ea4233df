"""A catalogue in a folder of its own, and models of every sort to put into it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ailab.services.catalog.catalog_service import CatalogService
from ailab.services.hub.model_info import Gated, ModelInfo
from fakes import FakeHub

GATES: tuple[Gated, ...] = ("", "", "", "manual", "auto")


def _assorted(count: int, seed: int = 0) -> tuple[ModelInfo, ...]:
    chance = random.Random(seed)
    newest = datetime(2026, 6, 1, tzinfo=UTC)
    rows = []
    for number in range(count):
        owner = chance.choice(("acme", "Zeta-Lab", "x9", "acme2"))
        library = chance.choice(("transformers", "timm", "ONNX", None))
        license_id = chance.choice(("mit", "apache-2.0", "cc-by-nc-4.0", "gpl-3.0", "Other", None))
        tags = [chance.choice(("vision", "onnx", "Été", "100%_sure", 'quo"ted', "a'b"))]
        tags += [f"license:{license_id.lower()}"] if license_id else []
        parameters = chance.choice((None, 0, 1, 5_000_000, chance.randrange(10**10), 2**62))
        rows.append(
            ModelInfo(
                key=f"{number:024x}" if number % 7 else f"key {number}",
                id=f"{owner}/{chance.choice(('ViT', 'resnet', 'SegFormer-b0', 'q'))}-{number}",
                author=chance.choice((owner, owner, "somebody-else", None)),
                task=chance.choice(("object-detection", "image-segmentation", None)),
                library=library,
                license=license_id,
                downloads=chance.choice((None, 0, 3, chance.randrange(10**6), 2**60)),
                likes=chance.choice((None, 0, 1, chance.randrange(500))),
                last_modified=chance.choice(
                    (None, newest - timedelta(hours=chance.randrange(40_000)))
                ),
                tags=tuple(tags),
                gated=chance.choice(GATES),
                parameters=parameters,
                created=chance.choice((None, newest - timedelta(days=chance.randrange(900)))),
                size=chance.choice((None, 0, chance.randrange(10**11))),
                files=("config.json", "onnx/model.onnx"),
                architectures=("DetrForObjectDetection",),
                needs_remote_code=chance.random() < 0.1,
                is_private=chance.random() < 0.1,
                trending=chance.choice((None, 0.0, float(chance.randrange(50)))),
            )
        )
    return tuple(rows)


@pytest.fixture
def assorted() -> Callable[..., tuple[ModelInfo, ...]]:
    """Makes models that differ in every field, the same for the same number."""
    return _assorted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the catalogue lies; not made yet."""
    return tmp_path / "data"


@pytest.fixture
def hub() -> FakeHub:
    """What is synchronised from."""
    return FakeHub()


@pytest.fixture
def open_service(folder: Path, hub: FakeHub) -> Callable[[], CatalogService]:
    """Opens the catalogue; the test closes it."""
    return lambda: CatalogService(folder, hub)

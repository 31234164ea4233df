from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ray_lab import Cluster, a_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with a_cluster() as cluster:
        yield cluster


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    """Six of several sizes, the third of them damaged, two of the same name."""
    drawn = np.random.default_rng(3)
    paths = []
    for index in range(6):
        folder = tmp_path / ("a" if index < 5 else "b")
        folder.mkdir(exist_ok=True)
        path = folder / f"{index % 5}.png"
        pixels = drawn.integers(0, 256, (50 + 7 * index, 64, 3), np.uint8)
        Image.fromarray(pixels).save(path)
        paths.append(str(path))
    Path(paths[2]).write_bytes(Path(paths[2]).read_bytes()[:50])
    return paths

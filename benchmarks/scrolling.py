"""Whether the list of models scrolls a million rows without a hitch.

    python -m benchmarks.scrolling [--rows 1000000]

The real list model, view and delegate on Qt's offscreen platform. Peer: Qt's own `QListView` with
equally high rows over the same model and delegate.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtWidgets import QAbstractItemView, QApplication, QListView

from ailab.services.hub.model_info import ModelInfo
from ailab.views.model_list_delegate import ModelListDelegate
from ailab.views.model_list_model import ModelListModel
from ailab.views.model_list_view import ModelListView
from ailab.views.theme import Theme, apply_theme
from benchmarks.synthetic_models import synthetic_models

FRAMES = 300
PAGES = 50


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of work."""
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def frames(view: QAbstractItemView, places: list[float]) -> list[float]:
    """Milliseconds to show and paint the list at places, 0 to 1."""
    bar, viewport = view.verticalScrollBar(), view.viewport()
    assert bar is not None
    assert viewport is not None

    def show(place: float) -> None:
        bar.setValue(round(place * bar.maximum()))
        viewport.repaint()

    return [timed(partial(show, place)) for place in places]


def measure(name: str, view: QAbstractItemView, models: tuple[ModelInfo, ...]) -> None:
    """Print how long a list takes to be set, to grow and to scroll."""
    rows = view.model()
    assert isinstance(rows, ModelListModel)
    view.resize(640, 700)
    view.show()
    QApplication.processEvents()
    less = models[: -PAGES * 50]

    def show(some: tuple[ModelInfo, ...]) -> None:
        rows.set_models(some)
        frames(view, [0.5])

    reset = timed(partial(show, less))
    sizes = [len(less) + 50 * page for page in range(1, PAGES + 1)]
    grown = [timed(partial(show, more)) for more in (models[:size] for size in sizes)]
    count = len(models)
    chance = random.Random(1)
    wheel = frames(view, [0.3 + 60 * step / (100 * count) for step in range(FRAMES)])
    jumps = frames(view, [chance.random() for _ in range(FRAMES)])
    print(f"{name:<28}{reset:10.1f}{max(grown):14.1f}", end="")
    for times in (wheel, jumps):
        ordered = sorted(times)
        print(f"{ordered[len(times) // 2]:12.1f}{ordered[int(0.99 * len(times))]:8.1f}", end="")
    print(flush=True)
    view.close()


def main() -> None:
    """Measure both lists."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    count = parser.parse_args().rows
    app = QApplication(sys.argv[:1])
    apply_theme(app, Theme.LIGHT)
    models = tuple(synthetic_models(count))
    print(f"{count:,} rows, milliseconds")
    print(f"{'':<28}{'set':>10}{'worst page':>14}", end="")
    print(f"{'wheel p50':>12}{'p99':>8}{'jump p50':>12}{'p99':>8}")
    for _ in range(2):
        measure("ailab's list", ModelListView(ModelListModel()), models)
        peer = QListView()
        peer.setModel(ModelListModel(peer))
        peer.setItemDelegate(ModelListDelegate(peer))
        peer.setUniformItemSizes(True)
        measure("QListView, uniform rows", peer, models)


if __name__ == "__main__":
    main()

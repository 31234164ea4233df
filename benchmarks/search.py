"""From a keystroke to rows on the screen, on the live Hub and offline.

    python -m benchmarks.search [--size 200000] [--folder DIR]

The real browser view model and dialog on Qt's offscreen platform. The Hub is the embedded one on
loopback in the same process, every answer 100 ms late; the catalogue is a made-up one (DIR as in
`benchmarks.catalog`). A search waits until the person rests: that pause is part of the time and
named. Peer in the same run: `huggingface_hub.list_models(search=…)` asked of the same late Hub,
without a window and without a pause.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from aiohttp import web
from huggingface_hub import HfApi
from PyQt6.QtWidgets import QApplication
from qasync import QEventLoop

from ailab.demo.catalogue import demo_catalogue
from ailab.demo.hub_server import HubServer
from ailab.lab import Lab
from ailab.services.catalog.catalog_folder import catalog_folder
from ailab.services.catalog.catalog_service import FILE_NAME
from ailab.services.lab_folders import LabFolders
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_browser_dialog import ModelBrowserDialog
from ailab.views.theme import Theme, apply_theme
from benchmarks.catalog import build

LATENCY = 0.1
WORDS = ("vit", "detr", "seg", "nuclei", "conv", "mobile", "clip", "swin")


async def late(_: web.Request) -> None:
    """Hold every request up, as a network does."""
    await asyncio.sleep(LATENCY)


async def type_and_see(dialog: ModelBrowserDialog, lab: Lab, text: str) -> float:
    """Milliseconds from typing a text to its rows being painted."""
    seen = asyncio.Event()

    def on_changed(old: ModelBrowserState, new: ModelBrowserState) -> None:
        if old.is_searching and not new.is_searching:
            seen.set()

    begun = time.perf_counter()
    lab.browser.changed.connect(on_changed)
    dialog.search.setText(text)
    await asyncio.wait_for(seen.wait(), 30)
    dialog.models.grab()  # paints the list with its rows
    elapsed = time.perf_counter() - begun
    lab.browser.changed.disconnect(on_changed)
    return 1000 * elapsed


def ask_peer(api: HfApi, word: str) -> int:
    """Read the whole list, as a program does."""
    return len(list(api.list_models(search=word)))


def _lend(folder: Path, endpoint: str) -> None:
    """Let the catalogue in a folder pass for that of a Hub."""
    place = catalog_folder(folder, endpoint)
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(folder.absolute(), target_is_directory=True)


async def measure(folder: Path) -> None:
    """Print the three ways."""
    async with HubServer(demo_catalogue(), intercept=late) as hub:
        folders = LabFolders(folder / "config", folder, folder / "cache")
        _lend(folder, hub.url)
        async with Lab(hub.url, folder / "hub-cache", "", folders) as lab:
            dialog = ModelBrowserDialog(lab.browser)
            dialog.open()
            await lab.browser.wait()
            api = HfApi(endpoint=hub.url, token=False)
            live: list[float] = []
            peer: list[float] = []
            for word in WORDS:
                live.append(await type_and_see(dialog, lab, word))
                begun = time.perf_counter()
                await asyncio.to_thread(ask_peer, api, word)
                peer.append(1000 * (time.perf_counter() - begun))
            lab.browser.set_offline(True)
            await lab.browser.wait()
            offline = [await type_and_see(dialog, lab, word) for word in WORDS]
            dialog.close()
    print(f"{'from keystroke to rows':<44}{'median':>8}{'least':>8}{'most':>8}   ÷ peer (ms)")
    for name, times in (
        ("live Hub, 100 ms away; pause of 250 ms included", live),
        ("huggingface_hub alone, no window, no pause", peer),
        ("offline catalogue", offline),
    ):
        ratios = sorted(own / other for own, other in zip(times, peer, strict=True))
        print(
            f"{name:<48}{statistics.median(times):8.1f}{min(times):8.1f}{max(times):8.1f}"
            f"   {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


def main() -> None:
    """Build the catalogue and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=200_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    apply_theme(app, Theme.LIGHT)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)) / str(given.size)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / FILE_NAME).exists():
            build(folder, given.size)
        with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
            runner.run(measure(folder))


if __name__ == "__main__":
    main()

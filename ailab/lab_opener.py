"""A lab on the Hub that a person asked for, with what that person has set."""

from __future__ import annotations

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from ailab.lab import Lab
from ailab.services.lab_folders import LabFolders, find_folders
from ailab.services.settings.settings_file import SettingsFile


class LabOpener:
    """Opens a lab on the Hub that a person asked for.

    The demo Hub gets a cache of its own, so that its models never lie among a person's.

    Args:
        is_demo: on the embedded Hub instead of the real one.

    Attributes:
        pictures: folder of the demo's sample pictures; None on the real Hub.
    """

    def __init__(self, *, is_demo: bool) -> None:
        self._is_demo = is_demo
        self._exits = AsyncExitStack()
        self.pictures: Path | None = None

    async def __aenter__(self) -> Lab:
        if not self._is_demo:
            folders = find_folders()
            kept = await SettingsFile(folders.config).load()
            return await self._exits.enter_async_context(Lab(folders=folders, kept=kept))
        from ailab.demo.demo_hub import DemoHub  # noqa: PLC0415 - only the demo pays for it

        demo = await self._exits.enter_async_context(DemoHub())
        self.pictures = demo.pictures
        cache = self._exits.enter_context(
            tempfile.TemporaryDirectory(prefix="ailab-demo-", ignore_cleanup_errors=True)
        )
        folders = LabFolders.below(Path(cache) / "lab")
        return await self._exits.enter_async_context(
            Lab(demo.url, Path(cache), token=demo.token, folders=folders)
        )

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

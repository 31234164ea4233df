"""Where the lab keeps what is its own, apart from models and results."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LabFolders:
    """Folders that need not exist yet.

    Attributes:
        config: settings, saved searches, favourites; a few small files.
        data: the offline catalogue, the list of downloads, measurements; worth keeping.
        cache: previews and the like; may be deleted at any time.
    """

    config: Path
    data: Path
    cache: Path

    @classmethod
    def below(cls, root: Path) -> LabFolders:
        """All in one folder, for the demo and for a lab on a stick."""
        return cls(root / "config", root / "data", root / "cache")


def find_folders(environ: Mapping[str, str] = os.environ) -> LabFolders:
    """The folders of `AILAB_HOME` where that is set, else those that the system provides."""
    if root := environ.get("AILAB_HOME", "").strip():
        return LabFolders.below(Path(root).expanduser())
    from platformdirs import PlatformDirs  # noqa: PLC0415 - not before the window is painted

    folders = PlatformDirs("ailab", appauthor=False)
    return LabFolders(
        folders.user_config_path, folders.user_data_path / "lab", folders.user_cache_path
    )

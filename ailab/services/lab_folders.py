"""Where the lab keeps what is its own, apart from models and results."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platformdirs import PlatformDirs


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
    if (own := _own_folders(environ)) is not None:
        return own
    folders = _of_the_system()
    return LabFolders(
        folders.user_config_path, folders.user_data_path / "lab", folders.user_cache_path
    )


def find_log_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the window's log lies."""
    own = _own_folders(environ)
    return _of_the_system().user_data_path if own is None else own.data


def _own_folders(environ: Mapping[str, str]) -> LabFolders | None:
    root = environ.get("AILAB_HOME", "").strip()
    return LabFolders.below(Path(root).expanduser()) if root else None


def _of_the_system() -> PlatformDirs:
    from platformdirs import PlatformDirs  # noqa: PLC0415 - not before the window is painted

    return PlatformDirs("ailab", appauthor=False)

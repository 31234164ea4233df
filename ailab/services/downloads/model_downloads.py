"""What the view models ask of downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.kept_model import KeptModel
from ailab.services.hub.model_info import ModelDetails


class ModelDownloads(Protocol):
    """Downloads as the view models see them."""

    async def holds(self, details: ModelDetails, files: Sequence[str]) -> bool:
        """True where all of a model's `files` at its revision are on this disk already.

        Where the details have none, at the commit that their branch was when it was last asked for.
        """
        ...

    async def kept(self, model_id: str, revision: str | None) -> KeptModel | None:
        """What is on this disk of a model, without asking the Hub; None where nothing is.

        Args:
            model_id: `owner/name`.
            revision: branch, tag or commit; None for the main branch.
        """
        ...

    async def kept_ids(self) -> frozenset[str]:
        """Ids of the models of which files are on this disk."""
        ...

    async def download(
        self,
        details: ModelDetails,
        files: Sequence[str],
        on_progress: Callable[[DownloadProgress], None],
    ) -> Path:
        """Bring `files` into the cache and return the snapshot's folder.

        Files already there are not fetched again. Cancelling keeps what has arrived, unseen, for
        the next time.

        Raises:
            LabError: the Hub, the disk or a hash failed; says which and what to do.
        """
        ...

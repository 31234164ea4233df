"""The filmstrip's thumbnails: read for the pictures in sight, a few kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.images.pictures import Pictures
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.picture_filter import PictureFilterViewModel
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.thumbnail_side import THUMBNAIL_SIDE
from ailab.viewmodels.view_model import ViewModel

_KEPT = 400


@dataclass(frozen=True, slots=True)
class FilmstripState:
    """What the filmstrip shows.

    Attributes:
        thumbnails: by path; None where a picture can't be read.
    """

    thumbnails: Mapping[str, Picture | None] = field(default_factory=lambda: MappingProxyType({}))


class FilmstripViewModel(ViewModel[FilmstripState]):
    """Reads thumbnails of the pictures in sight.

    Args:
        pictures: reads pictures; lent.
        results: the run whose pictures are stepped through; lent.

    Attributes:
        filter: which of them are.
    """

    def __init__(self, pictures: Pictures, results: ResultsViewModel) -> None:
        super().__init__(FilmstripState())
        self.filter = PictureFilterViewModel(results)
        self._pictures = pictures
        self._reading = Latest("thumbnails")
        self._wanted: tuple[str, ...] = ()

    def look_at(self, paths: tuple[str, ...]) -> None:
        """Read the thumbnails of the pictures now in sight; those scrolled away are not."""
        if paths == self._wanted:
            return
        self._wanted = paths
        self._reading.start(self._run_read(paths))

    async def close(self) -> None:
        """Stop reading and wait for its end."""
        await self._reading.close()

    async def wait(self) -> None:
        """Wait until the pictures in sight are read."""
        await self._reading.wait()

    async def _run_read(self, paths: tuple[str, ...]) -> None:
        for path in paths:
            if path in self.state.thumbnails:
                continue
            try:
                thumbnail: Picture | None = await self._pictures.read(path, THUMBNAIL_SIDE)
            except PictureError:
                thumbnail = None
            # The oldest go first; what is in sight was read last.
            kept = dict(list(self.state.thumbnails.items())[-_KEPT + 1 :])
            kept[path] = thumbnail
            self._become(replace(self.state, thumbnails=MappingProxyType(kept)))

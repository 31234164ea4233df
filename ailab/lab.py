"""The lab without its window: the services and the view models on them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from ailab.services.catalog.model_catalog import CatalogFacts, SyncProgress
from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelQuery
from ailab.services.hub.model_service import ModelService
from ailab.services.images.picture_service import PictureService
from ailab.services.inference.inference_service import InferenceService
from ailab.services.lab_error import LabError
from ailab.services.lab_folders import LabFolders, find_folders
from ailab.services.results.run_service import RunService
from ailab.services.searches.search_file import SearchFile
from ailab.viewmodels.filmstrip import FilmstripViewModel
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.model_browser import ModelBrowserViewModel


class _NoCatalog:
    """Stands in until the catalogue is there: holds nothing."""

    def applies_all(self, query: ModelQuery) -> bool:
        return True

    async def first_page(self, query: ModelQuery) -> ModelPage:
        return ModelPage(())

    async def next_page(self, page: ModelPage) -> ModelPage:
        return ModelPage(())

    async def get_model_info(self, model_id: str, revision: str | None = None) -> ModelDetails:
        raise LabError(f"{model_id} was not seen before.", "Go online.")

    async def facts(self) -> CatalogFacts:
        return CatalogFacts()

    async def remember(self, models: Sequence[ModelInfo]) -> None:
        pass

    async def remember_details(self, details: ModelDetails) -> None:
        pass

    async def sync(
        self, tasks: Sequence[str], on_progress: Callable[[SyncProgress], None]
    ) -> CatalogFacts:
        return CatalogFacts()


class Lab:
    """Builds the services and view models, and closes them in the right order.

    Args:
        endpoint: origin of the Hub; None for `HF_ENDPOINT` or the real one.
        cache: folder of downloaded models; None for the standard Hugging Face cache.
        token: access token; None to find the person's own, empty for none.
        folders: where the lab keeps what is its own; None for the system's usual places.

    Attributes:
        hub: searches models.
        compatibility: says whether they run here.
        downloads: brings their files.
        worker: runs them.
        inference: the Inference tab.
        browser: the model browser.
        filmstrip: thumbnails.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        cache: Path | None = None,
        token: str | None = None,
        folders: LabFolders | None = None,
    ) -> None:
        self.hub = ModelService(endpoint, token)
        self.compatibility = Compatibility(lambda: self.hub.has_token)
        pictures = PictureService()
        self.downloads = ModelDownloader(self.hub, cache)
        self.worker = InferenceService()
        self.inference = InferenceViewModel(
            self.hub, self.downloads, self.worker, pictures, RunService(), judge=self.compatibility
        )
        folders = folders or find_folders()
        self.browser = ModelBrowserViewModel(
            self.hub, _NoCatalog(), self.compatibility, SearchFile(folders.config)
        )
        self.filmstrip = FilmstripViewModel(pictures)

    async def close(self) -> None:
        """Stop what is under way, end the worker, close the connections."""
        await self.browser.close()
        await self.filmstrip.close()
        await self.inference.close()
        await self.worker.close()
        await self.hub.close()

    async def __aenter__(self) -> Lab:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


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
            return await self._exits.enter_async_context(Lab())
        from ailab.demo.demo_hub import DemoHub  # noqa: PLC0415 - only the demo pays for it

        demo = await self._exits.enter_async_context(DemoHub())
        self.pictures = demo.pictures
        cache = self._exits.enter_context(
            tempfile.TemporaryDirectory(prefix="ailab-demo-", ignore_cleanup_errors=True)
        )
        folders = LabFolders.below(Path(cache) / "lab")
        return await self._exits.enter_async_context(
            Lab(demo.url, Path(cache), token="", folders=folders)
        )

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

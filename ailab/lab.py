"""The lab without its window: the services and the view models on them."""

from __future__ import annotations

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from ailab.services.account.account_service import AccountService
from ailab.services.account.key_ring import KeyRing
from ailab.services.account.token_store import TokenStore
from ailab.services.catalog.catalog_service import CatalogService
from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.downloads.download_queue import DownloadQueue
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.hub.model_service import ModelService
from ailab.services.images.picture_service import PictureService
from ailab.services.inference.inference_service import InferenceService
from ailab.services.lab_folders import LabFolders, find_folders
from ailab.services.library.library_service import LibraryService
from ailab.services.previews.preview_service import PreviewService
from ailab.services.results.run_service import RunService
from ailab.services.searches.search_file import SearchFile
from ailab.viewmodels.account import AccountViewModel
from ailab.viewmodels.catalog import CatalogViewModel
from ailab.viewmodels.downloads import DownloadsViewModel
from ailab.viewmodels.filmstrip import FilmstripViewModel
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.library import LibraryViewModel
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.previews import PreviewsViewModel


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
        queue: brings their files.
        worker: runs them.
        offline: the catalogue on this disk.
        inference: the Inference tab.
        filmstrip: thumbnails.
        browser: the model browser.
        previews: pictures of models.
        library: the Library tab.
        downloads: the Downloads tab.
        account: whose account the Hub is asked with.
        catalog: filling the catalogue.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        cache: Path | None = None,
        token: str | None = None,
        folders: LabFolders | None = None,
    ) -> None:
        folders = folders or find_folders()
        self.hub = ModelService(endpoint, token)
        self.compatibility = Compatibility(
            lambda: self.hub.has_token, folders.data / "measurements.sqlite3"
        )
        self.queue = DownloadQueue(ModelDownloader(self.hub, cache), folders.data)
        self.worker = InferenceService()
        self.offline = CatalogService(folders.data, self.hub)
        pictures = PictureService()
        self.inference = InferenceViewModel(
            self.hub, self.queue, self.worker, pictures, RunService(), judge=self.compatibility
        )
        self.filmstrip = FilmstripViewModel(pictures)
        self.previews = PreviewsViewModel(PreviewService(self.hub, folders.cache / "previews"))
        self.browser = ModelBrowserViewModel(
            self.hub,
            self.offline,
            self.compatibility,
            SearchFile(folders.config),
            pages=ModelPagesViewModel(self.hub, self.queue, self.queue),
            previews=self.previews,
        )
        self.library = LibraryViewModel(
            LibraryService(cache, folders.data / "verified.json", self._loaded_model), self.hub
        )
        self.downloads = DownloadsViewModel(self.queue)
        # Where a token is given, it belongs to this lab alone: no other is looked for.
        store = TokenStore(KeyRing(self.hub.endpoint)) if token is None else None
        self.account = AccountViewModel(AccountService(self.hub, store))
        self.catalog = CatalogViewModel(self.offline)

    @property
    def endpoint(self) -> str:
        """Origin of the Hub, without a slash at its end."""
        return self.hub.endpoint

    def open(self) -> None:
        """Bring back paused downloads, and look for the person's token."""
        self.downloads.open()
        self.account.open()

    async def close(self) -> None:
        """Stop what is under way, end the worker, close the connections."""
        for view_model in (
            *(self.browser, self.previews, self.filmstrip, self.inference),
            *(self.library, self.account, self.catalog, self.downloads),
        ):
            await view_model.close()
        await self.queue.close()
        await self.offline.close()
        await self.worker.close()
        await self.hub.close()

    async def __aenter__(self) -> Lab:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _loaded_model(self) -> Path | None:
        return self.worker.loaded


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

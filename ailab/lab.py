"""The lab without its window: the services and the view models on them."""

from __future__ import annotations

from pathlib import Path

from ailab.demo.example_picture import EXAMPLE_PICTURE
from ailab.lab_links import LabLinks
from ailab.services.account.account_service import AccountService
from ailab.services.account.key_ring import KeyRing
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.account.token_store import TokenStore
from ailab.services.catalog.catalog_folder import catalog_folder
from ailab.services.catalog.catalog_service import CatalogService
from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.conversion.conversion_service import ConversionService
from ailab.services.conversion.converted_store import ConvertedStore
from ailab.services.decoding.walled_decoder import WalledDecoder
from ailab.services.downloads.download_queue import DownloadQueue
from ailab.services.downloads.hub_cache import find_cache
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.hub.model_service import ModelService
from ailab.services.images.picture_service import PictureService
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.run_place import RunPlace
from ailab.services.inference.sheet_service import SheetService
from ailab.services.kept_sheets.kept_sheets import KeptSheets
from ailab.services.lab_folders import LabFolders, find_folders
from ailab.services.library.check_record import CheckRecord
from ailab.services.library.library_service import LibraryService
from ailab.services.library.loaded_models import LoadedModels
from ailab.services.local_path import local_path
from ailab.services.named_shares import NamedShares
from ailab.services.previews.preview_service import PreviewService
from ailab.services.providers.inference_providers import InferenceProviders
from ailab.services.ray_run.ray_runs import RayRuns
from ailab.services.results.run_service import RunService
from ailab.services.searches.search_file import SearchFile
from ailab.services.served.served_models import ServedModels
from ailab.services.served.server_tokens import ServerTokens
from ailab.services.settings.settings_file import SettingsFile
from ailab.services.settings.settings_store import LoadedSettings
from ailab.services.settings.surroundings import find_overrides, in_effect
from ailab.viewmodels.account import AccountViewModel
from ailab.viewmodels.catalog import CatalogViewModel
from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.documentation import DocumentationViewModel
from ailab.viewmodels.downloads import DownloadsViewModel
from ailab.viewmodels.filmstrip import FilmstripViewModel
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.library import LibraryViewModel
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.previews import PreviewsViewModel
from ailab.viewmodels.settings import SettingsViewModel
from ailab.viewmodels.sheet_editor import SheetEditorViewModel


class Lab:
    """Builds the services and view models, and closes them in the right order.

    Args:
        endpoint: origin of the Hub; None for `HF_ENDPOINT` or the real one.
        cache: folder of downloaded models; None for the standard Hugging Face cache.
        token: access token; None to find the person's own, empty for none.
        folders: where the lab keeps what is its own; None for the system's usual places.
        kept: the person's settings, which count where the arguments above are None; None for
            the usual ones.

    Attributes:
        hub: searches models.
        compatibility: says whether they run here.
        queue: brings their files.
        worker: runs them.
        decoder: decodes pictures of models.
        ray: runs folders on Ray.
        offline: the catalogue on this disk.
        accounts: finds the person's token.
        inference: the Inference tab.
        conversion: turns the model of the Inference tab into ONNX.
        conversions: what was turned into ONNX on this machine.
        sheets: describe bare `.onnx` files.
        sheet_editor: edits them.
        filmstrip: thumbnails.
        browser: the model browser.
        previews: pictures of models.
        library: the Library tab.
        downloads: the Downloads tab.
        documentation: what ailab tells of itself.
        account: whose account the Hub is asked with.
        catalog: filling the catalogue.
        settings: what the person has set.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        cache: Path | None = None,
        token: str | None = None,
        folders: LabFolders | None = None,
        *,
        kept: LoadedSettings | None = None,
    ) -> None:
        folders = folders or find_folders()
        kept = kept or LoadedSettings()
        settings = in_effect(kept.settings)
        endpoint = endpoint or settings.endpoint or None
        if cache is None and settings.cache_folder:
            cache = local_path(settings.cache_folder)
        self.hub = ModelService(endpoint, token, proxy=settings.proxy)
        conversions = ConvertedStore(folders.data / "converted")
        sheets = KeptSheets(folders.data / "sheets")
        self.compatibility = Compatibility(
            lambda: self.hub.has_token,
            folders.data / "measurements.sqlite3",
            conversions=conversions,
            sheets=sheets,
            hub=self.hub,
        )
        self.compatibility.choose_device(settings.device)
        verified = CheckRecord(folders.data / "verified.json")
        downloader = ModelDownloader(self.hub, cache, on_verified=verified.add_sound)
        self.queue = DownloadQueue(downloader, folders.data)
        # Where a token is given, it belongs to this lab alone: no other is looked for.
        served = ServedModels(folders.data / "served", ServerTokens() if token is None else None)
        seconds = settings.seconds_for_picture
        self.worker = InferenceService(
            device=settings.device, time_limit=seconds, served=served.open, sheets=sheets
        )
        self.offline = CatalogService(catalog_folder(folders.data, self.hub.endpoint), self.hub)
        shares = NamedShares(Path.home(), EXAMPLE_PICTURE)
        pictures = PictureService(shares)
        self.inference = InferenceViewModel(
            *(self.hub, self.queue, self.worker, pictures, RunService(shares)),
            judge=self.compatibility,
            servers=served,
        )
        providers = InferenceProviders.of(self.hub, settings.proxy)
        self.inference.place.offer(RunPlace.PROVIDERS, providers, providers)
        self.ray = RayRuns(time_limit=seconds)
        self.inference.place.offer(RunPlace.RAY, self.ray)
        self.conversions = ConversionService(conversions, self._loaded_models())
        self.conversion = ConversionViewModel(
            self.conversions, self.queue, self.worker, self._hub_choice
        )
        self.sheets = SheetService(served.sheet, sheets)
        editing = (self.sheets, self.worker, pictures)
        self.sheet_editor = SheetEditorViewModel(*editing, example=EXAMPLE_PICTURE)
        self.filmstrip = FilmstripViewModel(pictures, self.inference.results)
        self.decoder = WalledDecoder()
        self.previews = PreviewsViewModel(
            PreviewService(self.hub, folders.cache / "previews", self.decoder),
            is_on=settings.shows_previews,
            is_offline=settings.is_offline,
        )
        self.catalog = CatalogViewModel(self.offline)
        self.browser = ModelBrowserViewModel(
            self.hub,
            self.offline,
            self.compatibility,
            SearchFile(folders.config),
            downloads=self.queue,
            pages=ModelPagesViewModel(self.hub, self.queue, self.queue, self.decoder),
            previews=self.previews,
            sync=self.catalog,
        )
        self.library = LibraryViewModel(
            LibraryService(cache, verified, self._loaded_models()), self.hub
        )
        self.downloads = DownloadsViewModel(self.queue)
        store = TokenStore(KeyRing(self.hub.endpoint)) if token is None else None
        given = TokenOrigin(TokenPlace.SESSION) if token else None
        self.accounts = AccountService(self.hub, store, given)
        self.account = AccountViewModel(self.accounts)
        self.settings = SettingsViewModel(
            SettingsFile(folders.config), kept, find_overrides(), str(find_cache())
        )
        self.hub.set_offline(is_offline=settings.is_offline)
        self.browser.set_offline(settings.is_offline)
        self.documentation = DocumentationViewModel()
        self._links = LabLinks(self)

    @property
    def endpoint(self) -> str:
        """Origin of the Hub, without a slash at its end."""
        return self.hub.endpoint

    def choose_device(self, device: str) -> None:
        """Let models run on one of `device.CHOICES`, as long as this lab is open."""
        self.compatibility.choose_device(device)
        self.worker.choose_device(device)

    def limit_time(self, seconds: float | None) -> None:
        """Give each picture so many seconds, as long as this lab is open; None for the usual."""
        self.worker.limit_time(seconds)
        self.ray.limit_time(seconds)

    def open(self) -> None:
        """Live in a window: bring back what it had, and look for the person's token.

        Paused downloads come back, and the place to run on, which is kept from here on. The
        command line names its own place each time.
        """
        self.inference.place.show(self.settings.state.settings.run_target)
        self._links.keep_place()
        self.downloads.open()
        self.conversion.open()
        self.inference.servers.open()
        self.account.open(is_offline=self.browser.state.wants_offline)

    async def close(self) -> None:
        """Stop what is under way, end the worker, close the connections."""
        for view_model in (
            *(self.browser, self.previews, self.filmstrip, self.sheet_editor, self.inference),
            self.conversion,
            *(self.library, self.account, self.catalog, self.downloads, self.settings),
            self.documentation,
        ):
            await view_model.close()
        await self.queue.close()
        await self.offline.close()
        await self.worker.close()
        await self.decoder.close()
        await self.ray.close()
        await self.hub.close()

    async def __aenter__(self) -> Lab:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _hub_choice(self, reference: str) -> ModelChoice:
        return ModelChoice(
            *(self.hub, self.queue, self.worker, self.compatibility),
            source=ModelSource.HUGGING_FACE,
            text=reference,
        )

    def _loaded_models(self) -> LoadedModels:
        return LoadedModels(
            lambda: self.worker.loaded, lambda: self.inference.state.is_running, self.worker.close
        )

"""A model browser over fakes."""

from __future__ import annotations

from fake_judge import FakeJudge
from fake_searches import FakeSearches

from ailab.services.searches.searches import Searches
from ailab.viewmodels.catalog import CatalogViewModel
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_pages import ModelPagesViewModel
from fakes import FakeCatalog, FakeDownloads, FakeHub, Gate


class BrowserLab:
    """A view model that neither rests nor waits, and the fakes that it stands on."""

    def __init__(
        self,
        hub: FakeHub | None = None,
        catalog: FakeCatalog | None = None,
        searches: Searches | None = None,
        *,
        debounce: float = 0,
        page_size: int = 50,
        sync: CatalogViewModel | None = None,
        pages: ModelPagesViewModel | None = None,
    ) -> None:
        self.hub = hub or FakeHub()
        self.catalog = catalog or FakeCatalog()
        self.judge = FakeJudge()
        self.downloads = FakeDownloads()
        self.store = FakeSearches(searches)
        self.second = Gate(is_open=False)
        self.browser = ModelBrowserViewModel(
            self.hub,
            self.catalog,
            self.judge,
            self.store,
            debounce=debounce,
            details_delay=0,
            page_size=page_size,
            tick=self._tick,
            downloads=self.downloads,
            sync=sync,
            pages=pages,
        )

    @property
    def ids(self) -> list[str]:
        """The rows shown."""
        return [model.id for model in self.browser.state.results]

    async def _tick(self, _seconds: float) -> None:
        await self.second.passage()
        self.second.shut()


def a_browser(hub: FakeHub, *, debounce: float = 0) -> ModelBrowserViewModel:
    """A view model over a Hub, where the other fakes do not matter."""
    return BrowserLab(hub, debounce=debounce).browser

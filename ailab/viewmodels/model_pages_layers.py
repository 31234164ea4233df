"""The layers of the selected model: read, and searched, while the window stays awake."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ailab.services.architecture.found_layers import FoundLayers, find_layers
from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.architecture.outline_reader import read_outline
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_pages_state import ModelPagesState, PagePart


class ModelPagesLayers:
    """Reads the layers that a file tells of, and finds some among them.

    Args:
        state: gives the tabs' present state.
        become: takes their next one.
        hub: where they are read; lent.
    """

    def __init__(
        self,
        state: Callable[[], ModelPagesState],
        become: Callable[[ModelPagesState], None],
        hub: ModelHub,
    ) -> None:
        self._state = state
        self._become = become
        self._hub = hub
        self._finding = Latest("search of layers")

    async def read(self, details: ModelDetails, path: str) -> FoundLayers:
        """All layers; those seen so far are shown while reading goes on.

        Raises:
            LabError: they cannot be read.
        """
        outline = await read_outline(self._hub, details, path, self._show_so_far)
        return await asyncio.to_thread(find_layers, outline, "")

    def show(self, part: PagePart[FoundLayers]) -> None:
        """Show them; of a failure, with those that were seen before it."""
        if part.problem is not None:
            part = replace(part, value=self._state().layers.value)
        self._become(replace(self._state(), layers=part))
        self._find()

    def search(self, text: str) -> None:
        """Look for those whose names hold a text."""
        self._become(replace(self._state(), layer_search=text.strip()))
        self._find()

    def cancel(self) -> None:
        """Search no more."""
        self._finding.cancel()

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        await self._finding.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._finding.wait()

    async def _show_so_far(self, outline: NetworkOutline) -> None:
        found = await asyncio.to_thread(find_layers, outline, self._state().layer_search)
        self.show(PagePart(found, is_loading=True))

    def _find(self) -> None:
        found, search = self._state().layers.value, self._state().layer_search
        if found is None or found.search == search:
            self._finding.cancel()
        else:
            self._finding.start(self._run_find(found.outline, search))

    async def _run_find(self, outline: NetworkOutline, search: str) -> None:
        found = await asyncio.to_thread(find_layers, outline, search)
        state = self._state()
        self._become(replace(state, layers=replace(state.layers, value=found)))

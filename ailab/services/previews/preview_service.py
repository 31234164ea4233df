"""Models' pictures from the Hub, their cards and this disk; light to import."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ailab.services.decoding.picture_decoder import PictureDecoder
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.previews.preview_cache import PreviewCache
from ailab.services.previews.preview_search import PreviewSearch

ROW_SIDE = 96
DETAILS_SIDE = 480


class PreviewService:
    """Finds, fetches and keeps models' pictures. See `Previews`.

    A row costs no question to the Hub's API, whose limit is small: its files are known, and its
    card is a file like any other.

    Args:
        hub: where pictures and cards are fetched; lent.
        folder: where pictures are kept.
        decoder: decodes what was fetched; lent.
        most: bytes that they may take together.
    """

    def __init__(
        self, hub: ModelHub, folder: Path, decoder: PictureDecoder, most: int = 200_000_000
    ) -> None:
        self._hub = hub
        self._cache = PreviewCache(folder, most)
        self._decoder = decoder

    async def of_row(self, model: ModelInfo, *, may_ask: bool = True) -> Picture | None:
        """A picture of at most 96 × 96 pixels; see `Previews`."""
        key = self._key(model)
        picture = await asyncio.to_thread(self._read, key, ROW_SIDE)
        if picture is not None or not may_ask:
            return picture
        if await asyncio.to_thread(self._cache.has_nothing, key):
            return None
        content = await PreviewSearch(self._hub, model, None, self._decoder).own()
        return await self._keep(key, content, ROW_SIDE)

    async def of_details(self, details: ModelDetails, *, may_ask: bool = True) -> Picture | None:
        """A picture of at most 480 × 480 pixels; see `Previews`.

        Where nothing else is found it is the card that the Hub draws of each model.
        """
        key = self._key(details.info)
        drawn = f"{key} drawn"  # with these alone in sight all rows would look the same
        for each in (key, drawn):
            picture = await asyncio.to_thread(self._read, each, DETAILS_SIDE)
            if picture is not None:
                return picture
        if not may_ask or await asyncio.to_thread(self._cache.has_nothing, drawn):
            return None
        search = PreviewSearch(self._hub, details.info, details, self._decoder)
        if (content := await search.own()) is not None:
            return await self._keep(key, content, DETAILS_SIDE)
        return await self._keep(drawn, await search.drawn(), DETAILS_SIDE)

    def _key(self, model: ModelInfo) -> str:
        # With another commit the pictures may be others.
        moment = model.last_modified.isoformat() if model.last_modified else ""
        return f"{self._hub.endpoint} {model.id} {moment}"

    async def _keep(self, key: str, content: bytes | None, side: int) -> Picture | None:
        await asyncio.to_thread(self._cache.keep, key, content)
        return None if content is None else await asyncio.to_thread(_decode, content, side)

    def _read(self, key: str, side: int) -> Picture | None:
        content = self._cache.read(key)
        if content is None:
            return None
        try:
            return _decode(content, side)
        except PictureError:
            self._cache.forget(key)
            return None


# Pillow is imported in the threads, on first use.


def _decode(content: bytes, side: int) -> Picture:
    from ailab.services.previews.preview_picture import decode_preview  # noqa: PLC0415

    return decode_preview(content, side)

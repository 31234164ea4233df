"""Looks for a picture of one model, from the likeliest place to the least likely."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ailab.services.decoding.picture_decoder import PictureDecoder
from ailab.services.hub.hub_errors import (
    HubError,
    HubOfflineError,
    HubServerError,
    HubTimeoutError,
    RateLimitError,
)
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.hub.preview_candidates import preview_paths
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.model_card.card_addresses import CardAddresses
from ailab.services.previews.card_images import card_images

_CARD = "README.md"
_CARD_BYTES = 2**16
_PICTURE_BYTES = 8 * 2**20
_SIDE = 480  # pixels of a kept preview's longest side
_TRIES = 4
_DRAWN = "https://cdn-thumbnails.huggingface.co/social-thumbnails/"
_PROMISING = re.compile("thumbnail|preview|teaser|sample|example|demo", re.IGNORECASE)
# These may be over in a minute; others say that there is no such picture.
_PASSING = (HubOfflineError, HubServerError, HubTimeoutError, RateLimitError)


class PreviewSearch:
    """One search.

    Args:
        hub: where pictures and the card are fetched; lent.
        model: whose picture.
        details: what is known of it beyond its row; None where nothing is.
        decoder: decodes what was found; lent.
    """

    def __init__(
        self,
        hub: ModelHub,
        model: ModelInfo,
        details: ModelDetails | None,
        decoder: PictureDecoder,
    ) -> None:
        self._hub = hub
        self._decoder = decoder
        self._model = model
        self._images = () if details is None else details.images
        self._failure: HubError | None = None

    async def own(self) -> bytes | None:
        """A small JPEG of a picture that the author chose or put into the card or the files.

        Returns:
            None where there is none that can be shown.

        Raises:
            HubError: it can't be said now.
            DecoderError: likewise.
        """
        tried: set[str] = set()
        async with aclosing(self._places()) as places:
            async for place in places:
                if place not in tried and (content := await self._fetch(place)) is not None:
                    return content
                tried.add(place)
                if len(tried) == _TRIES:
                    break
        if self._failure is not None:
            raise self._failure
        return None

    async def drawn(self) -> bytes | None:
        """As `own`, of the card that the Hub draws of each model."""
        drawn = [place for place in self._images if place.startswith(_DRAWN)]
        content = await self._fetch(drawn[0]) if drawn else None
        if content is None and self._failure is not None:
            raise self._failure
        return content

    async def _places(self) -> AsyncGenerator[str, None]:
        """Addresses and paths; the card is read only once those before it led to nothing."""
        paths = preview_paths(self._model.files)
        for place in self._images:
            if place not in paths and not place.startswith(_DRAWN):
                yield place
        for place in paths:
            if _PROMISING.search(place):
                yield place
        for place in await self._card_images():
            yield place
        for place in paths:
            yield place

    async def _card_images(self) -> tuple[str, ...]:
        model_id = self._model.id
        if self._model.files and _CARD not in self._model.files:
            return ()
        try:
            card = await self._hub.read_file(model_id, "main", _CARD, most=_CARD_BYTES)
        except HubError as error:
            self._note(error, is_hub=True)
            return ()
        addresses = CardAddresses(self._hub.endpoint, model_id, "main")
        text = card.decode("utf-8", errors="replace")
        return await asyncio.to_thread(card_images, text, addresses)

    async def _fetch(self, place: str) -> bytes | None:
        is_path = "://" not in place
        self._decoder.prepare()
        try:
            if is_path:
                most = _PICTURE_BYTES + 1
                content = await self._hub.read_file(self._model.id, "main", place, most=most)
            else:
                content = await self._hub.fetch_image(place, most=_PICTURE_BYTES)
            if len(content) > _PICTURE_BYTES:
                return None
            picture = await self._decoder.decode(content, widest=_SIDE, highest=_SIDE)
            return await asyncio.to_thread(_encode, picture)
        except PictureError:
            return None
        except HubError as error:
            self._note(error, is_hub=is_path or place.startswith(f"{self._hub.endpoint}/"))
            return None

    def _note(self, error: HubError, *, is_hub: bool) -> None:
        """Remember a failure that may pass; raise it where the Hub itself does not answer."""
        if isinstance(error, _PASSING):
            self._failure = error
            if is_hub:
                raise error


def _encode(picture: Picture) -> bytes | None:
    from ailab.services.previews.preview_picture import encode_preview  # noqa: PLC0415

    return encode_preview(picture)

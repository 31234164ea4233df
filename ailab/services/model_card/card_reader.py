"""A model's card and its pictures, from the Hub; light to import."""

from __future__ import annotations

import asyncio

from ailab.services.decoding.picture_decoder import PictureDecoder
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails
from ailab.services.images.picture import Picture
from ailab.services.model_card.card_addresses import CardAddresses
from ailab.services.model_card.model_card import CardPicture, ModelCard

_NAME = "README.md"
_LARGEST = 2**20
_WIDEST, _HIGHEST = 720, 2000


async def read_card(hub: ModelHub, details: ModelDetails) -> ModelCard | None:
    """The model's card; None where it has none. Over 1 MiB its first part is shown.

    Raises:
        HubError: it could not be read.
    """
    if not any(file.path == _NAME for file in details.files):
        return None
    model_id, revision = details.info.id, details.revision or details.ref
    content = await hub.read_file(model_id, revision, _NAME, most=_LARGEST)
    return await asyncio.to_thread(
        _render, content, CardAddresses(hub.endpoint, model_id, revision)
    )


async def read_picture(hub: ModelHub, decoder: PictureDecoder, picture: CardPicture) -> Picture:
    """A picture that a card names; whoever serves it learns that it was asked for.

    Raises:
        HubError: it could not be read.
        PictureError: it is no picture that can be shown.
        DecoderError: none can be shown now.
    """
    decoder.prepare()
    content = await hub.fetch_image(picture.url)
    return await decoder.decode(content, widest=_WIDEST, highest=_HIGHEST)


# markdown-it-py and nh3 are imported in the thread, on first use.


def _render(content: bytes, addresses: CardAddresses) -> ModelCard:
    from ailab.services.model_card.card_html import render_card  # noqa: PLC0415

    return render_card(content.decode("utf-8", errors="replace"), addresses)

"""Strangers' pictures decoded in this process, which tests trust them with."""

from __future__ import annotations

from ailab.services.decoding.decoded_picture import decoded_picture
from ailab.services.decoding.decoder_messages import (
    picture_from,
    picture_message,
    refusal_from,
    refusal_message,
)
from ailab.services.decoding.refusal import Refusal
from ailab.services.images.picture import Picture


class DirectDecoder:
    """Decodes as the decoder's process does, and answers as it does, without one."""

    def prepare(self) -> None: ...

    async def decode(self, content: bytes, *, widest: int, highest: int) -> Picture:
        try:
            message = picture_message(1, decoded_picture(content, widest, highest))
        except Refusal as refusal:
            raise refusal_from(refusal_message(1, refusal)) from refusal
        return picture_from(message, widest, highest)

"""What is asked of whoever decodes strangers' pictures."""

from __future__ import annotations

from typing import Protocol

from ailab.services.images.picture import Picture


class PictureDecoder(Protocol):
    """Decodes what came from elsewhere; see `WalledDecoder`."""

    def prepare(self) -> None:
        """Start what decoding needs, while a picture is on its way."""
        ...

    async def decode(self, content: bytes, *, widest: int, highest: int) -> Picture:
        """A picture, upright, on white where it is transparent.

        Args:
            content: the file: PNG, JPEG, GIF, WebP or BMP; of an animation the first frame is
                taken.
            widest: pixels that it may be wide; a larger one is scaled down.
            highest: pixels that it may be high.

        Raises:
            PictureError: of another format, damaged, too large, or nobody could decode it.
            DecoderError: no picture can be decoded now, whatever it is.
        """
        ...

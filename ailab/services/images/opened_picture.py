"""A picture that was opened, and not decoded yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from ailab.services.images.heic_file import HEIF, heic_notes
from ailab.services.images.picture_page import PicturePage
from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.tiff_tags import TiffTags


@dataclass(frozen=True, slots=True)
class OpenedPicture:
    """A page of a file, which it is, and the size of its pixels.

    Attributes:
        image: the page.
        page: which it is, of how many.
        told: the size of its pixels by the file; None where that is not told.
        given: the same by a person, who knows better; None where it was not given.
    """

    image: Image.Image
    page: PicturePage
    told: PixelSize | None
    given: PixelSize | None

    @property
    def pixel_size(self) -> PixelSize | None:
        """The one to reckon with."""
        return self.given or self.told

    def notes(self) -> Iterator[str]:
        """What a person should know of it before it is decoded."""
        yield from self.page.notes()
        if self.image.format == HEIF:
            yield from heic_notes(self.image)
        tags = TiffTags.of(self.image)
        if tags is not None and tags.samples > 1 and len(self.image.getbands()) == 1:
            yield f"Channel 1 of {tags.samples} is used."
        if self.given and self.told and not self.given.is_near(self.told):
            yield (
                f"Pixels of {self.given.words}, as given, are reckoned with; the file tells "
                f"{self.told.words}."
            )

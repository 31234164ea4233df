"""Which pages of the pictures are run, what becomes black and white, and their scale."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from ailab.services.images.channel_pages import channel_number
from ailab.services.images.page_choice import FIRST_PAGES, PageChoice
from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.value_range import WHOLE_RANGE, ValueRange

_SIXTEEN_BITS = (0.0, 65535.0)
_STACKS = frozenset({".apng", ".gif", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class ShownPage:
    """What is known of the picture on the screen, once it is read.

    Attributes:
        number: which of the file's pages, from 1.
        count: how many the file has.
        is_deep: it has more than 8 bits.
        ends: of its values what became black and white; None where none were stretched.
        notes: what was done to it.
        channels: of the file, by their names or numbers, where they are pages of their own.
        is_tiff: its file may tell the size of its pixels.
        told_pixel_size: by its file, whatever was given; None where it does not tell.
    """

    number: int = 1
    count: int = 1
    is_deep: bool = False
    ends: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    is_tiff: bool = False
    told_pixel_size: PixelSize | None = None


@dataclass(frozen=True, slots=True)
class PagesState:
    """What is chosen, and what there is to choose of.

    Attributes:
        choice: which pages are run.
        value_range: what is stretched of pictures that have more than 8 bits.
        pixel_size: of all pictures; None for what their files tell.
        shown: the picture on the screen; None while there is none that could be read.
        has_result: what was found in it stands beside it, and what was done to it, too.
        may_be_stacks: several files were chosen, and by its name one of them may hold pages.
    """

    choice: PageChoice = FIRST_PAGES
    value_range: ValueRange = WHOLE_RANGE
    pixel_size: PixelSize | None = None
    shown: ShownPage | None = None
    has_result: bool = False
    may_be_stacks: bool = False

    @property
    def offers_page(self) -> bool:
        """There are pages to choose from, or one was chosen."""
        return self.count > 1 or self.choice.page is not None or bool(self.choice.pages)

    @property
    def offers_every(self) -> bool:
        """There may be pages that can be pictures of their own."""
        return self.offers_page or self.may_be_stacks or self.choice != FIRST_PAGES

    @property
    def offers_channel(self) -> bool:
        """Every page is run, and they are of several channels."""
        return self.choice.is_every and len(self.channels) > 1

    @property
    def channels(self) -> tuple[str, ...]:
        """Names or numbers of those of the file shown."""
        return () if self.shown is None else self.shown.channels

    @property
    def channel(self) -> int:
        """Which of `channels` is chosen, from 1; 0 for all."""
        return channel_number(self.choice.channel, self.channels) or 0

    @property
    def offers_range(self) -> bool:
        """There are values to be stretched, or it was chosen how."""
        is_deep = self.shown is not None and self.shown.is_deep
        return is_deep or self.value_range != WHOLE_RANGE

    @property
    def offers_pixel_size(self) -> bool:
        """The picture may have a scale, or one was given."""
        shown = self.shown
        is_likely = shown is not None and (shown.is_tiff or shown.is_deep)
        return is_likely or self.pixel_size is not None

    @property
    def page(self) -> int:
        """The page chosen, from 1; of several the one that is shown."""
        if self.choice.is_several and self.shown is not None:
            return self.shown.number
        return self.choice.page or 1

    @property
    def count(self) -> int:
        """How many pages the picture shown has."""
        return 1 if self.shown is None else self.shown.count

    @property
    def likely_range(self) -> ValueRange:
        """The fixed range to begin with: the one chosen, else that of the picture shown."""
        own = None if self.shown is None else self.shown.ends
        return ValueRange(self.value_range.ends or own or _SIXTEEN_BITS)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the picture before it is run."""
        return () if self.shown is None or self.has_result else self.shown.notes


def may_be_stacks(paths: tuple[str, ...]) -> bool:
    """True for several files of which one is a TIFF or an animation by its name."""
    return len(paths) > 1 and any(PurePath(path).suffix.lower() in _STACKS for path in paths)

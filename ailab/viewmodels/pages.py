"""Choosing pages of stacks, what of deep pictures becomes black and white, and their scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import pyqtSignal

from ailab.services.images.page_choice import (
    EVERY_PAGE,
    FIRST_PAGES,
    MOST_PAGES,
    PageChoice,
    choice_of,
)
from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_reference import PictureReference, parse_picture
from ailab.services.images.pictures import Pictures
from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane
from ailab.services.images.value_range import ValueRange
from ailab.viewmodels.pages_state import PagesState, ShownPage, may_be_stacks
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.view_model import ViewModel


class PagesViewModel(ViewModel[PagesState]):
    """Makes the pictures of a run out of the files that were found.

    The range and the size of pixels stay while files change, since they are there to compare
    them; a page does not, since it is of one file.

    Args:
        pictures: counts pages; lent.

    Signals:
        page_wanted(int): this page, from 1, is to be shown, while several of a file are pictures.
    """

    page_wanted = pyqtSignal(int)

    def __init__(self, pictures: Pictures) -> None:
        super().__init__(PagesState())
        self._pictures = pictures

    def choose_page(self, page: int) -> None:
        """Run this page of each picture, from 1; where several are run, show this one."""
        if self.state.choice.is_several:
            self.page_wanted.emit(page)
        else:
            self.choose(_single(page))

    def choose_every(self, *, is_every: bool) -> None:
        """Run each page as a picture of its own, or the one that is shown."""
        if is_every:
            self.choose(EVERY_PAGE)
        else:
            self.choose(_single(self.state.page))

    def choose_channel(self, channel: str) -> None:
        """Run the pages of this channel alone, by its name or number; empty for those of all."""
        self.choose(replace(EVERY_PAGE, channel=channel))

    def choose(self, choice: PageChoice) -> None:
        """Run these pages."""
        self._become(replace(self.state, choice=choice))

    def choose_range(self, value_range: ValueRange) -> None:
        """Have this range stretched of pictures that have more than 8 bits."""
        self._become(replace(self.state, value_range=value_range))

    def choose_pixel_size(self, pixel_size: PixelSize | None) -> None:
        """Have the pixels of all pictures be of this size; None for what their files tell."""
        self._become(replace(self.state, pixel_size=pixel_size))

    def begin(self) -> None:
        """Other files are chosen."""
        self._become(replace(self.state, choice=FIRST_PAGES, may_be_stacks=False))

    def repeat(
        self, pictures: Sequence[str], planes: Sequence[Plane | None] = ()
    ) -> tuple[str, ...]:
        """Choose what led to the pictures of an earlier run; the files that they are of."""
        paths = tuple(dict.fromkeys(parse_picture(picture).path for picture in pictures))
        first = parse_picture(pictures[0]) if pictures else PictureReference("")
        self._become(
            replace(
                self.state,
                choice=choice_of(pictures, planes),
                value_range=first.value_range,
                pixel_size=first.pixel_size,
                may_be_stacks=may_be_stacks(paths),
            )
        )
        return paths

    def follow(self, _old: ResultsState, new: ResultsState) -> None:
        """Take note of the picture on the screen; while the next is read, of the one before."""
        shown = self.state.shown if new.is_loading_picture else None
        if shown is not None and new.current_path is not None:
            # At once: the next step goes on from the page that was asked for.
            shown = replace(shown, number=parse_picture(new.current_path).page or 1)
        if (picture := new.picture) is not None:
            shown = ShownPage(
                *(picture.page, picture.pages, picture.is_deep, picture.ends, picture.notes),
                channels=picture.channels,
                is_tiff=picture.is_tiff,
                told_pixel_size=picture.told_pixel_size,
            )
        has_result = new.current_result is not None and new.current_result.prediction is not None
        self._become(replace(self.state, shown=shown, has_result=has_result))

    async def pictures_of(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """The pictures of a run of these files, as references.

        Raises:
            PictureError: they have far too many pages, or one lacks the channel that was chosen.
        """
        self._become(replace(self.state, may_be_stacks=may_be_stacks(paths)))
        if not self.state.choice.is_every:
            if len(self.state.choice.pages) * len(paths) > MOST_PAGES:
                raise _too_many()
            return self.chosen_of(paths)
        found: list[str] = []
        for path in paths:
            pages = await self._pages_of(path)
            # A picture may tell of thousands of millions of frames, and have none.
            if len(found) + len(pages) > MOST_PAGES:
                raise _too_many()
            found.extend(self._reference(path, page) for page in pages)
        return tuple(found)

    def chosen_of(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """The same where not every page is a picture of its own: nothing has to be looked up."""
        pages = self.state.choice.pages or (self.state.choice.page,)
        return tuple(self._reference(path, page) for path in paths for page in pages)

    async def _pages_of(self, path: str) -> Sequence[int | None]:
        if channel := self.state.choice.channel:
            return await self._pictures.pages_of_channel(path, channel)
        count = await self._pictures.count_pages(path)
        return range(1, count + 1) if count > 1 else (None,)

    def _reference(self, path: str, page: int | None) -> str:
        state = self.state
        return str(PictureReference(path, page, state.value_range, state.pixel_size))


def _too_many() -> PictureError:
    return PictureError(
        f"These are more than {MOST_PAGES:,} pages.",
        "Choose fewer files, or a single page of them.",
    )


def _single(page: int) -> PageChoice:
    return PageChoice(page) if page > 1 else FIRST_PAGES

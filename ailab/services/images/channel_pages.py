"""Which pages of a stack are of a channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ailab.services.images.page_choice import MOST_PAGES
from ailab.services.images.page_names import pages_of_channel
from ailab.services.images.picture_error import PictureError

if TYPE_CHECKING:
    from ailab.services.images.picture_page import PicturePage


def channel_number(channel: str, channels: Sequence[str]) -> int | None:
    """Which of a file's channels is meant, from 1; None for none of them.

    Args:
        channel: its name, whatever the case, or its number.
        channels: what the file calls them, in order.
    """
    wanted = channel.strip().casefold()
    names = [each.casefold() for each in channels]
    if wanted in names:
        return names.index(wanted) + 1
    if wanted.isdecimal() and 1 <= int(wanted) <= len(channels):
        return int(wanted)
    return None


def channel_pages(name: str, page: PicturePage, channel: str) -> tuple[int, ...]:
    """The pages of a channel, from 1.

    Args:
        name: of the file.
        page: its first.
        channel: name or number.

    Raises:
        PictureError: the file has no such channel, or does not tell of channels.
    """
    channels = page.channels
    if not channels:
        raise PictureError(
            f"{name} does not say which of its pages are of which channel, as ImageJ and OME do.",
            "Choose pages by their numbers, or leave this file out.",
        )
    if page.count > MOST_PAGES:
        raise PictureError(
            f"{name} has more than {MOST_PAGES:,} pages.",
            "Choose pages by their numbers, or leave this file out.",
        )
    number = channel_number(channel, channels)
    if number is None:
        raise PictureError(
            f"{name} has no channel “{channel}”.", f"Choose one of these: {', '.join(channels)}."
        )
    return pages_of_channel(page.description, page.count, number)

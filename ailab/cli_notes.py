"""What was done to pictures, told once for the pages of a stack where it is the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ailab.cli_lines import in_a_line, tell_line
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.depth_doubt import DOUBTFUL

_MOST_RANGES = 6
_MERE_PAGE = re.compile(r"(Page|Animated picture: frame) \d+ of \d+ is used\.")


class PictureNotes:
    """Writes notes beside the results: at once, and not again below each page of a file.

    Of which further pages a note is true is told after the last page of the file. That one of so
    many pages is used, and no more of it, is told of a file's first: each result names its page.
    """

    def __init__(self) -> None:
        self._path = ""
        self._further: dict[str, list[int]] = {}
        self._doubts: dict[str, int] = {}

    def tell(self, picture: str, notes: Sequence[str]) -> None:
        """Tell the notes on a picture, given as its `PictureReference`."""
        reference = parse_picture(picture)
        is_further = reference.path == self._path
        if not is_further:
            self.finish()
            self._path = reference.path
        for note in notes:
            if note.startswith(DOUBTFUL):  # of the model, rather than of this picture
                self._doubts[note] = self._doubts.get(note, 0) + 1
                if self._doubts[note] > 1:
                    continue
            if is_further and _MERE_PAGE.fullmatch(note):
                continue
            if note in self._further:
                self._further[note].append(reference.page or 1)
            else:
                self._further[note] = []
                tell_line(f"{in_a_line(reference.words)}: {note}")

    def finish(self) -> None:
        """Tell of which further pages of the last file the notes on it are true."""
        for note, pages in self._further.items():
            if pages:
                tell_line(f"{in_a_line(self._path)}, {_page_words(pages)}: {note}")
        self._further.clear()

    def end(self) -> None:
        """Tell what was held back, when all pictures are run."""
        self.finish()
        for note, count in self._doubts.items():
            if count > 1:
                tell_line(f"{count - 1:,} more: {note}")


def _page_words(pages: Sequence[int]) -> str:
    """Such as `pages 2-4, 7`; of many ranges how many there are, and between which."""
    if len(pages) == 1:
        return f"page {pages[0]}"
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and page == ranges[-1][1] + 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    if len(ranges) > _MOST_RANGES:
        return f"{len(pages):,} pages from {pages[0]} to {pages[-1]}"
    words = (f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)
    return f"pages {', '.join(words)}"

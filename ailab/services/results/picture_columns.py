"""What tables say of a picture: its path and, in runs of pages, which one."""

from __future__ import annotations

from ailab.services.images.picture_reference import parse_picture
from ailab.services.results.run_record import RunRecord


class PictureColumns:
    """The columns for a picture; one alone in a run of which no page was chosen of any.

    Args:
        record: of the run.
    """

    def __init__(self, record: RunRecord) -> None:
        self._has_pages = record.has_pages

    def heads(self, name: str = "picture") -> tuple[str, ...]:
        """What they are called."""
        page = "page" if name == "picture" else f"{name}_page"
        return (name, page) if self._has_pages else (name,)

    def cells(self, picture: str) -> tuple[str | int, ...]:
        """What stands there for a `PictureReference`; an empty page where none was chosen."""
        reference = parse_picture(picture)
        if not self._has_pages:
            return (reference.path,)
        return reference.path, "" if reference.page is None else reference.page

"""What tables say of a picture: its path, which page, and what plane of a stack that is."""

from __future__ import annotations

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.picture_json import CHANNEL_NAME, PLANE_FIELDS, TAKEN
from ailab.services.results.run_record import RunRecord


class PictureColumns:
    """The columns for a picture.

    That of pages stands only in a run in which one was chosen, those of planes only in a run in
    which a stack tells them: all three, since grouping by a column without numbers finds nothing;
    and the name of the channel where one has a name. When a picture was taken stands in a run in
    which a camera tells that.

    Args:
        record: of the run.
    """

    def __init__(self, record: RunRecord) -> None:
        self._has_pages = record.has_pages
        self._planes_heads: tuple[str, ...] = PLANE_FIELDS if record.has_planes else ()
        if any(plane and plane.channel_name for plane in record.planes):
            self._planes_heads = (*PLANE_FIELDS, CHANNEL_NAME)
        self._taken = dict(zip(record.pictures, record.taken, strict=False))
        self._has_taken = record.has_taken
        self._planes = dict(zip(record.pictures, record.planes, strict=False))

    def heads(self, name: str = "picture") -> tuple[str, ...]:
        """What they are called."""
        more = ("page",) if self._has_pages else ()
        more = (*more, *self._planes_heads, *((TAKEN,) if self._has_taken else ()))
        return (name, *(each if name == "picture" else f"{name}_{each}" for each in more))

    def cells(self, picture: str) -> tuple[str | int, ...]:
        """What stands there for a `PictureReference`; nothing where none is chosen or told."""
        reference = parse_picture(picture)
        cells: tuple[str | int, ...] = (reference.path,)
        if self._has_pages:
            cells = (*cells, "" if reference.page is None else reference.page)
        plane = self._planes.get(picture)
        cells = (*cells, *(getattr(plane, head, "") for head in self._planes_heads))
        return (*cells, self._taken.get(picture, "")) if self._has_taken else cells
